"""How much slower than usual the program under test is: 1, or what sanitizers cost it (CMake sets SAMEHAND_SLOWER)."""
import os, shutil

SLOWER = int(os.environ.get("SAMEHAND_SLOWER", "1"))


def large_program(under_test):
    """A program that takes a second to read: the one under test, or where that is slow and blown up, a smaller one."""
    return under_test if SLOWER == 1 else os.path.realpath(shutil.which("bash"))
