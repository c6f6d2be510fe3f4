"""A small conversation each, and the sentence that an engineer would want for it."""

import pytest

from builders import CaptureBuilder, case_4_2_3, close, cont, opened, ping, request, text
from wirelog.closing import Closing
from wirelog.frames import Frame


def server() -> CaptureBuilder:
    return CaptureBuilder().open()


def client() -> CaptureBuilder:
    return CaptureBuilder("client").open()


def connecting(role: str = "server") -> CaptureBuilder:
    return CaptureBuilder(role).event("TCP ACCEPTED" if role == "server" else "TCP CONNECTED")


def closing(made: CaptureBuilder | bytes) -> Closing:
    octets = made if isinstance(made, bytes) else made.unfinished()
    return Closing.of(*opened(octets))


TIMED_OUT = "CLOSING HANDSHAKE TIMEOUT AFTER 1.000000 sec"
BAD_TEXT = text(b"ab\xff")

VERDICTS = [
    (
        connecting().event("NOTE TLS failed: unknown ca").event("TCP DROPPED BY ME"),
        "TLS failed: unknown ca",
    ),
    # A normal close, by either side, with and without reasons
    (
        server().tx(close(1000)).rx(close(1000)).event("TCP DROPPED BY ME"),
        "I closed with 1000; clean",
    ),
    (
        server().rx(close(1000, "bye")).tx(close(1000)).event("TCP DROPPED BY ME"),
        'peer closed with 1000 "bye"; clean',
    ),
    (
        client().tx(close(4001, "out of coffee")).rx(close(1000)).event("TCP DROPPED BY PEER"),
        'I closed with 4001 "out of coffee", the peer with 1000; clean',
    ),
    (
        server().rx(close()).tx(close()).event("TCP DROPPED BY ME"),
        "peer closed with no code; clean",
    ),
    (
        server().rx(close(1000)).tx(close()).event("TCP DROPPED BY ME"),
        "peer closed with 1000, I with no code; clean",
    ),
    (
        server().rx(close(1000, "\x1b[31m\u202e")).tx(close(1000)).event("TCP DROPPED BY ME"),
        r'peer closed with 1000 "\x1b[31m\u202e"; clean',
    ),
    # The connection was closed by me, and failed behind that
    (
        server()
        .tx(close(1016))
        .rx(close(1016))
        .event("FAILING CONNECTION: close code 1016 must not be sent (1002)")
        .event("TCP DROPPED BY ME (FIN)"),
        "I closed with 1016, the peer with 1016; I failed the connection over frame 006 "
        "(close code 1016 must not be sent); clean",
    ),
    (
        server()
        .tx(close(1000))
        .event("FAILING CONNECTION: the peer sends without end (1008)")
        .event("TCP DROPPED BY ME (RST)"),
        "I closed with 1000; I failed the connection: the peer sends without end; "
        "I dropped TCP before the peer answered, not clean",
    ),
    # Both at once: each had sent its own before the other's came
    (
        server().tx(close(1001, "going down")).rx(close(1000)).event("TCP DROPPED BY ME"),
        'I closed with 1001 "going down", the peer with 1000; clean',
    ),
    # Failed by me
    (
        case_4_2_3(),
        "I failed the connection with 1002, 0.2 ms after the frame with "
        "reserved opcode 13; clean",
    ),
    (
        server().rx(BAD_TEXT).event("FAILING CONNECTION: bad text (1007)").tx(close(1007))
        .rx(close(1007)).event("TCP DROPPED BY ME"),
        "I failed the connection with 1007, 0.2 ms after frame 004 (octet 0xff at 2 is not UTF-8); "
        "clean",
    ),
    (
        server().rx(text("x" * 99)).event("FAILING CONNECTION: 99 octets are too many (1009)")
        .tx(close(1009)).rx(close(1009)).event("TCP DROPPED BY ME"),
        "I failed the connection with 1009: 99 octets are too many; clean",
    ),
    (
        server().event("FAILING CONNECTION").tx(close(1001)).event("TCP DROPPED BY PEER"),
        "I failed the connection with 1001; the peer dropped TCP without answering, not clean",
    ),
    (
        server().rx(ping()).rx(Frame(5)).event("FAILING CONNECTION: no (1002)")
        .event("TCP DROPPED BY ME (RST)"),
        "I failed the connection by dropping TCP, 0.2 ms after the frame with reserved opcode 5; "
        "not clean, both applications see 1006",
    ),
    (
        server().event("FAILING CONNECTION: out of memory (1011)").event("TCP DROPPED BY ME"),
        "I failed the connection by dropping TCP: out of memory; "
        "not clean, both applications see 1006",
    ),
    # A close frame that is itself wrong
    (
        server().rx(close(1005)).event("FAILING CONNECTION: bad code (1002)").tx(close(1002))
        .event("TCP DROPPED BY ME"),
        "peer closed with 1005 (close code 1005 must not be sent); "
        "I failed the connection with 1002; clean",
    ),
    (
        server().rx(Frame(8, b"\x03")).event("FAILING CONNECTION: bad (1002)")
        .event("TCP DROPPED BY ME"),
        "peer closed with no code (close frame with a body of one octet); I did not answer; "
        "I dropped TCP without answering, not clean",
    ),
    # Failed by the peer
    (
        client().tx(text("hi")).tx(Frame(13)).tx(ping()).rx(close(1002)).tx(close(1002))
        .event("TCP DROPPED BY PEER"),
        "peer failed the connection with 1002, 0.5 ms after the frame with reserved opcode 13; "
        "clean",
    ),
    (
        client().tx(text("a", fin=False)).tx(text("b")).rx(close(1002, "no")).tx(close(1000))
        .event("TCP DROPPED BY PEER"),
        'peer failed the connection with 1002 "no", 0.3 ms after frame 005 (new message inside a '
        "fragmented one); clean",
    ),
    (
        client().tx(Frame(13)).rx(close(1000)).tx(close(1000)).event("TCP DROPPED BY PEER"),
        "peer closed with 1000, 0.3 ms after the frame with reserved opcode 13; clean",
    ),
    (
        client().rx(close(1002)).tx(close(1002)).event("TCP DROPPED BY PEER"),
        "peer failed the connection with 1002 (Protocol Error); clean",
    ),
    # TCP ends without a closing handshake
    (
        server().rx(text("hi")).event("TCP DROPPED BY PEER"),
        "peer dropped TCP without a close frame; not clean, both applications see 1006",
    ),
    (
        client().tx(cont("x")).event("TCP DROPPED BY PEER"),
        "peer dropped TCP without a close frame, 0.2 ms after frame 003 (continuation without a "
        "message to continue); not clean, both applications see 1006",
    ),
    (
        server().event("TCP DROPPED BY ME"),
        "I dropped TCP without a close frame; not clean, both applications see 1006",
    ),
    (
        server().tx(ping()).event("PING TIMEOUT AFTER 10.000000 sec").event("TCP DROPPED BY ME"),
        "I dropped TCP without a close frame because no pong came within 10 s; not clean, "
        "both applications see 1006",
    ),
    # A close frame and no reply
    (
        server().tx(close(1000)).event(TIMED_OUT).event("TCP DROPPED BY ME"),
        "I closed with 1000; no reply came within 1 s, not clean",
    ),
    (
        server().tx(close(1000)).event("TCP DROPPED BY ME"),
        "I closed with 1000; I dropped TCP before the peer answered, not clean",
    ),
    (
        server().tx(close(1000)).event("TCP DROPPED BY PEER"),
        "I closed with 1000; the peer dropped TCP without answering, not clean",
    ),
    (
        server().rx(close(1000)).event("TCP DROPPED BY ME"),
        "peer closed with 1000; I dropped TCP without answering, not clean",
    ),
    (
        server().rx(close(1000)).event("TCP DROPPED BY PEER"),
        "peer closed with 1000; the peer dropped TCP before I answered, not clean",
    ),
    (
        client().tx(close(1000)).rx(close(1000)).event("SERVER DROP TIMEOUT AFTER 1.000000 sec")
        .event("TCP DROPPED BY ME"),
        "I closed with 1000; the server did not end TCP within 1 s, not clean",
    ),
    (
        server().tx(close(1000)).rx(close(1000)).finish(wasClean=False, wasNotCleanReason="\x1b!"),
        r"I closed with 1000; not clean: \x1b!",
    ),
    # The opening handshake
    (
        connecting().octets("RX", request()).event("HANDSHAKE REFUSED: 426 Upgrade Required")
        .octets("TX", b"HTTP/1.1 426 Upgrade Required\r\n\r\n").event("TCP DROPPED BY ME"),
        "I refused the opening handshake with 426 Upgrade Required",
    ),
    (
        connecting("client").octets("TX", request())
        .octets("RX", b"HTTP/1.1 401 \x1b[2J\r\n\r\n").event("TCP DROPPED BY PEER"),
        r"the server refused the opening handshake with 401 \x1b[2J",
    ),
    (
        connecting().octets("RX", request()[:20])
        .event("OPENING HANDSHAKE TIMEOUT AFTER 5.000000 sec").event("TCP DROPPED BY ME"),
        "the opening handshake was not finished within 5 s",
    ),
    (
        connecting().event("OPENING HANDSHAKE TIMEOUT AFTER a while").event("TCP DROPPED BY ME"),
        "the opening handshake was not finished in time",
    ),
    (
        connecting().event("TCP DROPPED BY PEER"),
        "the peer ended TCP before anything was sent",
    ),
    (
        connecting().octets("RX", request()[:20]).event("TCP DROPPED BY PEER"),
        "the peer ended TCP before the opening handshake was complete",
    ),
    (
        connecting("client").octets("TX", request()).event("TCP DROPPED BY ME"),
        "I ended TCP before the opening handshake was complete",
    ),
    (
        connecting().octets("RX", request()),
        "the capture ends before the opening handshake does",
    ),
    # Captures that end early
    (
        server().rx(text("hi")),
        "no close frame in either direction; the capture ends while the connection is open",
    ),
    (
        server().rx(text("hi")).event("CAPTURE STOPS: no space left"),
        "no close frame in either direction; the recording stops while the connection is open",
    ),
    (server().tx(close(1000)), "I closed with 1000; the capture ends before the connection does"),
    (
        server().rx(close(1000)).event("CAPTURE STOPS: no space left"),
        "peer closed with 1000; the recording stops before the connection does",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("made", "verdict"), VERDICTS, ids=[verdict for _, verdict in VERDICTS])
def test_the_verdict_says_in_a_sentence_what_happened(
    made: CaptureBuilder | bytes, verdict: str
) -> None:
    assert closing(made).verdict == verdict


def test_without_times_there_are_no_distances() -> None:
    lines = b"".join(line for line in case_4_2_3().lines)
    timeless = b"\n".join(
        b" ".join(part for part in line.split(b" ") if not part.startswith(b"+0."))
        for line in lines.split(b"\n")
    )
    found = Closing.of(*opened(timeless))
    assert found.verdict == (
        "I failed the connection with 1002 after the frame with reserved opcode 13; clean"
    )
    assert all(moment.delta is None for moment in found.timeline)
