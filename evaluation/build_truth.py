#!/usr/bin/env python3
"""Build the ground truth: the same sources for every compiler, level, format and architecture.

  build_truth.py --setup                 install the compilers (Debian 12; needs root or sudo)
  build_truth.py [--split tuning|heldout] [--projects A,B] [--variants REGEX] [--jobs N]
  build_truth.py --list                  projects and variants

Sources are Debian source packages, fetched through a private apt configuration (the system's own is only read).
Every project is compiled by direct compiler calls, one executable per variant with all its objects in it.  The
linked file with symbols gives the truth (function_truth.py of the scorers, found through SAMEHAND_SCORERS, by
default ../shared/tools beside the repository); then it is stripped.  Below SAMEHAND_TRUTH_CACHE (./truth-cache):

  functions/bin/PROJECT.VARIANT            stripped
  functions/bin-notables/PROJECT.VARIANT   stripped, unwind tables removed (ELF .eh_frame*; PE .pdata and .xdata)
  functions/truth/PROJECT.VARIANT.tsv      the functions

What exists and still fits its recipe is kept, so an interrupted run goes on where it stopped.  An error in one
project or variant is reported at the end and stops nothing else; then the exit status is 3.
"""
import argparse
import collections
import concurrent.futures
import dataclasses
import glob
import hashlib
import json
import os
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import threading
import time

import projects as catalogue

HERE = os.path.dirname(os.path.abspath(__file__))
REPO = os.path.dirname(HERE)
LEVELS = ("O0", "O1", "O2", "O3", "Os")
SUITES = ("bookworm", "bullseye", "trixie")
PACKAGES = """gcc-12 g++-12 gcc-12-multilib g++-12-multilib gcc-12-aarch64-linux-gnu g++-12-aarch64-linux-gnu
gcc-mingw-w64-x86-64-posix g++-mingw-w64-x86-64-posix clang-14 clang-16 clang-19 binutils dpkg-dev ccache make
tcl unicode-data""".split()
TRIPLE = {"x64": "x86_64-linux-gnu", "x86": "i686-linux-gnu", "arm64": "aarch64-linux-gnu", "pe64": "x86_64-w64-mingw32"}
MAIN = "int main(void) { return 0; }\n"
_print_lock = threading.Lock()


def cache_dir():
    return os.path.abspath(os.environ.get("SAMEHAND_TRUTH_CACHE", "./truth-cache"))


def scorers_dir():
    return os.environ.get("SAMEHAND_SCORERS", os.path.join(os.path.dirname(REPO), "shared", "tools"))


def say(text):
    with _print_lock:
        print(text, flush=True)


def variants():
    """The variants that score_functions.py plans for, and clang 19."""
    out = [f"{t}-gcc12-{level}" for t in ("x64", "x86", "arm64", "pe64") for level in LEVELS]
    out += [f"x64-clang14-{level}" for level in LEVELS]
    out += [f"{t}-clang14-O2" for t in ("x86", "arm64", "pe64")]
    out += ["x64-clang16-O2", "x64-clang16-O3", "x64-clang19-O2", "x64-clang19-O3", "x64-clang19-Os"]
    return out


class BuildError(Exception):
    pass


def run(argv, cwd=None, shell=False):
    done = subprocess.run(argv, cwd=cwd, shell=shell, capture_output=True, text=True)
    if done.returncode:
        lines = [line for line in (done.stderr + done.stdout).splitlines() if re.search(r"error|undefined|cannot|fail", line, re.I)]
        what = argv if shell else " ".join(argv[:3]) + " … " + argv[-1]
        raise BuildError(f"{what}: " + " | ".join((lines or done.stderr.splitlines()[-3:] or ["no message"])[:3])[:600])
    return done.stdout


# --- sources ------------------------------------------------------------------------------------------------------

