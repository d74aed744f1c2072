// A result as a real table: sorted by raw values, shown in Vietnamese formats. Text goes in as text, never as HTML.
const collator = new Intl.Collator("vi", { numeric: true, sensitivity: "base" });

function compare(a, b) {
  if (a === null || a === undefined) return b === null || b === undefined ? 0 : 1;
  if (b === null || b === undefined) return -1;
  return typeof a === "number" && typeof b === "number" ? a - b : collator.compare(String(a), String(b));
}

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

const STEP = 200; // rows drawn at a time; the next ones come when the end is near

export default function (component) {
  const { data, parentElement } = component;
  const frame = parentElement.querySelector(".frame");
  const stamp = JSON.stringify(data);
  if (frame.dataset.stamp === String(stamp.length) && frame.stamp === stamp) return;
  frame.stamp = stamp;
  frame.dataset.stamp = String(stamp.length);
  frame.replaceChildren();
  frame.tabIndex = 0;
  frame.setAttribute("role", "region");
  frame.setAttribute("aria-label", data.caption);

  const table = element("table");
  table.append(element("caption", "", data.caption));
  const head = element("thead");
  const headRow = element("tr");
  const body = element("tbody");
  let sorted = { column: -1, down: false };

  let order = [];
  const more = () => {
    const from = body.childElementCount;
    body.append(
      ...order.slice(from, from + STEP).map((index) => {
        const row = element("tr");
        data.rows[index].forEach((text, column) => {
          const kind = data.columns[column].number ? "number" : "";
          row.append(element("td", data.keys[index][column] === null ? `${kind} nothing` : kind, text));
        });
        return row;
      }),
    );
  };
  frame.onscroll = () => {
    const near = frame.scrollTop + 2 * frame.clientHeight > frame.scrollHeight;
    if (near && body.childElementCount < order.length) more();
  };

  const draw = () => {
    order = data.rows.map((_, index) => index);
    if (sorted.column >= 0) {
      const key = (index) => data.keys[index][sorted.column];
      order.sort((a, b) => {
        const empty = (key(a) === null) - (key(b) === null);
        return empty || (sorted.down ? -1 : 1) * compare(key(a), key(b)) || a - b;
      });
    }
    body.replaceChildren();
    frame.scrollTop = 0;
    more();
  };

  data.columns.forEach((column, index) => {
    const cell = element("th", column.number ? "number" : "");
    cell.scope = "col";
    const button = element("button");
    button.type = "button";
    button.title = data.sort_hint;
    const idle = column.number ? "↓" : "↑";
    const arrow = element("span", "arrow", idle);
    arrow.setAttribute("aria-hidden", "true");
    const label = element("span", "", column.label);
    if (column.number) button.append(arrow, label);
    else button.append(label, arrow);
    if (column.unit) label.append(element("span", "unit", ` ${column.unit}`));
    button.addEventListener("click", () => {
      const again = sorted.column === index;
      sorted = again && sorted.down !== column.number ? { column: -1, down: false }
        : { column: index, down: again ? !sorted.down : column.number };
      headRow.querySelectorAll("th").forEach((other, place) => {
        const mark = other.querySelector(".arrow");
        if (place !== sorted.column) {
          other.removeAttribute("aria-sort");
          mark.textContent = data.columns[place].number ? "↓" : "↑";
          return;
        }
        other.setAttribute("aria-sort", sorted.down ? "descending" : "ascending");
        mark.textContent = sorted.down ? "↓" : "↑";
      });
      draw();
    });
    cell.append(button);
    headRow.append(cell);
  });
  head.append(headRow);
  table.append(head, body);
  draw();
  frame.append(table);
}
