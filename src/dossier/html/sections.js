// What stands below the table: traces, library code, files, failures, and how to read all of it.

const forgeabilityText = {
  trivial: "a hex editor and a minute",
  easy: "a build setting or public knowledge",
  moderate: "takes care and skill",
  hard: "needs the private thing itself",
};

function drawTraces() {
  if (data.traces.length === 0) return null;
  const rows = data.traces.map((trace) => element("tr", {},
    element("td", {}, element("span", {class: `grade ${trace.forgeability}`, title: forgeabilityText[trace.forgeability]}, trace.forgeability)),
    element("td", {class: "what"}, trace.kind, trace.key && ` ${trace.key}`),
    element("td", {}, trace.a === trace.b ? element("div", {class: "value"}, trace.a)
      : [element("div", {class: "value"}, element("span", {class: "badge a"}, "A"), trace.a), element("div", {class: "value"}, element("span", {class: "badge b"}, "B"), trace.b)],
    trace.why && element("div", {class: "aside"}, trace.why),
    (trace.aFiles.length > 1 || trace.bFiles.length > 1) && element("div", {class: "aside"},
      `in ${trace.aFiles.map(baseName).join(", ")} and ${trace.bFiles.map(baseName).join(", ")}`))));
  return element("section", {id: "traces", "aria-labelledby": "traces-title"}, element("h2", {id: "traces-title"}, "Traces on both sides"),
    element("p", {class: "aside"}, "What else A and B have in common, hardest to forge first. A trace that is easy to fake is worth little, and none is worth anything alone."),
    element("table", {class: "plain traces"}, element("thead", {}, element("tr", {}, ["forging", "trace", "value"].map((title) => element("th", {scope: "col"}, title)))),
      element("tbody", {}, rows)),
    data.traceCount > rows.length && element("p", {class: "aside"}, `… and ${whole.format(data.traceCount - rows.length)} more`));
}

function drawLibrary() {
  if (data.library === 0) return null;
  const names = pairs.filter((pair) => pair.kind === "library").map((pair) => pair.a.name || pair.b.name).filter((name) => name !== "");
  const shown = names.slice(0, 60);
  return element("section", {id: "library", "aria-labelledby": "library-title"}, element("h2", {id: "library-title"}, "Pairs with library code"),
    element("p", {}, `${count(data.library, "pair")} of functions of which one at least is a compiler’s runtime or a well-known library’s, or only jumps elsewhere. They are worth nothing: they say which tools were used, not who used them. `,
      element("button", {type: "button", class: "link", onclick: () => {
        chooseKind("library");
        document.getElementById("functions").scrollIntoView();
      }}, "List them in the table")),
    shown.length > 0 && element("p", {class: "names"}, shown.map((name, i) => [i > 0 && ", ", element("code", {}, name)]),
      names.length > shown.length && ` … and ${whole.format(names.length - shown.length)} more`));
}

function sampleDetails(sample, side) {
  const facts = [["SHA-256", sample.sha256], ["kind", sample.kind], ["size", `${size(sample.size)}, ${size(sample.code)} of code`],
    ["functions", `${whole.format(sample.functions)}, ${whole.format(sample.library)} of them runtime or library`]];
  return element("details", {class: "sample", open: data.samples[side].length === 1},
    element("summary", {}, element("span", {class: `badge ${side}`}, side.toUpperCase()), element("span", {class: "path"}, sample.path)),
    element("dl", {class: "facts"}, facts.map(([term, text]) => [element("dt", {}, term), element("dd", {}, text)]),
      sample.traces.map(([kind, key, value, valid]) => [element("dt", {}, kind, key && ` ${key}`),
        element("dd", {}, value, !valid && element("span", {class: "tag bad"}, "invalid"))]),
      sample.traceCount > sample.traces.length && [element("dt", {}, ""), element("dd", {class: "aside"}, `… and ${whole.format(sample.traceCount - sample.traces.length)} more traces`)]),
    sample.remarks.map(([kind, text]) => element("p", {class: "remark"}, element("span", {class: "tag"}, kind), " ", text)),
    sample.diagnostics.map((text) => element("p", {class: "remark"}, element("span", {class: "tag"}, "read with care"), " ", text)));
}

