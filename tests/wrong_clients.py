"""Echo clients that are wrong on purpose: each changes one thing about `RightClient`.

Where a server of `wrong_servers` has the same fault, it is taken from there.
"""

from __future__ import annotations

import os
from functools import cache
from typing import NamedTuple

import wrong_servers
from right_client import RightClient
from wirelog.frames import Close, Frame, Opcode
from wirelog.rules.rule import Problem

# The opening handshake


class AsksHalf(RightClient):
    """And then says nothing more."""

    def ask(self) -> bytes:
        octets = super().ask()
        return octets[: len(octets) // 2]


class AsksWithoutKey(RightClient):
    def ask(self) -> bytes:
        lines = super().ask().split(b"\r\n")
        return b"\r\n".join(line for line in lines if b"-Key" not in line)


class AsksForDraft(RightClient):
    def ask(self) -> bytes:
        return super().ask().replace(b"Version: 13", b"Version: 8")


class SendsEarly(RightClient):
    """Does not wait for the answer to its request."""

    def ask(self) -> bytes:
        return super().ask() + Frame(Opcode.PING, b"early", mask=self.key()).serialize()


# Masks


class SendsUnmasked(RightClient):
    def send(self, frame: Frame) -> None:
        self.wire.write(frame.serialize())


class MasksWithOneKey(RightClient):
    def key(self) -> bytes:
        return b"abcd"


class MasksWithZeros(RightClient):
    def key(self) -> bytes:
        return bytes(4)


class TakesMaskedFrames(RightClient):
    def problems(self, frame: Frame) -> list[Problem]:
        return wrong_servers.without(super().problems(frame), "masked")


# Frames


class IgnoresReservedBits(RightClient, wrong_servers.IgnoresReservedBits): ...


class EchoesReservedDataOpcodes(RightClient, wrong_servers.EchoesReservedDataOpcodes): ...


class NeverPongs(RightClient, wrong_servers.NeverPongs): ...


class PongsShort(RightClient, wrong_servers.PongsShort): ...


class EchoesFragments(RightClient, wrong_servers.EchoesFragments): ...


class EchoesTextOnly(RightClient, wrong_servers.EchoesTextOnly): ...


class ChecksNoText(RightClient, wrong_servers.ChecksNoText): ...


class SendsGarbage(RightClient, wrong_servers.SendsGarbage): ...


class Floods(RightClient):
    """Sends as much as the server takes, without end, and listens to nobody."""

    def begun(self) -> None:
        self.wire.registerProducer(self, False)

    def flood(self) -> bytes:
        raise NotImplementedError

    def resumeProducing(self) -> None:
        self.wire.write(self.flood())

    def stopProducing(self) -> None:
        """TCP is gone."""

    def frames(self, data: bytes) -> None: ...


@cache
def pings() -> bytes:
    frames = (Frame(Opcode.PING, b"?", mask=os.urandom(4)) for _ in range(5000))
    return b"".join(frame.serialize() for frame in frames)


class FloodsWithPings(Floods):
    """Each of which has to be answered."""

    def flood(self) -> bytes:
        return pings()


class FloodsWithMessages(Floods):
    """Of 32 KiB."""

    def flood(self) -> bytes:
        frames = (Frame(Opcode.BINARY, bytes(1 << 15), mask=self.key()) for _ in range(100))
        return b"".join(frame.serialize() for frame in frames)


class FloodsWithFrame(Floods):
    """A single one, of a terabyte."""

    def begun(self) -> None:
        self.wire.write(Frame(Opcode.BINARY, mask=self.key(), declared=1 << 40).serialize())
        super().begun()

    def flood(self) -> bytes:
        return bytes(3 << 20)


# The end


class NeverCloses(RightClient):
    """Neither answers a close frame nor ends TCP."""

    def reply(self, close: Close) -> None:
        self.is_through = True


class RepliesWithWrongCode(RightClient, wrong_servers.RepliesWithWrongCode): ...


class FailsWithWrongCode(RightClient, wrong_servers.FailsWithWrongCode): ...


class GoesOnAfterClose(RightClient, wrong_servers.GoesOnAfterClose): ...


class DiesInItsEcho(RightClient):
    """TCP is gone before the echo is out."""

    def echo(self, opcode: int, payload: bytes) -> None:
        octets = Frame(opcode, payload, mask=self.key()).serialize()
        self.wire.write(octets[:-1])
        self.is_through = True
        self.wire.loseConnection()


class Hangs(RightClient, wrong_servers.Hangs): ...


class Wrong(NamedTuple):
    """A client, the cases that must not be OK, and what the wire shows."""

    client: type[RightClient]
    notice: tuple[str, ...]
    case: str
    """One whose capture exposes it."""
    rule: str
    """The first error that the capture shows against it."""
    played: tuple[str, ...] = ()
    """The cases that it is put to; `PLAYED` if none."""
    says: str = ""
    """Words of that error, where the rule says little."""


ECHOED = ("1.1.2", "1.2.1", "5.3", "6.2.1", "7.1.1")
"""Some cases that want an echo."""
PINGED = ("2.1", "2.10")
"""Some that want pongs."""
CLOSED = ("7.3.1", "7.7.1")
"""Some that close at once."""
REFUSED = ("2.5", "3.1", "4.1.1", "5.9", "6.3.1")
"""Some that want the client to fail the connection."""
CLOSING = (*ECHOED, *PINGED, *CLOSED)
PLAYED = (*CLOSING, *REFUSED)
FEW = ("1.1.2", "2.1", "3.1")

WRONG = (
    Wrong(AsksWithoutKey, PLAYED, "1.1.2", "handshake.key"),
    Wrong(AsksForDraft, PLAYED, "1.1.2", "handshake.version"),
    Wrong(SendsEarly, (), "1.1.2", "handshake.early-frames"),
    Wrong(SendsUnmasked, PLAYED, "1.1.2", "frame.unmasked"),
    Wrong(MasksWithOneKey, (), "2.10", "frame.mask-repeated"),
    Wrong(MasksWithZeros, (), "1.1.2", "frame.mask-zero"),
    Wrong(IgnoresReservedBits, ("3.1",), "3.1", "close.violation-accepted"),
    Wrong(EchoesReservedDataOpcodes, ("4.1.1",), "4.1.1", "close.violation-accepted"),
    Wrong(NeverPongs, PINGED, "2.1", "ping.unanswered"),
    Wrong(PongsShort, PINGED, "2.10", "ping.wrong-payload"),
    Wrong(EchoesFragments, ("5.3",), "5.3", "case.wrong-answer"),
    Wrong(EchoesTextOnly, ("1.2.1",), "1.2.1", "case.wrong-answer"),
    Wrong(ChecksNoText, ("6.3.1",), "6.3.1", "text.not-utf8"),
    Wrong(SendsGarbage, FEW, "1.1.2", "frame.reserved-opcode", FEW),
    Wrong(FloodsWithPings, FEW, "1.1.2", "case.missing-answer", FEW, "sends without end"),
    Wrong(FloodsWithMessages, FEW, "1.1.2", "case.wrong-answer", FEW, "of 32768 octets"),
    Wrong(FloodsWithFrame, FEW, "1.1.2", "case.missing-answer", FEW, "more than 67108864 octets"),
    Wrong(NeverCloses, CLOSING, "7.3.1", "close.no-reply"),
    Wrong(RepliesWithWrongCode, CLOSING, "7.3.1", "case.wrong-end", says="1001"),
    Wrong(FailsWithWrongCode, REFUSED, "3.1", "case.wrong-end", says="1011"),
    Wrong(DiesInItsEcho, ECHOED, "1.1.2", "case.missing-answer", says="the client ended TCP"),
    Wrong(Hangs, FEW, "1.1.2", "close.no-reply", FEW),
)
"""Those without a case to notice them send what is wrong where a server need not look."""
