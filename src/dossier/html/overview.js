// The head of the page and the first screen: verdict, figures, the two sides, how much of each is shared, and where.

function drawHead() {
  document.getElementById("head").append(
    element("p", {class: "brand"}, "Samehand · code comparison"),
    element("h1", {class: `verdict ${data.verdict}`}, data.heading),
    element("p", {class: "sentence"}, data.verdictText));
}

function tile(value, label, note, strong) {
  return element("div", {class: strong ? "tile strong" : "tile"},
    element("span", {class: "value"}, value), element("span", {class: "label"}, label),
    note && element("span", {class: "note"}, note));
}

function tiles() {
  const {a, b} = data.sides;
  return element("div", {class: "tiles"},
    tile(whole.format(data.shared), data.shared === 1 ? "shared function" : "shared functions",
      `${percent(a.share)} of A’s, ${percent(b.share)} of B’s`),
    tile(decibans(data.evidence), "evidence of one source", "10 dB = ten times likelier"),
    tile(fraction(data.kinship), "probability of shared source", "if one pair in 100 is related"),
    tile(data.shared > 0 ? fraction(data.median) : "–", "median similarity", "of the shared functions"),
    tile(whole.format(data.contradictions.length), data.contradictions.length === 1 ? "contradiction" : "contradictions",
      "between traces and code", data.contradictions.length > 0));
}

// The parts of a side's functions that are told apart, in the order in which a bar shows them.
function functionParts(side) {
  const small = Math.max(0, side.functions - side.pairable - side.library);
  const unsure = Math.min(data.unsure, Math.max(0, side.pairable - data.shared));
  return [
    ["shared", Math.min(data.shared, side.functions), "shared"],
    ["unsure", unsure, "a likeness, unsure"],
    ["own", Math.max(0, side.pairable - data.shared - unsure), "only here"],
    ["small", Math.min(small, Math.max(0, side.functions - data.shared)), "too small to judge"],
    ["library", side.library, "runtime and library"],
  ];
}

function bar(parts, unit) {
  const total = parts.reduce((sum, [, n]) => sum + n, 0);
  const text = parts.map(([, n, label]) => `${unit(n)} ${label}`).join(", ");
  return element("div", {class: "bar", role: "img", "aria-label": text, title: text},
    parts.filter(([, n]) => n > 0).map(([kind, n]) => element("span", {class: `part ${kind}`, "--part": n / total})));
}

function sideCard(name) {
  const side = data.sides[name], samples = data.samples[name];
  const title = name.toUpperCase();
  const kinds = [...new Set(samples.map((sample) => sample.kind))];
  const rows = [
    ["kind", `${side.files === 1 ? "" : `${whole.format(side.files)} files, `}${kinds.slice(0, 3).join(", ") || "nothing readable"}`],
    ["size", `${size(side.size)}, ${size(side.code)} of code`],
    ["functions", `${whole.format(side.functions)}, of which ${whole.format(side.pairable)} can be judged`],
  ];
  const code = [
    ["shared", Math.min(side.sharedBytes, side.code), "in shared functions"],
    ["own", Math.max(0, side.code - side.sharedBytes), "in the rest"],
  ];
  return element("section", {class: "side", "aria-label": title},
    element("h2", {}, element("span", {class: `badge ${name}`}, title), element("span", {class: "path"}, data[name])),
    element("dl", {class: "facts"}, rows.map(([term, text]) => [element("dt", {}, term), element("dd", {}, text)])),
    side.functions > 0 && element("div", {class: "measure"},
      element("span", {class: "measure-name"}, "functions"), bar(functionParts(side), (n) => whole.format(n)),
      element("span", {class: "measure-value"}, percent(side.share))),
    side.code > 0 && element("div", {class: "measure"},
      element("span", {class: "measure-name"}, "code"), bar(code, size),
      element("span", {class: "measure-value"}, percent(Math.min(1, side.sharedBytes / side.code)))),
    samples.length === 1 && samples[0].remarks.filter(([kind]) => kind !== "contradiction").map(([kind, text]) =>
      element("p", {class: "remark"}, element("span", {class: "tag"}, kind), " ", text)));
}

function legend() {
  const entries = [["shared", "shared"], ["unsure", "a likeness, unsure"], ["own", "only here"], ["small", "too small to judge"],
    ["library", "runtime and library"]];
  return element("p", {class: "legend"}, entries.map(([kind, label]) =>
    element("span", {class: "entry"}, element("span", {class: `part ${kind}`}), label)));
}

