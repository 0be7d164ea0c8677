#!/usr/bin/env python3
"""Build other versions of the projects, and find the functions whose source is the same in both.

  build_versions.py [--split tuning|heldout] [--projects A,B] [--jobs N]

The other version is the source package of another Debian release, two years before or after bookworm, compiled by
the same recipe.  Below SAMEHAND_TRUTH_CACHE:

  versions/other/{bin,bin-notables,truth,symbols}/PROJECT.VARIANT    as in functions/, which holds bookworm's
  versions/pairs.tsv      project  other_version  version  symbol  state

`state` is `same` where the text of the function, from the line that debug information names to its closing brace,
is equal in both versions once comments and white space are gone; else `changed`.  Functions of system headers, those
whose name is not unique in a version, and those whose text cannot be cut out cleanly are left out.  What a function
includes, calls or inlines may have changed nevertheless: `same` says that its own lines did not.
"""
import argparse
import concurrent.futures
import dataclasses
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import projects as catalogue
from build_truth import BuildError, build, cache_dir, of_target, run, say, source_files, unpack_source

VARIANTS = ("x64-gcc12-O2", "x64-clang14-O2", "arm64-gcc12-O2", "pe64-gcc12-O2")
CLONE = re.compile(r"\.(constprop|isra|part|cold|lto_priv|localalias)\b.*")


def tokens(text, start, old_style):
    """The text from offset `start` to the brace that closes the first one opened, without comments, as one line.

    None where a declaration ends before a body comes, or where the body does not close.  With `old_style`, parameters
    may be declared between the parentheses and the body.
    """
    out, depth, i, parentheses = [], 0, start, 0
    pattern = re.compile(r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|\s+|\w+|.", re.S)
    while m := pattern.match(text, i):
        piece, i = m[0], m.end()
        if piece.isspace() or piece.startswith(("//", "/*")):
            continue
        out.append(piece)
        if piece == "(":
            parentheses += 1
        elif piece == ")":
            parentheses -= 1
        elif piece == "{":
            depth += 1
        elif piece == "}":
            depth -= 1
            if depth <= 0:
                return " ".join(out) if depth == 0 else None
        elif piece == ";" and depth == 0 and parentheses == 0:
            if not old_style or out[-2:-1] in ([], [")"]) or ")" not in out:
                return None
    return None


def cut(path, line, name, cache):
    """The hash of the function that starts on a line of a file, or None where the line doesn't look like its head."""
    if path not in cache:
        try:
            text = pathlib.Path(path).read_text(errors="replace")
        except OSError:
            text = ""
        starts = [0] + [m.end() for m in re.finditer("\n", text)]
        cache[path] = text, starts
    text, starts = cache[path]
    if not 0 < line <= len(starts):
        return None
    begin = starts[line - 1]
    head = text[begin:begin + 400].split("{")[0]
    plain = re.sub(r"[^\w~].*", "", name)
    if plain.isidentifier() and not plain.startswith("_Z") and plain not in head:
        return None                                    # made by a macro: its text is elsewhere
    body = tokens(text, begin, path.endswith(".c"))
    return body and hashlib.sha256(body.encode()).hexdigest()[:16]


def function_texts(project, cache, ccache):
    """{symbol: hash of its text} of a project, and its version; symbols with several definitions are left out."""
    tree, version = unpack_source(project, cache)
    compiler = ["g++-12" if project.language == "c++" else "gcc-12"]
    flags = ["-w", "-DNDEBUG", *project.flags, *of_target(project.target_flags, "x64"),
             *[f"-I{os.path.normpath(os.path.join(tree, d))}" for d in project.include]]
    found, files = {}, {}
    with tempfile.TemporaryDirectory(prefix="samehand-versions-") as work:
        for path in source_files(project, tree, "x64"):
            obj = os.path.join(work, "one.o")
            use = ["gcc-12"] if path.endswith(".c") else compiler
            run([*ccache, *use, "-g", "-O0", *flags, "-c", path, "-o", obj])
            for line in run(["nm", "-l", "--defined-only", obj]).splitlines():
                m = re.match(r"[0-9a-f]+ [TtWw] (\S+)\t(.*):(\d+)$", line)
                if not m or not os.path.normpath(m[2]).startswith(tree + os.sep):
                    continue
                where = (os.path.normpath(m[2]), int(m[3]))
                found.setdefault(CLONE.sub("", m[1]), set()).add((cut(*where, m[1], files), where))
    texts = {}
    for symbol, places in found.items():
        if len(places) == 1 and (text := next(iter(places))[0]):
            texts[symbol] = text
    return texts, version


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--split", choices=("tuning", "heldout"))
    parser.add_argument("--projects", default="")
    parser.add_argument("--jobs", type=int, default=2)
    args = parser.parse_args()
    only = set(filter(None, args.projects.split(",")))
    cache = cache_dir()
    ccache = ["ccache"] if shutil.which("ccache") else []
    chosen = [p for p in catalogue.PROJECTS if p.name in catalogue.VERSIONS and (not only or p.name in only)
              and args.split in (None, p.split)]
    os.makedirs(os.path.join(cache, "versions"), exist_ok=True)
    table = os.path.join(cache, "versions", "pairs.tsv")
    kept = [line for line in open(table)][1:] if os.path.exists(table) else []
    failures = 0

    def one(project):
        other = dataclasses.replace(project, **catalogue.VERSIONS[project.name])
        for variant in VARIANTS:
            build(other, variant, cache, ccache, part="versions/other")
            build(project, variant, cache, ccache)
        before, other_version = function_texts(other, cache, ccache)
        after, version = function_texts(project, cache, ccache)
        return [f"{project.name}\t{other_version}\t{version}\t{s}\t{'same' if before[s] == after[s] else 'changed'}\n"
                for s in sorted(before.keys() & after.keys())]

    def guarded(project):
        try:
            return project, one(project)
        except (BuildError, OSError, subprocess.SubprocessError) as error:
            return project, error
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        for project, got in pool.map(guarded, chosen):
            if isinstance(got, Exception):
                failures += 1
                say(f"{project.name}: FAILED: {got}")
                continue
            same = sum(line.endswith("\tsame\n") for line in got)
            say(f"{project.name}: {same} functions unchanged, {len(got) - same} changed")
            kept = [line for line in kept if line.split("\t")[0] != project.name] + got
            with open(table + ".new", "w") as f:
                f.writelines(["project\tother_version\tversion\tsymbol\tstate\n", *kept])
            os.replace(table + ".new", table)
    return 3 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
