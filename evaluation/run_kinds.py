#!/usr/bin/env python3
"""Measure function starts on kinds of executables that the truth's 33 variants don't hold.

  run_kinds.py [--split tuning|heldout|all] [--projects A,B] [--kinds REGEX] [--by-project] [--build-only] [--jobs N]
  run_kinds.py --list

Mach-O, position-dependent and static executables, shared libraries, link-time optimisation, profiles, other flags that
change how functions begin, end or lie, files without section headers, relocatable objects and static archives. Every
project is built in a kind from the recipes of projects.py; the symbols of the linked file are the truth; then it is
stripped. Recovery runs through `recover_probe` (SAMEHAND_PROBE, default build/dev/evaluation/recover_probe), with the
file's unwind tables and without. A start is wrong where it lies between the project's first and last function and no
function symbol names it. Files lie in SAMEHAND_TRUTH_CACHE/kinds. --by-project is for tuning projects.
"""
import argparse
import concurrent.futures
import glob
import os
import pathlib
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass

import harness
import projects as catalogue
from build_truth import (BuildError, MAIN, REPO, cache_dir, of_target, recipe_hash, run, source_files, unpack_source)

# Small enough that a kind takes seconds; with and without exceptions, interpreters, parsers.
PROJECTS = {"tuning": "zlib lua bzip2 expat libyaml tinyxml2 pugixml jsoncpp snappy".split(),
            "heldout": "xz cjson mujs cmark jansson picosat giflib double_conversion yaml_cpp muparser".split()}
# What a program does in its training run; {tree} is its unpacked source.
TRAINING = {"lua": ["-e", "local t={} for i=1,200000 do t[i%100]=string.format('%d',i) end print(#t)"],
            "bzip2": ["-kc", "{tree}/blocksort.c"], "cmark": ["{tree}/README.md"]}
FRAGMENT = re.compile(r"\.(cold|part)(\.|$)|get_pc_thunk|^GCC_except_table|^ltmp|^_?_GLOBAL__|OUTLINED_FUNCTION")
TARGETS = {"tables": (.999, .999), "none": (.995, .995)}


@dataclass(frozen=True)
class Kind:
    target: str                        # of projects.py's target_flags: x64, x86, arm64, pe64
    says: str
    compiler: str = "gcc12"
    flags: tuple = ()                  # for compiling
    link: tuple = ()
    product: str = "program"           # program, library, archive
    keep: bool = False                 # link with every global function as a root
    merge: bool = False                # objects are linked into one first: link-time optimisation without a main()
    train: bool = False                # build, run, build again with the profile
    sections: bool = True              # False: section headers are removed
    only: str = ""                     # projects that the kind is for, where not all


