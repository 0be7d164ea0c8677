#!/usr/bin/env python3
"""Count how common features are in ordinary programs: src/match/background.inc.

  count_background.py [--write FILE] [--architectures amd64,...] [--jobs N]

Ordinary programs are the packages of Debian 12 named below: none that the evaluation
measures (projects.py, starts_debian.py's held-out half) or that carries a copy of one.  They are downloaded and unpacked
into SAMEHAND_TRUTH_CACHE/background, nothing is installed.  A package counts with at most 1,500 functions.  Listed are
features of at least 1 in 2,000 functions and of 4 packages of one architecture, with the share of functions that hold
them where they are commonest.  The same versions of the packages give the same file.
"""
import argparse
import concurrent.futures
import glob
import math
import os
import shutil
import subprocess
import sys

import harness
import lab
from build_truth import REPO, BuildError, apt_options, cache_dir, run

PACKAGES = """
alsa-utils apache2-bin apt aspell bash bc binutils-x86-64-linux-gnu bison bsdgames cabextract chrony coreutils cpio
cups-client cvs dash dbus diffutils dnsmasq-base dosbox dosfstools e2fsprogs ed elfutils exim4-daemon-light figlet
file findutils flex frotz gawk git gnuchess gnuplot-nox gperf graphviz grep groff-base gzip haproxy htop indent
iproute2 iptables iputils-ping irssi less lftp libapt-pkg6.0 libarchive13 libaspell15 libavformat59 libavutil57
libboost-filesystem1.74.0 libboost-program-options1.74.0 libboost-regex1.74.0 libcairo2 libcups2 libcurl4
libfftw3-double3 libflac12 libfontconfig1 libfreetype6 libgcrypt20 libglib2.0-0 libgmp10 libgnutls30 libgs10 libgsl27
libgvc6 libhunspell-1.7-0 libicu72 libjpeg62-turbo libkrb5-3 libldap-2.5-0 liblz4-1 libmagickcore-6.q16-6 libmp3lame0
libmpfr6 libncursesw6 libnettle8 libopus0 libpango-1.0-0 libpcre2-8-0 libpng16-16 libpoppler126 libprotobuf32
libqpdf29 libqt5core5a libreadline8 libruby3.1 libsasl2-2 libslang2 libssl3 libtcl8.6 libtiff6 libuv1 libwebp7
libxapian30 libxerces-c3.2 lighttpd links lsof ltrace lynx lzop m4 make mawk memcached mount mpg123
""".split()
LEAST_SHARE = 1 / 2000
MOST_BYTES = 4 << 20                                   # of files of one package, but for a larger first
SCALE, LOW_BITS = 256, 12                              # of the logarithm, as background.cc reads it


def unpack(package, architecture, top):
    """The package's executables and libraries, largest first, and its version."""
    tree = os.path.join(top, architecture, package)
    if not os.path.exists(tree):
        work = tree + ".part"
        shutil.rmtree(work, ignore_errors=True)
        os.makedirs(work)
        run(["apt-get", *apt_options(cache_dir(), "deb", ("bookworm",), architecture), "-q", "download",
             f"{package}:{architecture}"], cwd=work)
        deb = glob.glob(os.path.join(work, "*.deb"))[0]
        run(["dpkg-deb", "-x", deb, os.path.join(work, "tree")])
        with open(os.path.join(work, "version"), "w") as f:
            f.write(run(["dpkg-deb", "-f", deb, "Version"]).strip())
        os.remove(deb)
        os.rename(work, tree)
    files = []
    for folder, _, names in os.walk(os.path.join(tree, "tree")):
        for name in names:
            path = os.path.join(folder, name)
            if os.path.islink(path) or "," in path or not os.path.isfile(path):
                continue
            with open(path, "rb") as f:
                head = f.read(18)
            if head[:4] == b"\x7fELF" and head[16] in (2, 3):        # executable, shared object
                files.append((-os.path.getsize(path), path))
    chosen, size = [], 0
    for smaller, path in sorted(files):
        if not chosen or size - smaller <= MOST_BYTES:
            chosen, size = [*chosen, path], size - smaller
    with open(os.path.join(tree, "version")) as f:
        return chosen, f.read()


def fetch(architecture, jobs):
    """{package: (files, version)}; packages that the architecture lacks are left out and named."""
    top, out = os.path.join(cache_dir(), "background"), {}
    apt_options(cache_dir(), "deb", ("bookworm",), architecture)     # once, before the threads

    def one(package):
        try:
            return unpack(package, architecture, top)
        except BuildError as error:
            print(f"{package}:{architecture}: {error}", file=sys.stderr)
            return [], ""
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for package, (files, version) in zip(PACKAGES, pool.map(one, PACKAGES)):
            if files:
                out[package] = files, version
    return out


def shares(groups):
    """{feature id: share of functions} of what is common in some groups of files, and the number of functions."""
    done = subprocess.run([lab.program(), "common", *(",".join(files) for files in groups)], stdout=subprocess.PIPE, text=True)
    lines = done.stdout.splitlines()
    functions = int(lines[0])
    counted = (line.split("\t") for line in lines[1:])
    return {int(id_, 16): int(n) / functions for id_, n, _ in counted if int(n) >= LEAST_SHARE * functions}, functions


def entry(feature, share):
    """As background.cc reads it: the id, and in its low bits how rare the feature is."""
    return feature | min(max(round(-SCALE * math.log2(share)), 1), (1 << LOW_BITS) - 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--write", metavar="FILE", default=os.path.join(REPO, "src/match/background.inc"))
    parser.add_argument("--architectures", default="amd64")
    parser.add_argument("--jobs", type=int, default=2)
    args = parser.parse_args()
    table, said, versions = {}, [], {}
    for architecture in args.architectures.split(","):
        packages = fetch(architecture, args.jobs)
        here, functions = shares([files for files, _ in packages.values()])
        for feature, share in here.items():
            table[feature] = max(share, table.get(feature, 0))
        said.append(f"{architecture}: {functions:,} functions of {len(packages)} packages")
        print(f"{said[-1]}, {len(here)} common features", file=sys.stderr)
        versions |= {p: v for p, (_, v) in packages.items() if p not in versions}
    lines = ["// Generated by evaluation/count_background.py; do not edit. Feature id, with the low 12 bits holding -256 log2 of",
             "// the share of functions that have it; ascending. Counted over Debian 12's " + "; ".join(said) + "."]
    entries = [f"0x{entry(f, s):016x}," for f, s in sorted(table.items())]
    lines += [" ".join(entries[i:i + 6]) for i in range(0, len(entries), 6)]
    with open(args.write, "w") as f:
        f.write("\n".join(lines) + "\n")
    print(f"{args.write}: {len(entries)} features", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
