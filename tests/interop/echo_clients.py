"""Real clients that go through the cases of a fuzzing server, as its URLs ask of them: how many are
there, play each, write the reports. Each sends every message back as it came and knows no more.

    python -m interop.echo_clients NAME ws://127.0.0.1:9001 AGENT

runs one of them; `CLIENTS` at the end is the list. They offer all of permessage-deflate that their
library can. A connection that ends in an error is what many a case is about, so it is no matter
here. This runs in a process of its own: there, Autobahn has not been told to use Twisted.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import websocket
import websockets
from aiohttp import ClientSession, WSMsgType
from autobahn.asyncio.websocket import WebSocketClientFactory, WebSocketClientProtocol
from autobahn.websocket.compress import PerMessageDeflateOffer, PerMessageDeflateResponseAccept
from websockets.asyncio.client import connect
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory

Visit = Callable[[str], Awaitable[str]]
"""Echoes at a URL until the connection ends; the first text that came."""


async def go_through(base: str, agent: str, visit: Visit) -> None:
    """Play all the cases."""
    count = int(await visit(f"{base}/getCaseCount"))
    for number in range(1, count + 1):
        await visit(f"{base}/runCase?case={number}&agent={agent}")
    await visit(f"{base}/updateReports?agent={agent}")


async def websockets_visit(url: str) -> str:
    deflate = ClientPerMessageDeflateFactory(
        client_max_window_bits=True, client_no_context_takeover=True
    )
    first = ""
    try:
        async with connect(
            url, extensions=[deflate], max_size=None, proxy=None, ping_interval=None
        ) as ws:
            async for message in ws:
                first = first or str(message)
                await ws.send(message)
    except (websockets.WebSocketException, OSError):
        pass
    return first


async def aiohttp_visit(url: str) -> str:
    first = ""
    try:
        async with (
            ClientSession() as session,
            session.ws_connect(url, compress=15, max_msg_size=0) as ws,
        ):
            async for message in ws:
                if message.type is WSMsgType.TEXT:
                    first = first or message.data
                    await ws.send_str(message.data)
                elif message.type is WSMsgType.BINARY:
                    await ws.send_bytes(message.data)
    except (aiohttp.ClientError, OSError):
        pass
    return first


async def websocket_client_visit(url: str) -> str:
    """This library leaves it to its user to fail a connection."""
    first, code = "", 1000
    ws = websocket.create_connection(url)
    try:
        while (received := ws.recv_data())[0] != websocket.ABNF.OPCODE_CLOSE:
            opcode, octets = received
            first = first or octets.decode(errors="replace")
            ws.send(octets, opcode)
    except websocket.WebSocketPayloadException:
        code = 1007
    except websocket.WebSocketProtocolException:
        code = 1002
    except (websocket.WebSocketException, OSError):
        pass
    ws.close(code)
    return first


class Echo(WebSocketClientProtocol):  # type: ignore[misc]  # untyped
    """Autobahn's side of a connection."""

    first = ""

    def onMessage(self, payload: bytes, isBinary: bool) -> None:
        self.first = self.first or payload.decode(errors="replace")
        self.sendMessage(payload, isBinary)

    def connection_lost(self, exc: Any) -> None:
        super().connection_lost(exc)
        self.factory.gone.set_result(self.first)


async def autobahn_visit(url: str) -> str:
    loop = asyncio.get_running_loop()
    factory = WebSocketClientFactory(url)
    factory.protocol = Echo
    factory.gone = loop.create_future()
    factory.setProtocolOptions(
        perMessageCompressionOffers=[PerMessageDeflateOffer()],
        perMessageCompressionAccept=PerMessageDeflateResponseAccept,
        failByDrop=False,
    )
    await loop.create_connection(factory, factory.host, factory.port)
    first: str = await factory.gone
    return first


CLIENTS: dict[str, Visit] = {
    "websockets": websockets_visit,
    "aiohttp": aiohttp_visit,
    "websocket-client": websocket_client_visit,
    "autobahn": autobahn_visit,
}

if __name__ == "__main__":
    name, base, agent = sys.argv[1:]
    asyncio.run(go_through(base, agent, CLIENTS[name]))