def archives():
    """[(uri, key file)] of the system's apt sources for bookworm."""
    entries = set()
    for path in glob.glob("/etc/apt/sources.list.d/*.sources"):
        for stanza in re.split(r"\n\s*\n", pathlib.Path(path).read_text()):
            fields = {k.lower(): v for k, v in re.findall(r"^([\w-]+):\s*(.*)$", stanza, re.M)}
            if "bookworm" in fields.get("suites", "").split():
                entries.update((uri, fields.get("signed-by", "")) for uri in fields.get("uris", "").split())
    lists = glob.glob("/etc/apt/sources.list.d/*.list") + ["/etc/apt/sources.list"]
    for path in filter(os.path.exists, lists):
        for line in open(path):
            m = re.match(r"deb\s+(?:\[([^]]*)\]\s+)?(\S+)\s+bookworm\s", line)
            if m:
                signed = re.search(r"signed-by=(\S+)", m[1] or "")
                entries.add((m[2], signed[1] if signed else ""))
    if not entries:
        raise BuildError("no apt source for bookworm on this machine: Debian 12 is needed to fetch packages")
    return sorted(entries)


def apt_options(cache, kind="deb-src", suites=SUITES, architecture=None):
    """Options of a private apt configuration for sources or another architecture's binaries; the system's is only read."""
    top = os.path.join(cache, "apt" if kind == "deb-src" else f"apt-{architecture}")
    parts = os.path.join(top, "parts")
    for d in ("parts", "lists/partial", "cache/archives/partial"):
        os.makedirs(os.path.join(top, d), exist_ok=True)
    options = []
    for key, value in (("Dir::Etc::sourcelist", "/dev/null"), ("Dir::Etc::sourceparts", parts),
                       ("Dir::State::Lists", os.path.join(top, "lists")), ("Dir::Cache", os.path.join(top, "cache")),
                       ("APT::Sandbox::User", "root"), *([("APT::Architecture", architecture), ("APT::Architectures::", architecture),
                        ("Dir::State::status", "/dev/null")] if architecture else [])):
        options += ["-o", f"{key}={value}"]
    if os.path.exists(os.path.join(top, "ready")):
        return options
    for n, (uri, signed) in enumerate(archives()):
        for suite in suites:
            with open(os.path.join(parts, f"{n}-{suite}.sources"), "w") as f:
                f.write(f"Types: {kind}\nURIs: {uri}\nSuites: {suite}\nComponents: main\n")
                f.write(f"Signed-By: {signed}\n" if signed else "")
    subprocess.run(["apt-get", *options, "-q", "update"], capture_output=True)   # a missing suite is no reason to stop
    pathlib.Path(os.path.join(top, "ready")).touch()
    return options


_source_lock = threading.Lock()


def unpack_source(project, cache):
    """The folder of the project's unpacked and prepared source, and its Debian version."""
    with _source_lock:
        folder = os.path.join(cache, "sources", f"{project.source}.{project.suite}")
        tree = os.path.join(cache, "trees", project.name + ("" if project.suite == SUITES[0] else "." + project.suite))
        if not os.path.exists(folder):
            options = apt_options(cache)
            part = folder + ".part"
            shutil.rmtree(part, ignore_errors=True)
            os.makedirs(part)
            run(["apt-get", *options, "-q", "source", "--download-only", f"{project.source}/{project.suite}"], cwd=part)
            os.rename(part, folder)
        dsc = glob.glob(os.path.join(folder, "*.dsc"))
        if not dsc:
            raise BuildError(f"{project.source}: no source package came")
        version = re.search(r"^Version: (\S+)", pathlib.Path(dsc[0]).read_text(errors="replace"), re.M)[1]
        recipe = hashlib.sha256(repr((version, sorted(project.write.items()), project.prepare)).encode()).hexdigest()[:16]
        stamp = os.path.join(tree, ".prepared")
        if not os.path.exists(stamp) or pathlib.Path(stamp).read_text() != recipe:
            shutil.rmtree(tree, ignore_errors=True)
            os.makedirs(os.path.dirname(tree), exist_ok=True)
            run(["dpkg-source", "--no-check", "-x", dsc[0], tree])
            for name, text in project.write.items():
                os.makedirs(os.path.dirname(os.path.join(tree, name)), exist_ok=True)
                with open(os.path.join(tree, name), "w") as f:
                    f.write(text)
            for command in project.prepare:
                run(command, cwd=tree, shell=True)
            with open(stamp, "w") as f:
                f.write(recipe)
        return tree, version