// Place of each pair's functions among all addresses of its side, 0…1, by rank: gaps between sections say nothing.
function places(side) {
  const order = [...pairs.keys()].sort((x, y) => {
    const f = pairs[x][side], g = pairs[y][side];
    return f.sample - g.sample || f.address.length - g.address.length || (f.address < g.address ? -1 : f.address > g.address ? 1 : 0);
  });
  const place = new Float64Array(pairs.length);
  order.forEach((index, rank) => place[index] = (rank + 0.5) / order.length);
  return place;
}

function dotPlot() {
  const extent = 260, a = places("a"), b = places("b");
  const paths = {library: "", unsure: "", shared: ""};
  // More dots than pixels in a row add nothing.
  const step = Math.max(1, Math.ceil(pairs.length / 8000));
  for (let i = 0; i < pairs.length; i += step) {
    paths[pairs[i].kind] += `M${(a[i] * extent).toFixed(1)} ${(b[i] * extent).toFixed(1)}h0`;
  }
  return element("figure", {class: "plot"},
    svg("svg", {viewBox: `-16 -16 ${extent + 24} ${extent + 24}`, role: "img",
      "aria-label": "Order of the paired functions in A against their order in B"},
      svg("rect", {class: "frame", x: 0, y: 0, width: extent, height: extent}),
      Object.entries(paths).map(([kind, d]) => d !== "" && svg("path", {class: `dots ${kind}${pairs.length < 200 ? " few" : ""}`, d})),
      svg("text", {x: 0, y: -5}, "A, in the order of its code →"),
      svg("text", {x: 0, y: 0, transform: "translate(-13 0) rotate(90)"}, "B, in the order of its code →")),
    element("figcaption", {}, "Each dot is a pair. Unbroken lines: the linker saw the same files in the same order. Scattered dots: ",
      "parts were moved, or another hand arranged them."));
}

function histogram() {
  const bins = new Array(20).fill(0);
  const shared = pairs.filter((pair) => pair.kind === "shared");
  for (const pair of shared) ++bins[Math.min(19, Math.floor(pair.similarity * 20))];
  const most = Math.max(1, ...bins), width = 260, height = 90;
  return element("figure", {class: "plot"},
    svg("svg", {viewBox: `-16 -16 ${width + 24} ${height + 38}`, role: "img", "aria-label": "Similarity of the shared functions"},
      svg("line", {class: "axis", x1: 0, y1: height, x2: width, y2: height}),
      bins.map((n, i) => n > 0 && svg("rect", {class: "column", x: i * 13 + 1, width: 11,
        y: height - Math.max(1.5, n / most * height), height: Math.max(1.5, n / most * height)},
        svg("title", {}, `${whole.format(n)} at ${fraction(i / 20)} to ${fraction((i + 1) / 20)}`))),
      [0, .25, .5, .75, 1].map((x) => svg("text", {x: x * width, y: height + 14, "text-anchor": "middle"}, x === 0 ? "0" : fraction(x))),
      svg("text", {x: 0, y: -5}, `similarity of the ${whole.format(shared.length)} shared functions`)),
    element("figcaption", {}, "1 is the same code but for addresses. Other compilers, levels and versions move the columns to the left."));
}

function fileCell(sample) {
  return element("td", {class: "path", title: sample?.path}, sample === undefined ? "" : baseName(sample.path));
}

function filePairs() {
  if (data.files.length === 0 || (data.sides.a.files <= 1 && data.sides.b.files <= 1)) return null;
  const rows = data.files.slice(0, 12).map(([a, b, functions, worth]) => element("tr", {},
    element("td", {class: "num"}, decibans(worth)), element("td", {class: "num"}, whole.format(functions)),
    fileCell(data.samples.a[a]), fileCell(data.samples.b[b])));
  return element("div", {class: "file-pairs"}, element("h3", {}, "Which file shares code with which"),
    element("table", {class: "plain"},
      element("thead", {}, element("tr", {}, ["sum of worth", "functions", "in A", "in B"].map((title, i) =>
        element("th", {class: i < 2 ? "num" : null, scope: "col"}, title)))),
      element("tbody", {}, rows)),
    data.fileCount > rows.length && element("p", {class: "aside"}, `… and ${whole.format(data.fileCount - rows.length)} more pairs of files`));
}

function drawOverview() {
  const sides = element("div", {class: "sides"}, sideCard("a"), sideCard("b"));
  return element("section", {id: "overview", "aria-label": "Overview"},
    tiles(),
    data.contradictions.length > 0 && element("div", {class: "alert"}, element("h3", {}, "Contradictions"),
      element("ul", {}, data.contradictions.map((text) => element("li", {}, text)))),
    sides, legend(),
    pairs.length > 2 && element("div", {class: "plots"}, dotPlot(), histogram(), filePairs()));
}
