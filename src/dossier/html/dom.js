// Building blocks. Text from the inputs only ever becomes a text node: no markup is parsed anywhere in this page.

const data = JSON.parse(document.getElementById("data").textContent);

// element("td", {class: "num", onclick: f}, "text", child, …); false and null children are left out.
function element(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

function svg(tag, attributes, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name.startsWith("--")) node.style.setProperty(name, value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) node.append(child);
  }
  return node;
}

const whole = new Intl.NumberFormat("en", {maximumFractionDigits: 0});

function count(n, noun) {
  return `${whole.format(n)} ${noun}${n === 1 ? "" : "s"}`;
}

// Probabilities and similarities: ".97", near one ".998", always rounded so that nothing looks surer than it is.
function fraction(value) {
  if (value >= 1) return "1";
  const digits = value >= 0.99 ? 3 : 2;
  return (Math.floor(Math.max(value, 0) * 10 ** digits + 1e-6) / 10 ** digits).toFixed(digits).slice(1);
}

function percent(share) {
  if (share > 0 && share < 0.005) return "under 1 %";
  if (share < 1 && share >= 0.995) return "over 99 %";
  return `${Math.round(share * 100)} %`;
}

function decibans(value) {
  return `${whole.format(value)} dB`;
}

function size(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  const units = ["kB", "MB", "GB", "TB"];
  let value = bytes / 1000, unit = 0;
  while (value >= 999.5 && unit < units.length - 1) value /= 1000, ++unit;
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

function baseName(path) {
  const parts = path.split(/[\/!]/).filter((part) => part !== "");
  return parts.length > 0 ? parts[parts.length - 1] : path;
}

// What the arrays in data.pairs hold, by name.
function functionOf([sample, address, name, bytes, instructions, blocks]) {
  return {sample, address, name, bytes, instructions, blocks};
}

const pairs = data.pairs.map(([kind, worth, similarity, confidence, relation, a, b, reason, common, reasons, code], index) =>
  ({index, kind, worth, similarity, confidence, relation, a: functionOf(a), b: functionOf(b), reason, common, reasons, code}));

const relationText = {
  same: "one source function on both sides",
  contains: "A's function holds B's and more: B's was inlined into it",
  inlined: "B's function holds A's and more: A's was inlined into it",
  piece: "one is a split-off part of the other",
};

const reasonNames = ["exact copy", "data flow", "strings", "constants", "imports", "data", "control flow", "neighbours"];