def of_target(table, target, nothing=()):
    """The table's entry for a target; "elf" stands for every target but PE."""
    return table.get(target, nothing if target == "pe64" else table.get("elf", nothing))


def source_files(project, tree, target):
    leave_out = (*project.exclude, *of_target(project.target_exclude, target))
    drop = {os.path.normpath(p) for pattern in leave_out for p in glob.glob(os.path.join(tree, pattern), recursive=True)}
    out = []
    for pattern in project.files:
        found = sorted(os.path.normpath(p) for p in glob.glob(os.path.join(tree, pattern), recursive=True))
        if not found:
            raise BuildError(f"{project.name}: no file fits {pattern}")
        out += [p for p in found if p not in drop and p not in out]
    return out


# --- compilers ----------------------------------------------------------------------------------------------------

def compilers(variant, cplusplus):
    """(compile, link, binutils prefix) of a variant; compile and link are argument lists."""
    target, compiler, level = variant.split("-")
    gcc = "g++" if cplusplus else "gcc"
    linker = {"x64": [f"{gcc}-12"], "x86": [f"{gcc}-12", "-m32"], "arm64": [f"aarch64-linux-gnu-{gcc}-12"],
              "pe64": [f"x86_64-w64-mingw32-{gcc}-posix"]}[target]
    prefix = {"arm64": "aarch64-linux-gnu-", "pe64": "x86_64-w64-mingw32-"}.get(target, "")
    # the i386 C library's headers lack <asm/...>, which gcc-multilib links there; that package excludes the AArch64 compiler
    kernel = ["-idirafter", "/usr/include/x86_64-linux-gnu"] if target == "x86" else []
    if compiler == "gcc12":
        return [*linker, f"-{level}", *kernel], linker, prefix
    clang = ("clang++-" if cplusplus else "clang-") + compiler.removeprefix("clang")
    compile_ = [clang, f"--target={TRIPLE[target]}", f"-{level}"]
    if target == "x86":
        compile_ += ["-march=i686", *kernel]
    if target == "pe64":                               # clang doesn't find MinGW's C++ headers under Debian's version names
        include = glob.glob("/usr/lib/gcc/x86_64-w64-mingw32/*-posix/include")[0]
        extra = []
        if cplusplus:
            base = include + "/c++"
            extra = ["-isystem", base, "-isystem", base + "/x86_64-w64-mingw32"]
        compile_ += [*extra, "-isystem", "/usr/x86_64-w64-mingw32/include"]
        return compile_, linker, prefix
    return compile_, [clang, f"--target={TRIPLE[target]}"], prefix


def remove_tables(source, target_path, prefix, pe):
    """A copy without unwind tables: an ELF's .eh_frame* removed, a PE's .pdata and .xdata zeroed and unlisted."""
    if not pe:
        run([f"{prefix}objcopy", "--remove-section=.eh_frame", "--remove-section=.eh_frame_hdr", source, target_path])
        return
    data = bytearray(pathlib.Path(source).read_bytes())
    header = struct.unpack_from("<I", data, 0x3C)[0]
    sections, optional = struct.unpack_from("<H", data, header + 6)[0], struct.unpack_from("<H", data, header + 20)[0]
    struct.pack_into("<II", data, header + 24 + 112 + 3 * 8, 0, 0)       # the exception directory of a PE32+
    for n in range(sections):
        at = header + 24 + optional + 40 * n
        if bytes(data[at:at + 8]).rstrip(b"\0") in (b".pdata", b".xdata"):
            size, offset = struct.unpack_from("<II", data, at + 16)
            data[offset:offset + size] = bytes(size)
    with open(target_path, "wb") as f:
        f.write(data)


