"""The samples of UTF-8: which groups are legal, which not, and that their edges are edges."""

from __future__ import annotations

from wsconform.cases.utf8_samples import SAMPLES


def legal(octets: bytes) -> bool:
    try:
        octets.decode()
    except UnicodeDecodeError:
        return False
    return True


def test_63_are_legal_and_69_are_not() -> None:
    verdicts = [legal(octets) for group in SAMPLES.values() for octets in group.strings]
    assert (verdicts.count(True), verdicts.count(False)) == (63, 69)


def test_whole_groups_are_legal_or_not() -> None:
    mixed = {n for n, group in SAMPLES.items() if len({legal(s) for s in group.strings}) == 2}
    assert mixed == {6, 11}
    good = {n for n, group in SAMPLES.items() if all(legal(s) for s in group.strings)}
    assert good == {5, 7, 9, 22, 23}


def test_the_limits_of_each_length_are_limits() -> None:
    for lowest, highest in zip(SAMPLES[7].strings, SAMPLES[9].strings, strict=True):
        low, high = ord(lowest.decode()), ord(highest.decode())
        assert len(lowest) == len(highest)
        assert low == 0 or len(chr(low - 1).encode()) == len(lowest) - 1
        assert high == 0x10FFFF or len(chr(high + 1).encode()) == len(highest) + 1


def test_all_34_noncharacters_at_the_end_of_a_plane_are_there() -> None:
    points = [ord(octets.decode()) for octets in SAMPLES[22].strings]
    assert len(set(points)) == 34
    assert all(point & 0xFFFE == 0xFFFE for point in points)
