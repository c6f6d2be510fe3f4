"""Connections on which both sides keep all rules, made up at random, as one side records them.

`LegalTalk(seed).capture` is the capture. Two ends speak over a wire with a delay: messages in
fragments with control frames between them, compressed or not, pings that are answered one by one or
all by the last pong, and any way to end. What crosses on the wire crosses in the capture.
"""

from __future__ import annotations

import zlib
from base64 import b64encode
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from random import Random

from builders import CaptureBuilder
from wirelog.frames import RSV1, Close, Frame, Opcode, Side
from wirelog.handshake import accept_for

TAIL = b"\x00\x00\xff\xff"
TEXTS = ["", "Hello", "Grüße, 世界 \N{OCTOPUS}", "the quick brown fox " * 40, "x" * 126]
LONG = "y" * 70_000
CODES = [None, 1000, 1001, 1003, 1008, 1011, 1012, 3000, 4999]
"""Codes that either side may send for reasons of its own."""
REASONS = ["", "Auf Wiedersehen, Grüße", "z" * 123]
TURNS = 60
"""Turns that a talk takes at most before somebody ends it."""


@dataclass
class Squeeze:
    """The compressor of one side."""

    random: Random
    bits: int = 15
    alone: bool = False
    """Whether no context takeover was agreed."""

    def __post_init__(self) -> None:
        self.renew()

    def renew(self) -> None:
        level = self.random.choice([0, 1, 6, 9])
        # Of 9 bits zlib uses no more than 250 octets, so it will do for 8, which it does not know.
        self.state = zlib.compressobj(level, wbits=-max(self.bits, 9))

    def message(self, octets: bytes) -> bytes:
        """The payload of a compressed message; it may be flushed on the way, or finished."""
        cut = self.random.randint(0, len(octets))
        made = self.state.compress(octets[:cut])
        if self.random.random() < 0.2:
            made += self.state.flush(self.random.choice([zlib.Z_SYNC_FLUSH, zlib.Z_FULL_FLUSH]))
        made += self.state.compress(octets[cut:])
        if self.random.random() < 0.1:  # RFC 7692 §7.2.3.4
            made += self.state.flush(zlib.Z_FINISH) + b"\x00"
            self.renew()
            return made
        made += self.state.flush(zlib.Z_SYNC_FLUSH)
        if self.alone:
            self.renew()
        return made.removesuffix(TAIL) or b"\x00"


@dataclass
class End:
    """One side: what it has to say, what it owes, and whether it has closed."""

    side: Side
    random: Random
    squeeze: Squeeze | None = None
    rest: deque[Frame] = field(default_factory=deque)
    """Fragments of the message that it is sending."""
    owed: deque[bytes] = field(default_factory=deque)
    """Payloads of pings that it got."""
    got: list[Close] = field(default_factory=list)
    has_closed: bool = False

    def speak(self) -> Frame | None:
        """The next frame; None if it says nothing now."""
        if self.has_closed:
            return self._pong() if self.owed and not self.got and self._is(0.3) else None
        if self.owed and self._is(0.6):
            return self._pong()
        if self.got and (not self.rest or self._is(0.5)):
            return self.close()
        if self._is(0.15):
            opcode = self.random.choice([Opcode.PING, Opcode.PONG])
            return self._masked(
                Frame(opcode, self.random.randbytes(self.random.choice([0, 4, 125])))
            )
        if not self.rest:
            self.rest.extend(self._message())
        return self._masked(self.rest.popleft())

    def hear(self, frame: Frame) -> None:
        """Take a frame of the other side."""
        if frame.opcode == Opcode.PING and not self.got:
            self.owed.append(frame.payload)
        elif frame.opcode == Opcode.CLOSE:
            self.got.append(Close.parse(frame.payload))

    def close(self) -> Frame:
        """A close frame: the answer, or the first one."""
        self.has_closed = True
        code = self.random.choice([*CODES, *([1010] if self.side == "client" else [])])
        if self.got:
            code = self.random.choice([self.got[0].code, 1000])
        reason = "" if code is None else self.random.choice(REASONS)
        return self._masked(Frame(Opcode.CLOSE, Close(code, reason.encode()).serialize()))

    def _pong(self) -> Frame:
        """An answer to the oldest ping, or to all of them by the last one (§5.5.3)."""
        payload = self.owed.popleft()
        if self._is(0.2):
            payload = self.owed[-1] if self.owed else payload
            self.owed.clear()
        return self._masked(Frame(Opcode.PONG, payload))

    def _message(self) -> Iterator[Frame]:
        """A message in one or more frames, compressed or not."""
        opcode = self.random.choice([Opcode.TEXT, Opcode.BINARY])
        octets = (LONG if self._is(0.03) else self.random.choice(TEXTS)).encode()
        if opcode == Opcode.BINARY:
            octets += self.random.randbytes(self.random.choice([0, 1, 3000]))
        rsv = 0
        if self.squeeze is not None and self._is(0.8):
            rsv, octets = RSV1, self.squeeze.message(octets)
        count = self.random.choice([1, 1, 2, 6])
        places = sorted(self.random.randint(0, len(octets)) for _ in range(count - 1))
        for n, (a, b) in enumerate(zip([0, *places], [*places, len(octets)], strict=True), 1):
            frame = Frame(Opcode.CONT, octets[a:b], fin=n == count)
            yield replace(frame, opcode=opcode, rsv=rsv) if n == 1 else frame

    def _masked(self, frame: Frame) -> Frame:
        return replace(frame, mask=self.random.randbytes(4)) if self.side == "client" else frame

    def _is(self, chance: float) -> bool:
        return self.random.random() < chance


