"""The end of TCP, from either side."""

from __future__ import annotations

import pytest
from OpenSSL import SSL
from service_identity import VerificationError
from twisted.internet.error import ConnectionDone, ConnectionLost
from twisted.python.failure import Failure

from memory_server import MemoryServer, StuckTransport
from wsconform.driver.tcp import State, loss_in_words


@pytest.mark.parametrize(("abort", "how"), [(True, "RST"), (False, "FIN")])
def test_dropping_tcp_is_recorded_once_and_ends_the_case(abort: bool, how: str) -> None:
    server = MemoryServer("9.1.1").open()
    server.connection.drop(abort=abort)
    server.connection.drop(abort=True)
    assert server.transport.ended == how
    assert server.facts.dropped_by_me and server.facts.was_not_clean_reason is None
    assert [one for one in server.events if "DROPPED" in one] == [f"TCP DROPPED BY ME ({how})"]
    assert server.connection.state is State.CLOSED


def test_what_comes_after_tcp_was_dropped_is_ignored() -> None:
    server = MemoryServer("9.1.1").open()
    server.connection.drop()
    server.send(b"\x81\x01x")
    assert server.facts.remote_close_code is None
    assert server.played.attempt.transcript.events == ()


def test_tcp_that_cannot_be_ended_in_order_is_ended_anyway() -> None:
    server = MemoryServer("9.1.1", transport=StuckTransport).open()
    server.connection.drop()
    server.wait(0.9)
    assert not server.transport.ended
    server.wait(0.2)
    assert server.transport.ended == "RST"


def test_a_loss_is_told_in_words() -> None:
    assert loss_in_words(Failure(ConnectionDone())).startswith("the peer ended TCP")
    assert "was lost" in loss_in_words(Failure(ConnectionLost()))
    assert loss_in_words(Failure(ValueError("odd"))).endswith(": odd")
    trouble = SSL.Error([("SSL routines", "", "certificate verify failed")])
    assert loss_in_words(Failure(trouble)) == "TLS failed: certificate verify failed"
    assert loss_in_words(Failure(SSL.SysCallError())) == "TLS failed: SysCallError"
    assert "another name" in loss_in_words(Failure(VerificationError([])))


def test_why_tls_failed_stands_in_the_capture() -> None:
    server = MemoryServer("1.1.1")
    trouble = SSL.Error([("SSL routines", "", "certificate verify failed")])
    server.connection.connectionLost(Failure(trouble))
    assert server.events == [
        "TCP CONNECTED", "NOTE TLS failed: certificate verify failed", "TCP DROPPED BY PEER (RST)"
    ]  # fmt: skip
