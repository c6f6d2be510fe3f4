"""Headless Chromium: as a client by a page that says it all, and as somebody who uses a page."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

from websocket import create_connection

from servers import wait_for

PAGE = Path(__file__).with_name("browser.html")
NAMES = ["chromium", "chromium-browser", "google-chrome"]
LIMIT = 30
"""Seconds until the page must have reported; a cold start of Chromium takes several."""


def find() -> str | None:
    """Chromium's path, by whatever name it goes."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@contextlib.contextmanager
def launched(url: str, *options: str) -> Iterator[Path]:
    """Chromium with a page; yields the folder of its profile."""
    chromium = find()
    assert chromium is not None
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [
            chromium,
            "--headless",
            "--no-sandbox",  # a root user, as in most containers, has no other way
            "--disable-gpu",
            "--disable-background-networking",
            "--ignore-certificate-errors",
            f"--user-data-dir={profile}",
            *options,
            url,
        ]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            yield Path(profile)
        finally:
            process.terminate()
            process.wait(LIMIT)


class Reports(HTTPServer):
    """Serves a page and keeps what it posts."""

    outcome = ""

    def __init__(self, page: Path, limit: float) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.page = page
        self.timeout = limit

    def handle_timeout(self) -> None:
        self.outcome = f"nothing was heard of the page for {self.timeout:g} s"


class Handler(BaseHTTPRequestHandler):
    server: Reports

    def do_GET(self) -> None:
        self._reply(self.server.page.read_bytes() if self.path.startswith("/?") else b"")

    def do_POST(self) -> None:
        self.server.outcome = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self._reply(b"")

    def _reply(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002, the base class's word
        """Say nothing."""


def visit(url: str) -> str:
    """Let Chromium talk to the echo server at `url`; returns `ok` or what went wrong."""
    return run(PAGE, LIMIT, url=url)


def run(page: Path, limit: float, **asked: str) -> str:
    """Show Chromium a page, and wait so many seconds for what it posts."""
    with Reports(page, limit) as reports:
        url = f"http://127.0.0.1:{reports.server_port}/?{urlencode(asked)}"
        with launched(url):
            while not reports.outcome:
                reports.handle_request()
        return reports.outcome


class Tab:
    """The page in a Chromium that can be told what to do, by the DevTools protocol."""

    def __init__(self, url: str) -> None:
        self._socket = create_connection(url, timeout=LIMIT, suppress_origin=True)
        self._calls = 0
        self.complaints: list[str] = []
        """Errors of the page's scripts, and what its policy refused."""
        self.call("Runtime.enable")
        self.call("Log.enable")

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Call a method of the protocol; its result."""
        self._calls += 1
        self._socket.send(json.dumps({"id": self._calls, "method": method, "params": parameters}))
        while True:
            heard = json.loads(self._socket.recv())
            if heard.get("id") == self._calls:
                assert "result" in heard, heard
                result: dict[str, Any] = heard["result"]
                return result
            self._take(heard["method"], heard["params"])

    def _take(self, event: str, facts: dict[str, Any]) -> None:
        if event == "Runtime.exceptionThrown":
            self.complaints.append(facts["exceptionDetails"]["exception"]["description"])
        elif event == "Log.entryAdded" and facts["entry"]["source"] == "security":
            self.complaints.append(facts["entry"]["text"])

    def value(self, expression: str) -> Any:
        """The value of a JavaScript expression in the page."""
        return self.call("Runtime.evaluate", expression=expression, returnByValue=True)[
            "result"
        ].get("value")

    def text(self, selector: str) -> str:
        """What an element shows; nothing while it is hidden."""
        return self.value(f"document.querySelector({json.dumps(selector)}).innerText") or ""

    def press(self, key: str) -> None:
        """Press a key, as a person does."""
        text = {"text": "\r"} if key == "Enter" else {}
        code = {"Enter": 13, "Tab": 9, "ArrowRight": 39}[key]
        self.call("Input.dispatchKeyEvent", type="keyDown", key=key, code=key,
                  windowsVirtualKeyCode=code, **text)  # fmt: skip
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key, code=key)

    def close(self) -> None:
        self._socket.close()


@contextlib.contextmanager
def opened(url: str) -> Iterator[Tab]:
    """A Chromium that shows this page."""
    with launched(url, "--remote-debugging-port=0") as profile:
        port_file = profile / "DevToolsActivePort"
        wait_for(lambda: port_file.exists() and "\n" in port_file.read_text(), "Chromium", LIMIT)
        port = port_file.read_text().split("\n")[0]
        tab = Tab(_page_of(port, url))
        try:
            yield tab
        finally:
            tab.close()


def _page_of(port: str, url: str) -> str:
    """Where the page can be spoken to."""
    found: list[str] = []

    def look() -> bool:
        with urlopen(f"http://127.0.0.1:{port}/json/list") as answer:
            found.extend(
                one["webSocketDebuggerUrl"] for one in json.load(answer) if one["url"] == url
            )
        return bool(found)

    wait_for(look, url, LIMIT)
    return found[0]