KINDS = {
    "x64-fixed": Kind("x64", "position-dependent", flags=("-fno-pie",), link=("-no-pie",)),
    "x64-fixed-clang": Kind("x64", "position-dependent", "clang19", ("-fno-pie",), ("-no-pie",)),
    "x64-static": Kind("x64", "static, C library inside", link=("-static",)),
    "x64-library": Kind("x64", "shared library", flags=("-fPIC",), product="library"),
    "x64-cet": Kind("x64", "-fcf-protection", flags=("-fcf-protection",), link=("-Wl,-z,ibtplt",)),
    "x64-cet-clang": Kind("x64", "-fcf-protection", "clang19", ("-fcf-protection",)),
    "x64-no-plt": Kind("x64", "-fno-plt", flags=("-fno-plt",), link=("-Wl,-z,now",)),
    "x64-sections": Kind("x64", "-ffunction-sections --gc-sections", flags=("-ffunction-sections", "-fdata-sections"),
                         link=("-Wl,--gc-sections",), keep=True),
    "x64-lto": Kind("x64", "-flto", flags=("-flto",), link=("-flto=1", "-O2"), merge=True),
    "x64-lto-clang": Kind("x64", "-flto=thin, lld", "clang19", ("-flto=thin",), ("-flto=thin", "-fuse-ld=lld", "-O2"),
                          merge=True),
    "x64-profile": Kind("x64", "-fprofile-use, -O2", train=True, only=" ".join(TRAINING)),
    "x64-split-clang": Kind("x64", "-mllvm -hot-cold-split, -fsplit-machine-functions", "clang19",
                            ("-mllvm", "-hot-cold-split", "-fsplit-machine-functions")),
    "x64-large": Kind("x64", "-mcmodel=large, position-dependent", flags=("-mcmodel=large", "-fno-pie"), link=("-no-pie",)),
    "x64-frame": Kind("x64", "-fno-omit-frame-pointer -fstack-protector-all",
                      flags=("-fno-omit-frame-pointer", "-fstack-protector-all")),
    "x64-native": Kind("x64", "-O3 -march=haswell", flags=("-O3", "-march=haswell")),
    "x64-no-headers": Kind("x64", "section headers removed", sections=False),
    "x64-outline-clang": Kind("x64", "-Oz -mllvm -enable-machine-outliner", "clang19",
                              ("-Oz", "-mllvm", "-enable-machine-outliner")),
    "x64-archive": Kind("x64", "static archive", product="archive"),
    "x86-fixed": Kind("x86", "position-dependent", flags=("-fno-pie",), link=("-no-pie",)),
    "x86-library": Kind("x86", "shared library", flags=("-fPIC",), product="library"),
    "x86-regparm": Kind("x86", "-mregparm=3 -O3", flags=("-mregparm=3", "-O3")),
    "x86-archive": Kind("x86", "static archive", product="archive"),
    "arm64-fixed": Kind("arm64", "position-dependent", flags=("-fno-pie",), link=("-no-pie",)),
    "arm64-library": Kind("arm64", "shared library", flags=("-fPIC",), product="library"),
    "arm64-bti": Kind("arm64", "-mbranch-protection=standard", flags=("-mbranch-protection=standard",)),
    "arm64-clang": Kind("arm64", "-O3", "clang19", ("-O3",)),
    "arm64-outline-clang": Kind("arm64", "-Oz, outlined", "clang19", ("-Oz",)),
    "arm64-lto": Kind("arm64", "-flto", flags=("-flto",), link=("-flto=1", "-O2"), merge=True),
    "arm64-archive": Kind("arm64", "static archive", product="archive"),
    "pe32": Kind("pe32", "PE, i386"),
    "pe64-clang": Kind("pe64", "PE, clang -O3", "clang19", ("-O3",)),
    "pe64-library": Kind("pe64", "DLL", product="library"),
    "pe64-archive": Kind("pe64", "static archive", product="archive"),
    "macho-x64": Kind("macho-x64", "Mach-O", "clang19"),
    "macho-x64-Os": Kind("macho-x64", "Mach-O -Os", "clang19", ("-Os",)),
    "macho-arm64": Kind("macho-arm64", "Mach-O", "clang19"),
    "macho-arm64-Oz": Kind("macho-arm64", "Mach-O -Oz, outlined", "clang19", ("-Oz",)),
    "macho-arm64-library": Kind("macho-arm64", "Mach-O dylib", "clang19", product="library"),
    "macho-arm64-archive": Kind("macho-arm64", "static archive", "clang19", product="archive"),
}
PREFIX = {"arm64": "aarch64-linux-gnu-", "pe64": "x86_64-w64-mingw32-", "pe32": "i686-w64-mingw32-"}
RECIPE_TARGET = {"pe32": "pe64", "macho-x64": "x64", "macho-arm64": "arm64"}   # whose recipe serves


def probe():
    path = os.environ.get("SAMEHAND_PROBE", os.path.join(REPO, "build/dev/evaluation/recover_probe"))
    if not os.path.exists(path):
        sys.exit(f"{path} is missing: cmake --preset dev && cmake --build build/dev --target recover_probe")
    return path


def is_macho(kind):
    return kind.target.startswith("macho")


