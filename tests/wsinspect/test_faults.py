from __future__ import annotations

from builders import CaptureBuilder, case_4_2_3, close, opened, ping, text
from wirelog.findings import Report
from wirelog.frames import Frame
from wirelog.reader import Capture
from wsinspect.faults import Faults
from wsinspect.opened import Opened


def of(octets: bytes) -> Opened:
    return Opened.of(opened(octets)[0])


def test_a_finding_leads_to_its_frame() -> None:
    made = of(case_4_2_3().finish())
    assert made.faults.rows == [8]
    assert made.faults.marks == {8: "error"}
    assert made.faults.first == 8


def test_of_several_frames_in_one_event_it_is_the_one_that_is_wrong() -> None:
    frames = (ping(b"a"), text("b"), Frame(11), text("c"))
    octets = b"".join(one.serialize() for one in frames)
    made = of(CaptureBuilder("client").open().octets("RX", octets).unfinished())
    rules = [one.rule.id for one in made.faults.report.findings]
    row = made.rows[made.faults.rows[rules.index("frame.reserved-opcode")]]
    assert row.frame is not None
    assert row.frame.frame.opcode == 11


def test_a_warning_is_a_problem_but_not_wrong() -> None:
    built = CaptureBuilder("client").open().rx(close(1000)).tx(close(1000))
    made = of(built.event("TCP DROPPED BY ME (FIN)").finish())
    warned = [row for row, severity in made.faults.marks.items() if severity == "warning"]
    assert warned
    assert set(warned) <= set(made.faults.problems)
    assert not set(warned) & set(made.faults.wrong)


def test_what_a_file_says_wrongly_is_a_problem_too() -> None:
    made = of(CaptureBuilder().open().event("STRANGE WORDS").finish())
    strange = next(at for at, row in enumerate(made.rows) if row.what.startswith("STRANGE"))
    assert strange in made.faults.wrong


def test_the_octets_at_fault_are_counted_from_what_is_shown() -> None:
    made = of(case_4_2_3().finish())
    frame = made.rows[8].frame
    assert frame is not None
    assert made.faults.octets("RX", frame.start, frame.end) == [(0, 1)]
    assert made.faults.octets("RX", frame.start - 5, frame.end) == [(5, 6)]
    assert made.faults.octets("TX", 0, 1000) == []
    assert made.faults.octets("RX", 0, frame.start) == []


def test_the_beginning_of_a_file_is_not_judged() -> None:
    capture, _ = opened(case_4_2_3().finish())
    faults = Opened.of(capture, whole=False).faults
    assert (faults.report, faults.wrong) == (Report(), [8])


def test_nothing_at_all() -> None:
    faults = Opened.of(Capture("x")).faults
    assert isinstance(faults, Faults)
    assert faults.first == 0
