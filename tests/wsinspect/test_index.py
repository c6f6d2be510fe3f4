from __future__ import annotations

import pytest

from builders import CaptureBuilder, case_4_2_3, opened, text
from wsinspect.index import NEITHER, RX, TX, Index, Strips, is_wrong
from wsinspect.present.rows import log_rows


def index_of(octets: bytes) -> Index:
    return Index.of(log_rows(opened(octets)[1]))


def test_what_is_known_of_every_row() -> None:
    index = index_of(case_4_2_3().finish())
    assert list(index.numbers) == list(range(15))
    assert [at for at, is_frame in enumerate(index.is_frame) if is_frame] == [4, 5, 8, 10, 13]
    assert [index.lanes[at] for at in (0, 1, 2, 4, 5)] == [NEITHER, RX, TX, RX, TX]
    assert list(index.problems) == [8]
    assert index.sizes[3] == 19
    assert index.sizes[4] == 0
    assert (index.untimed, index.duration) == (False, 1_400_000)


def test_octets_that_the_recorder_cut_are_not_wrong() -> None:
    built = CaptureBuilder().open().octets("RX", text("x" * 100).serialize(), snaplen=16)
    rows = log_rows(opened(built.finish())[1])
    cut = next(row for row in rows if row.n == 3)
    assert cut.problems
    assert not is_wrong(cut)


@pytest.mark.parametrize(
    "line",
    [
        b"999999999999999 +0.000000001 NOTE far\n",
        b"003 +99999999999999999999999.000000000 NOTE late\n",
        b"003 +0.000000001 RX OCTETS: 00 ... LEN=99999999999999999999999\n",
        b"000 NOTE without time\n",
    ],
)
def test_absurd_numbers_are_borne(line: bytes) -> None:
    index = index_of(CaptureBuilder().open().line(line).unfinished())
    assert len(index.numbers) == 4
    assert Strips.of(index, index.problems).squeezed(10).blocks(RX)


def test_strips_say_when_octets_and_problems_were() -> None:
    strips = Strips.of(index_of(case_4_2_3().finish()), [8], count=15)
    assert [at for at, octets in enumerate(strips.octets[RX]) if octets] == [1, 3, 7, 12]
    assert strips.wrong[RX].index(True) == 8
    assert not any(strips.wrong[TX])


def test_squeezed_strips_lose_nothing() -> None:
    strips = Strips.of(index_of(case_4_2_3().finish()), [8])
    small = strips.squeezed(7)
    assert sum(small.octets[RX]) == sum(strips.octets[RX])
    assert any(small.wrong[RX])
    assert len(small.blocks(TX)) == 7


def test_an_empty_capture_has_empty_strips() -> None:
    strips = Strips.of(Index(), [], count=4)
    assert strips.blocks(RX) == [" "] * 4
