"""Drives a headless Chromium through its DevTools protocol."""

import base64
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

import websocket

NAMES = ("chromium", "chromium-browser", "google-chrome")


class Browser:
    """A browser with one window, which ends with the block that opens it."""

    def __init__(self):
        program = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
        if program is None:
            raise SystemExit("check-explore: install chromium, or name it in CHROMIUM")
        self.profile = tempfile.mkdtemp()
        words = [program, "--headless=new", "--remote-debugging-port=0", "--no-first-run",
                 "--disable-gpu", f"--user-data-dir={self.profile}", "--remote-allow-origins=*"]
        if os.geteuid() == 0:
            words.append("--no-sandbox")  # which root cannot use
        self.process = subprocess.Popen(
            [*words, "about:blank"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.number = 0
        self.events = []
        self.connect(self.address())
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()
        self.process.terminate()
        self.process.wait(20)
        shutil.rmtree(self.profile, ignore_errors=True)

    def address(self):
        """Waits for the address of the DevTools."""
        path = pathlib.Path(self.profile, "DevToolsActivePort")
        for _ in range(600):
            lines = path.read_text().split() if path.exists() else []
            if len(lines) == 2:
                return f"ws://127.0.0.1:{lines[0]}{lines[1]}"
            time.sleep(0.1)
        raise SystemExit("check-explore: chromium does not start")

    def connect(self, address):
        self.socket = websocket.create_connection(address, timeout=120, max_size=None)
        self.session = None
        target = next(t for t in self.call("Target.getTargets")["targetInfos"]
                      if t["type"] == "page")["targetId"]
        self.session = self.call(
            "Target.attachToTarget", targetId=target, flatten=True)["sessionId"]

    def call(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        self.socket.send(json.dumps(message))
        while True:
            answer = json.loads(self.socket.recv())
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise SystemExit(f"check-explore: {method}: {answer['error']['message']}")
                return answer["result"]
            self.events.append(answer)

    def run(self, script):
        """Returns the value of JavaScript, after its promise if it is one."""
        answer = self.call(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            text = details.get("exception", {}).get("description", details["text"])
            raise SystemExit(f"check-explore: {script[:80]}: {text}")
        return answer["result"].get("value")

    def open(self, path, fragment=""):
        """Opens a file, and waits until it is loaded."""
        self.events = []
        self.call("Page.navigate", url=pathlib.Path(path).resolve().as_uri() + fragment)
        self.wait("document.readyState === 'complete' && location.protocol === 'file:'")

    def wait(self, condition, seconds=120):
        end = time.time() + seconds
        while not self.run(condition):
            if time.time() > end:
                raise SystemExit(f"check-explore: this does not become true: {condition}")
            time.sleep(0.05)

    def window(self, width, height, scheme="light", touch=False):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=1, mobile=touch)
        self.call("Emulation.setTouchEmulationEnabled", enabled=touch)
        self.call("Emulation.setEmulatedMedia",
                  features=[{"name": "prefers-color-scheme", "value": scheme}])

    def press(self, key, modifiers=0):
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, modifiers=modifiers)

    def screenshot(self, path, whole=False):
        image = self.call("Page.captureScreenshot", captureBeyondViewport=whole)["data"]
        pathlib.Path(path).write_bytes(base64.b64decode(image))
