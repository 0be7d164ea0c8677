#!/usr/bin/env python3
"""List the code that compilers and their C libraries link into programs: src/match/library.inc.

  list_runtime.py --setup                installs the packages whose code is listed (Debian 12; root or sudo)
  list_runtime.py [--write FILE] [--jobs N]    by default src/match/library.inc

Per target everything of the runtime's archives is linked into one program (glibc's libc.a and libm.a, or musl's libc.a, libgcc,
libgcc_eh and libstdc++ of GCC 12; MinGW-w64's start-up, libmingwex and winpthreads; compiler-rt's builtins), because
hashes are of linked code: calls between its functions then go where they go in real programs.  Of C++ also what the
library's templates become in programs (library_instances.cc, compiled in the variants below; kept in
SAMEHAND_TRUTH_CACHE/instances, since it takes minutes).  Every function of a
size that is judged (20 instructions or 5 blocks) is listed by the hash of its instructions and by its digest
(src/match/library.h).  The same packages give the same file.
"""
import argparse
import collections
import concurrent.futures
import glob
import hashlib
import itertools
import os
import re
import subprocess
import sys
import tempfile

import lab
from build_truth import REPO, cache_dir, compilers, run

PACKAGES = """libc6-dev libc6-dev-i386 libc6-dev-arm64-cross libgcc-12-dev lib32gcc-12-dev libgcc-12-dev-arm64-cross
libstdc++-12-dev lib32stdc++-12-dev libstdc++-12-dev-arm64-cross mingw-w64-x86-64-dev mingw-w64-i686-dev
g++-mingw-w64-x86-64-posix g++-mingw-w64-i686-posix gcc-mingw-w64-x86-64-win32 gcc-mingw-w64-i686-win32
libclang-rt-14-dev libclang-rt-16-dev libclang-rt-19-dev binutils binutils-aarch64-linux-gnu binutils-mingw-w64-x86-64
binutils-mingw-w64-i686 musl-dev""".split()
GCC, CROSS = "/usr/lib/gcc/x86_64-linux-gnu/12", "/usr/lib/gcc-cross/aarch64-linux-gnu/12"
ELF = {  # target: linker, C library's folder, GCC's folder, archives
    "x86-64": (["ld", "-melf_x86_64"], "/usr/lib/x86_64-linux-gnu", GCC, ["libm-*.a", "libmvec.a"]),
    "x86-64 musl": (["ld", "-melf_x86_64"], "/usr/lib/x86_64-linux-musl", GCC, []),
    "i386": (["ld", "-melf_i386"], "/usr/lib32", GCC + "/32", ["libm.a"]),
    "AArch64": (["aarch64-linux-gnu-ld"], "/usr/aarch64-linux-gnu/lib", CROSS, ["libm.a"]),
}
INSTANCES = os.path.join(REPO, "evaluation/library_instances.cc")
INSTANCE_VARIANTS = """x64-gcc12-O0 x64-gcc12-O2 x64-gcc12-Os x64-clang14-O2 x64-clang19-O2 x86-gcc12-O2 arm64-gcc12-O2
pe64-gcc12-O2 pe64-gcc12-Os""".split()
OF_OURS = re.compile(r"main|\w+\(|Members::|Lone|Keeper<|Both<|instances::\w+(<\w+>)?::|.*\b(use_\w+|lambda)")  # else it is the library's
LEAST_INSTRUCTIONS, LEAST_BLOCKS = 20, 5               # calibrate.cc: judged()
BITS = 40                                              # of a hash that are kept


def found(*patterns):
    paths = [p for pattern in patterns for p in sorted(glob.glob(pattern))]
    if not paths:
        sys.exit("not installed: " + " ".join(patterns) + " (list_runtime.py --setup)")
    return paths


def elf(target, out):
    """The whole runtime of an ELF target as one program."""
    linker, libc, gcc, more = ELF[target]
    archives = found(libc + "/libc.a", *(f"{libc}/{a}" for a in more), gcc + "/libgcc.a", gcc + "/libgcc_eh.a",
                     gcc + "/libstdc++.a")
    run([*linker, "-static", "-o", out, "--allow-multiple-definition", "--unresolved-symbols=ignore-all", "--no-warnings",
         "--defsym", "_DYNAMIC=0", libc + "/crt1.o", libc + "/crti.o", gcc + "/crtbeginT.o",
         "--whole-archive", *archives, "--no-whole-archive", gcc + "/crtend.o", libc + "/crtn.o"])


def pe(triple, threads, out):
    """The whole runtime of a MinGW target as one program; GCC there comes with two models of threads, C++ is taken of one."""
    gcc, lib = f"/usr/lib/gcc/{triple}/12-{threads}", f"/usr/{triple}/lib"
    whole = found(lib + "/libmingw32.a", lib + "/libmingwex.a", gcc + "/libgcc.a", gcc + "/libgcc_eh.a",
                  *([gcc + "/libstdc++.a", lib + "/libwinpthread.a"] if threads == "posix" else []))
    # what only the imports of a user's program would bring stays undefined, which is no reason not to write the file
    subprocess.run([triple + "-ld", "-o", out, "--noinhibit-exec", "--allow-multiple-definition", lib + "/crt2.o",
                    gcc + "/crtbegin.o", "--whole-archive", *whole, "--no-whole-archive",
                    *(f"{lib}/lib{n}.a" for n in "winpthread.dll moldname msvcrt advapi32 shell32 user32 kernel32".split()),
                    gcc + "/crtend.o"], capture_output=True)
    if not os.path.exists(out):
        sys.exit(f"{triple}-ld wrote nothing")


