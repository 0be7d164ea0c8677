// One pair opened: why it is one, both control-flow graphs, and both functions' code, block beside block.

const markOf = {"=": "", "@": "", "~": "~", "|": "|", "<": "<", ">": ">"};
const rowClass = {"=": "equal", "@": "equal", "~": "operands", "|": "replaced", "<": "only-a", ">": "only-b"};

// The aligned blocks as objects: where each stands, its rows with their instructions. Blocks that are aligned carry one
// number on both sides; those of one side only are a1, a2 …, b1, b2 ….
function alignmentOf(code) {
  let matched = 0, onlyA = 0, onlyB = 0;
  return code.alignment.map(([a, b, kinds], index) => {
    const label = a >= 0 && b >= 0 ? String(++matched) : a >= 0 ? `a${++onlyA}` : `b${++onlyB}`;
    const left = a >= 0 ? code.a.blocks[a][2] : [], right = b >= 0 ? code.b.blocks[b][2] : [];
    let i = 0, j = 0;
    const rows = [...kinds].map((kind) => ({kind, a: kind === ">" ? null : left[i++], b: kind === "<" ? null : right[j++]}));
    // Steps of the golden angle keep the colours of neighbouring blocks apart.
    return {index, label, a, b, rows, hue: a >= 0 && b >= 0 ? Math.round(matched * 137.5) % 360 : null};
  });
}

const tokenPattern = /[0-9A-Za-z_.$@?\u0080-\uffff]+|\s+|[^\s]/g;

// The text's tokens as nodes, those that stand otherwise in the other text marked.
function markedText(text, other) {
  const tokens = text.match(tokenPattern) ?? [], others = other.match(tokenPattern) ?? [];
  const nodes = [];
  tokens.forEach((token, i) => {
    if (token === others[i] || /^\s+$/.test(token)) nodes.push(token);
    else nodes.push(element("mark", {}, token));
  });
  return nodes;
}

function instructionCell(side, instruction, other, kind) {
  if (instruction === null) return element("div", {class: `cell ${side} void`});
  const [address, text] = instruction;
  const space = text.indexOf(" ");
  const mnemonic = space < 0 ? text : text.slice(0, space), rest = space < 0 ? "" : text.slice(space + 1);
  const otherWords = other === null ? [] : /^(\S*) ?(.*)$/s.exec(other[1]);
  return element("div", {class: `cell ${side}`}, element("span", {class: "at"}, address),
    element("span", {class: "text"}, element("span", {class: "mnemonic"}, kind === "~" ? markedText(mnemonic, otherWords[1]) : mnemonic), " ",
      kind === "~" ? markedText(rest, otherWords[2]) : rest));
}

function blockHead(block, code, goTo) {
  const half = (side) => {
    const index = block[side];
    if (index < 0) return element("div", {class: `cell ${side} void`}, `not in ${side.toUpperCase()}`);
    const edges = code[side].blocks[index][1];
    const links = edges.slice(0, 8).map(([to]) => element("button", {type: "button", class: "to", onclick: () => goTo(side, to)}, code.labels[side][to]));
    return element("div", {class: `cell ${side}`}, element("span", {class: "chip"}, block.label),
      links.length > 0 && element("span", {class: "leads"}, "→ ", links, edges.length > 8 && `and ${edges.length - 8} more`));
  };
  return element("div", {class: "line head"}, half("a"), element("div", {class: "mark"}), half("b"));
}

function drawBlock(block, code, goTo) {
  const node = element("div", {class: block.hue === null ? "block alone" : "block", "data-block": block.index, tabindex: -1,
    "--hue": block.hue ?? 0}, blockHead(block, code, goTo));
  for (const line of block.rows) {
    node.append(element("div", {class: `line ${rowClass[line.kind]}`},
      instructionCell("a", line.a, line.b, line.kind), element("div", {class: "mark"}, markOf[line.kind]),
      instructionCell("b", line.b, line.a, line.kind)));
  }
  return node;
}

