from builders import text
from judging import ids, report_of, server
from wirelog.rules import shape as rules


def test_each_common_limit_is_told_once() -> None:
    made = server().tx(text(bytes(70_000))).tx(text(bytes(80_000))).tx(text(bytes(2 << 20)))
    large = [one.text for one in report_of(made).findings if one.rule is rules.LARGE_MESSAGE]
    assert [one.rpartition("; ")[2] for one in large] == [
        "64 KiB is a common limit", "1 MiB is a common limit",
    ]  # fmt: skip


def test_a_reserved_opcode_is_no_large_message() -> None:
    made = server().octets("RX", bytes.fromhex("8a80 01020304"))
    assert rules.LARGE_MESSAGE.id not in ids(made)


def test_octets_without_times_have_no_stalls() -> None:
    made = server().octets("RX", bytes.fromhex("8183 01020304")).octets("RX", b"abc")
    made.lines = [b" ".join(line.split(b" ")[:1] + line.split(b" ")[2:]) for line in made.lines[1:]]
    assert rules.STALL.id not in ids(made)


def test_octets_that_were_cut_are_not_taken_for_a_split_header() -> None:
    made = server().octets("RX", bytes.fromhex("82fe0100 01020304") + bytes(100), snaplen=8)
    assert rules.HEADER_SPLIT.id not in ids(made.octets("RX", bytes(156), snaplen=0))
