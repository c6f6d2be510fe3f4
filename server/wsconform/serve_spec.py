"""Spec files for `wsconform serve`: the JSON in which the published suite's server is told what to
play. They are taken unchanged, see `spec_table`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from wsconform.spec_table import COMMON, EVERYTHING, Options, Selection, Table, content_of


@dataclass(frozen=True, slots=True)
class ServeSpec:
    """A spec file for the server."""

    endpoint: str | None = None
    """Where to listen, in Twisted's words; None if the file does not say."""
    selection: Selection = EVERYTHING
    outdir: str | None = None
    limits: Mapping[str, float] = field(default_factory=dict)
    """Named as in `driver.Settings`."""
    warnings: tuple[str, ...] = ()


OPTIONS = Options(
    applied={
        "openHandshakeTimeout": "opening",
        "closeHandshakeTimeout": "closing",
        "maxMessagePayloadSize": "message",
    },
    fixed={
        **COMMON,
        "versions": ([13], [18], [8, 13], [13, 8], [0, 8, 13]),
        "webStatus": (True, False),
        "requireMaskedClientFrames": (True,),
        "maskServerFrames": (False,),
        "allowedOrigins": (["*"], "*"),
        "allowNullOrigin": (True,),
        "maxConnections": (0,),
        "serveFlashSocketPolicy": (False,),
        "flashSocketPolicy": (None,),
        "trustXForwardedFor": (0,),
    },
)


def load(path: Path) -> ServeSpec:
    """Read a spec file; raises `SpecError`."""
    return parse(content_of(path), str(path))


def parse(content: object, name: str) -> ServeSpec:
    """Take the content of a spec file; `name` stands before each complaint."""
    warnings: list[str] = []
    table = Table(content, name, warnings)
    limits = OPTIONS.limits(table.table("options"))
    endpoint = _endpoint(table)
    selection, outdir = Selection.of(table), table.text("outdir")
    table.texts("protocols")  # no subprotocol is ever picked
    if table.take("webport"):
        table.warn("webport", "the pages are on the port of the url")
    table.warn_of_rest()
    return ServeSpec(endpoint, selection, outdir, limits, tuple(warnings))


def _endpoint(table: Table) -> str | None:
    """Host, port and scheme of the URL as an endpoint."""
    url, key, cert = table.text("url"), table.text("key"), table.text("cert")
    if url is None:
        return None
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname, parts.port
    except ValueError as error:
        table.refuse("url", f"is no URL: {error}")
    if parts.scheme not in PORTS or not host:
        table.refuse("url", "does not begin with ws:// or wss:// and a host")
    where = f"{port or PORTS[parts.scheme]}:interface={_quoted(_interface(host))}"
    if parts.scheme == "ws":
        return f"{_family(host)}:{where}"
    if not key:
        table.refuse("key", "is missing, and wss:// needs it")
    files = {"privateKey": key, "certKey": cert or key}
    words = "".join(f":{name}={_quoted(path)}" for name, path in files.items())
    return f"ssl:{where}{words}"


PORTS = {"ws": 80, "wss": 443}


def _interface(host: str) -> str:
    """The address to listen on; Twisted takes no names there."""
    if host == "localhost":
        return "127.0.0.1"
    try:
        return str(ip_address(host))
    except ValueError:
        return ""


def _quoted(text: str) -> str:
    """Text as it stands in the description of an endpoint."""
    return text.replace("\\", "\\\\").replace(":", "\\:")


def _family(host: str) -> str:
    return "tcp6" if ":" in host else "tcp"
