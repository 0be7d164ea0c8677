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
import math
import pathlib
import subprocess
import sys
import tempfile

SHARES = (0.5, 0.2, 0.05, 0.02, 0.005, 0.001, 0.0)  # as in fit_techniques.py
KEYS = ("top1", "top3", "top10", "mrr")


def wilson(share, n, z=1.96):
    centre, spread = share + z * z / (2 * n), z * (share * (1 - share) / n + z * z / (4 * n * n)) ** .5
    return (centre - spread) / (1 + z * z / n), (centre + spread) / (1 + z * z / n)


def scored(line):
    return ast.literal_eval(line[line.index("{"):])


def check_shares(scorer, bundle, ranks):
    """What a share turns out to be worth on the attributed campaigns, to set beside the calibration."""
    spec = importlib.util.spec_from_file_location("scorer", scorer)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    queries, scores = module.load(bundle), collections.defaultdict(dict)
    for line in ranks.splitlines()[1:]:
        campaign, group, score = line.split("\t")
        scores[campaign][group] = float(score)
    true, others = collections.Counter(), collections.Counter()
    for campaign, of in scores.items():
        top = max(of.values())
        whole = sum(math.exp(s - top) for s in of.values())
        share = {g: math.exp(s - top) / whole for g, s in of.items()}
        mine = [v for g, v in share.items() if g in queries[campaign]["groups"]]
        for counter, values in ((true, [max(mine)] if mine else []), (others, [v for g, v in share.items() if g not in queries[campaign]["groups"]])):
            counter.update(next(least for least in SHARES if v >= least) for v in values)
    print("| share from | true | others | dB |\n|---|---|---|---|")
    for least in SHARES:
        value = 10 * math.log10((true[least] + .5) / (true.total() + 1) / ((others[least] + .5) / (others.total() + 1)))
        print(f"| {least} | {true[least]} | {others[least]} | {value:.1f} |")
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
        check_shares(arguments.scorer, arguments.bundle, ranks)
        if arguments.lab:
            fit = pathlib.Path(__file__).with_name("fit_techniques.py")
            print(run(sys.executable, str(fit), arguments.bundle, "--lab", arguments.lab, "--ablate"))
    except (subprocess.CalledProcessError, OSError, ValueError, SyntaxError) as error:
        print(f"run_techniques.py: {error}", file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
