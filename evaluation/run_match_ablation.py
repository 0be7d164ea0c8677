#!/usr/bin/env python3
"""Measure what each part of the matching is worth: recall@1 with it switched off.

  run_match_ablation.py [--split tuning|heldout|all] [--projects A,B] [--parts P,Q] [--pairs table|QV:TV,...]
  run_match_ablation.py --settings 'mass_power=.2;mass_power=.3,rarity_power=1' ...

Aligned comparisons by match_lab (lab.py), as run_match.py makes them with the program itself; `match_lab parts` lists
the parts.  With --settings, parameters of src/match/weights.h are changed instead, each list of them in a row of its own.
Confidence is not refitted for each, so only recall is shown: every row counts.
"""
import argparse
import os
import subprocess
import sys
import tempfile

import harness
import lab
from run_match import by_language, chosen_pairs, official, recall


def measured(names, pairs, truths, *options):
    """{language: [recall@1 of each pair of variants]}."""
    jobs = [j for j in lab.related(names, [p[:2] for p in pairs]) if j.there(truths)]
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "rows.tsv")
        lab.run(jobs, *options, rows=path)
        header, rows = lab.table([path])
        at = {name: i for i, name in enumerate(header)}
        for row in rows:
            found.setdefault(row[0], []).append((row[at["a_file"]], int(row[at["a_address"]], 16), row[at["b_file"]],
                                                 int(row[at["b_address"]], 16), row[at["similarity"]]))
    figures = {}
    for job in jobs:
        both = truths.some((job.a[0], job.b[0]))
        figures.setdefault((harness.LANGUAGE[job.projects[0]], job.variants), []).append(
            official(both, found.get(job.name(), []), *job.variants))
    return {language: [recall(figures.get((language, p[:2]), [])) for p in pairs] for language, _ in by_language(names)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    harness.common_arguments(parser)
    parser.add_argument("--parts", default="", help="only these, comma-separated")
    parser.add_argument("--settings", default="", help="instead of parts: NAME=NUMBER,... ; NAME=NUMBER,...")
    parser.add_argument("--alone", action="store_true", help="one against all, without alignment")
    parser.add_argument("--pairs", default="table")
    args = parser.parse_args()
    names, pairs = harness.chosen_projects(args.split, args.projects), chosen_pairs(args.pairs)
    truths = harness.Truths(harness.functions_dir("truth"))
    known = [line.split("\t") for line in subprocess.run([lab.program(), "parts"], capture_output=True, text=True,
                                                         check=True).stdout.splitlines()]
    wanted = set(filter(None, args.parts.split(",")))
    rows, said = [("nothing", [])], {}
    if args.settings:
        rows += [(s.strip(), [w for a in s.split(",") for w in ("--set", a.strip())]) for s in args.settings.split(";")]
    else:
        rows += [(what, ["--without", part]) for part, what in known if not wanted or part in wanted]
    body = []
    for what, options in rows:
        by = measured(names, pairs, truths, *options, *(["--alone"] if args.alone else []))
        said[what] = by
        for language, values in by.items():
            mean = harness.ratio(sum(v for v in values if v == v), sum(v == v for v in values))
            body.append([what, language, *(harness.figure(v) for v in values), harness.figure(mean)])
        print(f"{what}: " + ", ".join(f"{row[1]} {row[-1]}" for row in body[-len(by):]), file=sys.stderr, flush=True)
    print(harness.markdown(["without", "language", *(p[2] for p in pairs), "mean"], sorted(body, key=lambda r: r[1])))
    harness.save_json(args.json, said)


if __name__ == "__main__":
    sys.exit(main())
