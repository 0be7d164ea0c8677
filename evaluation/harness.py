"""What the evaluation scripts share: the truth, the program under test, and tables.

The truth is what build_truth.py left in SAMEHAND_TRUTH_CACHE; scoring is done by score_functions.py of
SAMEHAND_SCORERS, imported as a module.  The program is $SAMEHAND, or ./samehand at the root of the repository.
"""
import concurrent.futures
import functools
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile

import projects as catalogue
from build_truth import REPO, cache_dir, scorers_dir

LANGUAGE = {p.name: p.language for p in catalogue.PROJECTS}


@functools.cache
def scorer():
    path = os.path.join(scorers_dir(), "score_functions.py")
    if not os.path.exists(path):
        sys.exit("score_functions.py not found: set SAMEHAND_SCORERS to the folder of the scorers")
    spec = importlib.util.spec_from_file_location("score_functions", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def program():
    """The program under test, or an end of the script that says what is missing."""
    path = os.environ.get("SAMEHAND", os.path.join(REPO, "samehand"))
    if not os.path.exists(path):
        sys.exit(f"no program to measure at {path}: build it, or set SAMEHAND")
    return path


def functions_dir(kind, top="functions"):
    return os.path.join(cache_dir(), top, kind)


def chosen_projects(split, only):
    """Project names of a split, in the catalogue's order; `only` is a comma-separated list or empty."""
    names = [p.name for p in catalogue.PROJECTS if split in (None, "all", p.split)]
    wanted = set(filter(None, only.split(",")))
    unknown = wanted - set(LANGUAGE)
    if unknown:
        sys.exit("no such project: " + ", ".join(sorted(unknown)))
    return [n for n in names if not wanted or n in wanted]


class Truths:
    """Truth files of some projects, read when first asked for."""

    def __init__(self, folder):
        self.folder, self.cache = folder, {}

    def __contains__(self, name):
        return name in self.cache or os.path.exists(os.path.join(self.folder, name + ".tsv"))

    def __getitem__(self, name):
        if name not in self.cache:
            self.cache[name] = scorer().Truth(os.path.join(self.folder, name + ".tsv"))
        return self.cache[name]

    def some(self, names):
        """As the plain dictionary that the scorer's functions take."""
        return {n: self[n] for n in names if n in self}


class Failed(Exception):
    pass


def call(*argv, timeout=1800, accept=(0, 1)):
    """Run the program; its output.  Raises Failed with the last line it said."""
    try:
        done = subprocess.run([program(), *argv], capture_output=True, text=True, errors="replace", timeout=timeout)
    except subprocess.TimeoutExpired:
        raise Failed(f"no answer within {timeout} s") from None
    if done.returncode not in accept:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise Failed(f"exit {done.returncode}: {last[:300]}")
    return done.stdout


def rows(text, *columns):
    """The named columns of a TSV with a header row, one tuple a row."""
    lines = text.splitlines()
    if not lines:
        raise Failed("an empty table, without its header")
    header = lines[0].split("\t")
    missing = [c for c in columns if c not in header]
    if missing:
        raise Failed("the table lacks " + ", ".join(missing))
    at = [header.index(c) for c in columns]
    return [tuple(line.split("\t")[i] for i in at) for line in lines[1:] if line]


def each(work, jobs, threads, label):
    """Run work(job) in threads; [(job, result or Failed)], with a progress line on a terminal."""
    out = []
    with concurrent.futures.ThreadPoolExecutor(threads) as pool:
        def guarded(job):
            try:
                return job, work(job)
            except Failed as failure:
                return job, failure
        for n, item in enumerate(pool.map(guarded, jobs), 1):
            out.append(item)
            if isinstance(item[1], Failed):
                print(f"FAILED {label} {item[0]}: {item[1]}", file=sys.stderr)
            if sys.stderr.isatty():
                print(f"\r{label} {n}/{len(jobs)} ", end="" if n < len(jobs) else "\n", file=sys.stderr, flush=True)
    return out


def scratch():
    """A temporary folder that cleans up after itself."""
    return tempfile.TemporaryDirectory(prefix="samehand-evaluation-")


def link_or_copy(source, target):
    try:
        os.link(source, target)
    except OSError:
        shutil.copy(source, target)


def ratio(part, whole):
    return part / whole if whole else float("nan")


def figure(value):
    """A share as the docs write it: .984; '-' where there was nothing to count."""
    if value != value:
        return "-"
    if .99995 <= value < 1:
        return ">.9999"                                # not all of them
    text = f"{value:.4f}" if value > .99 and round(value, 4) != round(value, 3) else f"{value:.3f}"
    return text[1:] if text.startswith("0") else text


def markdown(header, body):
    out = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    out += ["| " + " | ".join(map(str, row)) + " |" for row in body]
    return "\n".join(out)


def save_json(path, value):
    if path:
        with open(path, "w") as f:
            json.dump(value, f, indent=1, sort_keys=True)


def common_arguments(parser):
    parser.add_argument("--split", choices=("tuning", "heldout", "all"), default="tuning")
    parser.add_argument("--projects", default="", help="only these, comma-separated")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--json", metavar="FILE", default="", help="write the figures there too")
