"""Clients of other projects talk to `twistd wsecho`, and the captures tell what was said."""

from __future__ import annotations

import socket
import ssl

import pytest

from builders import opened
from interop.clients import (
    CLIENTS,
    CODE,
    FRAGMENTS,
    LIMIT,
    OCTETS,
    PING,
    REASON,
    TEXT,
    Call,
    Client,
)
from interop.conftest import Echo
from wirelog.frames import Close, Opcode

VARIANTS = [
    pytest.param(client, deflate, id=f"{client.name}-{'deflate' if deflate else 'plain'}")
    for client in CLIENTS
    for deflate in client.deflates
]


@pytest.mark.parametrize("scheme", ["ws", "wss"])
@pytest.mark.parametrize(("client", "deflate"), VARIANTS)
def test_client(client: Client, deflate: bool, scheme: str, echo: Echo) -> None:
    if why := client.missing():
        pytest.skip(why)
    name = f"{client.name}/{'deflate' if deflate else 'plain'}-{scheme}"
    client.run(Call(f"{echo.url(scheme)}/{name}", deflate, echo.certificate))

    capture, seen = opened(echo.server.capture(name).encode())
    assert capture.notices == []
    assert [str(problem) for one in seen.frames for problem in one.problems] == []
    assert (capture.header["tls"] is not None) == (scheme == "wss")
    assert seen.handshake.accept_ok
    assert (seen.handshake.deflate is not None) == deflate
    assert capture.trailer is not None
    assert capture.trailer["wasClean"]
    said = [TEXT.encode(), OCTETS] + ["".join(FRAGMENTS).encode()] * client.fragments
    assert [message.data for message in seen.messages if message.dir == "RX"] == said
    assert [message.data for message in seen.messages if message.dir == "TX"] == said
    assert any(message.compressed for message in seen.messages) == deflate
    pings = [(one.frame.payload, one.partner is not None) for one in seen.pings]
    assert pings == [(PING, True)] * client.pings
    close = next(one.frame for one in seen.frames if one.frame.opcode == Opcode.CLOSE)
    assert Close.parse(close.payload) == Close(CODE, REASON.encode())


def test_a_client_that_offers_alpn_as_browsers_do(echo: Echo) -> None:
    trust = ssl.create_default_context(cafile=echo.certificate)
    trust.set_alpn_protocols(["http/1.1"])
    with (
        socket.create_connection(("127.0.0.1", echo.server.ports[1]), timeout=LIMIT) as plain,
        trust.wrap_socket(plain, server_hostname="127.0.0.1") as secure,
    ):
        assert secure.selected_alpn_protocol() == "http/1.1"
