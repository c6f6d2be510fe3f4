"""Connecting with a fuzzing server: what is tried again, and what is not."""

from __future__ import annotations

import socket
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.protocol import Protocol

from certificates import self_signed
from live import in_reactor, listening, running_reactor
from small_fuzzer import small_fuzzer
from wsconform.driver.settings import Target
from wsconform.testee.client import End, Question
from wsconform.testee.server import Server, Unreachable


def server_at(url: str) -> Server:
    return Server(running_reactor(), Target.at(url))


def waited_for(work: Coroutine[Any, Any, Any]) -> Any:
    return in_reactor(lambda: Deferred.fromCoroutine(work))


def count(server: Server) -> End:
    end: End = waited_for(server.converse(Question, "/getCaseCount", 2.0))
    return end


@pytest.fixture
def nobody() -> int:
    """A port at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def test_a_server_that_is_not_there_is_told_at_once(
    nobody: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wsconform.testee.server.PATIENCE", (30.0,))
    begun = time.monotonic()
    with pytest.raises(Unreachable, match="refused"):
        count(server_at(f"ws://127.0.0.1:{nobody}"))
    assert time.monotonic() - begun < 15


def test_a_name_that_does_not_exist_is_told() -> None:
    with pytest.raises(Unreachable, match="no-such-host"):
        count(server_at("ws://no-such-host.invalid:1"))


def test_a_server_that_was_there_is_given_time_to_come_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("wsconform.testee.server.PATIENCE", (0.1, 0.2))
    with small_fuzzer() as (_, port):
        server = server_at(f"ws://localhost:{port}")
        assert count(server).answer == "3"
    begun = time.monotonic()
    with pytest.raises(Unreachable, match="refused"):
        count(server)
    assert time.monotonic() - begun > 0.3


def test_the_host_header_of_an_address_with_colons_has_brackets() -> None:
    heads: list[bytes] = []

    class Notes(Protocol):
        def dataReceived(self, data: bytes) -> None:
            heads.append(data)
            assert self.transport is not None
            self.transport.loseConnection()

    with listening(Notes, r"tcp6:0:interface=\:\:1") as port:
        assert not count(server_at(f"ws://[::1]:{port}")).opened
        assert f"\r\nHost: [::1]:{port}\r\n".encode() in heads[0]


def test_a_connection_that_is_being_made_is_given_up() -> None:
    """The backlog is full, so nobody answers."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        port = listener.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            server = server_at(f"ws://127.0.0.1:{port}")
            running_reactor().callFromThread(running_reactor().callLater, 0.2, server.abort)
            with pytest.raises(Unreachable, match="broken off"):
                waited_for(server.converse(Question, "/getCaseCount", 60.0))


def test_an_aborted_server_is_not_connected_with_until_it_is_resumed() -> None:
    with small_fuzzer() as (fuzzer, port):
        server = server_at(f"ws://127.0.0.1:{port}")
        server.abort()
        with pytest.raises(Unreachable, match="broken off"):
            count(server)
        assert fuzzer.paths == []
        server.resume()
        assert count(server).answer == "3"


def test_a_file_without_certificates_is_refused(tmp_path: Path) -> None:
    key = self_signed(tmp_path).key
    with pytest.raises(ValueError, match="no certificate"):
        Server(running_reactor(), Target("127.0.0.1", 1, secure=True, cafile=str(key)))