function drawFiles() {
  const all = [...data.samples.a.map((s) => [s, "a"]), ...data.samples.b.map((s) => [s, "b"])];
  const hidden = data.sides.a.files + data.sides.b.files - all.length;
  return element("section", {id: "files", "aria-labelledby": "files-title"}, element("h2", {id: "files-title"}, "Files"),
    all.map(([sample, side]) => sampleDetails(sample, side)),
    hidden > 0 && element("p", {class: "aside"}, `… and ${count(hidden, "more file")}`),
    data.failures.length > 0 && element("div", {class: "alert"}, element("h3", {}, "Could not be read"),
      element("ul", {}, data.failures.map(([, where, message]) => element("li", {}, where && element("span", {class: "path"}, where, ": "), message)))));
}

const explanations = [
  ["Shared function", "A pair of functions, one on each side, that Samehand holds to be built from the same source and sure enough to count. Not library code."],
  ["Worth (dB)", "How much a pair speaks for a shared origin, in decibans: 10 dB make it ten times likelier than before, 20 dB a hundred times, 30 dB a thousand times. It grows with size and peculiarity and falls with how common such code is."],
  ["Alike (similarity)", "The share of a function’s weighted features that its partner has: data flow, strings, constants, imports, control flow. 1 is the same code but for addresses; builds by different compilers often stand near .7."],
  ["Sure (confidence)", "An estimate of the probability that the pair is right. Measured, it is within .02 on average and too timid below .7."],
  ["Size", "Instructions in A and in B."],
  ["Evidence", "What all shared functions are worth together. Not the plain sum: functions that call each other are not independent witnesses."],
  ["Probability of shared source", "The evidence turned into a probability, on the assumption that one pair of programs in a hundred is related before anything is seen."],
  ["Can be judged", "Functions large enough to tell one from another, and not known as runtime or library code. Shares are of these."],
  ["Unsure", "The best partner that was found, below the threshold. Not claimed to be right, not counted."],
  ["Contains, inlined, piece", "The pair is not one to one: A’s function holds B’s and more; A’s lies within B’s; one is a part that the compiler split off."],
  ["Forging", "How cheaply a trace can be faked: trivial (a hex editor and a minute), easy (a build setting or public knowledge), moderate (takes care and skill), hard (needs the private thing itself)."],
  ["Code side by side", "Blocks with the same number are aligned. Unmarked lines are equal (addresses aside); ~ the same operation on other operands, which are marked; | another instruction in the same place; < only in A; > only in B."],
  ["Control-flow graphs", "Aligned blocks have the same number and colour; blocks of one side only are dashed. Each line in a box is an instruction, in the colour of its row. Blue edges lead back to the head of a loop. A click shows the block’s code."],
];

function drawMethod() {
  return element("section", {id: "method", "aria-labelledby": "method-title"}, element("h2", {id: "method-title"}, "What the numbers mean"),
    element("dl", {class: "explanations"}, explanations.map(([term, text]) => element("div", {}, element("dt", {}, term), element("dd", {}, text)))),
    element("h3", {}, "Method"),
    element("p", {}, "Functions were recovered from the files without their symbols’ help where there are none; each was executed once over a small intermediate language, ",
      "and what it computes became a set of weighted features that survive another compiler, level, format or architecture. Functions were paired by what they have in common, ",
      "weighted by rarity, and by the pairs of their callers and callees, each at most once. Names play no part in the pairing. docs/matching.md in Samehand’s source tells the whole method and how well it was measured to work."));
}

function drawFoot() {
  document.getElementById("foot").append(element("p", {}, `Samehand ${data.versions.samehand}, features version ${data.versions.features}. `,
    "This page is complete in itself: it loads nothing and sends nothing."));
}
