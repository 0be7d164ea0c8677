// The table of pairs: filtered, sorted, a page at a time; each row opens onto the two functions' code.

const rowsPerPage = 100;

// How each column orders pairs; figures best first, text from A to Z.
const orders = {
  worth: (x, y) => y.worth - x.worth,
  similarity: (x, y) => y.similarity - x.similarity,
  confidence: (x, y) => y.confidence - x.confidence,
  size: (x, y) => y.a.instructions + y.b.instructions - x.a.instructions - x.b.instructions,
  a: (x, y) => compareFunctions(x.a, y.a),
  b: (x, y) => compareFunctions(x.b, y.b),
  why: (x, y) => x.reason < y.reason ? -1 : x.reason > y.reason ? 1 : 0,
};

// Named ones first, by name; the rest by address.
function compareFunctions(f, g) {
  if ((f.name === "") !== (g.name === "")) return f.name === "" ? 1 : -1;
  if (f.name !== g.name) return f.name < g.name ? -1 : 1;
  return f.sample - g.sample || f.address.length - g.address.length || (f.address < g.address ? -1 : f.address > g.address ? 1 : 0);
}

const columns = [
  {key: "worth", title: "Worth", numeric: true, hint: "evidence for a shared origin"},
  {key: "similarity", title: "Alike", numeric: true, hint: "similarity, 0 to 1"},
  {key: "confidence", title: "Sure", numeric: true, hint: "probability that the pair is right"},
  {key: "size", title: "Size", numeric: true, hint: "instructions in A | in B"},
  {key: "a", title: "In A"}, {key: "b", title: "In B"}, {key: "why", title: "Why"},
];

const state = {text: "", kind: data.shared > 0 ? "shared" : "all", order: "worth", reversed: false, page: 0};
let visible = [];
let searchable = null;  // per pair its text in lower case; made when first searched

function functionCell(f, side) {
  const samples = data.samples[side];
  return element("span", {class: "function"},
    element("span", {class: f.name === "" ? "name none" : "name"}, f.name === "" ? "no name" : f.name),
    element("span", {class: "address"},
      samples.length > 1 ? `${baseName(samples[f.sample]?.path ?? "")}:${f.address}` : f.address));
}

function sizeText(pair) {
  const {a, b} = pair;
  return a.instructions === b.instructions ? whole.format(a.instructions)
    : `${whole.format(a.instructions)} | ${whole.format(b.instructions)}`;
}

function why(pair) {
  return element("span", {}, pair.relation !== "same" && element("span", {class: "tag", title: relationText[pair.relation]}, pair.relation),
    pair.kind !== "shared" && element("span", {class: "tag"}, pair.kind), pair.reason,
    pair.common.length > 0 && element("span", {class: "common"}, ` · ${pair.common.slice(0, 3).join(" · ")}`));
}

function row(pair) {
  const most = Math.max(1, ...pairs.slice(0, 1).map((p) => p.worth));
  const button = element("button", {class: "open", type: "button", "aria-expanded": "false",
    "aria-label": `Code of ${pair.a.name || pair.a.address} and ${pair.b.name || pair.b.address}`});
  const tr = element("tr", {class: `pair ${pair.kind}`, id: `pair-${pair.index}`, role: "row", onclick: (event) => {
    if (getSelection().isCollapsed || event.target === button) toggle(pair, tr, button);
  }},
    element("td", {class: "num worth", role: "cell", "--part": Math.max(0, pair.worth) / most}, button, element("span", {}, decibans(pair.worth))),
    element("td", {class: "num", role: "cell"}, fraction(pair.similarity)),
    element("td", {class: "num", role: "cell"}, fraction(pair.confidence)),
    element("td", {class: "num size", role: "cell"}, sizeText(pair)),
    element("td", {class: "in-a", role: "cell"}, functionCell(pair.a, "a")),
    element("td", {class: "in-b", role: "cell"}, functionCell(pair.b, "b")),
    element("td", {class: "why", role: "cell"}, why(pair)));
  button.addEventListener("keydown", moveByKey);
  return tr;
}

// Up and down lead through the rows; Enter and Space open, as buttons do.
function moveByKey(event) {
  const step = {ArrowDown: 1, ArrowUp: -1}[event.key];
  if (step === undefined) return;
  const buttons = [...document.querySelectorAll("#pairs button.open")];
  buttons[buttons.indexOf(event.currentTarget) + step]?.focus();
  event.preventDefault();
}

function toggle(pair, tr, button) {
  const open = button.getAttribute("aria-expanded") === "true";
  button.setAttribute("aria-expanded", String(!open));
  tr.classList.toggle("opened", !open);
  if (open) {
    tr.nextElementSibling.remove();
    return;
  }
  const cell = element("td", {colspan: columns.length, role: "cell"});
  tr.after(element("tr", {class: "detail", role: "row"}, cell));
  cell.append(drawPair(pair));  // after it is in place: graphs measure themselves
}

