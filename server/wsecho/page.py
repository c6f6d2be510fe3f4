"""Answers to those who do not come for a WebSocket connection, or ask for one in the wrong way."""

from __future__ import annotations

from html import escape as html_escape
from http import HTTPStatus

from wirelog.escaping import escape
from wirelog.handshake import HttpHead
from wsecho.request import Refused

_PAGE = """<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>wsecho</title>
<style>
:root {{ color-scheme: light dark }}
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 42em; margin: 3em auto; padding: 0 1em }}
pre {{ overflow-x: auto; padding: 1em; border: 1px solid; border-radius: .3em }}
</style>
<h1>wsecho</h1>
<p>This is a WebSocket echo server that records: it sends back each text and binary message as it
came, and keeps every octet and every frame, in both directions, in a capture file.</p>
<p>Connect with your client, or from this browser's console:</p>
<pre>const ws = new WebSocket("{url}");
ws.onmessage = (event) =&gt; console.log(event.data);
ws.onopen = () =&gt; ws.send("Hello");</pre>
<p>The path names the capture: this one is kept as <code>my-test.log</code>. Open it with
<code>wsinspect my-test.log</code>.</p>
"""


def refusal(refused: Refused, request: HttpHead | None, server: str, *, is_tls: bool) -> bytes:
    """The HTTP answer to a request that is refused; the connection ends after it."""
    if request and refused.status == 426 and request.get("Upgrade") is None:
        kind, text = "text/html", _page(request, is_tls)
    else:
        kind, text = "text/plain", f"wsecho: {escape(refused.reason)}\n"
    body = text.encode()
    headers = {
        "Server": server,
        "Content-Type": f"{kind}; charset=utf-8",
        "Content-Length": str(len(body)),
        **_required(refused.status),
    }
    if request and request.words[0] == "HEAD":
        body = b""
    return _head(refused.status, headers) + body


def _required(status: int) -> dict[str, str]:
    """The headers without which a status says only half (RFC 9110 §15.5, RFC 6455 §4.4)."""
    if status == 405:
        return {"Allow": "GET", "Connection": "close"}
    if status == 426:
        return {
            "Upgrade": "websocket",
            "Connection": "Upgrade, close",
            "Sec-WebSocket-Version": "13",
        }
    return {"Connection": "close"}


def _head(status: int, headers: dict[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"]
    lines += [f"{name}: {value}" for name, value in headers.items() if value]
    return "".join(f"{line}\r\n" for line in [*lines, ""]).encode("latin-1", "replace")


def _page(request: HttpHead, is_tls: bool) -> str:
    host = request.get("Host") or "localhost:9000"
    return _PAGE.format(url=html_escape(f"{'wss' if is_tls else 'ws'}://{host}/my-test"))
