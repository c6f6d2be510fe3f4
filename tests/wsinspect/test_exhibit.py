from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from builders import MASK, CaptureBuilder, case_4_2_3, opened, ping, text
from wsinspect.exhibit import FRAMES_SHOWN, Exhibit
from wsinspect.present.rows import log_rows


def exhibit(octets: bytes, at: int) -> Exhibit:
    _, conversation = opened(octets)
    return Exhibit.of(conversation, log_rows(conversation)[at])


def names(made: Exhibit) -> list[str]:
    return [part.name for part in made.parts]


def test_a_frame_shows_its_fields_and_both_kinds_of_octets() -> None:
    made = exhibit(case_4_2_3().finish(), 4)
    assert names(made) == [
        "FIN", "RSV1", "RSV2", "RSV3", "opcode", "MASK", "Payload len", "Masking-key",
        "Payload data",
    ]  # fmt: skip
    assert made.wire[:6] == bytes.fromhex("818d06cef012")
    assert made.unmasked[6:] == b"Hello, world!"
    assert len(made.wire) == len(made.unmasked)


def test_the_wrong_field_is_looked_at_first() -> None:
    made = exhibit(case_4_2_3().finish(), 8)
    assert made.parts[made.first_choice].name == "opcode"
    assert made.sections[0].problems == ["reserved opcode 13 (RFC 6455 §5.2)"]


def test_octets_show_all_the_frames_in_them() -> None:
    frames = [replace(ping(b"a"), mask=MASK), replace(text("hello"), mask=MASK)]
    octets = b"".join(one.serialize() for one in frames)
    made = exhibit(CaptureBuilder().open().octets("RX", octets).unfinished(), 3)
    assert [section.size for section in made.sections] == ["7 octets", "11 octets"]
    assert made.unmasked[6:7] == b"a"
    assert made.unmasked[13:] == b"hello"
    assert made.parts[-1].octets == (13, 18)


def test_a_frame_over_two_records_shows_its_part_in_each() -> None:
    octets = text("Hello, world!", mask=MASK).serialize()
    built = CaptureBuilder().open().octets("RX", octets[:8]).octets("RX", octets[8:])
    first, second = (exhibit(built.unfinished(), at) for at in (3, 4))
    assert first.unmasked[6:] == b"He"
    assert second.unmasked == b"llo, world!"
    assert names(second) == ["Payload data"]
    assert second.parts[0].octets == (0, 11)


def test_the_handshake_is_one_part() -> None:
    made = exhibit(case_4_2_3().finish(), 1)
    assert names(made) == ["HTTP head"]
    assert made.parts[0].octets == (0, len(made.wire))


def test_an_event_has_no_octets() -> None:
    made = exhibit(case_4_2_3().finish(), 0)
    assert (made.wire, made.parts, made.part_at(0)) == (b"", [], None)
    assert Exhibit.of(opened(case_4_2_3().finish())[1], None).wire == b""


def test_each_octet_leads_to_the_widest_field_that_has_it() -> None:
    made = exhibit(case_4_2_3().finish(), 4)
    owners = [made.parts[at].name for octet in (0, 1, 2, 5, 6) if (at := made.part_at(octet))]
    assert owners == ["opcode", "Payload len", "Masking-key", "Masking-key", "Payload data"]
    assert made.part_at(999) is None


def test_a_record_of_very_many_frames_is_taken_apart_in_part() -> None:
    octets = replace(ping(), mask=MASK).serialize() * (FRAMES_SHOWN + 50)
    made = exhibit(CaptureBuilder().open().octets("RX", octets).unfinished(), 3)
    assert len(made.sections) == FRAMES_SHOWN
    assert str(FRAMES_SHOWN + 50) in made.note


@given(st.binary(max_size=200), st.integers(1, 50))
def test_every_octet_of_any_stream_has_at_most_one_widest_field(stream: bytes, cut: int) -> None:
    built = CaptureBuilder().open()
    for at in range(0, len(stream), cut):
        built.octets("RX", stream[at : at + cut])
    _, conversation = opened(built.unfinished())
    for row in log_rows(conversation):
        made = Exhibit.of(conversation, row)
        assert len(made.unmasked) == len(made.wire)
        for octet in range(len(made.wire)):
            at = made.part_at(octet)
            assert at is None or made.parts[at].octets[0] <= octet < made.parts[at].octets[1]


def test_the_octets_at_fault_are_looked_at_first_where_no_field_is_wrong() -> None:
    made = exhibit(case_4_2_3().finish(), 4)
    assert made.parts[made.first_choice].name == "FIN"
    made.at_fault = [(8, 10)]
    assert made.parts[made.first_choice].name == "Payload data"
    assert [octet for octet in range(19) if made.is_at_fault(octet)] == [8, 9]
