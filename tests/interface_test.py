#!/usr/bin/env python3
"""The manual and the completions know every command and option that the program has, and none that it has not.

  interface_test.py SAMEHAND REPOSITORY
"""
import pathlib, re, subprocess, sys

program, repository = sys.argv[1], pathlib.Path(sys.argv[2])
OWN = {"--help", "--version"}


def options(*command):
    text = subprocess.run([program, *command, "--help"], capture_output=True, text=True, check=True).stdout
    return set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", text))


CASE = ("new", "add", "import", "export", "hypothesis", "assess", "claims", "findings", "weigh", "report", "techniques", "log",
        "verify")
COMMANDS = ("compare", "functions", "diff", "read", "exchange import", "case", *CASE)
have = set().union(OWN, *(options(*(("case", command) if command in CASE else command.split())) for command in COMMANDS))
faults = []
for name in ("docs/man/samehand.1", "completions/samehand.bash", "completions/_samehand", "completions/samehand.fish"):
    text = (repository / name).read_text().replace("\\-", "-")
    text = re.sub(r"(complete .*?) -l ([a-z-]+)", r"\1 --\2", text) if name.endswith(".fish") else text
    text = "\n".join(line for line in text.splitlines() if not line.startswith(("#", '.\\"')))
    said = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", text))
    faults += [f"{name} lacks {option}" for option in sorted(have - said)]
    faults += [f"{name} invents {option}" for option in sorted(said - have)]
    faults += [f"{name} lacks {command}" for command in COMMANDS if not all(word in text for word in command.split())]
version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout.split()[-1]
if not re.fullmatch(r"\d+\.\d+\.\d+", version):
    faults.append(f"--version says {version}")
print("\n".join(faults) or f"{len(have)} options, all documented")
sys.exit(1 if faults else 0)
