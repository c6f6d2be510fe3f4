from hypothesis import given
from hypothesis import strategies as st

from builders import MASK, request
from strategies import frames
from wirelog.capture import Direction, FrameLine, Kind, Record
from wirelog.frames import Frame
from wirelog.lane import DIFFERS, FAR, LOOK_AHEAD, Lane
from wirelog.message import WireFrame

HEAD = request()
A, B, C = Frame(1, b"a"), Frame(2, b"bb"), Frame(9, b"ccc")


class Log:
    """Records of one direction, numbered as they come."""

    def __init__(self, direction: Direction = "RX", *, head: bytes = HEAD) -> None:
        self.lane = Lane(direction, "client" if direction == "RX" else "server")
        self.n = 0
        self.frames: list[WireFrame] = []
        self.places: list[int] = []
        if head:
            self.octets(head)

    def octets(self, *sent: Frame | bytes, length: int | None = -1) -> "Log":
        held = b"".join(one if isinstance(one, bytes) else one.serialize() for one in sent)
        length = len(held) if length == -1 else length
        return self._add(Record(self.n, self.n, Kind.OCTETS, self.lane.dir, held, length))

    def line(self, frame: Frame, arrived: int | None = None, shown: str | None = None) -> "Log":
        masked = frame.mask is not None
        told = FrameLine(
            frame.opcode, frame.fin, frame.rsv, frame.length, masked, frame.mask, arrived, shown
        )
        return self._add(Record(self.n, self.n, Kind.FRAME, self.lane.dir, frame=told))

    def note(self) -> "Log":
        return self._add(Record(self.n, self.n, Kind.UNKNOWN, self.lane.dir))

    def _add(self, record: Record) -> "Log":
        self.lane.add(record, self.n)
        self.n += 1
        self._take()
        assert not self.places or self.lane.horizon >= self.places[-1]
        return self

    def _take(self) -> None:
        """What is ready; nothing is ready later that stands before what it waits for."""
        while self.lane.ready:
            place, one = self.lane.ready.popleft()
            self.places.append(place)
            self.frames.append(one)

    def settle(self) -> "Log":
        self.lane.settle(is_open=True)
        self._take()
        return self

    def seen(self, *, is_open: bool = True) -> list[tuple[int, Frame, bool, bool]]:
        """Number, frame, whether it has a line, whether it arrived; of each frame."""
        horizon = self.lane.horizon
        known = len(self.places)
        self.lane.finish(is_open=is_open)
        self._take()
        assert self.places == sorted(self.places)
        assert all(place >= horizon for place in self.places[known:])
        return [(one.n, one.frame, one.has_line, one.arrived) for one in self.frames]

    def problems(self) -> list[str]:
        return [problem.text for one in self.frames for problem in one.problems]


@given(st.lists(frames(20), max_size=8), st.sampled_from(["RX", "TX"]))
def test_each_frame_meets_its_line(sent: list[Frame], direction: Direction) -> None:
    log = Log(direction)
    for frame in sent:
        if direction == "RX":
            log.octets(frame).line(frame)
        else:
            log.line(frame).octets(frame)
    first = 2 if direction == "RX" else 1
    expected = [(first + 2 * at, frame, True, True) for at, frame in enumerate(sent)]
    assert log.seen() == expected
    assert log.problems() == []
    for one in log.frames:
        assert one.carriers == (one.n - 1 if direction == "RX" else one.n + 1,)


def test_several_frames_in_one_read() -> None:
    log = Log().octets(A, B, C).line(A).line(B).line(C)
    assert log.seen() == [(2, A, True, True), (3, B, True, True), (4, C, True, True)]


def test_a_frame_over_many_reads() -> None:
    log = Log()
    for octet in B.serialize():
        log.octets(bytes([octet]))
    assert log.line(B).seen() == [(5, B, True, True)]
    assert log.frames[0].carriers == (1, 2, 3, 4)


def test_lines_of_writes_that_are_chopped_wait_for_their_octets() -> None:
    log = Log("TX").line(A).line(B).octets(A.serialize()[:1]).octets(A.serialize()[1:] + b"\x82")
    log.octets(B.serialize()[1:])
    assert log.seen() == [(1, A, True, True), (2, B, True, True)]


