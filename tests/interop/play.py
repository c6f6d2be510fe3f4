"""Small clients that do one instructive thing each; `make demo` and `make captures` play them.

`PLAYS` at the end is the list. A play is named as the capture that `twistd wsecho` makes of it,
because its name is the path of the URL that it connects to.
"""

from __future__ import annotations

import json
import os
import socket
import zlib
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import cbor2
import msgpack

from builders import DEFLATE, binary, close, cont, deflated, ping, text
from connections import Client
from wirelog.frames import RSV1, Frame, Opcode

Run = Callable[[Client], object]


class FreshClient(Client):
    """Picks its key and each mask at random, as a client must."""

    def send(self, *sent: Frame | bytes) -> Client:
        fresh = (
            replace(one, mask=os.urandom(4)) if isinstance(one, Frame) else one for one in sent
        )
        return super().send(*fresh)

    def open(self, target: str = "/", **headers: str) -> Client:
        key = b64encode(os.urandom(16)).decode()
        return super().open(target, Sec_WebSocket_Key=key, **headers)


def answer_close(client: Client, frames: int) -> None:
    """Send the server's close frame back; it is the last of so many frames."""
    client.send(client.frames(frames)[-1]).rest()


def reserved_opcode(client: Client) -> None:
    client.send(text("Hello, world!"), Frame(13), ping())
    answer_close(client, 2)


def fragments_with_ping(client: Client) -> None:
    client.send(text("A message in three frames, ", fin=False))
    client.send(cont("with a ping between them, ", fin=False), ping(b"still there?"))
    client.send(cont("und Schluß."))
    client.frames(2)
    client.send(close(1000)).rest()


def bad_text_in_fragments(client: Client) -> None:
    """The Euro sign is e2 82 ac; split after its second octet it is fine, and e2 28 never is."""
    euro = "costs 5 €".encode()
    client.send(text(euro[:-1], fin=False), Frame(Opcode.CONT, euro[-1:]))
    client.frames(1)
    client.send(text(b"costs 6 \xe2", fin=False))
    client.send(Frame(Opcode.CONT, b"\x28\xa1"))
    answer_close(client, 2)


def payloads(client: Client) -> None:
    """JSON, CBOR and MessagePack, for the decoded view."""
    value = {"id": 7, "ok": True, "tags": ["wire", "log"], "ratio": 0.5}
    client.send(text(json.dumps(value)))
    client.send(binary(cbor2.dumps(value)), binary(msgpack.packb(value)))
    client.send(binary(bytes(range(256))))
    client.frames(4)
    client.send(close(1000)).rest()


READINGS = b'{"sensor": "boiler room", "unit": "degrees Celsius", "readings": [61.5, 61.7, 61.4]}'


def deflate_takeover(client: Client) -> None:
    """The same message three times; the later ones refer to the first."""
    squeeze = zlib.compressobj(wbits=-15)
    for count in range(1, 4):
        octets = squeeze.compress(READINGS) + squeeze.flush(zlib.Z_SYNC_FLUSH)
        client.send(text(octets.removesuffix(b"\x00\x00\xff\xff"), rsv=RSV1)).frames(count)
    client.send(close(1000)).rest()


def deflate_no_takeover(client: Client) -> None:
    """The same message three times, each compressed by itself."""
    for count in range(1, 4):
        client.send(deflated(text(READINGS))).frames(count)
    client.send(close(1000)).rest()


def closes(code: int | None, reason: str = "") -> Run:
    return lambda client: greets(client).send(close(code, reason)).rest()


def greets(client: Client) -> Client:
    client.send(text("Hello")).frames(1)
    return client


def too_big(client: Client) -> None:
    greets(client).send(binary(bytes(5000)))
    answer_close(client, 2)


def sixteen_mebibytes(client: Client) -> None:
    client.send(binary(bytes(16 << 20)), close(1000)).rest()


@dataclass(frozen=True)
class Play:
    """What a client does on one connection."""

    name: str
    says: str
    """What there is to see in the capture."""
    run: Run
    headers: dict[str, str] = field(default_factory=dict)
    """Of the opening handshake, with underscores for hyphens."""
    options: tuple[str, ...] = ()
    """What the server is started with."""

    def play(self, port: int) -> None:
        with FreshClient.connect(port) as client:
            client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.run(client.open(f"/{self.name}", User_Agent="play", **self.headers))


OFFER = {"Sec_WebSocket_Extensions": DEFLATE}
NO_TAKEOVER = f"{DEFLATE}; client_no_context_takeover; server_no_context_takeover"

PLAYS = [
    Play("4.2.3", "text, then reserved opcode 13, then a ping", reserved_opcode),
    Play("fragments-with-ping", "three fragments, a ping between them", fragments_with_ping),
    Play("bad-text-in-fragments", "UTF-8 breaks in a continuation: 1007", bad_text_in_fragments),
    Play("payloads", "JSON, CBOR, MessagePack and plain octets", payloads),
    Play("deflate-takeover", "each message uses the one before", deflate_takeover, OFFER),
    Play(
        "deflate-no-takeover",
        "each message is deflated by itself",
        deflate_no_takeover,
        {"Sec_WebSocket_Extensions": NO_TAKEOVER},
    ),
    Play("close-4001", "a code of the application, with a reason", closes(4001, "out of coffee")),
    Play("close-1005", "a code that must not be sent", closes(1005)),
    Play("close-without-code", "a close frame without a body", closes(None)),
    Play("dropped", "TCP ends without a close frame", greets),
    Play(
        "refused-handshake",
        "a version that nobody knows: 426",
        Client.rest,
        {"Sec_WebSocket_Version": "99"},
    ),
    Play(
        "too-big",
        "more than the server takes: 1009",
        too_big,
        options=("--max-message", "4096"),
    ),
    Play(
        "16-mib-cut",
        "16 MiB, 64 octets of each read and write kept",
        sixteen_mebibytes,
        options=("--snaplen", "64"),
    ),
]
