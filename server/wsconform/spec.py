"""Spec files for a run against servers: the JSON in which the published suite is told what to run.

They are taken unchanged, see `spec_table`; `serve_spec` reads those for its server.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from wsconform.driver.settings import Target, check_name
from wsconform.spec_table import COMMON, EVERYTHING, Options, Selection, Table, content_of


@dataclass(frozen=True, slots=True)
class SpecServer:
    """One entry of `servers`."""

    url: str
    agent: str | None = None
    hostname: str | None = None
    """The name for TLS; without one the published suite takes any certificate."""
    origin: str | None = None
    protocols: tuple[str, ...] = ()
    limits: Mapping[str, float] = field(default_factory=dict)
    """Limits from the options of the file and of the server, named as in `driver.Settings`."""


@dataclass(frozen=True, slots=True)
class Spec:
    """A spec file for a run against servers."""

    servers: tuple[SpecServer, ...]
    selection: Selection = EVERYTHING
    outdir: str | None = None
    warnings: tuple[str, ...] = ()


OPTIONS = Options(
    applied={
        "openHandshakeTimeout": "opening",
        "closeHandshakeTimeout": "closing",
        "serverConnectionDropTimeout": "server_drop",
        "maxMessagePayloadSize": "message",
    },
    fixed={
        **COMMON,
        "version": (13, 14, 15, 16, 17, 18),
        "acceptMaskedServerFrames": (False,),
        "maskClientFrames": (True,),
        "perMessageCompressionOffers": (None,),
    },
)


def load(path: Path) -> Spec:
    """Read a spec file; raises `SpecError`."""
    return parse(content_of(path), str(path))


def parse(content: object, name: str) -> Spec:
    """Take the content of a spec file; `name` stands before each complaint."""
    warnings: list[str] = []
    table = Table(content, name, warnings)
    common = OPTIONS.limits(table.table("options"))
    servers = tuple(_server(one, common) for one in table.tables("servers"))
    if not servers:
        table.refuse("servers", "names no server")
    selection, outdir = Selection.of(table), table.text("outdir")
    table.warn_of_rest()
    return Spec(servers, selection, outdir, tuple(warnings))


def _server(table: Table, common: Mapping[str, float]) -> SpecServer:
    url = table.text("url")
    if url is None:
        table.refuse("url", "is missing")
    try:
        Target.at(url)
    except ValueError as error:
        table.refuse("url", str(error))
    hostname = table.text("hostname")
    try:
        check_name(hostname or "localhost")
    except ValueError as error:
        table.refuse("hostname", str(error))
    server = SpecServer(
        url,
        table.text("agent"),
        hostname,
        table.text("origin"),
        table.texts("protocols"),
        {**common, **OPTIONS.limits(table.table("options"))},
    )
    table.warn_of_rest()
    return server