def programs(folder):
    """Files whose every function is runtime code."""
    out = []
    for target in ELF:
        out.append(os.path.join(folder, target))
        elf(target, out[-1])
    for triple in ("x86_64-w64-mingw32", "i686-w64-mingw32"):
        for threads in ("posix", "win32"):
            out.append(os.path.join(folder, f"{triple}-{threads}"))
            pe(triple, threads, out[-1])
    return out + found("/usr/lib/llvm-1[469]/lib/clang/*/lib/linux/libclang_rt.builtins-*.a")


def instances(jobs):
    """Programs whose functions of namespaces std and __gnu_cxx are instances of the C++ library's templates."""
    with open(INSTANCES, "rb") as f:
        text = f.read()
    source = hashlib.sha256(text).hexdigest()[:16]
    groups = int(re.search(rb"#define GROUPS (\d+)", text)[1])
    parts = groups * len(re.findall(rb"^using Value =", text, re.M))
    folder = os.path.join(cache_dir(), "instances", source)
    os.makedirs(folder, exist_ok=True)

    def one(made):
        variant, part = made
        path = os.path.join(folder, f"{variant}.{part}")
        if not os.path.exists(path):
            compile_, link, _ = compilers(variant, True)
            run([*compile_, "-w", f"-DPART={part}", "-c", INSTANCES, "-o", path + ".o"])
            run([*link, path + ".o", "-o", path + ".part.exe"])
            os.remove(path + ".o")
            os.rename(path + ".part.exe", path)
            print(f"{os.path.basename(INSTANCES)}, {variant}, part {part} of {parts}: compiled", file=sys.stderr)
        return path
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        return list(pool.map(one, itertools.product(INSTANCE_VARIANTS, range(parts))))


def functions(paths):
    """(file, instructions, blocks, exact hash, digest, known, name) of every function."""
    text = run([lab.program(), "functions", *paths])
    for line in text.splitlines():
        file, _, instructions, blocks, exact, digest, known, name = line.split("\t")
        yield file, int(instructions), int(blocks), int(exact, 16), int(digest, 16), known == "1", name


def judged(instructions, blocks):
    return instructions >= LEAST_INSTRUCTIONS or blocks >= LEAST_BLOCKS


def hashes(jobs):
    """Those of archives alone, and those of instances of templates; some of these are in the archives too."""
    with tempfile.TemporaryDirectory() as folder:
        archives, of_templates, count = set(), set(), collections.Counter()
        for path, unwanted in [*((p, None) for p in programs(folder)), *((p, OF_OURS) for p in instances(jobs))]:
            out = of_templates if unwanted else archives
            for _, instructions, blocks, exact, digest, _, name in functions([path]):
                if judged(instructions, blocks) and not (unwanted and (not name or unwanted.match(name))):
                    count[os.path.basename(path)] += 1
                    out |= {exact >> 64 - BITS, digest >> 64 - BITS}
        for name, n in count.items():
            print(f"{name}: {n} functions", file=sys.stderr)
        return sorted(archives - of_templates - {0}), sorted(of_templates - {0})


def versions():
    said = run(["dpkg-query", "-W", "-f", "${Package} ${Version}\\n", *(p for p in PACKAGES if not p.startswith("binutils"))])
    return said.splitlines()


def write(path, jobs):
    lines = ["// Generated by evaluation/list_runtime.py; do not edit. The first 40 bits of exact hashes and digests of the",
             "// functions of these packages' runtimes, ascending:"]
    lines += [f"//   {v}" for v in versions()]
    for name, listed in zip(("kArchived", "kInstances"), hashes(jobs)):
        print(f"{path}: {len(listed)} hashes of {name}", file=sys.stderr)
        listed = [f"0x{h:010x}," for h in listed]
        lines += ["// clang-format off", f"constexpr std::uint64_t {name}[] = {{"]
        lines += [" ".join(listed[i:i + 9]) for i in range(0, len(listed), 9)] + ["};", "// clang-format on"]
    with open(path, "w") as f:
        f.write("\n".join(lines) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--setup", action="store_true")
    parser.add_argument("--write", metavar="FILE", default=os.path.join(REPO, "src/match/library.inc"))
    parser.add_argument("--jobs", type=int, default=2)
    args = parser.parse_args()
    if args.setup:
        sudo = [] if os.geteuid() == 0 else ["sudo"]
        return subprocess.run([*sudo, "apt-get", "install", "-q", "-y", "--no-install-recommends", *PACKAGES]).returncode
    return write(args.write, args.jobs)


if __name__ == "__main__":
    sys.exit(main())
