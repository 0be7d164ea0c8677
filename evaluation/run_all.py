#!/usr/bin/env python3
"""Repeat every table of docs/evaluation.md on one commit, with one program, and write them to one page.

  run_all.py [--output FOLDER] [--only A,B] [--jobs N] [--again] [--dirty]     (--list: the steps and their commands)

The truth must be there (build_truth.py, build_versions.py, starts_debian.py --build).  The program is built from the
commit that is checked out (or is $SAMEHAND) and copied into FOLDER (default build/evaluation/COMMIT) first, so that
all tables speak of the same one whatever is built meanwhile.  Each step leaves FOLDER/STEP.md and, where the runner
writes figures, FOLDER/STEP.json; FOLDER/tables.md holds all of them under a heading that names commit and machine.
A step that was finished is not run again unless --again says so, so that an interrupted run goes on where it stopped.
Uncommitted changes are refused, because no commit would then repeat the figures; --dirty marks the page instead.

A step that fails leaves the rest alone; the exit status is then 3.  On an idle machine with two processors all of it
takes about an hour, most of it `match` and `starts`.
"""
import argparse
import datetime
import os
import pathlib
import platform
import shutil
import subprocess
import sys
import time

import harness
from build_truth import HERE, REPO, cache_dir

BENCH_PROGRAMS = "bash git vim perl gdb rsync ssh libcrypto".split()


def debian(*names):
    return [os.path.join(cache_dir(), "debian", "amd64", "bin", name) for name in names]


def runner(name, *arguments):
    return [sys.executable, os.path.join(HERE, name), *arguments]


def steps(jobs, bench):
    """{step: (title, command, whether the runner takes --json)}, in the order of docs/evaluation.md."""
    many = ("--jobs", str(jobs))
    return {
        "match": ("Matching", runner("run_match.py", "--split", "heldout", *many), True),
        "versions": ("Two versions, two years apart", runner("run_versions.py", "--split", "all", *many), True),
        "unrelated": ("Unrelated programs", runner("run_unrelated.py", "--split", "heldout", *many), True),
        "unrelated_tuning": ("Unrelated programs, tuning", runner("run_unrelated.py", "--split", "tuning", *many), True),
        "starts": ("Function starts", runner("run_starts.py", "--split", "heldout", *many), True),
        "debian": ("Function starts of Debian's programs", runner("starts_debian.py", "--split", "all", *many), False),
        "pipeline": ("Speed of the stages", [os.path.join(bench, "pipeline_bench"), *debian(*BENCH_PROGRAMS)], False),
        "matching": ("Speed of matching", [os.path.join(bench, "match_bench"), *debian("git", "gdb")], False),
        "speed": ("Time, memory, growth", runner("run_speed.py"), False),
    }


def git(*arguments):
    return subprocess.run(["git", "-C", REPO, *arguments], capture_output=True, text=True, check=True).stdout.strip()


def machine():
    model = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")),
                 platform.machine())
    return f"{model}, {len(os.sched_getaffinity(0))} processors, load {os.getloadavg()[0]:.1f} at the start"


def keep_program(folder, changed):
    """A copy of the program under test that nobody rebuilds; of a commit, once."""
    copy = os.path.join(folder, "samehand")
    if changed or not os.path.exists(copy):
        program = harness.program()
        if program == os.path.join(REPO, "samehand"):                       # the launcher builds
            subprocess.run([program, "--version"], check=True, stdout=subprocess.DEVNULL)
            program = os.path.join(REPO, "build", "release", "src", "cli", "samehand")
        shutil.copy(program, copy)
    return copy


def shown(command):
    """As one would type it at the root of the repository."""
    words = [os.path.relpath(w, REPO) if w.startswith(REPO + os.sep) else os.path.basename(w) if os.path.isabs(w) else w
             for w in command if w != sys.executable]
    return " ".join(words)


def run(step, command, takes_json, folder, environment):
    """Runs one step; whether it went well.  What it printed is kept only if it did."""
    if takes_json:
        command = [*command, "--json", os.path.join(folder, step + ".json")]
    began = time.time()
    print(f"{step}: {shown(command)}", file=sys.stderr, flush=True)
    try:
        done = subprocess.run(command, cwd=REPO, env=environment, stdout=subprocess.PIPE, text=True)
    except OSError as error:
        print(f"{step}: FAILED: {error}", file=sys.stderr)
        return False
    if done.returncode != 0:
        print(f"{step}: FAILED with status {done.returncode}", file=sys.stderr)
        return False
    with open(os.path.join(folder, step + ".md"), "w") as f:
        f.write(f"`{shown(command)}`, {(time.time() - began) / 60:.0f} min\n\n{done.stdout.strip()}\n")
    return True


def page(wanted, folder, heading):
    parts = [heading]
    for step, (title, *_) in wanted.items():
        path = os.path.join(folder, step + ".md")
        text = pathlib.Path(path).read_text() if os.path.exists(path) else "not measured\n"
        if step in ("pipeline", "matching"):
            head, _, table = text.partition("\n\n")
            text = f"{head}\n\n```\n{table}```\n" if table else text
        parts.append(f"## {title}\n\n{text}")
    return "\n".join(parts)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--output", default="", help="folder (default build/evaluation/COMMIT)")
    parser.add_argument("--only", default="", help="these steps, comma-separated")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--bench", default=os.path.join(REPO, "build", "dev", "bench"), help="folder of the benchmarks")
    parser.add_argument("--again", action="store_true", help="also what was measured before")
    parser.add_argument("--dirty", action="store_true", help="also with uncommitted changes")
    parser.add_argument("--list", action="store_true")
    args = parser.parse_args()
    every = steps(args.jobs, args.bench)
    only = list(filter(None, args.only.split(",")))
    if unknown := set(only) - set(every):
        parser.error("no such step: " + ", ".join(sorted(unknown)) + "; there are " + ", ".join(every))
    if args.list:
        return print("\n".join(f"{step}: {shown(command)}" for step, (_, command, _) in every.items()))
    changes = bool(git("status", "--porcelain", "--untracked-files=no"))
    if changes and not args.dirty:
        sys.exit("there are uncommitted changes: no commit would repeat these figures (--dirty measures nevertheless)")
    commit = git("log", "-1", "--format=%h") + ("-changed" if changes else "")
    folder = os.path.abspath(args.output or os.path.join(REPO, "build", "evaluation", commit))
    os.makedirs(folder, exist_ok=True)
    environment = dict(os.environ, SAMEHAND=keep_program(folder, changes))
    heading = f"# Measured on {commit}, {datetime.date.today()}\n\n{machine()}.\n"
    failures = 0
    for step, (_, command, takes_json) in every.items():
        if only and step not in only:
            continue
        if os.path.exists(os.path.join(folder, step + ".md")) and not args.again:
            continue
        failures += not run(step, command, takes_json, folder, environment)
        with open(os.path.join(folder, "tables.md"), "w") as f:
            f.write(page(every, folder, heading))
    print(os.path.join(folder, "tables.md"))
    return 3 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
