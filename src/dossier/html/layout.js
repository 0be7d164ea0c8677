// Lays out a control-flow graph in layers, entry on top.
//
// Problem: given boxes and edges between them (cycles included), place the boxes and route the edges so that flow runs
// downwards, few edges cross, and long edges are straight.
//
// Method: Sugiyama, Tagawa and Toda (1981): turn back edges round; put each box on the layer of its longest path from the
// top; break long edges into pieces by dummies; order the layers by barycentres, keeping the best of several sweeps; x
// coordinates by Brandes and Köpf (2001) with widths, as the mean of the two middle ones of four alignments.
// Cost: about linear in boxes plus dummies per sweep. Beyond maxVertices dummies are left out and long edges run straight.

const maxVertices = 6000, sweeps = 12, layerGap = 34, boxGap = 18, dummyGap = 9;

// boxes: [{width, height}]; edges: [{from, to}]. Gives {boxes: [{x, y}] of centres, edges: [{points: [[x, y] …], back}],
// width, height}; an edge's points run from its source to its target.
function layoutGraph(boxes, edges) {
  const back = backEdges(boxes.length, edges);
  const forward = edges.map(({from, to}, i) => back[i] ? [to, from] : [from, to]);
  const rank = ranks(boxes.length, forward);
  const vertices = boxes.map((box, i) => ({width: box.width, height: box.height, rank: rank[i], dummy: false, up: [], down: [], x: 0, place: 0}));
  const chains = addDummies(vertices, forward);
  const layers = orderLayers(vertices);
  assignX(vertices, layers);
  return place(vertices, layers, chains, edges, back, boxes.length);
}

// Edges to a box on the path of a depth-first walk from the entry, and loops onto itself.
function backEdges(n, edges) {
  const next = Array.from({length: n}, () => []);
  edges.forEach(({from}, i) => next[from].push(i));
  const back = edges.map(() => false), status = new Uint8Array(n);
  for (let start = 0; start < n; ++start) {
    if (status[start] !== 0) continue;
    const stack = [[start, 0]];
    status[start] = 1;
    while (stack.length > 0) {
      const top = stack[stack.length - 1];
      if (top[1] === next[top[0]].length) {
        status[top[0]] = 2;
        stack.pop();
        continue;
      }
      const edge = next[top[0]][top[1]++], to = edges[edge].to;
      if (status[to] === 1) back[edge] = true;
      else if (status[to] === 0) status[to] = 1, stack.push([to, 0]);
    }
  }
  return back;
}

function ranks(n, forward) {
  const incoming = new Int32Array(n), next = Array.from({length: n}, () => []), rank = new Int32Array(n);
  for (const [from, to] of forward) {
    if (from === to) continue;
    ++incoming[to];
    next[from].push(to);
  }
  const ready = [];
  for (let i = 0; i < n; ++i) if (incoming[i] === 0) ready.push(i);
  for (let k = 0; k < ready.length; ++k) {
    for (const to of next[ready[k]]) {
      rank[to] = Math.max(rank[to], rank[ready[k]] + 1);
      if (--incoming[to] === 0) ready.push(to);
    }
  }
  return rank;
}

// Per edge the vertices it passes, its ends included, top first; each step of one layer becomes a piece between neighbours.
function addDummies(vertices, forward) {
  const needed = forward.reduce((sum, [from, to]) => sum + Math.max(0, vertices[to].rank - vertices[from].rank - 1), vertices.length);
  const allowed = needed <= maxVertices;
  return forward.map(([from, to]) => {
    const chain = [from];
    if (from === to) return [from, to];
    if (allowed) {
      for (let rank = vertices[from].rank + 1; rank < vertices[to].rank; ++rank) {
        chain.push(vertices.length);
        vertices.push({width: 1, height: 0, rank, dummy: true, up: [], down: [], x: 0, place: 0});
      }
    }
    chain.push(to);
    for (let i = 1; i < chain.length; ++i) {
      if (vertices[chain[i]].rank !== vertices[chain[i - 1]].rank + 1) continue;
      vertices[chain[i - 1]].down.push(chain[i]);
      vertices[chain[i]].up.push(chain[i - 1]);
    }
    return chain;
  });
}

