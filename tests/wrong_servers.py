"""Echo servers that are wrong on purpose: each changes one thing about `RightServer`."""

from __future__ import annotations

from live import running_reactor
from right_server import RightServer
from wirelog.frames import Close, Frame, Opcode
from wirelog.rules.rule import Problem
from wirelog.utf8 import Utf8Check
from wsconform.driver.settings import Settings

HASTE = Settings(case=0.4, closing=0.3, server_drop=0.3)
"""For faults that only time shows, of which there are many. Servers in the same process answer at
once, unless the machine is busy: what fails unexpectedly must be played again with more time."""


def without(problems: list[Problem], *words: str) -> list[Problem]:
    return [one for one in problems if not any(word in one.text for word in words)]


class IgnoresReservedBits(RightServer):
    def problems(self, frame: Frame) -> list[Problem]:
        return without(super().problems(frame), "RSV=")


class EchoesReservedDataOpcodes(RightServer):
    def problems(self, frame: Frame) -> list[Problem]:
        return [] if 3 <= frame.opcode <= 7 else super().problems(frame)

    def take(self, frame: Frame) -> None:
        if 3 <= frame.opcode <= 7:
            self.echo(Opcode.TEXT, frame.payload)
        super().take(frame)


class SkipsReservedControlOpcodes(RightServer):
    def problems(self, frame: Frame) -> list[Problem]:
        return [] if frame.opcode > 10 else super().problems(frame)


class TakesFragmentedControls(RightServer):
    def problems(self, frame: Frame) -> list[Problem]:
        return without(super().problems(frame), "fragmented control")


class TakesLongControls(RightServer):
    def problems(self, frame: Frame) -> list[Problem]:
        return without(super().problems(frame), "at most 125")


class TakesStrayContinuations(RightServer):
    def is_out_of_place(self, frame: Frame) -> bool:
        return False

    def take_data(self, frame: Frame) -> None:
        if frame.opcode == Opcode.CONT and self.first is None:
            return
        super().take_data(frame)


class TakesAnyClose(RightServer):
    def problems(self, frame: Frame) -> list[Problem]:
        return without(super().problems(frame), "close code", "body of one octet", "close reason")

    def reply(self, close: Close) -> None:
        super().reply(Close(1000))


class PongsShort(RightServer):
    def pong(self, payload: bytes) -> None:
        super().pong(payload[:-1] if payload else b"?")


class PongsOnce(RightServer):
    """Enough for pings that come before the answer to the one before, but these all count."""

    def __init__(self) -> None:
        super().__init__()
        self.has_answered = False

    def pong(self, payload: bytes) -> None:
        if not self.has_answered:
            super().pong(payload)
        self.has_answered = True


class NeverPongs(RightServer):
    def pong(self, payload: bytes) -> None:
        pass


class PongsUnasked(RightServer):
    """Legal (RFC 6455 §5.5.3)."""

    def begun(self) -> None:
        self.send(Frame(Opcode.PONG, b"here I am"))


class ChecksNoText(RightServer):
    def is_text_bad(self, frame: Frame, octets: bytes) -> bool:
        return False


class ChecksTextLate(RightServer):
    def is_text_bad(self, frame: Frame, octets: bytes) -> bool:
        return frame.fin and frame.is_complete and super().is_text_bad(frame, octets)


class ChecksTextPerFragment(RightServer):
    """Takes a character that is cut by a fragment for a bad one."""

    def is_text_bad(self, frame: Frame, octets: bytes) -> bool:
        own = frame.payload
        return frame.is_complete and Utf8Check().feed(own, final=True) is not None


class FailsWithWrongCode(RightServer):
    def fail(self, code: int) -> None:
        super().fail(1011)


class FailsSilently(RightServer):
    """Legal: it drops TCP without a close frame."""

    def fail(self, code: int) -> None:
        self.drop()


class RepliesWithWrongCode(RightServer):
    def reply(self, close: Close) -> None:
        super().reply(Close(1001))


class NeverReplies(RightServer):
    def reply(self, close: Close) -> None:
        self.drop()


class RepliesLate(RightServer):
    def reply(self, close: Close) -> None:
        running_reactor().callLater(2 * HASTE.closing, super().reply, close)


class KeepsTcp(RightServer):
    def drop(self) -> None:
        self.is_through = True


class GoesOnAfterClose(RightServer):
    def reply(self, close: Close) -> None:
        self.send(Frame(Opcode.CLOSE, Close(close.code).serialize()))


class MisreadsLongLengths(RightServer):
    """Reads only two of the eight octets of a 64-bit length."""

    def frames(self, data: bytes) -> None:
        if len(data) > 10 and data[1] & 0x7F == 127:
            data = data[:2] + bytes(6) + data[8:]
        super().frames(data)


class Masks(RightServer):
    def send(self, frame: Frame) -> None:
        self.wire.write(Frame(frame.opcode, frame.payload, mask=b"abcd").serialize())


class EchoesFragments(RightServer):
    def take_data(self, frame: Frame) -> None:
        self.echo((self.first or frame).opcode, frame.payload)
        self.first = None if frame.fin else self.first or frame


class EchoesTextOnly(RightServer):
    def echo(self, opcode: int, payload: bytes) -> None:
        super().echo(Opcode.TEXT, payload)


class EchoesTwice(RightServer):
    def echo(self, opcode: int, payload: bytes) -> None:
        super().echo(opcode, payload)
        super().echo(opcode, payload)


class CutsLongEchoes(RightServer):
    def echo(self, opcode: int, payload: bytes) -> None:
        super().echo(opcode, payload[:1000])


class ClosesInstead(RightServer):
    """Says goodbye where it should echo."""

    def echo(self, opcode: int, payload: bytes) -> None:
        self.fail(1000)


class CrashesOnLongFrames(RightServer):
    def take(self, frame: Frame) -> None:
        if frame.length > 126:
            self.wire.abortConnection()
        super().take(frame)


class Hangs(RightServer):
    def frames(self, data: bytes) -> None:
        pass


class SendsGarbage(RightServer):
    def begun(self) -> None:
        self.wire.write(b"\xff\xff" * 20)


class SendsEndlessly(RightServer):
    """Pongs that nobody asked for, without end."""

    def begun(self) -> None:
        if self.wire.connected:
            self.wire.write(Frame(Opcode.PONG).serialize() * 5000)
            running_reactor().callLater(0.001, self.begun)


class DiesAtThird(RightServer):
    """Is gone for good at its third connection."""

    connections = 0

    def connectionMade(self) -> None:
        type(self).connections += 1

    def dataReceived(self, data: bytes) -> None:
        if self.connections < 3:
            super().dataReceived(data)
        else:
            self.wire.server.stopListening()
            self.wire.abortConnection()
