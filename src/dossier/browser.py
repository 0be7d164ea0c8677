"""A headless Chromium driven over its debugging pipe: just what page_test.py needs, with Python's standard library."""

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time


class Browser:
    """Opens one page after another. Errors and refused content of a page are collected in `complaints`."""

    def __init__(self, width=1280, height=900, dark=False):
        self.program = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)
        if self.program is None:
            raise SystemExit("page_test needs Chromium: apt-get install chromium")
        self.profile = tempfile.mkdtemp(prefix="samehand-page-")
        ours_read, theirs_write = os.pipe()
        theirs_read, ours_write = os.pipe()
        self.incoming, self.outgoing = ours_read, ours_write
        # The browser finds its ends of the pipes as descriptors 3 and 4.
        self.process = subprocess.Popen(
            ["/bin/sh", "-c", f'exec "$@" 3<&{theirs_read} 4>&{theirs_write}', "sh", self.program, "--headless",
             "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-dev-shm-usage",
             "--hide-scrollbars", "--font-render-hinting=none", "--remote-debugging-pipe", f"--user-data-dir={self.profile}",
             "about:blank"],
            pass_fds=(theirs_read, theirs_write), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(theirs_read)
        os.close(theirs_write)
        self.buffer = b""
        self.next_id = 0
        self.session = None
        self.loaded = False
        self.complaints = []
        self.requests = []
        page = next(t for t in self.call("Target.getTargets")["targetInfos"] if t["type"] == "page")
        self.session = self.call("Target.attachToTarget", targetId=page["targetId"], flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(domain + ".enable")
        self.resize(width, height)
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])

    def close(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.incoming)
        os.close(self.outgoing)
        shutil.rmtree(self.profile, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _receive(self, deadline):
        while b"\0" not in self.buffer:
            ready, _, _ = select.select([self.incoming], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                raise TimeoutError("the browser does not answer")
            piece = os.read(self.incoming, 1 << 16)
            if not piece:
                raise RuntimeError("the browser died")
            self.buffer += piece
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def _notice(self, message):
        method, body = message.get("method"), message.get("params", {})
        if method == "Page.loadEventFired":
            self.loaded = True
        elif method == "Runtime.exceptionThrown":
            self.complaints.append(body["exceptionDetails"].get("exception", {}).get("description", str(body)))
        elif method == "Log.entryAdded" and body["entry"]["level"] in ("warning", "error"):
            self.complaints.append(body["entry"]["text"])
        elif method == "Page.javascriptDialogOpening":
            self.complaints.append("the page opened a dialog: " + body["message"])
            raise AssertionError(self.complaints[-1])
        elif method == "Network.requestWillBeSent":
            self.requests.append(body["request"]["url"])

    def call(self, method, **params):
        self.next_id += 1
        message = {"id": self.next_id, "method": method, "params": params}
        if self.session is not None:
            message["sessionId"] = self.session
        os.write(self.outgoing, json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + 60
        while True:
            answer = self._receive(deadline)
            if answer.get("id") == message["id"]:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]
            self._notice(answer)

    def open(self, path, fragment="", scripts=True):
        self.loaded = False
        self.complaints, self.requests = [], []
        self.call("Page.navigate", url="about:blank")  # a mere change of fragment would not load again
        self.call("Page.navigate", url=f"file://{os.path.abspath(path)}{fragment}")
        deadline = time.monotonic() + 60
        while not (self.loaded and self.run("document.readyState") == "complete" and self.run("location.protocol") == "file:"):
            self._notice(self._receive(deadline)) if not self.loaded else time.sleep(0.02)
        if scripts:
            self.settle()

    def settle(self):
        """Waits until layout and observers have run."""
        self.run("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def run(self, expression):
        """The value of a JavaScript expression, a promise's once it is kept."""
        answer = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"].get("exception", {}).get("description", "error in " + expression))
        return answer["result"].get("value")

    def resize(self, width, height, phone=False):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=phone)

    def press(self, key, text=""):
        codes = {"Enter": 13, "ArrowDown": 40, "ArrowUp": 38, "Tab": 9, "/": 191}
        event = {"key": key, "windowsVirtualKeyCode": codes.get(key, 0), "text": "\r" if key == "Enter" else text}
        self.call("Input.dispatchKeyEvent", type="keyDown", **event)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key)
        self.settle()

    def click(self, selector):
        place = self.run("(() => { const e = document.querySelector(%s); e.scrollIntoView({block: 'center'});"
                         " const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })()" % json.dumps(selector))
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=place[0], y=place[1], button="left", clickCount=1)
        self.settle()

    def screenshot(self, path, whole=False):
        params = {"format": "png"}
        if whole:
            size = self.call("Page.getLayoutMetrics")["cssContentSize"]
            params["clip"] = {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], 8000), "scale": 1}
            params["captureBeyondViewport"] = True
        with open(path, "wb") as out:
            out.write(base64.b64decode(self.call("Page.captureScreenshot", **params)["data"]))
