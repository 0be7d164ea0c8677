// Tables sort by their columns, links open what they lead into, and print has everything opened but code. The page says
// all it has to say without any of this.

for (const table of document.querySelectorAll("table.sortable")) {
  const head = [...table.tHead.rows[0].cells], body = table.tBodies[0];
  const original = [...body.rows];
  if (original.length < 3) continue;
  const valueOf = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.v === undefined ? cell.textContent.trim() : Number(cell.dataset.v);
  };
  head.forEach((cell, column) => {
    if (cell.textContent.trim() === "" || cell.classList.contains("wide")) return;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...cell.childNodes);
    cell.append(button);
    button.addEventListener("click", () => {
      // Figures best first, text from A to Z; then the other way; then as it was.
      const figures = typeof valueOf(original[0], column) === "number" || cell.classList.contains("num");
      const first = figures ? "descending" : "ascending", second = figures ? "ascending" : "descending";
      const now = cell.ariaSort === first ? second : cell.ariaSort === second ? null : first;
      for (const other of head) other.ariaSort = null;
      cell.ariaSort = now;
      if (now === null) return body.append(...original);
      const sign = now === "ascending" ? 1 : -1;
      const compare = (x, y) => typeof x === "number" && typeof y === "number" ? x - y
        : String(x).localeCompare(String(y), "en", {numeric: true});
      body.append(...original.toSorted((a, b) => sign * compare(valueOf(a, column), valueOf(b, column))));
    });
  });
}

function openTarget() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let node = target; node; node = node.parentElement) {
    if (node.tagName === "DETAILS") node.open = true;
  }
  if (target) target.scrollIntoView();
}
addEventListener("hashchange", openTarget);
if (location.hash !== "") openTarget();

let opened = [];
addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("details:not(.code):not([open])")];
  for (const details of opened) details.open = true;
});
addEventListener("afterprint", () => {
  for (const details of opened) details.open = false;
});
