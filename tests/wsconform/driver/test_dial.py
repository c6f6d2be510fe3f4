"""TLS: certificates that are trusted, taken anyway, or refused."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from twisted.internet.endpoints import serverFromString
from twisted.internet.protocol import Factory

from certificates import Certified, self_signed
from live import failed, in_reactor, play, running_reactor
from right_server import RightServer
from wsconform.driver.dial import trusted
from wsconform.driver.settings import Settings, Target
from wsconform.runner import Run

pytestmark = pytest.mark.filterwarnings("ignore:Passing pyOpenSSL:DeprecationWarning")
"""Twisted does that; nothing here can help it."""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Certified:
    return self_signed(tmp_path_factory.mktemp("tls"))


@contextlib.contextmanager
def tls_server(files: Certified) -> Iterator[Target]:
    factory = Factory.forProtocol(RightServer)
    factory.noisy = False
    port: Any = in_reactor(
        lambda: serverFromString(running_reactor(), files.endpoint).listen(factory)
    )
    try:
        yield Target("127.0.0.1", port.getHost().port, secure=True)
    finally:
        in_reactor(port.stopListening)


def test_a_trusted_certificate_is_taken(files: Certified) -> None:
    with tls_server(files) as target:
        trusting = replace(target, cafile=str(files.certificate))
        assert not failed(play(("1.1.*", "2.10"), trusting))
        named = replace(trusting, server_name="test.example")
        assert not failed(play(("1.1.1",), named))


def test_any_certificate_is_taken_if_the_user_says_so(files: Certified) -> None:
    with tls_server(files) as target:
        outcome = play(("1.1.1",), replace(target, insecure=True, server_name="other.example"))
    assert not failed(outcome)


def test_an_unknown_certificate_is_refused_with_the_reason(files: Certified) -> None:
    with tls_server(files) as target:
        outcome = play(("1.1.*",), target)
    assert "certificate verify failed" in outcome.unreachable


def test_a_certificate_for_another_name_is_refused(files: Certified) -> None:
    with tls_server(files) as target:
        other = replace(target, cafile=str(files.certificate), server_name="other.example")
        assert "another name" in play(("1.1.1",), other).unreachable


def test_a_file_without_certificates_is_an_error() -> None:
    with pytest.raises(ValueError, match="no certificate"):
        trusted(b"-----BEGIN NOTHING-----")


@contextlib.contextmanager
def hole() -> Iterator[Target]:
    """A server that completes no TCP connection any more: its queue is full."""
    with contextlib.ExitStack() as stack:
        full = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
        yield Target("127.0.0.1", full.getsockname()[1])


def test_what_is_never_connected_is_said_with_the_limit() -> None:
    with hole() as target:
        outcome = play(("1.1.*",), target, Settings(connecting=0.3))
    assert outcome.unreachable == "no TCP connection within 0.3 s"
    assert outcome.results == []


def test_a_run_that_is_aborted_does_not_wait_for_tcp() -> None:
    def abort_soon(run: Run) -> None:
        running_reactor().callLater(0.1, run.abort)

    begun = time.monotonic()
    with hole() as target:
        outcome = play(("1.1.*",), target, run=abort_soon)
    assert time.monotonic() - begun < 5
    assert (outcome.results, outcome.unreachable) == ([], "")


@pytest.mark.parametrize(
    ("host", "why"),
    [("no_such_name.invalid", "DNS lookup failed"), ("ab--cd.invalid", "invalid hostname")],
)
def test_names_that_nobody_has_are_no_crash(host: str, why: str) -> None:
    outcome = play(("1.1.1",), Target(host, 80))
    assert why in outcome.unreachable
