// Both control-flow graphs of a pair, drawn on demand. A box is a block's code in miniature, one line per instruction,
// coloured as the rows are; aligned blocks carry the same number and colour on both sides.

const maxBoxes = 1500, boxWidth = 66, lineHeight = 3, maxLines = 30, titleHeight = 15;

function drawGraphs(code, blocks, show) {
  const boxes = new Map();  // index of an aligned block -> [{box, reveal}], one or two
  const node = element("div", {class: "graphs"}, ["a", "b"].map((side) => drawGraph(side, code, blocks, show, boxes)));
  return {
    node,
    light(index, reveal) {
      for (const box of node.querySelectorAll(".box.lit")) box.classList.remove("lit");
      for (const entry of boxes.get(index) ?? []) {
        entry.box.classList.add("lit");
        if (reveal) entry.reveal();
      }
    },
  };
}

function drawGraph(side, code, blocks, show, boxesOf) {
  const entries = code.entries[side];
  const title = `Control flow in ${side.toUpperCase()}: ${count(entries.length, "block")}`;
  if (entries.length === 0 || entries.length > maxBoxes) {
    return element("figure", {class: "graph"}, element("figcaption", {}, `${title}, ${entries.length === 0 ? "none listed" : "too many to draw"}`));
  }
  const lines = entries.map((block) => block.rows.filter((row) => row[side] !== null));
  const boxes = lines.map((rows) => ({width: boxWidth, height: titleHeight + lineHeight * Math.min(maxLines, rows.length) + 4}));
  const edges = code[side].blocks.flatMap(([, targets], from) => targets.map(([to, kind]) => ({from, to, kind})));
  const layout = layoutGraph(boxes, edges);
  const drawn = entries.map((block, i) => drawBox(block, side, lines[i], layout.boxes[i], boxes[i], show));
  const drawing = svg("g", {},
    layout.edges.map((edge, i) => svg("path", {class: `edge${edge.back ? " back" : edges[i].kind === 2 ? " taken" : ""}`, d: curve(edge)})),
    layout.edges.map((edge) => svg("path", {class: `arrow${edge.back ? " back" : ""}`, d: arrow(edge)})),
    drawn);
  const canvas = svg("svg", {role: "img", "aria-label": title}, drawing);
  const zoom = movable(canvas, drawing, layout);
  entries.forEach((block, i) => {
    if (!boxesOf.has(block.index)) boxesOf.set(block.index, []);
    boxesOf.get(block.index).push({box: drawn[i], reveal: () => zoom.reveal(layout.boxes[i])});
  });
  return element("figure", {class: "graph"},
    element("figcaption", {}, title, element("span", {class: "zoom"},
      element("button", {type: "button", "aria-label": "Smaller", onclick: () => zoom.by(1 / 1.4)}, "−"),
      element("button", {type: "button", "aria-label": "Larger", onclick: () => zoom.by(1.4)}, "+"),
      element("button", {type: "button", onclick: zoom.fit}, "Whole"))),
    canvas);
}

function drawBox(block, side, rows, at, extent, show) {
  const left = at.x - extent.width / 2, top = at.y - extent.height / 2;
  const paths = {};
  const step = Math.max(1, rows.length / maxLines);
  for (let k = 0; k < Math.min(maxLines, rows.length); ++k) {
    const row = rows[Math.floor(k * step)];
    const length = Math.min(boxWidth - 12, 6 + row[side][1].length * 1.4);
    const kind = rowClass[row.kind];
    paths[kind] = `${paths[kind] ?? ""}M${(left + 6).toFixed(1)} ${(top + titleHeight + k * lineHeight + 1).toFixed(1)}h${length.toFixed(1)}`;
  }
  return svg("g", {class: block.hue === null ? "box alone" : "box", "--hue": block.hue ?? 0, onclick: () => show(block)},
    svg("title", {}, `block ${block.label}: ${count(rows.length, "instruction")}`),
    svg("rect", {x: left, y: top, width: extent.width, height: extent.height, rx: 2}),
    svg("text", {x: left + 6, y: top + 11}, block.label),
    Object.entries(paths).map(([kind, d]) => svg("path", {class: `thumb ${kind}`, d})));
}

