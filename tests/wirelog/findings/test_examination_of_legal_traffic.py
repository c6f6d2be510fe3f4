"""Whatever is legal gives no error, and whatever is not makes nothing crash."""

from __future__ import annotations

import zlib
from base64 import b64encode
from dataclasses import dataclass, field, replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from builders import CaptureBuilder, close, opened
from wirelog.findings import check
from wirelog.frames import RSV1, Frame, Opcode, Side
from wirelog.handshake import accept_for

TAIL = b"\x00\x00\xff\xff"
TEXTS = [
    "",
    "Hello",
    "Grüße, 世界 \N{OCTOPUS}",
    "the quick brown fox " * 40,
    "x" * 126,
    "y" * 70_000,
]


@dataclass
class Speaker:
    """One side of a connection that keeps all rules."""

    side: Side
    random: Random
    bits: int = 15
    alone: bool = False
    deflates: bool = False
    squeeze: zlib._Compress = field(default_factory=lambda: zlib.compressobj(wbits=-15))

    def __post_init__(self) -> None:
        self.renew()

    def renew(self) -> None:
        level = self.random.choice([0, 1, 6, 9])
        self.squeeze = zlib.compressobj(level, wbits=-max(self.bits, 9))

    def message(self) -> list[Frame]:
        """A message in one or more frames, compressed or not."""
        opcode = self.random.choice([Opcode.TEXT, Opcode.BINARY])
        octets = self.random.choice(TEXTS).encode()
        if opcode == Opcode.BINARY:
            octets += self.random.randbytes(self.random.choice([0, 1, 3000]))
        rsv = 0
        if self.deflates and self.random.random() < 0.8:
            rsv = RSV1
            octets = self.squeeze.compress(octets) + self.squeeze.flush(zlib.Z_SYNC_FLUSH)
            octets = octets.removesuffix(TAIL)
            if self.alone:
                self.renew()
        cuts = sorted(
            self.random.randint(0, len(octets)) for _ in range(self.random.choice([0, 0, 1, 5]))
        )
        parts = [octets[a:b] for a, b in zip([0, *cuts], [*cuts, len(octets)], strict=True)]
        frames = [Frame(Opcode.CONT, part, fin=False) for part in parts]
        frames[0] = replace(frames[0], opcode=opcode, rsv=rsv)
        frames[-1] = replace(frames[-1], fin=True)
        return frames

    def masked(self, frame: Frame) -> Frame:
        return replace(frame, mask=self.random.randbytes(4)) if self.side == "client" else frame