function orderLayers(vertices) {
  const layers = Array.from({length: Math.max(...vertices.map((v) => v.rank), 0) + 1}, () => []);
  // Depth first from the top, so that what hangs together starts together.
  const seen = new Uint8Array(vertices.length);
  for (let start = 0; start < vertices.length; ++start) {
    const stack = [start];
    while (stack.length > 0) {
      const v = stack.pop();
      if (seen[v] !== 0) continue;
      seen[v] = 1;
      layers[vertices[v].rank].push(v);
      for (let i = vertices[v].down.length; i-- > 0;) stack.push(vertices[v].down[i]);
    }
  }
  const number = (layer) => layer.forEach((v, i) => vertices[v].place = i);
  layers.forEach(number);
  let best = layers.map((layer) => [...layer]), fewest = crossings(vertices, layers);
  for (let sweep = 0; sweep < sweeps && fewest > 0; ++sweep) {
    const down = sweep % 2 === 0;
    for (let k = 1; k < layers.length; ++k) {
      const layer = layers[down ? k : layers.length - 1 - k];
      const centre = new Map(layer.map((v) => {
        const near = down ? vertices[v].up : vertices[v].down;
        const sum = near.reduce((total, w) => total + vertices[w].place, 0);
        return [v, near.length > 0 ? sum / near.length : vertices[v].place];
      }));
      layer.sort((v, w) => centre.get(v) - centre.get(w) || vertices[v].place - vertices[w].place);
      number(layer);
    }
    const now = crossings(vertices, layers);
    if (now < fewest) {
      fewest = now;
      best = layers.map((layer) => [...layer]);
    }
  }
  best.forEach(number);
  return best;
}

// Inversions among the lower ends of each layer's edges, counted with a Fenwick tree.
function crossings(vertices, layers) {
  let total = 0;
  for (let k = 0; k + 1 < layers.length; ++k) {
    const size = layers[k + 1].length, tree = new Int32Array(size + 1);
    let seen = 0;
    for (const v of layers[k]) {
      const ends = vertices[v].down.map((w) => vertices[w].place);
      for (const end of ends) {
        let notAfter = 0;
        for (let i = end + 1; i > 0; i -= i & -i) notAfter += tree[i];
        total += seen - notAfter;
      }
      for (const end of ends) {
        for (let i = end + 1; i <= size; i += i & -i) ++tree[i];
        ++seen;
      }
    }
  }
  return total;
}

function assignX(vertices, layers) {
  const conflicts = innerConflicts(vertices, layers);
  const results = [];
  for (const down of [true, false]) {
    for (const left of [true, false]) {
      const ordered = (down ? layers : [...layers].reverse()).map((layer) => left ? layer : [...layer].reverse());
      const x = compact(vertices, ordered, alignVertically(vertices, ordered, down, left, conflicts));
      results.push(left ? x : x.map((value) => -value));
    }
  }
  // All four are moved so that they lie about the narrowest of them.
  const extents = results.map((x) => [Math.min(...chunked(x, Math.min)), Math.max(...chunked(x, Math.max))]);
  const narrowest = extents.reduce((best, e, i) => e[1] - e[0] < extents[best][1] - extents[best][0] ? i : best, 0);
  results.forEach((x, i) => {
    const shift = i % 2 === 0 ? extents[narrowest][0] - extents[i][0] : extents[narrowest][1] - extents[i][1];
    for (let v = 0; v < x.length; ++v) x[v] += shift;
  });
  vertices.forEach((vertex, v) => {
    const sorted = results.map((x) => x[v]).sort((p, q) => p - q);
    vertex.x = (sorted[1] + sorted[2]) / 2;
  });
}

// Math.min and Math.max take as many arguments as the stack holds: reduce long lists piece by piece.
function chunked(values, reduce) {
  const pieces = [];
  for (let i = 0; i < values.length; i += 4096) pieces.push(reduce(...values.slice(i, i + 4096)));
  return pieces;
}

// Pieces that cross one between two dummies: those inner pieces stay straight, the others give way (Brandes and Köpf's
// type 1 conflicts).
function innerConflicts(vertices, layers) {
  const conflicts = new Set();
  for (let k = 1; k < layers.length; ++k) {
    let from = 0, scanned = 0;
    const above = layers[k - 1], layer = layers[k];
    layer.forEach((v, i) => {
      const inner = vertices[v].dummy ? vertices[v].up.find((w) => vertices[w].dummy) : undefined;
      if (inner === undefined && i !== layer.length - 1) return;
      const to = inner === undefined ? above.length - 1 : vertices[inner].place;
      for (; scanned <= i; ++scanned) {
        for (const w of vertices[layer[scanned]].up) {
          const place = vertices[w].place;
          if ((place < from || place > to) && !(vertices[w].dummy && vertices[layer[scanned]].dummy)) conflicts.add(w * vertices.length + layer[scanned]);
        }
      }
      from = to;
    });
  }
  return conflicts;
}

