#!/usr/bin/env python3
"""Campaigns attributed by technique and software overlap: every figure of docs/techniques.md.

  evaluation/run_techniques.py BUNDLE.json[.gz] --scorer campaigns.py [--samehand ./samehand] [--lab build/dev/evaluation/techniques_lab]

BUNDLE is ATT&CK's own (mitre/cti, enterprise-attack); the scorer is the protocol: what shares a report with a campaign is
left out of every profile. Prints its yardstick and Samehand's score on the campaigns that ATT&CK attributes, with what
chance alone makes of so few; with --lab also the cross-validated figures on pseudo-campaigns (needs python3-numpy).
Exit status 3 where a run fails.
"""
import argparse
import ast
import collections
import importlib.util
import json
import math
import pathlib
import subprocess
import sys
import tempfile

KEYS = ("top1", "top3", "top10", "mrr")


def wilson(share, n, z=1.96):
    centre, spread = share + z * z / (2 * n), z * (share * (1 - share) / n + z * z / (4 * n * n)) ** .5
    return (centre - spread) / (1 + z * z / n), (centre + spread) / (1 + z * z / n)


def scored(line):
    return ast.literal_eval(line[line.index("{"):])


def check_weights(scorer, bundle, rankings):
    """What the weights turn out to be on the attributed campaigns: how often true groups have one, and how often whichever
    other group heads the overlap."""
    spec = importlib.util.spec_from_file_location("scorer", scorer)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    queries, decoder = module.load(bundle), json.JSONDecoder()
    true, heads = collections.Counter(), collections.Counter()
    while rankings.strip():
        ranking, end = decoder.raw_decode(rankings.lstrip())
        rankings = rankings.lstrip()[end:]
        groups = [g for g in ranking["groups"] if "overlap" in g]
        mine = [g for g in groups if g["id"] in queries[ranking["campaign"]]["groups"]]
        others = [g for g in groups if g not in mine]
        for counter, of in ((true, mine), (heads, others)):
            if of:
                counter[max(of, key=lambda g: g["overlap"])["weight_db"][1]] += 1
    print("| weight dB | true groups | heads of the others |\n|---|---|---|")
    for weight in sorted(true | heads, reverse=True):
        print(f"| {weight:.1f} | {true[weight]} | {heads[weight]} |")
    print(flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundle")
    parser.add_argument("--scorer", required=True)
    parser.add_argument("--samehand", default="./samehand")
    parser.add_argument("--lab")
    arguments = parser.parse_args()
    try:
        def run(*command):
            return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
        yardstick = scored(run(sys.executable, arguments.scorer, "baseline", arguments.bundle).splitlines()[0])
        ranks = run(arguments.samehand, "case", "techniques", "--evaluate", arguments.bundle, "--format", "tsv")
        with tempfile.NamedTemporaryFile("w", suffix=".tsv") as file:
            file.write(ranks)
            file.flush()
            ours = scored(run(sys.executable, arguments.scorer, "score", arguments.bundle, file.name))
        print(f"| {ours['n']} campaigns | top-1 | top-3 | top-10 | MRR | median rank |\n|---|---|---|---|---|---|")
        for name, result in (("log-likelihood ratio", yardstick), ("Samehand", ours), ("target", {"top10": .70, "mrr": .38})):
            print(f"| {name} | " + " | ".join(f"{result[k]:.3f}" if k in result else "" for k in KEYS) + f" | {result.get('median', '')} |")
        low, high = wilson(ours["top10"], ours["n"])
        print(f"\n95 % interval of top-10 from {ours['n']} campaigns: {low:.2f} to {high:.2f}\n", flush=True)
        check_weights(arguments.scorer, arguments.bundle,
                      run(arguments.samehand, "case", "techniques", "--evaluate", arguments.bundle, "--format", "json"))
        if arguments.lab:
            fit = pathlib.Path(__file__).with_name("fit_techniques.py")
            print(run(sys.executable, str(fit), arguments.bundle, "--lab", arguments.lab, "--ablate"))
    except (subprocess.CalledProcessError, OSError, ValueError, SyntaxError) as error:
        print(f"run_techniques.py: {error}", file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
