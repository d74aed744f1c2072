// Streamlit has no language setting. Its few own words (button names, the lost-connection dialog) are replaced here by
// exact match; the page's language is set so that screen readers speak Vietnamese. Text of answers is never touched.
const ATTRIBUTES = ["aria-label", "title"];
const PLACES = '[role="dialog"], [role="tooltip"], [data-testid="stTooltipContent"]';

function renameAttributes(root, words) {
  for (const name of ATTRIBUTES) {
    const found = root.querySelectorAll(`[${name}]`);
    for (const element of [root, ...found]) {
      const word = words[element.getAttribute?.(name)];
      if (word) element.setAttribute(name, word);
    }
  }
}

function renameText(place, words) {
  const walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const word = words[node.nodeValue.trim()];
    if (word !== undefined) node.nodeValue = word;
  }
}

// Icons carry English names ("thumb_up icon", in a hidden text beside the icon). A button that shows icons alone gets its
// Vietnamese name; beside a text an icon is only decoration.
function nameIcons(root, words) {
  const icons = [...root.querySelectorAll('[data-testid="stIconMaterial"]')];
  if (root.matches?.('[data-testid="stIconMaterial"]')) icons.push(root);
  for (const icon of icons) {
    const button = icon.closest("button, a");
    if (!button) continue;
    icon.setAttribute("aria-hidden", "true");
    const inside = [...button.querySelectorAll('[data-testid="stIconMaterial"]')].map((e) => e.textContent.trim());
    const own = inside.map((name) => `${name} icon`);
    const rest = [...button.querySelectorAll("p, span")].some((e) => {
      const text = e.textContent.trim();
      return e.childElementCount === 0 && text && !inside.includes(text) && !own.includes(text);
    });
    const word = rest ? "" : words[own.find((name) => words[name])];
    if (word) button.setAttribute("aria-label", word);
  }
}

// What opens from a button without a text has an empty name.
function nameless(body, name) {
  if (!body.getAttribute("aria-label")) body.setAttribute("aria-label", name);
}

export default function (component) {
  const { data } = component;
  document.documentElement.lang = data.lang;
  const rename = (root) => {
    renameAttributes(root, data.words);
    nameIcons(root, data.icons);
    for (const body of root.querySelectorAll('[data-testid="stPopoverBody"]')) nameless(body, data.popover);
    if (root.matches?.('[data-testid="stPopoverBody"]')) nameless(root, data.popover);
    const inside = root.closest?.(PLACES);
    if (inside) renameText(inside, data.words);
    root.querySelectorAll(PLACES).forEach((place) => renameText(place, data.words));
  };
  rename(document.body);
  const observer = new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === "attributes") {
        const word = data.words[change.target.getAttribute(change.attributeName)];
        if (word) change.target.setAttribute(change.attributeName, word);
      }
      change.addedNodes.forEach((node) => node.nodeType === Node.ELEMENT_NODE && rename(node));
    }
  });
  observer.observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ATTRIBUTES });
  return () => observer.disconnect();
}