COARSE_INTEGERS = (("unsigned long long", "unsigned"), ("unsigned long", "unsigned"), ("unsigned int", "unsigned"),
                   ("long long", "int"), ("long", "int"))


def pair_by_signature(truth):
    """C++ truth whose `pair` and `name` are demangled signatures with all wide integers made one type.

    size_t is `unsigned long` on x86-64, `unsigned int` on i386 and `unsigned long long` on Windows, so mangled names
    differ where the source is the same.  Functions of one binary that would fall together (overloads) keep their
    mangled name.  The symbol itself goes to a ninth column.
    """
    lines = truth.splitlines()
    head = [line for line in lines if line.startswith("#") or line.startswith("addr\t")]
    table = [line.split("\t") for line in lines if line not in head]
    plain = subprocess.run(["c++filt"], input="\n".join(row[7] for row in table), capture_output=True, text=True,
                           check=True).stdout.splitlines()
    coarse_names = []
    for row, name in zip(table, plain):
        name = re.sub(r" \[clone [^]]*\]", "", name).replace("[abi:cxx11]", "")
        for wide, coarse in COARSE_INTEGERS:
            name = re.sub(rf"\b{wide}\b", coarse, name)
        coarse_names.append(name + (" deleting" if re.search(r"D0Ev", row[7]) else ""))
    seen = collections.Counter(name for row, name in zip(table, coarse_names) if row[2] == "func")
    for row, name in zip(table, coarse_names):
        row.append(row[7])
        if seen[name] < 2:
            row[7] = name
            if row[2] == "func":
                row[3] = name
    again = collections.Counter(row[3] for row in table)
    for row in table:
        if again[row[3]] > 1:
            row[3] = "-"
    return "\n".join([*head, *("\t".join(row) for row in table)]) + "\n"


def recipe_hash(project, version, variant):
    """Changes when the binary would: with what the recipe sets, the source's version and the variant."""
    said = {f.name: getattr(project, f.name) for f in dataclasses.fields(project)
            if f.name not in ("split", "licence") and getattr(project, f.name) not in ({}, ())}
    return hashlib.sha256(json.dumps([said, version, variant], sort_keys=True).encode()).hexdigest()


def build(project, variant, cache, ccache, part="functions"):
    """Compile, link, read the truth off, strip, below the cache's folder `part`.  Returns a word for the progress line."""
    tree, version = unpack_source(project, cache)
    name = f"{project.name}.{variant}"
    target = variant.split("-")[0]
    top = os.path.join(cache, part)
    paths = {kind: os.path.join(top, kind, name) for kind in ("bin", "bin-notables", "symbols")}
    paths["truth"] = os.path.join(top, "truth", name + ".tsv")
    stamp_path = os.path.join(cache, "stamps", *([part] if part != "functions" else []), name)
    stamp = recipe_hash(project, version, variant)
    if all(map(os.path.exists, paths.values())) and os.path.exists(stamp_path) and pathlib.Path(stamp_path).read_text() == stamp:
        return "kept"
    for path in [*paths.values(), stamp_path]:
        os.makedirs(os.path.dirname(path), exist_ok=True)
    compile_, link, prefix = compilers(variant, project.language == "c++")
    work = os.path.join(cache, "build", part, name)
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(work)
    objects = []
    flags = ["-w", "-DNDEBUG", *project.flags, *of_target(project.target_flags, target),
             *[f"-I{os.path.normpath(os.path.join(tree, d))}" for d in project.include]]
    for n, path in enumerate(source_files(project, tree, target)):
        obj = os.path.join(work, f"{n:03}.o")
        of_file = compile_ if path.endswith((".cc", ".cpp", ".cxx")) or project.language == "c" \
            else compilers(variant, False)[0]
        run([*ccache, *of_file, *flags, "-c", path, "-o", obj])
        objects.append(obj)
    names = os.path.join(work, "names")
    with open(names, "w") as f:
        f.write(run([f"{prefix}nm", "--defined-only", *objects]))
    extra = []
    if not project.own_main:
        with open(os.path.join(work, "main.c"), "w") as f:
            f.write(MAIN)
        extra = [os.path.join(work, "main.o")]
        run([*compilers(variant, False)[0], "-c", os.path.join(work, "main.c"), "-o", extra[0]])
    libs = of_target(project.libs, target)
    linked = os.path.join(work, "linked")
    run([*link, "-o", linked, *objects, *extra, *libs])
    if not os.path.exists(linked):                     # MinGW appends .exe
        linked += ".exe"
    truth = run([sys.executable, os.path.join(scorers_dir(), "function_truth.py"), linked, names, f"{prefix}objdump"])
    if project.language == "c++":
        truth = pair_by_signature(truth)
    run([f"{prefix}strip", "-s", "-o", paths["bin"], linked])
    remove_tables(paths["bin"], paths["bin-notables"], prefix, target == "pe64")
    shutil.move(linked, paths["symbols"])
    with open(paths["truth"], "w") as f:
        f.write(truth)
    with open(stamp_path, "w") as f:
        f.write(stamp)
    shutil.rmtree(work, ignore_errors=True)
    return f"{sum(line.split(chr(9))[2:3] == ['func'] for line in truth.splitlines())} functions"