// Joins each vertex with a median neighbour on the layer before into blocks that will share one x. Gives each vertex's root.
function alignVertically(vertices, layers, down, left, conflicts) {
  const root = vertices.map((_, v) => v), align = vertices.map((_, v) => v);
  const place = new Int32Array(vertices.length);
  for (const layer of layers) layer.forEach((v, i) => place[v] = i);
  for (const layer of layers) {
    let last = -1;
    for (const v of layer) {
      const near = [...(down ? vertices[v].up : vertices[v].down)].sort((p, q) => place[p] - place[q]);
      const middle = (near.length - 1) / 2;
      for (let i = Math.floor(middle); i >= 0 && i <= Math.ceil(middle); ++i) {
        const w = near[i];
        const crosses = conflicts.has(down ? w * vertices.length + v : v * vertices.length + w);
        if (align[v] === v && last < place[w] && !crosses) {
          align[w] = v;
          align[v] = root[v] = root[w];
          last = place[w];
        }
      }
    }
  }
  return root;
}

// The smallest x for each block that keeps its vertices clear of those before them, then as far right as what comes after
// them allows, so that blocks do not hang loose on the left.
function compact(vertices, layers, root) {
  const n = vertices.length, next = new Map(), incoming = new Int32Array(n);
  for (const layer of layers) {
    for (let i = 1; i < layer.length; ++i) {
      const u = vertices[layer[i - 1]], v = vertices[layer[i]];
      const gap = (u.width + v.width) / 2 + (u.dummy && v.dummy ? dummyGap : boxGap);
      const from = root[layer[i - 1]], to = root[layer[i]];
      if (!next.has(from)) next.set(from, []);
      next.get(from).push([to, gap]);
      ++incoming[to];
    }
  }
  const order = [], x = new Array(n).fill(0);
  for (let v = 0; v < n; ++v) if (root[v] === v && incoming[v] === 0) order.push(v);
  for (let k = 0; k < order.length; ++k) {
    for (const [to, gap] of next.get(order[k]) ?? []) {
      x[to] = Math.max(x[to], x[order[k]] + gap);
      if (--incoming[to] === 0) order.push(to);
    }
  }
  for (let k = order.length; k-- > 0;) {
    const after = next.get(order[k]);
    if (after !== undefined) x[order[k]] = Math.max(x[order[k]], Math.min(...after.map(([to, gap]) => x[to] - gap)));
  }
  return x.map((_, v) => x[root[v]]);
}

function place(vertices, layers, chains, edges, back, boxCount) {
  const top = [];
  let y = 0;
  for (const layer of layers) {
    const height = layer.reduce((most, v) => Math.max(most, vertices[v].height), 0);
    top.push([y, y + height]);
    y += height + layerGap;
  }
  let least = Infinity, most = -Infinity;
  for (const v of vertices) {
    least = Math.min(least, v.x - v.width / 2);
    most = Math.max(most, v.x + v.width / 2);
  }
  const centreY = (v) => top[v.rank][0] + v.height / 2;
  const ports = portsOf(vertices, chains, boxCount);
  const routes = edges.map((edge, e) => {
    const chain = chains[e], first = vertices[chain[0]];
    if (edge.from === edge.to) {
      const x = first.x - least + first.width / 2, mid = centreY(first);
      return {points: [[x, mid + 5], [x + 12, mid + 5], [x + 12, mid - 5], [x, mid - 5]], back: true};
    }
    const points = [];
    chain.forEach((v, i) => {
      const vertex = vertices[v];
      if (i === 0) points.push([ports.out[e] - least, top[vertex.rank][0] + vertex.height]);
      else if (i === chain.length - 1) points.push([ports.in[e] - least, top[vertex.rank][0]]);
      else points.push([vertex.x - least, top[vertex.rank][0]], [vertex.x - least, top[vertex.rank][1]]);
    });
    return {points: back[e] ? points.reverse() : points, back: back[e]};
  });
  return {
    boxes: vertices.slice(0, boxCount).map((v) => ({x: v.x - least, y: centreY(v)})),
    edges: routes, width: most - least, height: y - layerGap,
  };
}

// Where edges leave and reach their boxes: spread over the middle of the side, in the order of their other ends.
function portsOf(vertices, chains, boxCount) {
  const ports = {out: new Array(chains.length), in: new Array(chains.length)};
  const leaving = Array.from({length: boxCount}, () => []), reaching = Array.from({length: boxCount}, () => []);
  chains.forEach((chain, e) => {
    leaving[chain[0]].push([vertices[chain[1]].x, e]);
    reaching[chain[chain.length - 1]].push([vertices[chain[chain.length - 2]].x, e]);
  });
  const spread = (lists, out) => lists.forEach((list, v) => {
    list.sort((p, q) => p[0] - q[0] || p[1] - q[1]);
    const room = vertices[v].width * .6;
    list.forEach(([, e], i) => out[e] = vertices[v].x + (list.length === 1 ? 0 : (i / (list.length - 1) - .5) * room));
  });
  spread(leaving, ports.out);
  spread(reaching, ports.in);
  return ports;
}
