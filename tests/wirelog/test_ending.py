import pytest

from builders import CaptureBuilder, case_4_2_3, close, opened, request, text
from wirelog.ending import Ending, starts_closing
from wirelog.frames import Frame


def ending(made: CaptureBuilder, **trailer: object) -> Ending:
    return Ending.of(*opened(made.finish(**trailer) if trailer else made.unfinished()))


def server() -> CaptureBuilder:
    return CaptureBuilder().open()


def facts(made: CaptureBuilder, **trailer: object) -> dict[str, object]:
    """The facts that are neither false nor None."""
    return {key: value for key, value in ending(made, **trailer).facts().items() if value}


FACTS = [
    (
        server().tx(close(1000, "ok")).rx(close(1001)).event("TCP DROPPED BY ME"),
        {
            "isServer": True,
            "closedByMe": True,
            "droppedByMe": True,
            "wasClean": True,
            "localCloseCode": 1000,
            "localCloseReason": "ok",
            "remoteCloseCode": 1001,
        },
    ),
    (
        server().rx(close(1000, b"b\xff")).tx(close()).event("TCP DROPPED BY PEER (FIN)"),
        {
            "isServer": True,
            "wasClean": True,
            "remoteCloseCode": 1000,
            "remoteCloseReason": "b�",
        },
    ),
    (
        case_4_2_3(),
        {
            "isServer": True,
            "closedByMe": True,
            "failedByMe": True,
            "droppedByMe": True,
            "wasClean": True,
            "localCloseCode": 1002,
            "localCloseReason": "reserved opcode",
            "remoteCloseCode": 1002,
        },
    ),
    (
        server().tx(close(1000)).event("CLOSING HANDSHAKE TIMEOUT AFTER 1.000000 sec")
        .event("TCP DROPPED BY ME (RST)"),
        {
            "isServer": True,
            "closedByMe": True,
            "droppedByMe": True,
            "wasNotCleanReason": "closing handshake timeout after 1.000000 sec",
            "wasCloseHandshakeTimeout": True,
            "localCloseCode": 1000,
        },
    ),
    (
        CaptureBuilder("client").open().tx(close(1000)).rx(close(1000))
        .event("SERVER DROP TIMEOUT AFTER 1.000000 sec").event("TCP DROPPED BY ME"),
        {
            "closedByMe": True,
            "droppedByMe": True,
            "wasNotCleanReason": "server drop timeout after 1.000000 sec",
            "wasServerConnectionDropTimeout": True,
            "localCloseCode": 1000,
            "remoteCloseCode": 1000,
        },
    ),
    (
        CaptureBuilder().event("TCP ACCEPTED")
        .event("OPENING HANDSHAKE TIMEOUT AFTER 5.000000 sec").event("TCP DROPPED BY ME"),
        {
            "isServer": True,
            "droppedByMe": True,
            "wasNotCleanReason": "opening handshake timeout after 5.000000 sec",
            "wasOpenHandshakeTimeout": True,
        },
    ),
    (
        CaptureBuilder().event("TCP ACCEPTED").octets("RX", request())
        .event("HANDSHAKE REFUSED: 400 no").event("TCP DROPPED BY ME"),
        {
            "isServer": True,
            "droppedByMe": True,
            "wasNotCleanReason": "the opening handshake was refused",
        },
    ),
]  # fmt: skip


@pytest.mark.parametrize(("made", "expected"), FACTS, ids=range(len(FACTS)))
def test_facts_follow_from_the_events(made: CaptureBuilder, expected: dict[str, object]) -> None:
    assert facts(made) == expected


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (server().event("TCP DROPPED BY PEER"), "the peer dropped TCP without a close frame"),
        (server().event("TCP DROPPED BY ME"), "I dropped TCP without a close frame"),
        (
            server().tx(close()).event("TCP DROPPED BY PEER"),
            "the peer dropped TCP without answering the close frame",
        ),
        (
            server().tx(close()).event("TCP DROPPED BY ME"),
            "I dropped TCP before the peer answered the close frame",
        ),
        (
            server().rx(close()).event("TCP DROPPED BY PEER"),
            "the peer dropped TCP before I answered the close frame",
        ),
        (
            server().rx(close()).event("TCP DROPPED BY ME"),
            "I dropped TCP without answering the close frame",
        ),
        (server(), "the capture ends while the connection is open"),
        (
            server().event("CAPTURE STOPS: full"),
            "the recording stops while the connection is open",
        ),
    ],
)
def test_why_it_was_not_clean(made: CaptureBuilder, reason: str) -> None:
    assert ending(made).facts()["wasNotCleanReason"] == reason


