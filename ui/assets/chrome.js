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

// Icons carry English names. One that stands alone on a button gets the button's Vietnamese name; beside a text it is
// only decoration.
function nameIcons(root, words) {
  for (const icon of root.querySelectorAll('[data-testid="stIconMaterial"]')) {
    const button = icon.closest("button, a");
    const alone = button && ![...button.querySelectorAll("p, span:not([data-testid])")].some((e) => e !== icon && !e.contains(icon) && e.textContent.trim());
    const word = alone ? words[icon.getAttribute("aria-label")] : "";
    if (word) button.setAttribute("aria-label", word);
    if (!alone || word) icon.setAttribute("aria-hidden", "true");
  }
}

export default function (component) {
  const { data } = component;
  document.documentElement.lang = data.lang;
  const rename = (root) => {
    renameAttributes(root, data.words);
    nameIcons(root, data.icons);
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
