#!/usr/bin/env python3
"""Measure function starts on stripped binaries, with and without unwind tables.

  run_starts.py [--split tuning|heldout|all] [--projects A,B] [--variants REGEX] [--by-project] [--jobs N]

Runs `samehand functions FILE --format tsv` on every binary and scores the addresses with score_functions.py.
--by-project is refused for held-out projects: single failures there are not to be looked at.
"""
import argparse
import os
import re
import sys
import time

import harness
from build_truth import variants

TARGETS = {("tables", "x64"): (.999, .999), ("tables", "x86"): (.999, .999), ("tables", "pe64"): (.999, .999),
           ("tables", "arm64"): (.999, .999), ("none", "x64"): (.995, .995), ("none", "x86"): (.995, .995),
           ("none", "pe64"): (.995, .995), ("none", "arm64"): (.995, .99)}
FOLDER = {"tables": "bin", "none": "bin-notables"}
NAMES = {"x64": "x86-64 ELF", "x86": "i386 ELF", "arm64": "AArch64 ELF", "pe64": "x86-64 PE"}


def starts(kind, binary):
    text = harness.call("functions", os.path.join(harness.functions_dir(FOLDER[kind]), binary), "--format", "tsv")
    return {int(a, 16) for (a,) in harness.rows(text, "address")}


def count(truth, mine):
    """(functions, found, extra) of one binary, by the scorer's own rules."""
    want = {a for a, r in truth.rows.items() if r["kind"] == "func"}
    inside = {a for a in mine if truth.in_text(a)}
    return len(want), len(want & inside), len(inside - set(truth.rows))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    harness.common_arguments(parser)
    parser.add_argument("--variants", default="", help="only variants that this expression finds")
    parser.add_argument("--by-project", action="store_true")
    parser.add_argument("--tables", choices=("tables", "none", "both"), default="both")
    args = parser.parse_args()
    names = harness.chosen_projects(args.split, args.projects)
    if args.by_project and set(names) & set(harness.chosen_projects("heldout", "")):
        parser.error("--by-project is for tuning projects only")
    harness.program()
    truths = harness.Truths(harness.functions_dir("truth"))
    kinds = ("tables", "none") if args.tables == "both" else (args.tables,)
    jobs = [(k, f"{p}.{v}") for k in kinds for p in names for v in variants()
            if f"{p}.{v}" in truths and re.search(args.variants, v)]
    if not jobs:
        sys.exit("nothing to measure: build the truth first (build_truth.py)")
    began = time.time()
    sums, failed = {}, 0
    for (kind, binary), got in harness.each(lambda job: starts(*job), jobs, args.jobs, "functions"):
        failed += isinstance(got, harness.Failed)
        counts = count(truths[binary], set() if isinstance(got, harness.Failed) else got)
        project, variant = binary.split(".", 1)
        target, compiler, _ = variant.split("-")
        keys = [(kind, target, "all"), (kind, target, harness.LANGUAGE[project]), (kind, "all", "all"),
                (kind, target, compiler)] + ([(kind, target, project)] if args.by_project else [])
        for key in keys:
            s = sums.setdefault(key, [0, 0, 0, 0])
            for i, n in enumerate((1, *counts)):
                s[i] += n
    body = []
    for (kind, target, group), (binaries, functions, found, extra) in sorted(sums.items()):
        precision, recall = harness.ratio(found, found + extra), harness.ratio(found, functions)
        goal = TARGETS.get((kind, target))
        verdict = ""
        if goal and group == "all":
            verdict = "met" if precision >= goal[0] and recall >= goal[1] else "missed"
        body.append((kind, NAMES.get(target, target), group, binaries, functions, harness.figure(precision),
                     harness.figure(recall), "/".join(map(harness.figure, goal)) if goal and group == "all" else "", verdict))
    print(f"{len(jobs)} runs, {failed} failed, {time.time() - began:.0f} s; split: {args.split}\n")
    print(harness.markdown(("tables", "target", "group", "binaries", "functions", "precision", "recall", "target p/r", ""), body))
    harness.save_json(args.json, {"/".join(k): v for k, v in sums.items()})
    return 3 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
