"""Headless Chromium as a client: a page that says it all, and a server that it reports to."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import urlencode

PAGE = Path(__file__).with_name("browser.html")
NAMES = ["chromium", "chromium-browser", "google-chrome"]
LIMIT = 30
"""Seconds until the page must have reported; a cold start of Chromium takes several."""


def find() -> str | None:
    """Chromium's path, by whatever name it goes."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


class Reports(HTTPServer):
    """Serves the page and keeps what it posts."""

    timeout = LIMIT
    outcome = ""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)

    def handle_timeout(self) -> None:
        self.outcome = f"nothing was heard of the page for {LIMIT} s"


class Handler(BaseHTTPRequestHandler):
    server: Reports

    def do_GET(self) -> None:
        self._reply(PAGE.read_bytes() if self.path.startswith("/?") else b"")

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
    chromium = find()
    assert chromium is not None
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile, Reports() as reports:
        command = [
            chromium,
            "--headless",
            "--no-sandbox",  # a root user, as in most containers, has no other way
            "--disable-gpu",
            "--disable-background-networking",
            "--ignore-certificate-errors",
            f"--user-data-dir={profile}",
            f"http://127.0.0.1:{reports.server_port}/?{urlencode({'url': url})}",
        ]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            while not reports.outcome:
                reports.handle_request()
        finally:
            process.terminate()
            process.wait(LIMIT)
        return reports.outcome
