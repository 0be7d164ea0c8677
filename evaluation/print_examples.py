#!/usr/bin/env python3
"""Print the examples of docs/examples.md and README.md anew, as the program under test (harness.py) prints them.

  print_examples.py [FILE…]      by default both files of this repository, which are changed in place

A block that begins with `$ samehand …` is an example: the command is run where the projects' binaries (build_truth.py,
build_versions.py) lie under short names, and what it prints replaces the rest of the block.  A block that ends with `  …`
was cut by hand and keeps its number of lines.
"""
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

import harness
from build_truth import REPO, cache_dir

OTHER = "versions/other/bin"
NAMES = {  # short name: file in the cache
    "lua-5.4.2": f"{OTHER}/lua.x64-gcc12-O2", "lua-5.4.4": "functions/bin/lua.x64-gcc12-O2",
    "expat": "functions/bin/expat.x64-gcc12-O2", "expat.exe": "functions/bin/expat.pe64-gcc12-O2",
    "bzip2": "functions/bin/bzip2.x64-gcc12-O2",
    **{f"kit-a/{b}": f"functions/bin/{b}" for b in ("zlib.x64-gcc12-O2", "lua.x64-gcc12-O2", "pugixml.x64-gcc12-O2")},
    **{f"kit-b/{b}": f"functions/bin/{b}" for b in ("zlib.x64-clang14-O2", "jsoncpp.x64-gcc12-O2", "bzip2.arm64-gcc12-O2")},
}
BLOCK = re.compile(r"^```\n\$ samehand (.*)\n((?:(?!```).*\n)*)```$", re.M)


def printed(match, folder):
    command, before = match[1], match[2].splitlines()
    done = subprocess.run([harness.program(), *shlex.split(command)], cwd=folder, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"samehand {command}: {done.stderr}")
    lines = done.stdout.rstrip("\n").splitlines()
    if before and before[-1] == "  …":
        lines = [*lines[:len(before) - 1], "  …"]
    print(f"samehand {command}: {'as before' if lines == before else 'changed'}", file=sys.stderr)
    return "\n".join(["```", f"$ samehand {command}", *lines, "```"])


def main():
    files = sys.argv[1:] or [os.path.join(REPO, "docs/examples.md"), os.path.join(REPO, "README.md")]
    with tempfile.TemporaryDirectory() as folder:
        for name, source in NAMES.items():
            os.makedirs(os.path.dirname(os.path.join(folder, name)), exist_ok=True)
            shutil.copy(os.path.join(cache_dir(), source), os.path.join(folder, name))
        for path in files:
            with open(path) as f:
                text = f.read()
            text = BLOCK.sub(lambda m: printed(m, folder), text)
            with open(path, "w") as f:
                f.write(text)


if __name__ == "__main__":
    main()
