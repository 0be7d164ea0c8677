#!/usr/bin/env python3
"""Measure whether kinship of two toolkits is seen where it is, and nowhere else.

  run_kinship.py [--split tuning|heldout|all] [--projects A,B]

By match_lab (lab.py), with the engine's own figures:

  related    a program with its other build
  mixed      folders of two programs each that have one program in common, built otherwise: the smaller the common one,
             the less there is to see
  unrelated  a program with another, in every variant of run_unrelated.py's and between them

Kinship is claimed where its probability reaches .9 (src/dossier: kKinship).  Targets: never for unrelated programs.
"""
import argparse
import os
import statistics
import sys
import tempfile

import harness
import lab
from run_match import TABLE

CLAIMED = .9
VARIANTS = "x64-gcc12-O2 x64-clang14-O2 pe64-gcc12-O2 arm64-gcc12-O2 x86-gcc12-O2 x64-gcc12-O0".split()
APART = [(v, v) for v in VARIANTS] + [row[:2] for row in TABLE]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    harness.common_arguments(parser)
    args = parser.parse_args()
    names = harness.chosen_projects(args.split, args.projects)
    truths = harness.Truths(harness.functions_dir("truth"))
    pairs = [row[:2] for row in TABLE]
    apart = [lab.Job("unrelated", [p], q, [r], t) for n, p in enumerate(names) for r in names[n + 1:] for q, t in APART]
    jobs = [j for j in lab.related(names, pairs) + lab.mixed(names, pairs) + apart if j.there(truths)]
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "together.tsv")
        lab.run(jobs, together=path)
        header, rows = lab.table([path])
        found = {row[0]: dict(zip(header, row)) for row in rows}
    groups = {}
    for job in jobs:
        common = set(f.split(".")[0] for f in job.a) & set(f.split(".")[0] for f in job.b)
        label = f"mixed, {next(iter(common))} in common" if job.kind == "mixed" and args.split == "tuning" else job.kind
        groups.setdefault(label, []).append(found[job.name()])
    body = []
    for label, some in groups.items():
        claimed = sum(float(f["kinship"]) >= CLAIMED for f in some)
        db = sorted(float(f["evidence_db"]) for f in some)
        reported = sorted(int(f["reported"]) for f in some)
        body.append([label, len(some), claimed, "0" if label == "unrelated" else "all",
                     "met" if claimed == (0 if label == "unrelated" else len(some)) else "missed",
                     f"{db[0]:.0f}", f"{statistics.median(db):.0f}", f"{db[-1]:.0f}", reported[0], reported[-1]])
    print(harness.markdown(["comparisons", "number", "kinship claimed", "target", "", "least evidence (dB)", "median", "most",
                            "fewest reported", "most reported"], body))
    harness.save_json(args.json, {label: some for label, some in groups.items()})


if __name__ == "__main__":
    sys.exit(main())
