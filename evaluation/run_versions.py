#!/usr/bin/env python3
"""Measure `compare` on two versions of a project two years apart, over the functions whose source did not change.

  run_versions.py [--split tuning|heldout|all] [--projects A,B] [--pairs V:W,...] [--jobs N]

V is the variant of the other Debian release's version, W that of bookworm's; both are stripped.  Target: .95 of the
unchanged functions of 20 instructions or 5 blocks and more (build_versions.py says what unchanged means), same
compiler on both sides.  The other table rows are information.
"""
import argparse
import os
import pathlib
import sys

import harness
from build_versions import CLONE
from run_match import Tally, compare

PAIRS = "x64-gcc12-O2:x64-gcc12-O2,x64-clang14-O2:x64-clang14-O2,arm64-gcc12-O2:arm64-gcc12-O2,pe64-gcc12-O2:pe64-gcc12-O2"
CROSS = ",x64-gcc12-O2:x64-clang14-O2"
TARGET = .95


def by_symbol(path):
    """{symbol: address} of the functions of a truth file whose symbol is unique."""
    found = {}
    for line in open(path):
        c = line.rstrip("\n").split("\t")
        if len(c) >= 8 and c[2] == "func":
            found.setdefault(CLONE.sub("", c[8] if len(c) > 8 else c[7]), []).append(int(c[0], 16))
    return {symbol: a[0] for symbol, a in found.items() if len(a) == 1}


def states():
    """{project: {symbol: "same" or "changed"}} and {project: (other version, version)}."""
    path = harness.functions_dir("pairs.tsv", "versions")
    if not os.path.exists(path):
        sys.exit("no version pairs: run build_versions.py first")
    state, versions = {}, {}
    for project, other, version, symbol, word in harness.rows(pathlib.Path(path).read_text(), "project", "other_version", "version",
                                                              "symbol", "state"):
        state.setdefault(project, {})[symbol] = word
        versions[project] = other, version
    return state, versions


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    harness.common_arguments(parser)
    parser.add_argument("--pairs", default=PAIRS + CROSS)
    args = parser.parse_args()
    harness.program()
    state, versions = states()
    names = [n for n in harness.chosen_projects(args.split, args.projects) if n in state]
    before, after = (harness.Truths(harness.functions_dir("truth", top)) for top in ("versions/other", "functions"))
    jobs = [(v, w, p) for v, w in (pair.split(":") for pair in args.pairs.split(",")) for p in names
            if f"{p}.{v}" in before and f"{p}.{w}" in after]

    def one(job):
        v, w, p = job
        return compare(os.path.join(harness.functions_dir("bin", "versions/other"), f"{p}.{v}"),
                       os.path.join(harness.functions_dir("bin"), f"{p}.{w}"))
    sums, failed, tallies = {}, 0, {}
    for (v, w, p), matches in harness.each(one, jobs, args.jobs, "versions"):
        if isinstance(matches, harness.Failed):
            failed, matches = failed + 1, []
        a, b = before[f"{p}.{v}"], after[f"{p}.{w}"]
        old = by_symbol(os.path.join(before.folder, f"{p}.{v}.tsv"))
        new = by_symbol(os.path.join(after.folder, f"{p}.{w}.tsv"))
        answers = {x: y for _, x, _, y, *_ in matches}
        for symbol, word in state[p].items():
            if symbol not in old or symbol not in new or not harness.scorer().eligible(a.rows[old[symbol]]):
                continue
            right = b.rows[new[symbol]]
            got = b.rows.get(answers.get(old[symbol]))
            s = sums.setdefault((f"{v}:{w}", harness.LANGUAGE[p]), {"same": [0, 0], "changed": [0, 0]})[word]
            s[0] += 1
            s[1] += got is not None and (got["addr"] == right["addr"] or
                                         got["kind"] == "func" and got["body"] == right["body"])
        tallies.setdefault(f"{v}:{w}", Tally()).add(a, b, matches)
    body = []
    for (pair, language), s in sorted(sums.items()):
        same, changed = harness.ratio(s["same"][1], s["same"][0]), harness.ratio(s["changed"][1], s["changed"][0])
        goal = TARGET if pair in PAIRS.split(",") else None
        body.append([pair, language, s["same"][0], harness.figure(same), harness.figure(goal) if goal else "-",
                     "" if not goal else "met" if same >= goal else "missed", s["changed"][0], harness.figure(changed),
                     harness.figure(tallies[pair].precision())])
    print(f"{len(jobs)} comparisons, {failed} failed; split: {args.split}; "
          + ", ".join(f"{p} {versions[p][0]} / {versions[p][1]}" for p in names) + "\n")
    print(harness.markdown(["variants", "language", "unchanged", "recall@1", "target", "", "changed", "recall@1",
                            "precision of reported (both languages; a renamed function counts as wrong)"], body))
    harness.save_json(args.json, {"/".join(k): s for k, s in sums.items()})
    return 3 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
