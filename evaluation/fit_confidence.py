#!/usr/bin/env python3
"""Fit the model behind `confidence`, and the threshold of what is reported: src/match/calibration.inc.

  fit_confidence.py [--rows FOLDER] [--write FILE]      (numpy; match_lab, see lab.py)

Rows are pairs of functions, as match_lab gives them, of the tuning projects: every project against itself built
otherwise; folders of two projects that have one in common, so that half of the functions have no partner; and projects
against others, where every pair is wrong. Each row carries the model's inputs (src/match/calibrate.cc) and whether it is
right by the truth. Fitted is a logistic regression with a ridge, every project counting by the root of its rows, lest
sqlite speak for all; what is printed was predicted by models that had not seen the project.

The threshold of what is reported is where the worst column of run_match.py's table, so predicted, is nearest to the two
targets, .98 of the reported right and .80 of the functions covered, or farthest above both.
"""
import argparse
import collections
import os
import sys
import tempfile

import numpy as np

import harness
import lab
from run_match import CALIBRATION, REPORTED_COVERAGE, REPORTED_PRECISION, TABLE, Tally

MOST = 1500                                            # rows of one project and kind that are fitted to
RIDGE = 3.0
MORE = [("x64-gcc12-O0", "x64-gcc12-O2"), ("x64-clang14-O2", "x64-gcc12-O0"), ("x64-clang19-O2", "x86-gcc12-O2"),
        ("arm64-clang14-O2", "pe64-gcc12-Os"), ("x64-gcc12-O3", "x64-gcc12-Os"), ("x64-clang16-O3", "arm64-gcc12-O2"),
        ("pe64-gcc12-O2", "x64-clang14-O2"), ("x86-gcc12-O1", "x86-gcc12-O2"), ("x86-gcc12-O1", "x64-gcc12-O0"),
]
MIXED = [row[:2] for row in TABLE[1:]]
APART = [("x64-gcc12-O2", "x64-gcc12-O2"), ("x64-gcc12-O2", "x64-clang14-O2"), ("pe64-gcc12-O2", "pe64-gcc12-O2"),
         ("x86-gcc12-O2", "x86-gcc12-O2"), ("arm64-gcc12-O2", "arm64-gcc12-O2"), ("x64-gcc12-O3", "x86-gcc12-O1"),
        ("x64-gcc12-O0", "x64-gcc12-O0"), ("x64-clang14-O2", "x64-clang14-O2")]


def sigmoid(z):
    return 1 / (1 + np.exp(-np.clip(z, -40, 40)))


def fit(x, y, weight, ridge=RIDGE):
    """(constant, weights of the columns of x) of a logistic regression by Newton's method; the ridge is on columns that
    are scaled to unit variance, and not on the constant."""
    mean, spread = np.average(x, axis=0, weights=weight), x.std(axis=0) + 1e-9
    z = np.hstack([np.ones((len(x), 1)), (x - mean) / spread])
    beta, penalty = np.zeros(z.shape[1]), np.diag([0.0] + [ridge] * x.shape[1])
    for _ in range(50):
        p = sigmoid(z @ beta)
        gradient = z.T @ (weight * (y - p)) - penalty @ beta
        step = np.linalg.solve((z * (weight * p * (1 - p))[:, None]).T @ z + penalty + 1e-9 * np.eye(z.shape[1]), gradient)
        beta += step
        if np.abs(step).max() < 1e-5:
            break
    of = beta[1:] / spread
    return beta[0] - of @ mean, of