def driver(kind, cplusplus):
    """The compiler's own arguments, that also link."""
    gcc = "g++" if cplusplus else "gcc"
    if is_macho(kind):
        # No SDK is needed to compile: the C and C++ libraries' headers of this system serve, with names of its kind.
        arch = "x86_64" if kind.target == "macho-x64" else "arm64"
        like = ["-U__APPLE__", "-U__nonnull", "-UTARGET_OS_MAC", "-D__linux__=1", "-D__gnu_linux__=1", "-D_GNU_SOURCE", "-nostdinc++"]
        multi = "x86_64-linux-gnu" if arch == "x86_64" else "aarch64-linux-gnu"
        include = ["-isystem", f"/usr/include/{multi}"] if arch == "x86_64" else ["-isystem", f"/usr/{multi}/include"]
        if cplusplus:
            base = "/usr/include" if arch == "x86_64" else f"/usr/{multi}/include"
            per = f"{base}/{multi}/c++/12" if arch == "x86_64" else f"{base}/c++/12/{multi}"
            include = ["-isystem", f"{base}/c++/12", "-isystem", per, "-isystem", f"{base}/c++/12/backward", *include]
        return [("clang++-19" if cplusplus else "clang-19"), f"--target={arch}-apple-macos11", *like, *include,
                "-isystem", "/usr/include"]
    if kind.target == "pe32":
        return [f"i686-w64-mingw32-{gcc}-posix"]
    from build_truth import compilers
    return compilers(f"{kind.target}-{kind.compiler}-O2", cplusplus)[0]


def linker(kind, cplusplus):
    if kind.target == "pe32":
        return driver(kind, cplusplus)
    from build_truth import compilers
    return compilers(f"{kind.target}-{kind.compiler}-O2", cplusplus)[1]


def global_functions(objects, nm):
    names = set()
    for line in run([nm, "--defined-only", "-g", *objects]).splitlines():
        m = re.match(r"[0-9a-f]+ T (\S+)$", line)
        if m:
            names.add(m[1])
    return sorted(names)


def own_names(objects, nm):
    return {line.split()[-1] for line in run([nm, "--defined-only", *objects]).splitlines()
            if re.match(r"[0-9a-f]* ?[TtWw] ", line)}


def compile_all(project, kind, tree, work, extra=()):
    target = RECIPE_TARGET.get(kind.target, kind.target)
    flags = ["-O2", "-w", "-DNDEBUG", *project.flags, *of_target(project.target_flags, target), *kind.flags, *extra,
             *[f"-I{os.path.normpath(os.path.join(tree, d))}" for d in project.include]]
    if kind.product == "library" and target != "pe64":
        flags.append("-fPIC")
    objects = []
    for n, path in enumerate(source_files(project, tree, target)):
        cplusplus = path.endswith((".cc", ".cpp", ".cxx"))
        objects.append(os.path.join(work, f"{n:03}.o"))
        run([*driver(kind, cplusplus), *flags, "-c", path, "-o", objects[-1]])
    return objects


def link_program(project, kind, objects, work, output):
    cplusplus = project.language == "c++"
    extra = []
    if not project.own_main and kind.product == "program":
        source = os.path.join(work, "main.c")
        pathlib.Path(source).write_text(MAIN)
        extra = [os.path.join(work, "main.o")]
        run([*driver(kind, False), "-c", source, "-o", extra[0]])
    libs = list(of_target(project.libs, RECIPE_TARGET.get(kind.target, kind.target)))
    if is_macho(kind):
        arch = "x86_64" if kind.target == "macho-x64" else "arm64"
        run(["ld64.lld-19", "-arch", arch, "-platform_version", "macos", "11.0", "11.0", "-undefined", "dynamic_lookup",
             *(["-dylib"] if kind.product == "library" else ["-e", "_main"]), *objects, *extra, "-o", output])
        return
    shared = ["-shared"] if kind.product == "library" else []
    roots = [f"-Wl,-u,{name}" for name in global_functions(objects, PREFIX.get(kind.target, "") + "nm")] if kind.keep else []
    if roots:
        pathlib.Path(os.path.join(work, "roots")).write_text("\n".join(roots))
        roots = ["@" + os.path.join(work, "roots")]
    run([*linker(kind, cplusplus), *shared, *kind.link, "-o", output, *objects, *extra, *roots, *libs])
    if not os.path.exists(output):
        shutil.move(output + ".exe", output)


def strip(kind, source, target):
    """As a vendor would: symbols gone, of archives the local ones."""
    if is_macho(kind):
        run(["llvm-strip-19", *(["-S", "-x"] if kind.product == "archive" else []), source, "-o", target])
    elif kind.product == "archive":
        run([PREFIX.get(kind.target, "") + "strip", "--strip-unneeded", "-o", target, source])
    else:
        run([PREFIX.get(kind.target, "") + "strip", "-s", "-o", target, source])
    if not kind.sections:
        run(["llvm-objcopy-19", "--strip-sections", target])


