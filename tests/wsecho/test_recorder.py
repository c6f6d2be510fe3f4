from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from wirelog.capture import Kind, parse_header, parse_line, parse_trailer
from wsecho.recorder import LONG, RX, TX, NoRecorder, Recorder


class Memory:
    """A sink that keeps what it gets, and may be full."""

    path = "x.log"

    def __init__(self) -> None:
        self.batches: list[bytes] = []
        self.is_full = False
        self.is_closed = False

    def append(self, parts: Sequence[bytes], stop_line: Callable[[int, str], bytes]) -> None:
        if self.is_full:
            self.batches.append(stop_line(0, "No space left on device"))
            raise OSError(28, "No space left on device")
        self.batches.append(b"".join(parts))

    def close(self) -> None:
        self.is_closed = True

    @property
    def lines(self) -> list[str]:
        return b"".join(self.batches).decode().splitlines()


@pytest.fixture
def sink() -> Memory:
    return Memory()


def ticking() -> Callable[[], int]:
    """A clock that goes on by a microsecond each time it is read."""
    times = iter(range(10**9, 2 * 10**9, 1000))
    return lambda: next(times)


def test_nothing_is_written_before_the_file_has_a_name(sink: Memory) -> None:
    recorder = Recorder(clock=ticking())
    recorder.event("TCP ACCEPTED")
    recorder.octets(RX, b"GET")
    recorder.flush()
    recorder.open(sink, {"url": "/x"})
    assert sink.lines == [
        '#wirelog 1 {"url":"/x"}',
        "000 +0.000001000 TCP ACCEPTED",
        "001 +0.000002000 RX OCTETS: 474554",
    ]


def test_one_flush_is_one_write(sink: Memory) -> None:
    recorder = Recorder()
    recorder.open(sink, {})
    recorder.octets(RX, b"\x81\x00")
    recorder.frame(RX, (1, True, 0), 0, None, b"")
    recorder.flush()
    recorder.flush()
    assert len(sink.batches) == 2


@pytest.mark.parametrize("size", [0, 1, LONG, LONG + 1, 10 * LONG])
def test_octets_are_kept_whole_however_many_they_are(sink: Memory, size: int) -> None:
    octets = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    recorder = Recorder()
    recorder.open(sink, {})
    recorder.octets(TX, octets)
    recorder.flush()
    record = parse_line(sink.lines[1])
    assert record is not None
    assert (record.n, record.dir, record.octets, record.length) == (0, "TX", octets, size)


@pytest.mark.parametrize("size", [10, LONG + 1])
def test_the_snap_length_cuts_behind_the_handshake(sink: Memory, size: int) -> None:
    recorder = Recorder(snaplen=8)
    recorder.open(sink, {})
    recorder.octets(RX, b"h" * size)
    recorder.may_cut()
    recorder.octets(RX, b"x" * size)
    recorder.octets(RX, b"x" * 8)
    recorder.flush()
    records = [parse_line(line) for line in sink.lines[1:]]
    assert [(len(r.octets), r.length) for r in records if r] == [(size, size), (8, size), (8, 8)]


def test_the_trailer_has_facts_and_totals(sink: Memory) -> None:
    recorder = Recorder()
    recorder.octets(RX, b"abc")
    recorder.octets(RX, b"d")
    recorder.frame(RX, (1, True, 0), 0, None, b"")
    recorder.frame(TX, (8, True, 0), 0, None, b"")
    recorder.frame(TX, (8, True, 0), 0, None, b"")
    recorder.open(sink, {})
    recorder.finish({"wasClean": True})
    assert parse_trailer(sink.lines[-1]) == {
        "wasClean": True,
        "octets": {"rx": {"count": 2, "sum": 4}, "tx": {"count": 0, "sum": 0}},
        "frames": {"rx": {"1": 1}, "tx": {"8": 2}},
    }
    assert sink.is_closed


def test_event_numbers_and_times_rise(sink: Memory) -> None:
    recorder = Recorder(clock=ticking())
    recorder.open(sink, {})
    for _ in range(1200):
        recorder.event("NOTE x")
        recorder.octets(RX, b"")
    recorder.flush()
    assert parse_header(sink.lines[0]) == {"version": 1}
    records = [record for line in sink.lines if (record := parse_line(line))]
    assert [record.n for record in records] == list(range(2400))
    times = [record.t for record in records]
    assert times == sorted(set(times), key=lambda t: t or 0)


def test_a_full_disk_ends_the_capture_and_nothing_else(sink: Memory) -> None:
    recorder = Recorder()
    recorder.event("TCP ACCEPTED")
    recorder.open(sink, {})
    recorder.event("NOTE one")
    recorder.flush()
    sink.is_full = True
    recorder.event("NOTE two")
    recorder.flush()
    recorder.event("NOTE three")
    recorder.flush()
    recorder.finish({})
    last = parse_line(sink.lines[-1])
    assert last is not None
    assert (last.n, last.kind) == (2, Kind.STOPS)
    assert last.text == "CAPTURE STOPS: No space left on device"
    assert sink.is_closed
    assert recorder.is_open  # and so nobody tries to open another file


def test_a_recorder_without_a_file_keeps_no_lines() -> None:
    recorder = Recorder()
    recorder.give_up(OSError(24, "Too many open files"))
    for _ in range(10):
        recorder.octets(RX, b"x" * 1000)
        recorder.flush()
    assert recorder._parts == []


def test_without_captures_frames_are_still_counted() -> None:
    recorder = NoRecorder()
    recorder.frame(RX, (1, True, 0), 5, None, b"Hello")
    recorder.octets(RX, b"x")
    recorder.finish({})
    assert recorder.received.by_opcode() == {"1": 1}
    assert recorder.is_open
