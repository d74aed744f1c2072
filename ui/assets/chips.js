// The reading as chips. A chip with choices opens a list (the browser's own popover: Escape and a click outside close it);
// arrow keys move in it, typing searches without diacritics, Enter on a period that is not in the list sends it as typed.
const FEW = 9;
const SHOWN = 80;

const plain = (text) =>
  text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/g, "d").replace(/Đ/g, "D").toLowerCase();

function element(name, css, text) {
  const made = document.createElement(name);
  if (css) made.className = css;
  if (text !== undefined) made.textContent = text;
  return made;
}

function place(list, chip) {
  const box = chip.getBoundingClientRect();
  const width = list.offsetWidth;
  list.style.left = `${Math.max(8, Math.min(box.left, window.innerWidth - width - 8))}px`;
  const below = window.innerHeight - box.bottom;
  if (below < 260 && box.top > below) {
    list.style.top = "auto";
    list.style.bottom = `${window.innerHeight - box.top + 4}px`;
  } else {
    list.style.bottom = "auto";
    list.style.top = `${box.bottom + 4}px`;
  }
}

function fill(body, chip, query, words, choose) {
  body.replaceChildren();
  const wanted = plain(query).split(/\s+/).filter(Boolean);
  let section = "";
  let shown = 0;
  chip.options.forEach(([heading, label], index) => {
    const text = plain(`${heading} ${label}`);
    if (shown >= SHOWN || !wanted.every((word) => text.includes(word))) return;
    if (heading !== section) {
      section = heading;
      body.append(element("div", "section", heading));
    }
    const option = element("button", heading === "" && label.startsWith("Bỏ") ? "option remove" : "option", label);
    option.type = "button";
    option.setAttribute("role", "menuitem");
    option.addEventListener("click", () => choose({ part: chip.part, place: index, text: "" }));
    body.append(option);
    shown += 1;
  });
  if (shown === 0) body.append(element("div", "nothing", words.nothing));
}

function open(root, button, chip, words, send) {
  root.querySelector(".list")?.remove();
  const list = element("div", "list");
  list.popover = "auto";
  list.setAttribute("role", "dialog");
  list.setAttribute("aria-label", `${words.change} ${chip.kind || chip.text}`);
  const body = element("div");
  body.setAttribute("role", "menu");
  body.setAttribute("aria-label", list.getAttribute("aria-label"));
  const period = chip.part.startsWith("period");
  const choose = (event) => {
    list.hidePopover();
    send(event);
  };
  let input = null;
  if (period || chip.options.length > FEW) {
    input = element("input");
    input.type = "text";
    input.placeholder = period ? words.period : words.search;
    input.setAttribute("aria-label", input.placeholder);
    input.addEventListener("input", () => fill(body, chip, input.value, words, choose));
    list.append(input);
  }
  list.append(body);
  fill(body, chip, "", words, choose);
  list.addEventListener("keydown", (event) => {
    const options = [...body.querySelectorAll(".option")];
    const at = options.indexOf(list.getRootNode().activeElement);
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const to = event.key === "ArrowDown" ? Math.min(at + 1, options.length - 1) : at - 1;
      (to < 0 ? (input ?? options[0]) : options[to])?.focus();
    } else if (event.key === "Enter" && event.target === input) {
      event.preventDefault();
      if (options.length > 0 && input.value) options[0].click();
      else if (period && input.value.trim()) choose({ part: chip.part, place: null, text: input.value.trim() });
    }
  });
  list.addEventListener("toggle", (event) => {
    if (event.newState === "closed") {
      button.setAttribute("aria-expanded", "false");
      list.remove();
      if (document.activeElement === document.body) button.focus();
    }
  });
  root.append(list);
  list.showPopover();
  place(list, button);
  button.setAttribute("aria-expanded", "true");
  (input ?? body.querySelector(".option"))?.focus();
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const line = parentElement.querySelector(".line");
  line.replaceChildren();
  if (data.chips.length === 0) return;
  line.append(element("span", "lead", data.lead));
  for (const chip of data.chips) {
    const editable = chip.options.length > 0;
    const made = element(editable ? "button" : "span", `chip ${chip.tone}`);
    if (chip.kind) made.append(element("span", "kind", chip.kind));
    made.append(document.createTextNode(chip.text));
    if (chip.note) made.title = chip.note;
    if (editable) {
      made.type = "button";
      made.setAttribute("aria-haspopup", "menu");
      made.setAttribute("aria-expanded", "false");
      made.addEventListener("click", () =>
        open(parentElement, made, chip, data.words, (event) => setTriggerValue("chosen", event)),
      );
    }
    line.append(made);
  }
}
