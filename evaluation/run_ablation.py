#!/usr/bin/env python3
"""Measure what each source of evidence brings to finding functions: recovery with one of them off at a time.

  run_ablation.py [--split tuning|heldout|all] [--projects A,B] [--variants REGEX] [--tables none|tables]
                  [--debian A,B] [--json FILE]

Recovery runs through `recover_probe` (SAMEHAND_PROBE, default build/dev/evaluation/recover_probe), which can switch off
what the product always does. The projects' binaries are those of build_truth.py, scored as run_starts.py does;
--debian adds programs of starts_debian.py --build (tuning ones by default: large C++ and profile-guided code), scored
as it does. Without unwind tables unless --tables says otherwise: with them most sources have nothing left to bring.
"""
import argparse
import os
import re
import subprocess
import sys

import harness
import starts_debian
from build_truth import cache_dir, variants
from run_kinds import probe
from run_starts import FOLDER, count

VARIANTS = "^(x64-gcc12-O2|x64-gcc12-Os|x64-clang14-O2|x86-gcc12-O2|arm64-gcc12-O2|pe64-gcc12-O2)$"
DEBIAN = "cmake,python3.11,bash,libapt-pkg"


def starts(files, tables, off):
    """{file: its starts}, one run for all."""
    argv = [probe(), *(["--no-tables"] if tables == "none" else []), *(["--off", off] if off else []), *files]
    done = subprocess.run(argv, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"recover_probe: exit {done.returncode}: {done.stderr.strip()[-300:]}")
    out = {f: set() for f in files}
    for line in done.stdout.splitlines():
        path, _, address, _ = line.split("\t")
        out[path].add(int(address, 16))
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    harness.common_arguments(parser)
    parser.add_argument("--variants", default=VARIANTS)
    parser.add_argument("--tables", choices=("none", "tables"), default="none")
    parser.add_argument("--debian", default=DEBIAN, help="Debian programs, comma-separated; may be empty")
    args = parser.parse_args()
    truths = harness.Truths(harness.functions_dir("truth"))
    folder = FOLDER[args.tables]
    jobs = {os.path.join(harness.functions_dir(folder), f"{p}.{v}"): (truths[f"{p}.{v}"], count)
            for p in harness.chosen_projects(args.split, args.projects) for v in variants()
            if re.search(args.variants, v) and f"{p}.{v}" in truths}
    projects = list(jobs)
    top = os.path.join(cache_dir(), "debian", "amd64")
    debian = [os.path.join(top, folder, n) for n in filter(None, args.debian.split(","))]
    for path in debian:
        truth = os.path.join(top, "truth", os.path.basename(path) + ".tsv")
        if not os.path.exists(truth):
            sys.exit(f"{truth} is missing: starts_debian.py --build")
        jobs[path] = (harness.scorer().Truth(truth), lambda t, mine: starts_debian.score(t, mine)[:3])
    if not jobs:
        sys.exit("nothing to measure: build the truth first (build_truth.py)")
    body, said = [], {}
    sources = subprocess.run([probe(), "--list"], capture_output=True, text=True, check=True).stdout.split()
    for off in [None, *sources]:
        row = [off or "nothing"]
        for name, files in (("projects", projects), ("debian", debian)):
            functions = found = extra = 0
            for path, mine in (starts(files, args.tables, off) if files else {}).items():
                truth, score = jobs[path]
                n, right, wrong = score(truth, mine)
                functions, found, extra = functions + n, found + right, extra + wrong
            said[f"{name}/{off or 'nothing'}"] = (functions, found, extra)
            row.append(f"{harness.figure(harness.ratio(found, found + extra))}/{harness.figure(harness.ratio(found, functions))}")
        body.append(row)
        print("\t".join(row), file=sys.stderr, flush=True)
    print(f"{len(projects)} binaries of projects with {said['projects/nothing'][0]} functions, {len(debian)} Debian programs with "
          f"{said['debian/nothing'][0]}; split: {args.split}; unwind tables: {'not read' if args.tables == 'none' else 'read'}\n")
    print(harness.markdown(("without", "projects p/r", "Debian's p/r"), body))
    harness.save_json(args.json, said)


if __name__ == "__main__":
    sys.exit(main())
