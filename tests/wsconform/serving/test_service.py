"""The service on real endpoints."""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest

from certificates import self_signed
from connections import Client
from live import in_reactor, running_reactor
from memory_fuzzer import Notes
from wsconform.cases import CASES
from wsconform.driver.settings import Settings
from wsconform.serve_plan import ServePlan
from wsconform.serving.service import FuzzingService

PLAIN = "tcp:0:interface=127.0.0.1"
TLS = pytest.mark.filterwarnings("ignore:Passing pyOpenSSL")
"""Twisted's ssl: endpoints hand pyOpenSSL's own certificates on."""


def abandon(message: str) -> NoReturn:
    raise OSError(message)


def started(out: Path, notes: Notes, *endpoints: str) -> FuzzingService:
    """A service with these endpoints."""
    plan = ServePlan(endpoints, (CASES["1.1.1"],), Settings(), out)

    def start() -> FuzzingService:
        service = FuzzingService(plan, notes, running_reactor(), lambda _: None, abandon)
        service.privilegedStartService()
        service.startService()
        return service

    service: FuzzingService = in_reactor(start)
    return service


@contextlib.contextmanager
def serving(out: Path, *endpoints: str) -> Iterator[list[tuple[Any, ...]]]:
    """A service with these endpoints until it is stopped; what it tells."""
    notes = Notes()
    service = started(out, notes, *endpoints)
    try:
        yield notes.told
    finally:
        in_reactor(service.stopService)


def port_in(url: str) -> int:
    return int(url.rstrip("/").rpartition(":")[2])


@TLS
def test_it_serves_on_several_endpoints_of_any_kind(tmp_path: Path) -> None:
    certified, path = self_signed(tmp_path), tmp_path / "x.sock"
    context = ssl.create_default_context(cafile=str(certified.certificate))
    context.check_hostname = False
    context.set_alpn_protocols(["h2", "http/1.1"])  # as browsers do
    endpoints = (PLAIN, certified.endpoint, f"unix:{path}")
    with serving(tmp_path / "out", *endpoints) as told:
        (_, plain, web), (_, secure, secure_web), (_, local, _) = told
        assert plain.startswith("ws://127.0.0.1:")
        assert web.startswith("http://127.0.0.1:")
        assert (secure[:6], secure_web[:8]) == ("wss://", "https://")
        assert local == f"unix:{path}"
        raw = socket.create_connection(("127.0.0.1", port_in(secure)))
        nearby = socket.socket(socket.AF_UNIX)
        nearby.connect(str(path))
        clients = [
            Client.connect(port_in(plain)), Client(context.wrap_socket(raw)), Client(nearby),
        ]  # fmt: skip
        for client in clients:
            with client.open("/getCaseCount"):
                assert client.frames(1)[0].payload == b"1"
                client.send(*client.frames(2)[1:]).rest()


@TLS
def test_a_case_is_played_over_tls_and_its_report_says_so(tmp_path: Path) -> None:
    certified = self_signed(tmp_path)
    context = ssl.create_default_context(cafile=str(certified.certificate))
    context.check_hostname = False
    out = tmp_path / "out"
    with serving(out, certified.endpoint) as told:
        raw = socket.create_connection(("127.0.0.1", port_in(told[0][1])))
        with Client(context.wrap_socket(raw)).open("/runCase?case=1&agent=me") as client:
            client.send(client.frames(1)[0])
            client.send(client.frames(2)[1])
            with contextlib.suppress(OSError):
                client.rest()
    (capture,) = out.rglob("1.1.1.log")
    assert '"version": "TLSv1.' in capture.read_text() or '"version":"TLSv1.' in capture.read_text()
    assert '"target": "wss://127.0.0.1:' in (out / "me_case_1_1_1.json").read_text()
    assert (out / "index.html").is_file()


def test_pages_that_cannot_be_written_in_the_end_are_known_to_whoever_stops_it(
    tmp_path: Path,
) -> None:
    (tmp_path / "index.html").mkdir()
    notes = Notes()
    service = started(tmp_path, notes, PLAIN)
    with Client.connect(port_in(notes.told[0][1])).open("/runCase?case=1&agent=me") as client:
        client.send(client.frames(1)[0])
        client.send(client.frames(2)[1])
        with contextlib.suppress(OSError):
            client.rest()
    in_reactor(service.stopService)
    assert str(getattr(service.server.failure, "filename", "")).endswith("index.html")
    assert (tmp_path / "index.json").is_file()


def test_reports_that_cannot_be_written_are_found_out_before_anybody_comes(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    out = tmp_path / "file" / "out"
    with pytest.raises(OSError, match=r"cannot write reports to .*: Not a directory"), serving(out):
        pass