# --- command ------------------------------------------------------------------------------------------------------

def setup():
    sudo = [] if os.geteuid() == 0 else ["sudo"]
    say("installing: " + " ".join(PACKAGES))
    subprocess.run([*sudo, "apt-get", "update", "-q"], check=True)
    subprocess.run([*sudo, "apt-get", "install", "-q", "-y", "--no-install-recommends", *PACKAGES], check=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--setup", action="store_true")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--split", choices=("tuning", "heldout"))
    parser.add_argument("--projects", default="")
    parser.add_argument("--variants", default="")
    parser.add_argument("--jobs", type=int, default=2)
    args = parser.parse_args()
    if args.setup:
        return setup()
    only = set(filter(None, args.projects.split(",")))
    unknown = only - {p.name for p in catalogue.PROJECTS}
    if unknown:
        parser.error("no such project: " + ", ".join(sorted(unknown)))
    chosen = [p for p in catalogue.PROJECTS if (not only or p.name in only) and args.split in (None, p.split)]
    wanted = [v for v in variants() if re.search(args.variants, v)]
    if args.list:
        for p in chosen:
            print(f"{p.split}\t{p.language}\t{p.name}\t{p.source}/{p.suite}\t{p.licence}")
        return print("\n".join(wanted))
    if not os.path.exists(os.path.join(scorers_dir(), "function_truth.py")):
        sys.exit("function_truth.py not found: set SAMEHAND_SCORERS to the folder of the scorers")
    cache = cache_dir()
    ccache = ["ccache"] if shutil.which("ccache") else []
    jobs = [(p, v) for p in chosen for v in wanted]
    failures, began = [], time.time()

    def work(job):
        try:
            return job, build(*job, cache, ccache)
        except (BuildError, OSError) as error:
            return job, error
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        for done, ((project, variant), result) in enumerate(pool.map(work, jobs), 1):
            if isinstance(result, Exception):
                failures.append((project.name, variant, result))
                result = f"FAILED: {result}"
            if result != "kept":
                say(f"[{done}/{len(jobs)} {time.time() - began:.0f} s] {project.name}.{variant}: {result}")
    say(f"{len(jobs) - len(failures)} of {len(jobs)} binaries in {os.path.join(cache, 'functions')}")
    if failures:
        say(f"{len(failures)} failed: " + ", ".join(sorted({f[0] for f in failures})))
        return 3


if __name__ == "__main__":
    sys.exit(main())