function applyFilter() {
  const words = state.text.toLowerCase().split(/\s+/).filter((word) => word !== "");
  if (words.length > 0) searchable ??= pairs.map((pair) => [pair.a.name, pair.a.address, pair.b.name, pair.b.address, pair.reason,
    pair.relation, data.samples.a[pair.a.sample]?.path, data.samples.b[pair.b.sample]?.path, ...pair.common].join("\n").toLowerCase());
  visible = pairs.filter((pair) => (state.kind === "all" || state.kind === pair.kind) &&
    words.every((word) => searchable[pair.index].includes(word)));
  const order = orders[state.order];
  visible.sort((x, y) => (state.reversed ? order(y, x) : order(x, y)) || x.index - y.index);
  state.page = 0;
  drawRows();
}

function drawRows() {
  const start = state.page * rowsPerPage, shown = visible.slice(start, start + rowsPerPage);
  const body = document.getElementById("pairs");
  body.replaceChildren(...shown.map(row));
  if (shown.length === 0) body.append(element("tr", {role: "row"}, element("td", {colspan: columns.length, class: "empty", role: "cell"}, "No pair fits.")));
  document.getElementById("pager").replaceChildren(...pager(start, shown.length));
  for (const column of columns) {
    document.getElementById(`column-${column.key}`).setAttribute("aria-sort",
      column.key !== state.order ? "none" : (column.numeric === true) !== state.reversed ? "descending" : "ascending");
  }
}

function pager(start, shown) {
  const pages = Math.ceil(visible.length / rowsPerPage);
  const turn = (page) => () => {
    state.page = page;
    drawRows();
    document.getElementById("functions").scrollIntoView();
  };
  const text = visible.length === 0 ? "0 pairs"
    : pages === 1 ? count(visible.length, "pair") : `${whole.format(start + 1)}–${whole.format(start + shown)} of ${whole.format(visible.length)} pairs`;
  return [element("span", {role: "status"}, text),
    pages > 1 && element("button", {type: "button", disabled: state.page === 0, onclick: turn(state.page - 1)}, "Previous"),
    pages > 1 && element("button", {type: "button", disabled: state.page === pages - 1, onclick: turn(state.page + 1)}, "Next")].filter(Boolean);
}

function columnHead(column) {
  return element("th", {scope: "col", role: "columnheader", id: `column-${column.key}`, class: column.numeric ? "num" : null},
    element("button", {type: "button", title: column.hint, onclick: () => {
      state.reversed = state.order === column.key && !state.reversed;
      state.order = column.key;
      applyFilter();
    }}, column.title));
}

function kindChoice() {
  const counts = {shared: data.shared, unsure: data.unsure, library: data.library, all: pairs.length};
  const labels = {shared: "Shared", unsure: "Unsure", library: "Library", all: "All"};
  return element("div", {class: "choice", role: "group", "aria-label": "Kind of pair"}, Object.entries(labels).map(([kind, label]) =>
    element("button", {type: "button", "aria-pressed": String(state.kind === kind), "data-kind": kind, onclick: () => chooseKind(kind)},
      label, " ", element("span", {class: "n"}, whole.format(counts[kind])))));
}

function chooseKind(kind) {
  state.kind = kind;
  for (const button of document.querySelectorAll(".choice button")) {
    button.setAttribute("aria-pressed", String(button.dataset.kind === kind));
  }
  applyFilter();
}

function drawTable() {
  const search = element("input", {type: "search", id: "search", placeholder: "Name, address, file, string …", "aria-label": "Filter pairs",
    autocomplete: "off", spellcheck: "false", oninput: () => {
      state.text = search.value;
      applyFilter();
    }});
  const notes = [];
  if (data.pairCount > pairs.length) notes.push(`The best ${whole.format(pairs.length)} of ${whole.format(data.pairCount)} pairs are listed; --matches writes all.`);
  if (data.codePairs > 0 && data.codePairs < pairs.length) notes.push(`The code of the ${whole.format(data.codePairs)} best is in this page.`);
  return element("section", {id: "functions", "aria-labelledby": "functions-title"},
    element("h2", {id: "functions-title"}, "Functions"),
    element("div", {class: "tools"}, search, kindChoice()),
    element("p", {class: "aside"}, "Best worth first. Open a row to see both functions side by side. ", notes.join(" ")),
    element("table", {class: "pairs", role: "table"},
      element("thead", {role: "rowgroup"}, element("tr", {role: "row"}, columns.map(columnHead))),
      element("tbody", {id: "pairs", role: "rowgroup"})),
    element("div", {id: "pager", class: "pager"}));
}

// Opens the pair that the address bar names (#pair-17), wherever filter and order put it.
function openFromAddress() {
  const match = /^#pair-(\d+)$/.exec(location.hash);
  if (match === null || Number(match[1]) >= pairs.length) return;
  const wanted = pairs[Number(match[1])];
  if (!visible.includes(wanted)) chooseKind("all");
  state.page = Math.floor(visible.indexOf(wanted) / rowsPerPage);
  drawRows();
  const tr = document.getElementById(`pair-${wanted.index}`), button = tr.querySelector("button.open");
  if (button.getAttribute("aria-expanded") === "false") toggle(wanted, tr, button);
  tr.scrollIntoView();
}
