"""Many comparisons with match_lab (evaluation/match_lab.cc), and each of their rows judged by the truth.

match_lab is $MATCH_LAB, or build/dev/evaluation/match_lab below the root of the repository.
"""
import itertools
import os
import subprocess
import sys

import harness
from run_match import judge

SEPARATOR = "|"                                        # within the names of jobs


def program():
    path = os.environ.get("MATCH_LAB", os.path.join(harness.REPO, "build/dev/evaluation/match_lab"))
    if not os.path.exists(path):
        sys.exit(f"no {path}: cmake --preset dev && cmake --build build/dev --target match_lab, or set MATCH_LAB")
    return path


class Job:
    """A comparison of some projects' binaries of one variant with some projects' of another."""

    def __init__(self, kind, a_projects, a_variant, b_projects, b_variant):
        self.kind, self.a, self.b = kind, [f"{p}.{a_variant}" for p in a_projects], [f"{p}.{b_variant}" for p in b_projects]
        self.projects = sorted({*a_projects, *b_projects})
        self.variants = (a_variant, b_variant)

    def name(self):
        return SEPARATOR.join((self.kind, ",".join(self.a), ",".join(self.b)))

    def line(self, folder):
        files = [",".join(os.path.join(folder, f) for f in side) for side in (self.a, self.b)]
        return "\t".join((self.name(), *files)) + "\n"

    def there(self, truths):
        return all(f in truths for f in (*self.a, *self.b))


def related(projects, variants):
    """Every project against itself, built otherwise."""
    return [Job("related", [p], q, [p], t) for q, t in variants for p in projects]


def unrelated(projects, variants):
    """Every project against every other one; the pairs of variants take turns, so that each serves a part of them."""
    couples = list(itertools.combinations(projects, 2))
    return [Job("unrelated", [p], q, [r], t) for n, (p, r) in enumerate(couples)
            for q, t in (variants[n % len(variants)], variants[(n + n // len(variants) + 1) % len(variants)])]


def mixed(projects, variants):
    """Folders that have one project of two in common: the other one's functions have no partner."""
    out = []
    for i, p in enumerate(projects):
        for turn, (q, t) in enumerate(variants):
            if (i + turn) % 2:
                continue
            others = [o for o in projects if o != p]
            first, last = others[(i + turn) % len(others)], others[(i + turn + 1 + turn % (len(others) - 1)) % len(others)]
            out.append(Job("mixed", [first, p], q, [p, last], t))
    return out


def run(jobs, *options, rows=None, together=None, candidates=None, folder=None):
    """Runs match_lab over the jobs; its tables go to the named files."""
    argv = [program(), "rows", *options]
    for option, path in (("--rows", rows), ("--together", together), ("--candidates", candidates)):
        argv += [option, path] if path else []
    folder = folder or harness.functions_dir("bin")
    done = subprocess.run(argv, input="".join(j.line(folder) for j in jobs), text=True)
    if done.returncode:
        sys.exit(f"match_lab: exit {done.returncode}")


def verdict(truths, a_file, x, b_file, y):
    """True, False or None (does not count) for a pair of functions of any two binaries."""
    if a_file.split(".")[0] == b_file.split(".")[0]:
        return judge(truths[a_file], truths[b_file], x, y)
    p, q = truths[a_file].rows.get(x), truths[b_file].rows.get(y)
    if p is None or q is None:
        return False
    if p["kind"] != "func" or q["kind"] != "func":
        return None                                    # runtime code on either side
    return None if p["pair"] != "-" and p["pair"] == q["pair"] else False


def table(paths):
    """(header, iterator of rows) of tab-separated files with one header."""
    with open(paths[0]) as f:
        header = f.readline().rstrip("\n").split("\t")

    def rows():
        for path in paths:
            with open(path) as f:
                next(f)
                for line in f:
                    yield line.rstrip("\n").split("\t")
    return header, rows()
