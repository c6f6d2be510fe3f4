import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategies import pieces
from wirelog.utf8 import Utf8Check, Utf8Fault, find_fault

nearly_utf8 = st.lists(
    st.sampled_from(
        [b"a", "é".encode(), "€".encode(), "🎉".encode()]
        + [bytes([octet]) for octet in (0x80, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xED, 0xEF)]
        + [bytes([octet]) for octet in (0xF0, 0xF1, 0xF4, 0xF5, 0xFF, 0x9F, 0xA0, 0x8F, 0x90)]
    ),
    max_size=8,
).map(b"".join)


def can_go_on(octets: bytes) -> bool:
    """Whether some continuation makes this UTF-8: the definition, tried out."""
    tails = [b"", b"\x80", b"\xbf", b"\xa0", b"\x90"]
    tails += [a + b for a in tails[1:] for b in (b"\x80", b"\x80\x80")]
    for tail in tails:
        try:
            (octets + tail).decode()
        except UnicodeDecodeError:
            continue
        return True
    return False


def first_bad_octet(octets: bytes) -> int | None:
    return next((at for at in range(len(octets)) if not can_go_on(octets[: at + 1])), None)


@given(nearly_utf8)
def test_the_fault_is_the_first_octet_that_nothing_can_repair(octets: bytes) -> None:
    fault = find_fault(octets)
    at = first_bad_octet(octets)
    if at is not None:
        assert fault is not None
        assert (fault.offset, fault.octet) == (at, octets[at])
        assert octets[: fault.offset].endswith(fault.sequence)
    elif fault is not None:
        assert (fault.offset, fault.octet) == (len(octets), None)
        assert octets.endswith(fault.sequence)
        assert fault.sequence
    else:
        octets.decode()


@given(st.data(), nearly_utf8 | st.binary(max_size=12))
def test_any_chunking_finds_the_same_fault(data: st.DataObject, octets: bytes) -> None:
    for chunks in (data.draw(pieces(octets)), [bytes([octet]) for octet in octets]):
        check = Utf8Check()
        for chunk in chunks:
            check.feed(chunk)
        assert check.feed(b"", final=True) == find_fault(octets)


@given(st.text(max_size=20).map(lambda text: text.encode(errors="ignore")))
def test_text_has_no_fault(octets: bytes) -> None:
    assert find_fault(octets) is None


@pytest.mark.parametrize(
    ("octets", "fault", "shown"),
    [
        (b"a\x80", Utf8Fault(1, b"", 0x80), "octet 0x80 at 1 is not UTF-8"),
        (b"\xed\xa0\x80", Utf8Fault(1, b"\xed", 0xA0), "octet 0xa0 at 1 after ed is not UTF-8"),
        (
            b"ab\xf0\x9f\x8e(",
            Utf8Fault(5, b"\xf0\x9f\x8e", 0x28),
            "octet 0x28 at 5 after f0 9f 8e is not UTF-8",
        ),
        (
            b"\xe2\x82",
            Utf8Fault(2, b"\xe2\x82", None),
            "text ends at octet 2 inside a character after e2 82",
        ),
        (b"\xc2a", Utf8Fault(1, b"\xc2", 0x61), "octet 0x61 at 1 after c2 is not UTF-8"),
    ],
)
def test_faults_say_where_and_behind_what(octets: bytes, fault: Utf8Fault, shown: str) -> None:
    assert find_fault(octets) == fault
    assert str(fault) == shown


def test_a_character_across_fragments_is_no_fault_and_a_fault_stays() -> None:
    check = Utf8Check()
    assert check.feed(b"costs \xe2") is None
    assert check.feed(b"\x82") is None
    assert check.feed(b"\xac") is None
    fault = check.feed(b"ab\xff")
    assert fault == Utf8Fault(11, b"", 0xFF)
    assert check.feed(b"fine again", final=True) is fault


def test_an_open_character_is_a_fault_at_the_end_only() -> None:
    check = Utf8Check()
    assert check.feed(b"\xf0\x9f") is None
    assert check.feed(b"", final=True) == Utf8Fault(2, b"\xf0\x9f", None)
