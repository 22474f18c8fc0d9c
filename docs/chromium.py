"""Headless Chromium over its DevTools protocol: open a page, wait for what it shows, click, take a picture.

Belongs here: the browser. Does not belong here: which pages are taken (make_pictures.py).
"""

from __future__ import annotations

import base64
import io
import json
import shutil
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image
from websockets.sync.client import connect

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--remote-debugging-port=0",
)  # fmt: skip
PATIENCE_SECONDS = 60.0
SMALL_BYTES = 250_000


class Page:
    """One tab."""

    def __init__(self, socket: Any) -> None:
        self._socket, self._number = socket, 0

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """One DevTools command; events in between are passed over."""
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self._socket.recv(timeout=PATIENCE_SECONDS))
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]

    def open(self, url: str, width: int = 1500, height: int = 900) -> None:
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.call("Page.navigate", url=url)
        time.sleep(0.5)

    def evaluate(self, script: str) -> Any:
        result = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise RuntimeError(result["exceptionDetails"]["exception"].get("description", script))
        return result["result"].get("value")

    def wait_for(self, script: str, then_seconds: float = 1.0) -> None:
        """Until a JavaScript expression holds, then a moment for what is still being drawn."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self.evaluate(f"Boolean({script})"):
            if time.monotonic() > deadline:
                raise TimeoutError(f"never true on {self.evaluate('location.href')}: {script}")
            time.sleep(0.25)
        time.sleep(then_seconds)

    def wait_for_text(self, text: str, then_seconds: float = 1.0) -> None:
        self.wait_for(f"document.body.innerText.includes({json.dumps(text)})", then_seconds)

    def click_text(self, text: str, number: int = 0) -> None:
        """Click the innermost element whose whole text is this."""
        script = f"""(() => {{
            const found = [...document.querySelectorAll('body *')].filter(
                e => e.innerText && e.innerText.trim() === {json.dumps(text)} && e.offsetParent !== null
                     && ![...e.children].some(c => c.innerText && c.innerText.trim() === {json.dumps(text)}));
            if (!found[{number}]) return false;
            found[{number}].scrollIntoView({{block: 'center'}});
            const box = found[{number}].getBoundingClientRect();
            return [box.x + box.width / 2, box.y + box.height / 2];
        }})()"""
        self.wait_for(script, 0.2)
        x, y = self.evaluate(script)
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)
        time.sleep(0.7)

    def press(self, key: str, *, alt: bool = False) -> None:
        code = {
            "key": key,
            "code": f"Key{key.upper()}",
            "windowsVirtualKeyCode": ord(key.upper()),
            "modifiers": int(alt),
        }
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, **code)
        time.sleep(2)

    def box(self, script: str, margin: int = 0) -> tuple[float, float, float, float]:
        """Place of an element on the view: x, y, width, height."""
        x, y, width, height = self.evaluate(
            f"(() => {{ const b = ({script}).getBoundingClientRect(); return [b.x, b.y, b.width, b.height]; }})()"
        )
        return x - margin, y - margin, width + 2 * margin, height + 2 * margin

    def picture(self, path: Path, clip: tuple[float, float, float, float] | None = None, scale: float = 1) -> None:
        """Write a PNG of the view, or of (x, y, width, height) of it drawn larger; a big one gets 256 colours."""
        options: dict[str, Any] = {"format": "png"}
        if clip is not None:
            options["clip"] = dict(zip(("x", "y", "width", "height"), clip, strict=True), scale=scale)
        shot = base64.b64decode(self.call("Page.captureScreenshot", **options)["data"])
        image = Image.open(io.BytesIO(shot)).convert("RGB")
        image.save(path, optimize=True)
        if path.stat().st_size > SMALL_BYTES:
            image.quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)


@contextmanager
def chromium() -> Iterator[Page]:
    """A tab of a fresh browser; the browser ends with the block.

    Raises
    ------
    FileNotFoundError : no Chromium or Chrome on the PATH.
    """
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        raise FileNotFoundError("no chromium on the PATH: install it, for instance `apt-get install chromium`")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = subprocess.Popen(
            [program, *FLAGS, f"--user-data-dir={profile}", "about:blank"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            with connect(_address(Path(profile)), max_size=None) as socket:
                page = Page(socket)
                page.call("Page.enable")
                yield page
        finally:
            browser.terminate()
            browser.wait(10)


def _address(profile: Path) -> str:
    """Address of the tab, once the browser has written its port."""
    port_file, deadline = profile / "DevToolsActivePort", time.monotonic() + PATIENCE_SECONDS
    while not (port_file.is_file() and "\n" in port_file.read_text()):
        if time.monotonic() > deadline:
            raise TimeoutError("Chromium did not start")
        time.sleep(0.1)
    port = port_file.read_text().split()[0]
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list", timeout=PATIENCE_SECONDS) as answer:
        tabs = json.load(answer)
    return next(tab["webSocketDebuggerUrl"] for tab in tabs if tab["type"] == "page")