class LegalTalk:
    """A legal connection from its opening handshake to the end of TCP."""

    def __init__(self, seed: int) -> None:
        self.random = random = Random(seed)
        self.made = CaptureBuilder(random.choice(["server", "client"]))
        self.with_lines = random.random() < 0.6
        self.ends: dict[Side, End] = {side: End(side, random) for side in ("client", "server")}
        self.me = self.ends["server" if self.made.role == "server" else "client"]
        self.peer = self.ends["client" if self.made.role == "server" else "server"]
        self.snaplen: int | None = None
        self.coming: deque[Frame] = deque()
        """Frames on their way to the recorder; of the first one a part may have come."""
        self.leaving: deque[Frame] = deque()
        """Frames on their way to the peer."""
        self.pending = b""
        """What has not come yet of the frame that is coming."""
        self._open()
        if random.random() < 0.2:
            self.snaplen = random.choice([0, 1, 3, 8, 64])
        self.is_cut_off = random.random() < 0.25
        self._talk(random.randint(0, TURNS))
        if not self.is_cut_off:
            self._close()
        self._drop()

    @property
    def capture(self) -> bytes:
        """The capture, without a trailer."""
        return self.made.unfinished()

    # The opening handshake

    def _open(self) -> None:
        key = b64encode(self.random.randbytes(16)).decode()
        lines = [
            "Host: example.org", "Upgrade: WebSocket", "Connection: keep-alive, Upgrade",
            f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Protocol: a, b",
        ]  # fmt: skip
        answer = ["upgrade: websocket", "connection: upgrade",
                  f"Sec-WebSocket-Accept: {accept_for(key)}"]  # fmt: skip
        if self.random.random() < 0.7:
            offers, agreed = self._agree()
            lines += [f"Sec-WebSocket-Extensions: {one}" for one in offers]
            answer.append(f"Sec-WebSocket-Extensions: {agreed}")
        if self.random.random() < 0.5:
            answer.append("Sec-WebSocket-Protocol: b")
        self.random.shuffle(lines)
        self.random.shuffle(answer)
        words = self.random.choice([str, str.lower])
        heads = {
            "client": ["GET /chat?x=1 HTTP/1.1", *lines],
            "server": [words("HTTP/1.1 101 Switching Protocols").replace("http", "HTTP"), *answer],
        }
        self.made.event("TCP ACCEPTED" if self.made.role == "server" else "TCP CONNECTED")
        for side, head in heads.items():
            octets = "\r\n".join([*head, "", ""]).encode()
            for piece in self._pieces(octets):
                self.made.octets("TX" if side == self.me.side else "RX", piece)

    def _agree(self) -> tuple[list[str], str]:
        """Offers of permessage-deflate, and what was made of one of them."""
        offer = ["permessage-deflate", "client_max_window_bits"]
        agreed = ["permessage-deflate"]
        for side, end in self.ends.items():
            bits, alone = 15, self.random.random() < 0.5
            if self.random.random() < 0.5:
                bits = self.random.randint(8, 15)
                agreed.append(f"{side}_max_window_bits={bits}")
                if side == "server":
                    offer.append(f"server_max_window_bits={self.random.randint(bits, 15)}")
            if alone:
                agreed.append(f"{side}_no_context_takeover")
            end.squeeze = Squeeze(self.random, bits, alone)
        whole = "; ".join(offer)
        others = ["x-other; a=1", 'x-quoted; b="2"', "permessage-deflate"]
        return self.random.choice([[whole], [whole, others[0]], [f"{whole}, {others[1]}"]]), (
            "; ".join(agreed)
        )

    # Frames

    def _talk(self, turns: int) -> None:
        for _ in range(turns):
            self.random.choice([self._i_speak, self._peer_speaks, self._arrives, self._is_heard])()
            self.made.t += self.random.choice([0, 0, 1_000, 3_000_000])
            ends = self.ends.values()
            is_quiet = not (self.coming or self.leaving or any(end.owed for end in ends))
            if is_quiet and not any(end.has_closed for end in ends) and self.random.random() < 0.05:
                self.made.t += 5_000_000_000

    def _i_speak(self) -> None:
        self._sent(self.me.speak())

    def _sent(self, frame: Frame | None) -> None:
        if frame is None:
            return
        self.leaving.append(frame)
        if self.with_lines:
            self.made.frame_line("TX", frame)
        for piece in self._pieces(frame.serialize()):
            self.made.octets("TX", piece, self.snaplen)

    def _peer_speaks(self) -> None:
        frame = self.peer.speak()
        if frame is not None:
            self.coming.append(frame)

    def _is_heard(self) -> None:
        """The peer gets a frame."""
        if self.leaving:
            self.peer.hear(self.leaving.popleft())

    def _arrives(self) -> None:
        """I get some octets: a part of a frame, or of several."""
        frames = list(self.coming)
        octets = self.pending + b"".join(
            frame.serialize() for frame in frames[1 if self.pending else 0 :]
        )
        if not octets:
            return
        piece = self._pieces(octets)[0]
        self.made.octets("RX", piece, self.snaplen)
        left = len(octets) - len(piece)
        while self.coming and sum(len(one.serialize()) for one in list(self.coming)[1:]) >= left:
            frame = self.coming.popleft()
            if self.with_lines:
                self.made.frame_line("RX", frame)
            self.me.hear(frame)
        first = self.coming[0].serialize() if self.coming else b""
        behind = sum(len(one.serialize()) for one in list(self.coming)[1:])
        begun = left - behind
        self.pending = first[len(first) - begun :] if 0 < begun < len(first) else b""

    # The end

    def _close(self) -> None:
        """Both sides close, whoever begins, and everything arrives."""
        if not any(end.has_closed for end in self.ends.values()):
            if self.random.random() < 0.5:
                self._sent(self.me.close())
            else:
                self.coming.append(self.peer.close())
        while self.coming or self.leaving or not all(e.has_closed for e in self.ends.values()):
            self._arrives()
            self._is_heard()
            for speak, end in ((self._i_speak, self.me), (self._peer_speaks, self.peer)):
                if end.got and not end.has_closed:
                    speak()

    def _drop(self) -> None:
        how = self.random.choice(["", " (FIN)", " (RST)"])
        who = self.random.choice(["ME", "PEER"])
        if not self.is_cut_off and self.random.random() < 0.8:
            who = "ME" if self.me.side == "server" else "PEER"
        if self.with_lines and self.pending:
            self._arrives_whole()
        self.made.event(f"TCP DROPPED BY {who}{how}")

    def _arrives_whole(self) -> None:
        """A recorder would say how much came of the last frame; so let it come."""
        while self.pending:
            self._arrives()

    def _pieces(self, octets: bytes) -> list[bytes]:
        """The octets in any pieces, but not too many."""
        found = []
        while octets:
            size = max(self.random.choice([1, 2, 7, 100, 5000, 1 << 20]), len(octets) // 8)
            found.append(octets[:size])
            octets = octets[size:]
        return found or [b""]
