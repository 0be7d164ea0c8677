#!/usr/bin/env python3
"""How much of a statically linked program is recognised as its compiler's runtime: run_runtime.py   (match_lab, see lab.py)

Two small programs, in C and in C++, each linked statically and stripped for every target. All but a handful of their
functions are the runtime's; what is counted are those of a size that is judged (20 instructions or 5 blocks), and how many
of them match::known_library() or the start-up code's own marks know.
"""
import os
import subprocess
import sys
import tempfile

import harness
import lab
from build_truth import compilers
from list_runtime import LEAST_BLOCKS, LEAST_INSTRUCTIONS

C = r"""
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
static int order(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }
int main(void) {
  int numbers[100], n = 0;
  while (n < 100 && scanf("%d", &numbers[n]) == 1) n++;
  qsort(numbers, n, sizeof *numbers, order);
  for (int i = 0; i < n; i++) printf("%d %g\n", numbers[i], sin(numbers[i]));
}
"""
CPLUSPLUS = r"""
#include <iostream>
#include <map>
#include <stdexcept>
#include <string>
int main() {
  std::map<std::string, int> counts;
  try {
    for (std::string word; std::cin >> word;) ++counts[word];
    for (const auto& [word, n] : counts) std::cout << word << ' ' << n << '\n';
    if (counts.empty()) throw std::runtime_error("no words");
  } catch (const std::exception& e) { std::cerr << e.what() << '\n'; }
}
"""
TARGETS = {"x86-64": "x64-gcc12-O2", "i386": "x86-gcc12-O2", "AArch64": "arm64-gcc12-O2", "x86-64 PE": "pe64-gcc12-O2"}


def main():
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for language, text, suffix in (("C", C, "c"), ("C++", CPLUSPLUS, "cc")):
            source = os.path.join(folder, f"program.{suffix}")
            with open(source, "w") as f:
                f.write(text)
            for target, variant in TARGETS.items():
                compile_, _, prefix = compilers(variant, suffix == "cc")
                program = os.path.join(folder, f"{variant}.{suffix}.exe")
                subprocess.run([*compile_, *(["-std=c++17"] if suffix == "cc" else []), "-static", source, "-o", program, "-lm"],
                               check=True)
                subprocess.run([prefix + "strip", program], check=True)
                listed = subprocess.run([lab.program(), "functions", program], check=True, capture_output=True, text=True).stdout
                functions = [line.split("\t") for line in listed.splitlines()]
                judged = [f for f in functions if int(f[2]) >= LEAST_INSTRUCTIONS or int(f[3]) >= LEAST_BLOCKS]
                known = sum(f[6] == "1" for f in judged)
                rows.append([f"{language}, {target}", len(judged), known, harness.figure(known / len(judged))])
    print(harness.markdown(["program", "functions that are judged", "recognised", "share"], rows))


if __name__ == "__main__":
    sys.exit(main())