class Rows:
    """The rows of one mode that count, as columns."""

    def __init__(self, paths, truths):
        header, rows = lab.table(paths)
        at = {name: i for i, name in enumerate(header)}
        self.names = [n for n in header if n.startswith("i_")]
        inputs = slice(at[self.names[0]], at[self.names[-1]] + 1)
        x, y, said, may, groups, kind, pair, query = [], [], [], [], [], [], [], []
        for row in rows:
            a_file, b_file = row[at["a_file"]], row[at["b_file"]]
            address = int(row[at["a_address"]], 16)
            right = lab.verdict(truths, a_file, address, b_file, int(row[at["b_address"]], 16))
            if right is None:
                continue
            x.append(row[inputs])
            y.append(right)
            said.append(row[at["confidence"]])
            may.append(row[at["library"]] == "0" and float(row[at["similarity"]]) >= .1
                       and all(int(row[at[s + "_instructions"]]) >= 20 or int(row[at[s + "_blocks"]]) >= 5 for s in "ab"))
            kind_, a, b = row[0].split(lab.SEPARATOR)
            groups.append((a + "," + b, a_file.split(".")[0]))
            kind.append(kind_)
            pair.append((a.split(",")[0].split(".")[1], b.split(",")[0].split(".")[1]))
            query.append((a_file, address))
        self.x, self.y = np.array(x, dtype=float), np.array(y, dtype=float)
        self.said, self.may = np.array(said, dtype=float), np.array(may, dtype=bool)
        self.kind, self.pair, self.query = np.array(kind), pair, query
        self.projects = [{f.split(".")[0] for f in g.split(",")} for g, _ in groups]
        self.own = [own for _, own in groups]
        count = collections.Counter(zip(self.own, kind))
        # what is fitted to: at most MOST rows of a project and kind, evenly spread; each project by the root of its rows
        seen, few = collections.Counter(), []
        for key in zip(self.own, kind):
            most = min(count[key], MOST)
            few.append(seen[key] * most // count[key] != (seen[key] + 1) * most // count[key])
            seen[key] += 1
        self.few = np.array(few)
        self.weight = np.array([np.sqrt(count[k]) / min(count[k], MOST) for k in zip(self.own, kind)])
        self.weight *= self.few.sum() / self.weight[self.few].sum()

    def of(self, kind, pair=None):
        return np.array([k == kind and pair in (None, p) for k, p in zip(self.kind, self.pair)])


def cross_validated(rows):
    """Each row's confidence by models that were fitted without its comparison's projects, two projects left out at a time
    (where it has several, the mean of the logits of the models that lack each)."""
    total, seen = np.zeros(len(rows.y)), np.zeros(len(rows.y))
    projects = sorted(set().union(*rows.projects))
    half = (len(projects) + 1) // 2
    for couple in (projects[i::half] for i in range(half)):
        of = np.array([not p.isdisjoint(couple) for p in rows.projects])
        train = ~of & rows.few
        constant, weights = fit(rows.x[train], rows.y[train], rows.weight[train])
        total[of] += constant + rows.x[of] @ weights
        seen[of] += 1
    return sigmoid(total / np.maximum(seen, 1))


def error(confidence, right):
    """run_match.py's calibration error."""
    bins = np.minimum(9, (confidence * 10).astype(int))
    return sum(abs((confidence - right)[bins == b].sum()) for b in range(10)) / max(len(right), 1)


def threshold(confidence, right, groups):
    """The confidence (in steps of .005) whose worst group is nearest to both targets, or farthest above them: half a point
    of precision weighs as ten of coverage (of the group's rows)."""
    def slack(group, least):
        above = group & (confidence >= least)
        precision = right[above].mean() if above.any() else 1
        return min((precision - REPORTED_PRECISION) / .005, (above.sum() / group.sum() - REPORTED_COVERAGE) / .1)
    steps = np.arange(.5, .9951, .005)
    return round(float(max(steps, key=lambda least: min(slack(g, least) for g in groups))), 3)


def columns(rows, confidence, least, truths):
    body = []
    pairs = [(row[:2], row[2]) for row in TABLE] + [(p, f"{p[0]} -> {p[1]}") for p in MORE]
    for pair, label in pairs:
        of = rows.of("related", pair)
        if not of.any():
            continue
        reported = of & rows.may & (confidence >= least)
        covered = pairable = 0
        for project in sorted({o for o, m in zip(rows.own, of) if m}):
            a, b = truths[f"{project}.{pair[0]}"], truths[f"{project}.{pair[1]}"]
            wanted = {r["addr"] for n, r in a.by_name.items() if harness.scorer().eligible(r) and n in b.by_name}
            pairable += len(wanted)
            covered += sum(q[1] in wanted for q, r, o in zip(rows.query, reported, rows.own) if r and o == project)
        body.append([label, int(of.sum()), int(reported.sum()), harness.figure(rows.y[reported].mean()),
                     harness.figure(covered / pairable), harness.figure(error(confidence[of], rows.y[of]))])
    for kind in ("mixed", "unrelated"):
        of = rows.of(kind)
        reported = of & rows.may & (confidence >= least)
        body.append([kind, int(of.sum()), int(reported.sum()), harness.figure(harness.ratio(rows.y[reported].sum(), reported.sum())),
                     "-", harness.figure(error(confidence[of], rows.y[of]))])
    return harness.markdown(["tuning projects, each by a model that has not seen it", "rows", "reported",
                             f"precision (target {harness.figure(REPORTED_PRECISION)})",
                             f"coverage (target {harness.figure(REPORTED_COVERAGE)})",
                             f"calibration error (target {harness.figure(CALIBRATION)})"], body)


def bins(confidence, right):
    at = np.minimum(9, (confidence * 10).astype(int))
    return harness.markdown(["confidence", "rows", "mean confidence", "share right"], [
        [f"{b / 10:.1f}-{(b + 1) / 10:.1f}", int((at == b).sum()), harness.figure(harness.ratio(confidence[at == b].sum(), (at == b).sum())),
         harness.figure(harness.ratio(right[at == b].sum(), (at == b).sum()))] for b in range(10)])


def gather(folder, mode, truths, *options):
    """The rows of a mode, from the folder as far as they are there; kept project by project, for it takes a while."""
    names = harness.chosen_projects("tuning", "")
    pairs = [row[:2] for row in TABLE] + MORE
    jobs = lab.related(names, pairs if mode == "aligned" else pairs[:len(TABLE)])
    if mode == "aligned":
        jobs += lab.mixed(names, MIXED) + lab.unrelated(names, APART)
    parts = {}
    for job in jobs:
        if job.there(truths):
            parts.setdefault(f"{mode}.{job.kind}.{job.a[-1].split('.')[0]}", []).append(job)
    for name, some in parts.items():
        path = os.path.join(folder, name)
        if not os.path.exists(path):
            lab.run(some, *options, rows=path + ".part", together=path + ".together")
            os.rename(path + ".part", path)
            print(f"{name}: {len(some)} comparisons", file=sys.stderr)
    return Rows([os.path.join(folder, name) for name in parts], truths)


def coefficients(name, names, least, constant, weights):
    lines = [f"constexpr Coefficients {name} = {{", f"    {least}f,  // reported from here on", f"    {constant:.4f}f,", "    {"]
    lines += [f"        {w:.4f}f,  // {n[2:]}" for n, w in zip(names, weights)]
    return lines + ["    }};"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rows", metavar="FOLDER", default="", help="where the rows are kept; those there are used again")
    parser.add_argument("--write", metavar="FILE", default=os.path.join(harness.REPO, "src/match/calibration.inc"))
    args = parser.parse_args()
    truths = harness.Truths(harness.functions_dir("truth"))
    with tempfile.TemporaryDirectory() as scratch:
        folder = args.rows or scratch
        os.makedirs(folder, exist_ok=True)
        aligned, alone = gather(folder, "aligned", truths), gather(folder, "alone", truths, "--alone")
    lines = ["// Generated by evaluation/fit_confidence.py; do not edit. A logistic regression on calibrate.cc's inputs, in their order;",
             f"// fitted to {len(aligned.y):,} aligned pairs of functions and {len(alone.y):,} of functions judged alone, of the tuning projects.",
             "// clang-format off"]
    for name, rows in (("kAligned", aligned), ("kAlone", alone)):
        predicted = cross_validated(rows)
        table_columns = [rows.of("related", row[:2]) & rows.may for row in TABLE]
        least = threshold(predicted, rows.y, [g for g in table_columns if g.any()])
        print(f"## {name}: {len(rows.y)} rows, threshold {least}\n\n{columns(rows, predicted, least, truths)}\n")
        print(bins(predicted, rows.y) + "\n")
        lines += coefficients(name, rows.names, least, *fit(rows.x[rows.few], rows.y[rows.few], rows.weight[rows.few]))
    with open(args.write, "w") as f:
        f.write("\n".join(lines + ["// clang-format on"]) + "\n")


if __name__ == "__main__":
    sys.exit(main())