def test_a_frame_without_a_line_stands_where_the_wire_had_it() -> None:
    assert Log().octets(A, B, C).line(A).line(C).seen() == [
        (2, A, True, True),
        (2, B, False, True),
        (3, C, True, True),
    ]
    log = Log("TX").octets(A).line(B).octets(B)
    assert log.seen() == [(1, A, False, True), (2, B, True, True)]


def test_a_last_frame_without_a_line_stays_behind_the_others() -> None:
    log = Log().octets(A, B).line(A)
    assert log.seen() == [(2, A, True, True), (2, B, False, True)]
    assert log.places == [2, 2]


def test_equal_frames_are_told_apart_by_their_keys() -> None:
    first, second = Frame(1, b"a", mask=MASK), Frame(1, b"a", mask=b"abcd")
    log = Log().octets(first, second).line(second)
    assert log.seen() == [(1, first, False, True), (2, second, True, True)]


def test_octets_without_lines_are_frames_if_the_connection_was_open() -> None:
    assert Log().octets(A, B).seen() == [(1, A, False, True), (1, B, False, True)]
    assert Log().octets(A, B).octets(b"\x81").seen(is_open=False) == []
    assert Log().octets(A.serialize()[:2]).seen(is_open=False) == []


def test_a_line_that_differs_from_its_octets_says_so() -> None:
    log = Log().octets(A).line(B).octets(C).line(C)
    assert log.seen() == [(2, A, True, True), (4, C, True, True)]
    assert log.problems() == [DIFFERS]
    log = Log("TX").line(B).octets(A)
    assert log.seen() == [(1, A, True, True)]
    assert log.problems() == [DIFFERS]


def test_a_written_line_that_fits_nothing_is_believed_to_have_its_octets_to_come() -> None:
    log = Log("TX").octets(A).line(B)
    assert log.frames == []
    assert log.seen() == [(2, A, True, True)]  # they never came: it differs
    assert log.problems() == [DIFFERS]


def test_a_frame_is_looked_for_among_so_many() -> None:
    log = Log().octets(*[A] * (LOOK_AHEAD - 1), B).line(B)
    assert len(log.seen()) == LOOK_AHEAD
    assert log.problems() == []
    log = Log().octets(*[A] * LOOK_AHEAD, B).line(B)
    log.seen()
    assert log.problems() == [DIFFERS]


class TestHorizon:
    """The first place at which a frame may still turn up."""

    def test_behind_frames_that_have_met_their_lines_is_nothing_to_come(self) -> None:
        assert Log().octets(A).line(A).lane.horizon == FAR

    def test_it_is_where_octets_wait_for_a_line_or_a_line_for_octets(self) -> None:
        assert Log().octets(A).octets(B).lane.horizon == 1
        assert Log("TX").line(A).line(B).lane.horizon == 1
        assert Log("TX").octets(A).line(B).lane.horizon == 1

    def test_it_is_where_a_frame_that_has_begun_goes_on(self) -> None:
        log = Log().octets(B.serialize()[:2])
        assert log.lane.horizon == 1
        assert log.octets(B.serialize()[2:3]).lane.horizon == 2
        assert log.octets(B.serialize()[3:]).line(B).lane.horizon == FAR

    def test_a_frame_without_a_line_moves_behind_the_one_before_it(self) -> None:
        log = Log().octets(A, B).line(A)
        assert log.lane.horizon == 2

    def test_nobody_waits_for_ever(self) -> None:
        log = Log().octets(A).octets(B).settle()
        assert [one.frame for one in log.frames] == [A]
        assert log.line(B).seen() == [(1, A, False, True), (3, B, True, True)]
        log = Log("TX")
        for _ in range(LOOK_AHEAD + 2):
            log.line(A)
        assert [one.arrived for one in log.settle().frames] == [False, False]
        assert log.lane.horizon == 3

    def test_without_an_open_connection_octets_are_no_frames_whoever_waits(self) -> None:
        log = Log().octets(A).octets(B)
        log.lane.settle(is_open=False)
        assert not log.lane.ready

    def test_a_frame_that_has_begun_is_waited_for_with_its_line(self) -> None:
        log = Log().octets(B.serialize()[:3]).line(B, arrived=1)
        for _ in range(LOOK_AHEAD):
            log.line(C)
        assert log.settle().frames == []
        assert log.seen()[0] == (2, Frame(2, b"b", declared=2), True, False)


