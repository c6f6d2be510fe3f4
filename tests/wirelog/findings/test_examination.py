import gc
import io
from collections.abc import Iterator

import pytest

from builders import CaptureBuilder, case_4_2_3, cont, opened, request, text
from judging import Forgetful, agrees, ids, keyed, report_of, server
from wirelog.capture import Record
from wirelog.findings import Keys, check
from wirelog.frames import RSV1, Frame
from wirelog.message import WireFrame
from wirelog.reader import Capture, Reader


def test_the_cause_stands_before_what_follows_from_it() -> None:
    report = report_of(case_4_2_3())
    assert [one.rule.id for one in report.errors] == ["frame.reserved-opcode"]
    assert report.first().event == 8  # type: ignore[union-attr]


def test_a_capture_is_joined_if_it_has_not_been() -> None:
    capture, seen = opened(case_4_2_3().unfinished())
    assert check(capture).findings == check(capture, seen).findings


class Counting(Forgetful):
    """Counts in the end how many frames the checking keeps."""

    def batches(self) -> Iterator[list[Record]]:
        before = frames_alive()
        yield from super().batches()
        self.kept = frames_alive() - before


def frames_alive() -> int:
    gc.collect()
    return sum(isinstance(one, WireFrame) for one in gc.get_objects())


def test_a_file_is_checked_while_it_is_read_and_little_is_kept() -> None:
    made = server()
    for at in range(1000):
        made.rx(keyed(text(f"{at:040}"), at + 1)).tx(text(f"{at:040}"))
        made.rx(keyed(text("in two", fin=False), at + 2000)).rx(keyed(cont(" parts"), at + 3000))
    reader = Counting(io.BytesIO(made.unfinished()))
    assert check(reader).errors == []
    assert reader.kept < 10


@pytest.mark.parametrize("rsv", [0, RSV1])
def test_of_a_message_that_never_ends_little_is_kept(rsv: int) -> None:
    made = agrees("permessage-deflate").rx(keyed(text("begun", fin=False, rsv=rsv), 1))
    for at in range(1000):
        made.rx(keyed(cont(f"{at:04}", fin=False), at + 2))
    reader = Counting(io.BytesIO(made.unfinished()))
    texts = [one.text for one in check(reader).findings]
    assert "the message from the client has 1001 fragments, and none with FIN" in texts
    assert reader.kept < 10


def test_keys_are_known_again_while_files_are_read() -> None:
    keys = Keys()
    found = []
    for started in ("one", "two"):
        octets = CaptureBuilder(started=started).open().unfinished()
        found.append([one.rule.id for one in check(Reader(io.BytesIO(octets)), keys=keys).findings])
    assert found == [[], ["handshake.key-reused"]]


def test_an_empty_capture_proves_nothing() -> None:
    report = check(Capture("nothing"))
    assert report.findings == []
    assert "frame.rsv-without-extension" in report.not_checked


def test_frames_without_lines_are_judged_too() -> None:
    made = server().octets("RX", bytes.fromhex("8d80 01020304"))
    assert ids(made) == ["frame.reserved-opcode"]


def test_frames_behind_the_line_of_another_are_judged_after_it() -> None:
    first, second = Frame(13, b"first"), text("second", rsv=5)
    made = server().octets("RX", first.serialize() + second.serialize())
    found = report_of(made.frame_line("RX", first)).findings
    assert [one.event for one in found] == sorted(one.event for one in found)
    assert "opcode 13" in found[0].text


def test_numbers_that_do_not_rise_lose_no_finding() -> None:
    made = server().rx(text("a", rsv=2))
    made.n = 0
    assert ids(made.rx(text("b", rsv=2))).count("frame.rsv-without-extension") == 2


def test_a_handshake_alone_is_judged_in_the_end() -> None:
    made = CaptureBuilder().event("TCP ACCEPTED").octets("RX", request().replace(b"GET", b"PUT"))
    assert ids(made) == ["handshake.method"]
