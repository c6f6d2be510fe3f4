"""Real clients that say the same things to an echo server, and fail unless they hear them back.

`CLIENTS` at the end is the list. Each says a text, octets, a text in fragments and a ping, as far
as its library can, and ends with a close code of its own.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import ssl
import subprocess
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import NamedTuple

from aiohttp import ClientSession, WSMsgType
from websocket import ABNF, create_connection
from websockets.asyncio.client import connect

from interop import browser

TEXT = "Grüße, 世界 \N{OCTOPUS}"
OCTETS = bytes(range(256)) * 4
FRAGMENTS = ["in ", "three ", "pieces"]
PING = b"still there?"
CODE, REASON = 4001, "that was all"
REPLIES = {CODE, 1000}
"""What a server may send back; an API's 1006 would tell of a close without handshake."""
LIMIT = 20
"""Seconds that a client may take."""

HERE = Path(__file__).parent
NODE_MODULES = HERE.parent.parent / "build/node/node_modules"


class Call(NamedTuple):
    """What a client is to do."""

    url: str
    deflate: bool
    """Whether to offer permessage-deflate."""
    certificate: Path
    """To be trusted, where the URL is `wss:`."""

    @property
    def ssl_context(self) -> ssl.SSLContext | None:
        is_tls = self.url.startswith("wss:")
        return ssl.create_default_context(cafile=self.certificate) if is_tls else None


async def websockets_client(call: Call) -> None:
    compression = "deflate" if call.deflate else None
    async with connect(call.url, ssl=call.ssl_context, compression=compression, proxy=None) as ws:
        await ws.send(TEXT)
        assert await ws.recv() == TEXT
        await ws.send(OCTETS)
        assert await ws.recv() == OCTETS
        await ws.send(FRAGMENTS)
        assert await ws.recv() == "".join(FRAGMENTS)
        await (await ws.ping(PING))
        await ws.close(CODE, REASON)
        assert ws.close_code in REPLIES


async def aiohttp_client(call: Call) -> None:
    window = 15 if call.deflate else 0
    async with (
        ClientSession() as session,
        session.ws_connect(
            call.url, ssl=call.ssl_context or True, compress=window, autoping=False
        ) as ws,
    ):
        await ws.send_str(TEXT)
        assert await ws.receive_str() == TEXT
        await ws.send_bytes(OCTETS)
        assert await ws.receive_bytes() == OCTETS
        await ws.ping(PING)
        pong = await ws.receive()
        assert (pong.type, pong.data) == (WSMsgType.PONG, PING)
        await ws.close(code=CODE, message=REASON.encode())
        assert ws.close_code in REPLIES


def websocket_client(call: Call) -> None:
    trust = {"ca_certs": str(call.certificate)}
    ws = create_connection(call.url, timeout=LIMIT, sslopt=trust)
    ws.send(TEXT)
    assert ws.recv() == TEXT
    ws.send_binary(OCTETS)
    assert ws.recv() == OCTETS
    last = len(FRAGMENTS) - 1
    for index, fragment in enumerate(FRAGMENTS):
        opcode = ABNF.OPCODE_CONT if index else ABNF.OPCODE_TEXT
        ws.send_frame(ABNF.create_frame(fragment, opcode, fin=int(index == last)))
    assert ws.recv() == "".join(FRAGMENTS)
    ws.ping(PING)
    opcode, pong = ws.recv_data_frame(control_frame=True)
    assert (opcode, pong.data) == (ABNF.OPCODE_PONG, PING)
    ws.close(CODE, REASON.encode(), timeout=LIMIT)


def node_ws(call: Call) -> None:
    environment = os.environ | {
        "NODE_PATH": str(NODE_MODULES),
        "NODE_EXTRA_CA_CERTS": str(call.certificate),
    }
    run = subprocess.run(
        ["node", HERE / "client.cjs", call.url, str(call.deflate).lower()],
        check=False, capture_output=True, text=True, timeout=LIMIT, env=environment,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr


def no_node_ws() -> str:
    if shutil.which("node") is None:
        return "node is not installed"
    return "" if (NODE_MODULES / "ws").is_dir() else "ws is not installed; `make interop` does it"


def chromium(call: Call) -> None:
    assert browser.visit(call.url) == "ok"


def no_chromium() -> str:
    return "" if browser.find() else "Chromium is not installed"


class Client(NamedTuple):
    """A library, and what it can do."""

    name: str
    run: Callable[[Call], None]
    deflates: tuple[bool, ...] = (False, True)
    """Whether it can go without permessage-deflate, and whether with it."""
    fragments: bool = True
    pings: bool = True
    missing: Callable[[], str] = str
    """Why it cannot run here, or nothing."""


def blocking(client: Callable[[Call], Awaitable[None]]) -> Callable[[Call], None]:
    async def limited(call: Call) -> None:
        await asyncio.wait_for(client(call), LIMIT)

    return lambda call: asyncio.run(limited(call))


CLIENTS = [
    Client("websockets", blocking(websockets_client)),
    Client("aiohttp", blocking(aiohttp_client), fragments=False),
    Client("websocket-client", websocket_client, deflates=(False,)),
    Client("node-ws", node_ws, missing=no_node_ws),
    Client(
        "chromium", chromium, deflates=(True,), fragments=False, pings=False, missing=no_chromium
    ),
]