def symbols_of(path):
    """[(part, address, size, name)] as the loader sees them."""
    out = []
    for line in run([probe(), "--truth", path]).splitlines():
        _, part, address, size, name = line.split("\t")
        out.append((part, int(address, 16), int(size), name))
    return out


def untyped_symbols(path, nm):
    """Addresses and names of code that COFF symbols name without calling it a function: import stubs, assembly."""
    out = []
    for line in run([nm, path]).splitlines():
        words = line.split(None, 2)
        if len(words) == 3 and words[1] in "tT":
            out.append((int(words[0], 16), words[2]))
    return out


def build(project, name, cache):
    """Builds a project in a kind; the folder's files are (stripped, truth.tsv)."""
    kind = KINDS[name]
    tree, version = unpack_source(project, cache)
    top = os.path.join(cache, "kinds")
    base = f"{project.name}.{name}"
    stripped, truth, stamp_path = (os.path.join(top, d, base) for d in ("bin", "truth", "stamps"))
    stamp = recipe_hash(project, version, repr(kind) + ("untyped symbols" if kind.target.startswith("pe") else ""))
    if all(map(os.path.exists, (stripped, truth, stamp_path))) and pathlib.Path(stamp_path).read_text() == stamp:
        return
    for path in (stripped, truth, stamp_path):
        os.makedirs(os.path.dirname(path), exist_ok=True)
    work = os.path.join(cache, "build", "kinds", base)
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(work)
    linked = os.path.join(work, "linked")
    nm = "llvm-nm-19" if is_macho(kind) else PREFIX.get(kind.target, "") + "nm"
    if kind.train:
        profile = os.path.join(work, "profile")
        objects = compile_all(project, kind, tree, work, (f"-fprofile-generate={profile}", "-fprofile-update=single"))
        link_program(project, Kind(kind.target, "", link=("-fprofile-generate",)), objects, work, linked)
        arguments = [a.replace("{tree}", tree) for a in TRAINING[project.name]]
        subprocess.run([linked, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        objects = compile_all(project, kind, tree, work, (f"-fprofile-use={profile}", "-Wno-missing-profile"))
    else:
        objects = compile_all(project, kind, tree, work)
    own = None
    if kind.product == "archive":
        run([("llvm-ar-19" if is_macho(kind) else PREFIX.get(kind.target, "") + "ar"), "rcs", linked, *objects])
    else:
        if kind.merge and not project.own_main:        # every global function stays
            merged = os.path.join(work, "merged.o")
            nolto = ["-flinker-output=nolto-rel"] if kind.compiler == "gcc12" else []
            run([*linker(kind, project.language == "c++"), "-r", *kind.link, *nolto, "-o", merged, *objects])
            objects = [merged]
            kind_to_link = Kind(kind.target, "", kind.compiler)
        else:
            kind_to_link = kind
        if kind.merge and project.own_main:
            own = None                                 # objects of link-time optimisation have no symbols of code yet
        else:
            own = own_names(objects, nm)
        link_program(project, kind_to_link, objects, work, linked)
    rows = symbols_of(linked)
    strip(kind, linked, stripped)
    if own is None and kind.product != "archive":
        own = {n for _, _, _, n in rows} - runtime_names(kind, work)
    with open(truth + ".new", "w") as f:
        for part, address, size, symbol in rows:
            ours = own is None or symbol in own
            f.write(f"{part}\t{address:x}\t{'func' if ours and not FRAGMENT.search(symbol) else 'rt'}\t{symbol}\n")
        if kind.target.startswith("pe") and kind.product != "archive":
            typed = {address for _, address, _, _ in rows}
            f.writelines(f"{rows[0][0]}\t{a:x}\trt\t{n}\n" for a, n in untyped_symbols(linked, nm) if a not in typed)
    os.replace(truth + ".new", truth)
    pathlib.Path(stamp_path).write_text(stamp)
    shutil.rmtree(work, ignore_errors=True)


def runtime_names(kind, work):
    """The functions of an empty program of this kind."""
    source, output = os.path.join(work, "empty.c"), os.path.join(work, "empty")
    pathlib.Path(source).write_text(MAIN)
    run([*linker(kind, False), *kind.link, source, "-o", output])
    return {n for _, _, _, n in symbols_of(output)} - {"main"}


def read_truth(path):
    want, known, limits = set(), set(), {}
    for line in open(path):
        part, address, kind, _ = line.rstrip("\n").split("\t", 3)
        key = (part, int(address, 16))
        known.add(key)
        if kind == "func":
            want.add(key)
            low, high = limits.get(part, (key[1], key[1]))
            limits[part] = (min(low, key[1]), max(high, key[1]))
    return want, known, limits


def measure(job, cache):
    base, tables = job
    path = os.path.join(cache, "kinds", "bin", base)
    done = subprocess.run([probe(), *(["--no-tables"] if tables == "none" else []), path], capture_output=True, text=True)
    if done.returncode:
        raise harness.Failed(done.stderr.strip()[-200:] or f"exit {done.returncode}")
    mine = {(part, int(address, 16)) for _, part, address, _ in (line.split("\t") for line in done.stdout.splitlines())}
    want, known, limits = read_truth(os.path.join(cache, "kinds", "truth", base))
    extra = {(p, a) for p, a in mine - known if p in limits and limits[p][0] <= a <= limits[p][1]}
    return len(want), len(want & mine), len(extra), sorted(want - mine), sorted(extra)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    harness.common_arguments(parser)
    parser.add_argument("--kinds", default="", help="only kinds that this expression finds")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--by-project", action="store_true", help="figures and addresses of each (tuning only)")
    parser.add_argument("--build-only", action="store_true")
    args = parser.parse_args()
    if args.list:
        return print("\n".join(f"{name}\t{k.compiler}\t{k.says}" for name, k in KINDS.items()))
    splits = ("tuning", "heldout") if args.split == "all" else (args.split,)
    if args.by_project and splits != ("tuning",):
        parser.error("--by-project is for tuning projects only")
    names = [p for s in splits for p in PROJECTS[s]]
    if args.projects:
        names = [p for p in names if p in args.projects.split(",")]
    recipes = {p.name: p for p in catalogue.PROJECTS}
    kinds = [k for k in KINDS if re.search(args.kinds, k)]
    cache = cache_dir()
    jobs = [(p, k) for k in kinds for p in names if not KINDS[k].only or p in KINDS[k].only.split()]
    ready, failed = [], 0

    def work(job):
        try:
            build(recipes[job[0]], job[1], cache)
            return job, None
        except (BuildError, OSError, subprocess.CalledProcessError) as error:
            return job, error
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        for job, error in pool.map(work, jobs):
            failed += error is not None
            if error is None:
                ready.append(job)
            else:
                print(f"FAILED {'.'.join(job)}: {error}", file=sys.stderr, flush=True)
    if args.build_only:
        return 3 if failed else 0
    sums = {}
    todo = [(f"{p}.{k}", t) for p, k in ready for t in ("tables", "none")]
    for (base, tables), got in harness.each(lambda job: measure(job, cache), todo, args.jobs, "functions"):
        project, kind = base.split(".", 1)
        failed += isinstance(got, harness.Failed)
        if isinstance(got, harness.Failed):
            continue
        functions, found, extra, missing, wrong = got
        if args.by_project and (missing or wrong):
            said = " ".join(f"-{a:x}" for _, a in missing[:8]) + " " + " ".join(f"+{a:x}" for _, a in wrong[:8])
            print(f"{base} {tables}: {functions} functions, {len(missing)} missing, {len(wrong)} wrong: {said}")
        s = sums.setdefault(kind, {}).setdefault(tables, [0, 0, 0, 0])
        for i, n in enumerate((1, functions, found, extra)):
            s[i] += n
    body = []
    for kind in kinds:
        if kind not in sums:
            continue
        row = [kind, KINDS[kind].says, sums[kind]["none"][0], sums[kind]["none"][1]]
        met = True
        for tables in ("tables", "none"):
            _, functions, found, extra = sums[kind][tables]
            precision, recall = harness.ratio(found, found + extra), harness.ratio(found, functions)
            row.append(f"{harness.figure(precision)}/{harness.figure(recall)}")
            met = met and precision >= TARGETS[tables][0] and recall >= TARGETS[tables][1]
        body.append([*row, "met" if met else "missed"])
    print(f"{len(ready)} files, {failed} failed; split: {args.split}; targets: with tables .999/.999, without .995/.995\n")
    print(harness.markdown(("kind", "what", "files", "functions", "with tables p/r", "without p/r", ""), body))
    harness.save_json(args.json, sums)
    return 3 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
