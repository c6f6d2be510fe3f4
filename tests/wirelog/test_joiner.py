import pytest

from builders import MASK, CaptureBuilder, opened, request, response, text
from wirelog import joiner
from wirelog.capture import Kind, Record
from wirelog.handshake import Handshake
from wirelog.joiner import Joiner, Listener
from wirelog.message import WireFrame

HELLO, ANSWER = text("Hello", mask=MASK), text("Hello")


class Told(Listener):
    """Writes down what it is told: numbers of records, and payloads of frames."""

    def __init__(self) -> None:
        self.story: list[int | bytes | str] = []
        self.joiner = Joiner(is_server=True, listener=self)

    def begin(self, handshake: Handshake) -> None:
        self.story.append("open" if handshake.is_open else "closed")

    def record(self, record: Record) -> None:
        self.story.append(record.n)

    def frame(self, one: WireFrame) -> None:
        self.story.append(one.frame.payload)

    def hear(self, made: CaptureBuilder, *, finish: bool = False) -> list[int | bytes | str]:
        """Everything that has been told, behind all records so far."""
        records = opened(made.unfinished())[0].records
        told = self.joiner._place
        for record in records[told:]:
            self.joiner.add(record)
        if finish:
            self.joiner.finish()
        return self.story


def test_nothing_is_told_before_both_heads_are_there() -> None:
    told, made = Told(), CaptureBuilder().event("TCP ACCEPTED")
    made.octets("RX", request() + HELLO.serialize())
    assert told.hear(made) == []
    assert told.hear(made.octets("TX", response())) == ["open", 0, 1]
    assert told.hear(made.frame_line("RX", HELLO)) == ["open", 0, 1, 2, 3, b"Hello"]


def test_an_echo_is_told_as_soon_as_it_is_known() -> None:
    told, made = Told(), CaptureBuilder().open()
    begin = told.hear(made).copy()
    made.octets("RX", HELLO.serialize())
    assert told.hear(made) == [*begin, 3]
    made.frame_line("RX", HELLO)
    assert told.hear(made) == [*begin, 3, 4, b"Hello"]
    made.frame_line("TX", ANSWER)
    assert told.hear(made) == [*begin, 3, 4, b"Hello", 5]
    made.octets("TX", ANSWER.serialize())
    assert told.hear(made) == [*begin, 3, 4, b"Hello", 5, b"Hello", 6]


def test_what_comes_behind_a_frame_that_is_not_known_yet_waits() -> None:
    told, made = Told(), CaptureBuilder().open()
    begin = told.hear(made).copy()
    made.octets("RX", HELLO.serialize()[:8]).tx(text("first")).event("NOTE on")
    assert told.hear(made) == [*begin, 3]
    made.octets("RX", HELLO.serialize()[8:]).frame_line("RX", HELLO)
    assert told.hear(made) == [*begin, 3, 4, b"first", 5, 6, 7, 8, b"Hello"]


def test_a_frame_that_never_becomes_complete_stands_where_it_stopped() -> None:
    told, made = Told(), CaptureBuilder().open()
    begin = told.hear(made).copy()
    made.octets("RX", HELLO.serialize()[:8]).tx(text("first"))
    assert told.hear(made, finish=True) == [*begin, 3, b"He", 4, b"first", 5]


@pytest.mark.parametrize("limit", ["MAX_WAITING", "MAX_WAITING_OCTETS"])
def test_nobody_waits_for_ever(limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(joiner, limit, 3)
    told, made = Told(), CaptureBuilder().open()
    begin = told.hear(made).copy()
    made.octets("RX", HELLO.serialize()[:8])
    for _ in range(4):
        made.tx(text("on"))
    assert told.hear(made)[: len(begin) + 4] == [*begin, 3, 4, b"on", 5]
    made.octets("RX", HELLO.serialize()[8:]).frame_line("RX", HELLO)
    assert told.hear(made, finish=True)[-1] == b"Hello"
    assert told.story.count(b"on") == 4
    assert [one for one in told.story if isinstance(one, int)] == list(range(made.n))


def test_a_part_that_is_left_out_takes_the_context_of_compression_with_it() -> None:
    for made in (CaptureBuilder().open(), CaptureBuilder().open_deflate()):
        made.rx(HELLO).event("WIRELOG DISABLED").event("WIRELOG ENABLED").rx(HELLO)
        assert Told().hear(made, finish=True).count(b"Hello") == 2


def test_heads_that_can_never_be_there_are_not_waited_for() -> None:
    told = Told()
    for n, way in enumerate(("RX", "TX")):
        told.joiner.add(Record(n, n, Kind.OCTETS, way, b"GET", None))  # type: ignore[arg-type]
    assert told.story == ["closed", 0, 1]


def test_octets_of_what_was_told_can_be_forgotten() -> None:
    told, made = Told(), CaptureBuilder().open()
    for _ in range(5):
        made.rx(text("Hello")).tx(ANSWER)
    made.octets("RX", HELLO.serialize()[:8]).tx(ANSWER)
    told.hear(made)
    told.joiner.forget()
    for way, kept in (("RX", [1, 3, 23]), ("TX", [2, 6, 25])):
        stream = told.joiner.stream(way)  # type: ignore[arg-type]
        assert [one.n for one, _ in stream.carriers(0, stream.octets_seen)] == kept
    assert told.hear(made, finish=True)[-1] == 25


def test_whoever_takes_no_notice_can_be_told() -> None:
    silent = Joiner(is_server=False)
    for record in opened(CaptureBuilder("client").open().tx(HELLO).unfinished())[0].records:
        silent.add(record)
    silent.finish()
    assert silent.stream("TX").head_done


def test_a_line_without_octets_is_passed_on_late(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(joiner, "MAX_WAITING", 2)
    told, made = Told(), CaptureBuilder().open()
    told.hear(made)
    made.frame_line("TX", ANSWER)
    for _ in range(3):
        made.rx(HELLO)
    story = told.hear(made, finish=True)
    assert [one for one in story if isinstance(one, int)] == list(range(made.n))
    assert story.count(b"Hello") == 4