def test_of_an_open_connection_it_is_not_known_how_it_ends() -> None:
    end = ending(server().tx(close(1000)))
    assert not end.finished
    assert (end.facts()["wasClean"], end.facts()["droppedByMe"]) == (None, None)
    assert end.facts()["localCloseCode"] == 1000
    assert ending(server(), wasClean=False).finished


def test_a_planned_wait_ends_nothing() -> None:
    made = server().event("DELAY 1.000000 sec for TAG A").event("DELAY TIMEOUT on TAG A")
    end = ending(made.tx(close(1000)).rx(close(1000)).event("TCP DROPPED BY ME"))
    assert end.timeouts == []
    assert end.facts()["wasClean"] is True


@pytest.mark.parametrize(
    ("frame", "starts"),
    [
        (Frame(8), True),
        (Frame(8, b"\x03"), True),
        (Frame(8, b"\x00\x01"), True),
        (Frame(8, bytes(126)), True),
        (Frame(8, b"\x03\xe8", rsv=7), False),
        (Frame(9), False),
    ],
)
def test_which_frames_start_a_closing_handshake(frame: Frame, starts: bool) -> None:
    assert starts_closing(frame) == starts


def test_a_close_frame_with_rsv_bits_closes_nothing() -> None:
    end = ending(server().tx(Frame(8, b"\x03\xe8", rsv=7)).event("TCP DROPPED BY PEER"))
    assert (end.first, end.sent, end.facts()["closedByMe"]) == (None, None, False)
    assert end.culprit is not None


def test_a_close_frame_that_never_left_closes_nothing() -> None:
    lines = server().rx(text("hi")).tx(close(1000)).lines
    end = Ending.of(*opened(b"".join(lines[:-1])))
    assert end.sent is None


class TestCulprit:
    """The frame over which the connection was failed."""

    def culprit(self, made: CaptureBuilder) -> int | None:
        found = ending(made).culprit
        return None if found is None else found.n

    def test_i_refuse_the_last_frame_that_came(self) -> None:
        made = server().rx(Frame(3)).rx(Frame(4)).event("FAILING CONNECTION: no (1002)")
        assert self.culprit(made) == 6

    def test_it_is_not_a_frame_that_is_fine(self) -> None:
        made = server().rx(Frame(3)).rx(text("hi")).event("FAILING CONNECTION: no (1002)")
        assert self.culprit(made) is None
        assert self.culprit(server().event("FAILING CONNECTION")) is None

    def test_the_peer_refuses_the_first_wrong_one_that_i_sent(self) -> None:
        made = server().tx(text("hi")).tx(Frame(3)).tx(Frame(4))
        assert self.culprit(made.rx(close(1002))) == 5

    def test_what_i_sent_afterwards_was_not_the_reason(self) -> None:
        assert self.culprit(server().rx(close(1002)).tx(Frame(3))) is None

    def test_a_drop_may_be_the_peers_answer(self) -> None:
        made = server().tx(Frame(3)).event("TCP DROPPED BY PEER")
        assert self.culprit(made) == 3

    def test_i_do_not_drop_over_what_i_sent(self) -> None:
        assert self.culprit(server().tx(Frame(3)).event("TCP DROPPED BY ME")) is None
        made = server().tx(Frame(3)).tx(close(1000)).event("TCP DROPPED BY PEER")
        assert self.culprit(made) is None


def test_a_tls_handshake_that_fails_is_told_to_both_applications_as_1015() -> None:
    made = CaptureBuilder().event("TCP ACCEPTED").event("NOTE TLS failed: unknown ca")
    end = ending(made.event("TCP DROPPED BY ME"))
    assert end.api_codes() == (1015, 1015)
    assert end.tls_fault is not None and end.tls_fault.n == 1
    late = ending(server().event("NOTE TLS failed: bad record").event("TCP DROPPED BY ME"))
    assert late.tls_fault is None
    assert late.api_codes() == (1006, 1006)
    other = ending(CaptureBuilder().event("NOTE nothing").event("TCP DROPPED BY ME"))
    assert other.tls_fault is None


def test_the_connection_was_failed_over_a_frame_that_was_read() -> None:
    """Of what stood behind it in the same octets nothing was looked at."""
    wrong, unread = Frame(13, b"first"), Frame(5, b"second")
    made = server().octets("RX", wrong.serialize() + unread.serialize())
    made.frame_line("RX", wrong).event("FAILING CONNECTION: reserved opcode 13 (1002)")
    found = ending(made.tx(close(1002))).culprit
    assert found is not None
    assert found.frame == wrong


def test_the_connection_was_failed_over_the_last_frame_where_none_has_a_line() -> None:
    good, wrong = text("good"), Frame(13, b"wrong")
    made = server().octets("RX", good.serialize() + wrong.serialize())
    found = ending(made.event("FAILING CONNECTION: reserved opcode 13 (1002)")).culprit
    assert found is not None
    assert found.frame == wrong
