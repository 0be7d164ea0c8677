#!/usr/bin/env python3
"""`samehand case` killed, interrupted, watched, or without room on the disk: nothing that was kept is lost.

  case_stopped_test.py SAMEHAND      SAMEHAND is the program under test
"""
import os, re, resource, signal, subprocess, time

from case_testing import COPY, FLASH, CaseTest, main, run, started
from slower import SLOWER


def wait_until_caught(process, number):
    """Waits until the process has a handler of its own for the signal: before, the signal just ends it, as any program."""
    while process.poll() is None:
        with open(f"/proc/{process.pid}/status") as f:
            caught = next(int(line.split()[1], 16) for line in f if line.startswith("SigCgt:"))
        if caught >> (number - 1) & 1:
            return time.sleep(.05)                          # so that something has begun
        time.sleep(.005)


class Stopped(CaseTest):
    def test_killed_while_adding_goes_on_where_it_was(self):
        self.done("new", self.path, "--accused", "Freedonia")
        os.makedirs(self.at("pages"))
        for i in range(12):
            self.write(f"pages/{i}.txt", FLASH.replace("Friday", f"Friday the {i + 1}th"))
        process = started("case", "add", self.path, self.at("pages"), stdout=subprocess.DEVNULL)
        time.sleep(.5)
        process.send_signal(signal.SIGKILL)
        process.wait()
        self.assert_as_recorded()
        self.done("add", self.path, self.at("pages"))
        found = self.asked("findings")
        self.assertEqual((len(found["exhibits"]), len(found["findings"])), (12, 12))
        self.assert_as_recorded()

    def test_interrupted(self):
        self.done("new", self.path, "--accused", "Freedonia")
        os.makedirs(self.at("pages"))
        for i in range(400):
            self.write(f"pages/{i:03}.txt", FLASH.replace("Friday", f"Friday the {i + 1}th"))
        evidence = self.write("e.json", {"items": [{"name": f"i{i}", "weights_db": {"Freedonia": [0, .01, .02]}} for i in range(100_000)]})
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            for arguments in (("add", self.path, self.at("pages")), ("import", self.path, evidence)):
                before = self.asked("log")["events"]
                process = started("case", *arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
                wait_until_caught(process, number)
                process.send_signal(number)
                out, err = process.communicate(timeout=60 * SLOWER)
                self.assertEqual((process.returncode, out), (-number, ""), err)  # a shell shows 130, 143, 129
                self.assertEqual(len(err.splitlines()), 1, err)
                self.assertIn(f"interrupted: {self.path} holds what was done before", err)
                self.assert_as_recorded()
                events = self.asked("log")["events"]
                self.assertEqual(events[:len(before)], before)  # nothing is lost
        kept = len(self.asked("findings")["exhibits"])
        self.assertLess(kept, 400)
        self.done("add", self.path, *(self.at("pages", f"{i:03}.txt") for i in range(kept + 2)))
        self.assertEqual(len(self.asked("findings")["exhibits"]), kept + 2)

    def test_progress_of_one_long_step(self):
        # A terminal sees how far a single large file has come.
        import fcntl, pty, select, struct, termios
        self.done("new", self.path)
        with open(self.at("large"), "wb") as f:
            piece = os.urandom(1 << 20)
            for k in range(300):
                f.write(k.to_bytes(4, "big") + piece[4:])
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        process = started("case", "add", self.path, self.at("large"), "--as", "trace", stdout=subprocess.DEVNULL, stderr=slave)
        os.close(slave)
        # Nothing is shown within the first second, which a fast machine may not need: so it passes while the program stands.
        time.sleep(.05)
        process.send_signal(signal.SIGSTOP)
        time.sleep(1.2)
        process.send_signal(signal.SIGCONT)
        seen = b""
        while True:
            if select.select([master], [], [], .1)[0]:
                try:
                    piece = os.read(master, 4096)
                except OSError:
                    break
                seen += piece
        self.assertEqual(process.wait(60 * SLOWER), 0)
        os.close(master)
        steps = [float(n) for n in re.findall(rb"adding 0 of 1: [^\r\x1b]*large, keeping it: (\d+\.\d) MB of 314\.6 MB", seen)]
        self.assertGreater(len(steps), 1, seen)
        self.assertEqual(steps, sorted(set(steps)))
        self.assertTrue(seen.endswith(b"\r\x1b[K"), seen[-200:])

    def test_a_full_disk_is_said_and_loses_nothing(self):
        self.done("new", self.path)
        with open(self.at("large"), "wb") as f:
            f.write(os.urandom(8 << 20))
        limit = 4 << 20

        def no_room():
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        result = run("case", "add", self.path, self.at("large"), "--as", "trace", preexec_fn=no_room)
        self.assertEqual(result.returncode, 3)
        self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)
        self.assertIn("nothing of this step was kept", result.stderr)
        self.assert_as_recorded()
        self.done("add", self.path, self.at("large"), "--as", "trace")

    def test_a_disk_that_fills_up_half_way_keeps_and_tells_what_came_before(self):
        self.done("new", self.path, "--accused", "Freedonia")
        os.makedirs(self.at("exhibits"))
        self.write("exhibits/1.txt", FLASH)
        with open(self.at("exhibits", "2.bin"), "wb") as f:
            f.write(os.urandom(8 << 20))
        self.write("exhibits/3.txt", COPY)

        def no_room():
            resource.setrlimit(resource.RLIMIT_FSIZE, (4 << 20, 4 << 20))
        result = run("case", "add", self.path, self.at("exhibits"), preexec_fn=no_room)
        self.assertEqual(result.returncode, 3, result.stderr)
        self.assertRegex(result.stdout, r"added 1\.txt \(report\): \d items\n")
        self.assertIn("may not grow so far (a limit of the file system, or ulimit -f); nothing of this step was kept", result.stderr)
        self.assertIn("1 of 3 exhibits were not looked at any more", result.stderr)
        self.assert_as_recorded()
        self.done("add", self.path, self.at("exhibits"))
        self.assertEqual(len(self.asked("findings")["exhibits"]), 3)

    def test_a_full_disk(self):
        # A file system of its own, where this may be made; it has room for a case and not for more.
        folder = self.at("small")
        os.mkdir(folder)
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], capture_output=True)
        if mounted.returncode != 0:
            self.skipTest("needs the right to mount")
        try:
            self.path = os.path.join(folder, "a.case")
            self.done("new", self.path, "--accused", "Freedonia")
            self.done("add", self.path, self.write("flash.txt", FLASH))
            before = self.verdict()
            with self.assertRaises(OSError), open(os.path.join(folder, "rest"), "wb", buffering=0) as f:
                while True:
                    f.write(bytes(4096))
            for arguments in (("assess", self.path, "x", "--new", "--reason", "r"), ("add", self.path, self.write("copy.txt", COPY)),
                              ("new", os.path.join(folder, "b.case")), ("report", self.path, "--html", os.path.join(folder, "r.html"))):
                result = run("case", *arguments)
                self.assertEqual((result.returncode, result.stdout), (3, ""), result.stderr)
                self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)
                self.assertRegex(result.stderr, "no room left on the disk|No space left on device")
            # What is there can still be read.
            self.assertEqual(self.verdict()["posterior"], before["posterior"])
            self.assertEqual(sorted(n for n in os.listdir(folder) if "-" not in n), ["a.case", "rest"])
            os.unlink(os.path.join(folder, "rest"))
            self.done("assess", self.path, "x", "--new", "--reason", "r")
            self.assert_as_recorded()
        finally:
            subprocess.run(["umount", "-l", folder], check=True)


if __name__ == "__main__":
    main()