function reasonBars(pair) {
  const parts = pair.reasons.map((share, i) => [share, reasonNames[i]]).filter(([share]) => share > 0.004).sort((x, y) => y[0] - x[0]);
  if (parts.length === 0) return null;
  return element("div", {class: "reasons"}, element("h4", {}, "What makes the pair"), parts.map(([share, name]) =>
    element("div", {class: "reason"}, element("span", {class: "reason-name"}, name), element("span", {class: "reason-bar", "--part": share}),
      element("span", {class: "num"}, percent(share)))));
}

function pairFacts(pair) {
  const side = (name, f) => element("div", {class: "half"}, element("span", {class: `badge ${name}`}, name.toUpperCase()),
    element("div", {}, element("div", {class: "full-name"}, f.name || "no name"),
      element("div", {class: "address"}, f.address, data.samples[name].length > 1 ? ` in ${data.samples[name][f.sample]?.path ?? ""}` : ""),
      element("div", {class: "aside"}, `${count(f.bytes, "byte")}, ${count(f.blocks, "block")}, ${count(f.instructions, "instruction")}`)));
  return element("div", {class: "pair-facts"},
    element("div", {class: "halves"}, side("a", pair.a), side("b", pair.b)),
    element("div", {class: "because"}, reasonBars(pair),
      element("div", {}, element("h4", {}, "Relation"), element("p", {}, relationText[pair.relation] ?? pair.relation),
        pair.common.length > 0 && [element("h4", {}, "In both"), element("ul", {class: "in-common"},
          pair.common.map((text) => element("li", {}, text)))])));
}

function commandFor(pair) {
  const quote = (text) => /^[\w./!+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
  const place = (name) => quote(`${data.samples[name][pair[name].sample]?.path ?? ""}@${pair[name].address}`);
  return `samehand diff ${place("a")} ${place("b")}`;
}

// What an opened row shows. Everything is made when it is opened, and dropped when it is closed.
function drawPair(pair) {
  const panel = element("div", {class: "panel"}, pairFacts(pair));
  if (pair.code < 0) {
    panel.append(element("p", {class: "aside"}, "This page holds the code of the best pairs only. For this one: ",
      element("code", {}, commandFor(pair))));
    return panel;
  }
  const code = JSON.parse(document.getElementById(`code-${pair.code}`).textContent);
  const blocks = alignmentOf(code);
  code.labels = {a: [], b: []};
  code.entries = {a: [], b: []};
  for (const block of blocks) {
    for (const side of ["a", "b"]) {
      if (block[side] < 0) continue;
      code.labels[side][block[side]] = block.label;
      code.entries[side][block[side]] = block;
    }
  }
  const longest = Math.max(...["a", "b"].flatMap((side) => code[side].blocks.flatMap(([, , rows]) => rows.slice(-1).map(([address]) => address.length))), 1);
  const listing = element("div", {class: "listing", tabindex: 0, role: "region", "aria-label": "Code side by side", "--address-width": `${longest}ch`});
  const goTo = (side, index) => show(code.entries[side][index]);
  const show = (block) => {
    const node = listing.querySelector(`[data-block="${block.index}"]`);
    listing.scrollTop += node.getBoundingClientRect().top - listing.getBoundingClientRect().top - 8;
    for (const lit of listing.querySelectorAll(".lit")) lit.classList.remove("lit");
    node.classList.add("lit");
    graphs.light(block.index, true);
  };
  const graphs = drawGraphs(code, blocks, show);
  for (const block of blocks) listing.append(drawBlock(block, code, goTo));
  listing.addEventListener("pointerover", (event) => {
    const node = event.target.closest(".block");
    if (node !== null) graphs.light(Number(node.dataset.block), false);
  });
  const [equal, operands, replaced, onlyA, onlyB] = code.counts;
  panel.append(graphs.node,
    element("p", {class: "counts"},
      element("span", {}, `${whole.format(code.matched)} blocks aligned, of ${whole.format(code.a.blocks.length)} and ${whole.format(code.b.blocks.length)}`),
      [["equal", equal, "equal"], ["operands", operands, "other operands ~"], ["replaced", replaced, "replaced |"],
        ["only-a", onlyA, "only in A <"], ["only-b", onlyB, "only in B >"]].map(([kind, n, label]) =>
        element("span", {class: `key ${kind}`}, `${whole.format(n)} ${label}`))),
    listing);
  return panel;
}