// Smooth from point to point, vertical at both ends of every piece.
function curve({points, back}) {
  let d = `M${points[0][0].toFixed(1)} ${points[0][1].toFixed(1)}`;
  for (let i = 1; i < points.length; ++i) {
    const [x, y] = points[i], [px, py] = points[i - 1];
    if (x === px || points.length === 4 && back && py === y) d += `L${x.toFixed(1)} ${y.toFixed(1)}`;
    else d += `C${px.toFixed(1)} ${((py + y) / 2).toFixed(1)} ${x.toFixed(1)} ${((py + y) / 2).toFixed(1)} ${x.toFixed(1)} ${y.toFixed(1)}`;
  }
  return d;
}

function arrow({points}) {
  const [x, y] = points[points.length - 1], before = points[points.length - 2];
  // Edges reach their target from above, back edges from below, loops onto themselves from the right.
  if (before[1] === y) return `M${x} ${y}l5 -3v6z`;
  const up = before[1] > y;
  return `M${x.toFixed(1)} ${y.toFixed(1)}l-3 ${up ? 5 : -5}h6z`;
}

// Dragging moves, the buttons and the wheel with Ctrl zoom. At first the drawing is as large as its frame allows, but not
// so small that numbers cannot be read: a long function then shows its beginning.
function movable(canvas, drawing, layout) {
  const view = {x: 0, y: 0, k: 1}, margin = 14;
  let touched = false;
  const apply = () => drawing.setAttribute("transform", `translate(${view.x.toFixed(2)} ${view.y.toFixed(2)}) scale(${view.k.toFixed(4)})`);
  const fit = (least) => {
    const width = canvas.clientWidth, height = canvas.clientHeight;
    if (width === 0) return;
    view.k = Math.max(least, Math.min((width - 2 * margin) / layout.width, (height - 2 * margin) / layout.height, 1.1));
    // What is wider than the frame starts about its entry, the first box.
    view.x = layout.width * view.k > width ? width / 2 - layout.boxes[0].x * view.k : (width - layout.width * view.k) / 2;
    view.y = layout.height * view.k < height - 2 * margin ? (height - layout.height * view.k) / 2 : margin;
    apply();
  };
  const by = (factor, x = canvas.clientWidth / 2, y = canvas.clientHeight / 2) => {
    const k = Math.min(4, Math.max(.03, view.k * factor));
    view.x = x - (x - view.x) * k / view.k;
    view.y = y - (y - view.y) * k / view.k;
    view.k = k;
    touched = true;
    apply();
  };
  const reveal = (box) => {
    const x = view.x + box.x * view.k, y = view.y + box.y * view.k, width = canvas.clientWidth, height = canvas.clientHeight;
    if (x > 40 && x < width - 40 && y > 30 && y < height - 30) return;
    view.x += width / 2 - x;
    view.y += height / 2 - y;
    touched = true;
    apply();
  };
  canvas.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const frame = canvas.getBoundingClientRect();
    by(event.deltaY < 0 ? 1.15 : 1 / 1.15, event.clientX - frame.left, event.clientY - frame.top);
  }, {passive: false});
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    const start = {x: event.clientX, y: event.clientY, viewX: view.x, viewY: view.y};
    let moved = false;
    const move = (e) => {
      const dx = e.clientX - start.x, dy = e.clientY - start.y;
      if (!moved && Math.hypot(dx, dy) < 4) return;
      if (!moved) canvas.setPointerCapture(event.pointerId);  // only now: a click must still reach its block
      moved = touched = true;
      view.x = start.viewX + dx;
      view.y = start.viewY + dy;
      apply();
    };
    const end = () => {
      canvas.removeEventListener("pointermove", move);
      canvas.removeEventListener("pointerup", end);
      canvas.removeEventListener("pointercancel", end);
    };
    canvas.addEventListener("pointermove", move);
    canvas.addEventListener("pointerup", end);
    canvas.addEventListener("pointercancel", end);
  });
  new ResizeObserver(() => {
    if (!touched) fit(.5);
  }).observe(canvas);
  return {by, reveal, fit: () => {
    touched = true;
    fit(.02);
  }};
}
