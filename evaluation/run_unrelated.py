#!/usr/bin/env python3
"""Measure what `compare` says of programs that share no source: no kinship, and next to nothing paired.

  run_unrelated.py [--split tuning|heldout|all] [--projects A,B] [--variants V,...] [--jobs N]

Every project is compared with every other one, in each variant.  Counted are functions of the projects themselves
(runtime and start-up code is set aside by the truth); a pair is false where its row is `reported`.  C++ projects
instantiate the same templates of the standard library: pairs whose two functions have the same signature are that,
and are counted apart.  Target: under .005 of the functions, and no verdict of kinship.
"""
import argparse
import collections
import itertools
import json
import os
import sys

import harness
from run_match import COLUMNS

TARGET = .005
KINSHIP = ("same_program", "shared_code")              # verdicts that claim a common source


def compare(a, b):
    """(verdict, evidence in decibans, rows of --matches)."""
    with harness.scratch() as folder:
        path = os.path.join(folder, "matches.tsv")
        said = json.JSONDecoder().raw_decode(harness.call("compare", a, b, "--matches", path, "--format", "json").lstrip())[0]
        with open(path) as f:
            matches = harness.rows(f.read(), *COLUMNS)
    return said.get("verdict"), said.get("evidence_db"), matches


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    harness.common_arguments(parser)
    parser.add_argument("--variants", default="x64-gcc12-O2,x64-clang14-O2,pe64-gcc12-O2,arm64-gcc12-O2,x86-gcc12-O2")
    args = parser.parse_args()
    harness.program()
    names = harness.chosen_projects(args.split, args.projects)
    truths, folder = harness.Truths(harness.functions_dir("truth")), harness.functions_dir("bin")
    jobs = [(v, p, q) for v in args.variants.split(",") for p, q in itertools.combinations(names, 2)
            if f"{p}.{v}" in truths and f"{q}.{v}" in truths]
    sums, failed, verdicts = {}, 0, collections.Counter()
    for (v, p, q), got in harness.each(
            lambda job: compare(*(os.path.join(folder, f"{name}.{job[0]}") for name in job[1:])), jobs, args.jobs, "unrelated"):
        if isinstance(got, harness.Failed):
            failed += 1
            continue
        verdict, evidence, matches = got
        verdicts[str(verdict)] += 1
        a, b = truths[f"{p}.{v}"], truths[f"{q}.{v}"]
        languages = "+".join(sorted({harness.LANGUAGE[p], harness.LANGUAGE[q]}))
        s = sums.setdefault((v, languages), [0, 0, 0, 0, 0, float("-inf")])
        s[0] += 1
        s[1] += min(sum(r["kind"] == "func" for r in t.rows.values()) for t in (a, b))
        s[5] = max(s[5], evidence if evidence is not None else float("-inf"))
        for _, x, _, y, _, _, reported in matches:
            m, n = a.rows.get(int(x, 16)), b.rows.get(int(y, 16))
            if m and n and m["kind"] == n["kind"] == "func":
                template = m["pair"] != "-" and m["pair"] == n["pair"]
                s[4] += template and reported == "1"
                s[2] += not template and reported == "1"
                s[3] += not template
    body = []
    for (v, languages), (pairs, functions, false, rows, template, most) in sorted(sums.items()):
        share = harness.ratio(false, functions)
        body.append([v, languages, pairs, functions, false, f"{share:.4f}", f"{TARGET}", "met" if share < TARGET else "missed",
                     rows, template, "-" if most == float("-inf") else f"{most:.1f}"])
    print(f"{len(jobs)} comparisons, {failed} failed; split: {args.split}\n")
    print(harness.markdown(["variant", "languages", "pairs of programs", "functions of the smaller", "paired and reported",
                            "share", "target", "", "rows in all", "same template", "most evidence (dB)"], body))
    claimed = sum(verdicts[v] for v in KINSHIP)
    print(f"\nKinship claimed in {claimed} of {sum(verdicts.values())} comparisons (target 0): "
          + ", ".join(f"{verdict} {n}" for verdict, n in verdicts.most_common()))
    harness.save_json(args.json, {"/".join(k): s for k, s in sums.items()})
    return 3 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