class Talk:
    """A legal connection, as a capture of one side."""

    def __init__(self, seed: int) -> None:
        self.random = random = Random(seed)
        self.made = CaptureBuilder(random.choice(["server", "client"]))
        self.with_lines = random.random() < 0.5
        sides: tuple[Side, Side] = ("client", "server")
        self.speakers = {side: Speaker(side, random) for side in sides}
        self.snaplen: int | None = None
        self.open()
        if random.random() < 0.2:
            self.snaplen = random.choice([0, 1, 3, 8, 64])
        for _ in range(random.randint(0, 6)):
            self.turn(random.choice(sides))
        self.end(random.choice([*sides, None]))

    def open(self) -> None:
        random, key = self.random, b64encode(self.random.randbytes(16)).decode()
        lines = [
            "GET /chat?x=1 HTTP/1.1", "Host: example.org", "Upgrade: WebSocket",
            "Connection: keep-alive, Upgrade", f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Version: 13", "Sec-WebSocket-Protocol: a, b",
        ]  # fmt: skip
        answer = [
            "HTTP/1.1 101 Switching Protocols", "upgrade: websocket", "connection: upgrade",
            f"Sec-WebSocket-Accept: {accept_for(key)}",
        ]  # fmt: skip
        if random.random() < 0.7:
            offer, agreed = self.agree()
            lines.append(f"Sec-WebSocket-Extensions: {offer}")
            answer.append(f"Sec-WebSocket-Extensions: {agreed}")
        if random.random() < 0.5:
            answer.append("Sec-WebSocket-Protocol: b")
        heads = ["\r\n".join([*one, "", ""]).encode() for one in (lines, answer)]
        self.made.event("TCP ACCEPTED")
        for side, head in zip(self.speakers, heads, strict=True):
            self.octets(side, head)

    def agree(self) -> tuple[str, str]:
        offer = ["permessage-deflate", "client_max_window_bits"]
        agreed = ["permessage-deflate"]
        for side, one in self.speakers.items():
            one.deflates = True
            if self.random.random() < 0.5:
                one.bits = self.random.randint(8, 15)
                agreed.append(f"{side}_max_window_bits={one.bits}")
                if side == "server":
                    offer.append(f"server_max_window_bits={one.bits}")
            if self.random.random() < 0.5:
                one.alone = True
                agreed.append(f"{side}_no_context_takeover")
            one.renew()
        return "; ".join(offer), "; ".join(agreed)

    def turn(self, side: Side) -> None:
        """A message, perhaps with pings between its fragments, and their pongs behind it."""
        pings = []
        frames: list[Frame] = []
        for frame in self.speakers[side].message():
            frames.append(frame)
            if self.random.random() < 0.3:
                ping = Frame(Opcode.PING, self.random.randbytes(self.random.choice([0, 4, 125])))
                pings.append(ping)
                frames.append(ping)
        self.send(side, frames)
        other: Side = "client" if side == "server" else "server"
        self.send(other, [replace(ping, opcode=Opcode.PONG) for ping in pings])
        if self.random.random() < 0.1:
            self.send(side, [Frame(Opcode.PONG, b"heartbeat")])

    def end(self, side: Side | None) -> None:
        if side is None:
            self.made.event(self.random.choice(["TCP DROPPED BY ME", "TCP DROPPED BY PEER (RST)"]))
            return
        code = self.random.choice([None, 1000, 1001, 3000, 4999])
        frame = close(code, "" if code is None else "Auf Wiedersehen, Grüße")
        other: Side = "client" if side == "server" else "server"
        self.send(side, [frame])
        self.send(other, [frame if self.random.random() < 0.5 else close(1000)])
        self.made.event(f"TCP DROPPED BY {'ME' if self.made.role == 'server' else 'PEER'}")

    def send(self, side: Side, frames: list[Frame]) -> None:
        masked = [self.speakers[side].masked(frame) for frame in frames]
        if self.with_lines:
            for frame in masked:
                (self.made.tx if side == self.made.role else self.made.rx)(frame)
        else:
            self.octets(side, b"".join(frame.serialize() for frame in masked))

    def octets(self, side: Side, octets: bytes) -> None:
        """The octets in any pieces."""
        direction = "TX" if side == self.made.role else "RX"
        while octets:
            size = self.random.choice([1, 2, 7, 100, 5000, 1 << 20])
            self.made.octets(direction, octets[:size], self.snaplen)
            octets = octets[size:]
            if len(octets) > 200_000:
                size = 1 << 20


@settings(max_examples=150)
@given(st.integers(0, 1 << 32))
def test_legal_traffic_has_no_errors(seed: int) -> None:
    report = check(*opened(Talk(seed).made.unfinished()))
    assert [str(one) for one in report.errors] == []


@settings(max_examples=200)
@given(st.integers(0, 40), st.floats(0, 1, exclude_max=True), st.integers(0, 255))
def test_no_octet_that_changes_makes_it_crash(seed: int, place: float, value: int) -> None:
    octets = bytearray(Talk(seed).made.unfinished())
    start = octets.index(b"\n") + 1
    octets[start + int(place * (len(octets) - start))] = value
    report = check(*opened(bytes(octets)))
    assert report.verdict
    assert all(one.as_json()["rule"] for one in report.findings)
    assert all(str(one).isprintable() for one in report.findings)