def test_what_is_behind_can_be_forgotten() -> None:
    log = Log().octets(A).line(A).octets(B).octets(C)
    log.lane.forget(log.n)
    assert [one.n for one, _ in log.lane.stream.carriers(0, log.lane.stream.octets_seen)] == [
        0, 1, 3, 4
    ]  # fmt: skip
    log.line(B).line(C).octets(A).line(A).octets(A)
    log.lane.forget(log.n)
    kept = [one.n for one, _ in log.lane.stream.carriers(0, log.lane.stream.octets_seen)]
    assert kept == [0, 1, 9]
    assert log.line(A).seen()[-1] == (10, A, True, True)


class TestIncomplete:
    """Frames that never became complete."""

    def test_a_refused_frame_stands_with_what_came(self) -> None:
        whole = Frame(1, b"Hello, world!", mask=MASK)
        came = Frame(1, b"Hello", mask=MASK, declared=13)
        log = Log().octets(whole.serialize()[:11]).line(whole, arrived=5)
        assert log.seen() == [(2, came, True, False)]
        assert log.frames[0].carriers == (1,)

    def test_it_is_complete_if_the_rest_comes_behind_its_line(self) -> None:
        octets = B.serialize()
        log = Log().octets(octets[:3]).line(B, arrived=1).octets(octets[3:], A).line(A)
        assert log.seen() == [(2, B, True, True), (4, A, True, True)]

    def test_frames_without_lines_before_it_do_not_take_its_line(self) -> None:
        log = Log().octets(A, B.serialize()[:3]).line(B, arrived=1)
        assert log.seen() == [
            (1, A, False, True),
            (2, Frame(2, b"b", declared=2), True, False),
        ]

    def test_a_line_of_a_header_that_is_not_whole_fits_whatever_it_says(self) -> None:
        log = Log().octets(b"\x81\x7f\x00\x00").line(Frame(1, declared=127), arrived=0)
        ((n, frame, has_line, arrived),) = log.seen()
        assert (n, frame.length, has_line, arrived) == (2, 65536, True, False)

    def test_without_a_line_it_is_the_last_frame(self) -> None:
        log = Log().octets(A, B.serialize()[:3]).line(A)
        assert log.seen() == [
            (2, A, True, True),
            (2, Frame(2, b"b", declared=2), False, False),
        ]

    def test_a_line_that_does_not_fit_it_is_another_frame(self) -> None:
        log = Log().octets(b"\x82\x05a").line(C)
        assert log.seen() == [
            (1, Frame(2, b"a", declared=5), False, False),
            (2, Frame(9, declared=3), True, False),
        ]

    def test_a_frame_that_was_announced_and_never_written_did_not_arrive(self) -> None:
        log = Log("TX").line(A).octets(A).line(B)
        assert log.seen() == [
            (1, A, True, True),
            (3, Frame(2, declared=2), True, False),
        ]
        assert log.frames[1].carriers == ()


class TestMissing:
    """Octets that the capture does not hold."""

    def test_lines_are_believed_where_no_octets_were_recorded(self) -> None:
        log = Log(head=b"").line(A, shown="a").line(B, arrived=1)
        assert log.seen() == [
            (0, A, True, True),
            (1, Frame(2, declared=2), True, False),
        ]
        assert log.frames[0].start == -1

    def test_lines_are_believed_where_a_header_was_cut(self) -> None:
        size = len(A.serialize() + B.serialize() + C.serialize())
        log = Log().octets(A.serialize(), length=size).line(A).line(B, shown="bb").line(C)
        assert log.seen() == [
            (2, A, True, True),
            (3, B, True, True),
            (4, Frame(9, declared=3), True, True),
        ]
        log.octets(b"")
        assert [one.carriers for one in log.frames] == [(1,), (1,), (1,)]

    def test_octets_behind_the_gap_are_found_by_the_lines(self) -> None:
        log = Log("TX").line(B).octets(b"", length=4).line(A)
        assert [one.n for one in log.frames] == [1]
        log.octets(A)
        assert log.seen() == [
            (1, Frame(2, declared=2), True, True),
            (3, A, True, True),
        ]
        assert log.frames[1].carriers == (4,)


def test_a_line_that_cannot_be_read_is_no_frame() -> None:
    assert Log().note().octets(A).line(A).seen() == [(3, A, True, True)]
