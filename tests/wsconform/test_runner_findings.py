"""What the captures of a run show: the fault of each wrong server, and none of a right one."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import NamedTuple

import pytest

import wrong_servers as wrong
from live import Notes, listening, play, running_reactor
from right_server import RightServer
from wirelog.findings import Report, check
from wirelog.formats import load
from wrong_cases import WRONG, Wrong
from wrong_servers import HASTE
from wsconform.driver.settings import Settings
from wsconform.judge import Behavior
from wsconform.result import CaseResult

PATIENT = Settings(case=1.1)
"""Nobody is blamed for a pong that did not come in a second, or for what many servers in one
process take."""

IMPATIENT = {
    wrong.RepliesLate: replace(PATIENT, closing=HASTE.closing),
    wrong.KeepsTcp: replace(PATIENT, server_drop=HASTE.server_drop),
}
"""Who waits as long as its case does would never notice these."""


class Fault(NamedTuple):
    """A wrong server, a case that exposes it, and its first error in the capture."""

    server: type[RightServer]
    case: str
    rule: str
    says: str
    """A part of the sentence."""
    sees: str = ""
    """A warning that the error of a case points at, where no paragraph says MUST."""


ACCEPTED = "close.violation-accepted"
WRONG_ANSWER, MISSING = "case.wrong-answer", "case.missing-answer"
EXTRA, WRONG_END = "case.extra-answer", "case.wrong-end"
FAULTS = (
    Fault(wrong.IgnoresReservedBits, "3.1", ACCEPTED, "(frame.rsv-without-extension)"),
    Fault(wrong.EchoesReservedDataOpcodes, "4.1.1", ACCEPTED, "(frame.reserved-opcode)"),
    Fault(wrong.SkipsReservedControlOpcodes, "4.2.3", ACCEPTED, "(frame.reserved-opcode)"),
    Fault(wrong.TakesFragmentedControls, "5.1", ACCEPTED, "(frame.control-fragmented)"),
    Fault(wrong.TakesLongControls, "7.3.6", ACCEPTED, "(frame.control-too-long)"),
    Fault(wrong.TakesStrayContinuations, "5.9", ACCEPTED, "(frame.stray-continuation)"),
    # A close frame is answered either way; that the code should tell the fault is a SHOULD.
    Fault(wrong.TakesAnyClose, "7.9.1", WRONG_END, "is 1000", "close.bad-close-accepted"),
    Fault(wrong.PongsShort, "2.2", "ping.wrong-payload", "by a pong with 12 octets"),
    Fault(wrong.PongsOnce, "2.10", "ping.unanswered", "never answered ping"),
    Fault(wrong.NeverPongs, "2.2", "ping.unanswered", "never answered ping"),
    Fault(wrong.ChecksNoText, "6.3.1", "text.not-utf8", "octet 0xa0 at 12 after ed"),
    # To fail a connection is always allowed, with a code that says why it SHOULD be done.
    Fault(wrong.ChecksTextPerFragment, "6.2.3", MISSING, "closed with 1007", "close.unfounded"),
    Fault(wrong.FailsWithWrongCode, "3.1", WRONG_END, "is 1011", "close.wrong-fail-code"),
    # An answer "typically" has the code that came (§5.5.1).
    Fault(wrong.RepliesWithWrongCode, "7.7.1", WRONG_END, "is 1001, not 1000"),
    # It may have ended TCP before the close frame was there.
    Fault(wrong.NeverReplies, "7.7.1", WRONG_END, "no closing", "close.no-close-frame"),
    Fault(wrong.RepliesLate, "7.7.1", "close.no-reply", "did not answer the close frame"),
    Fault(wrong.KeepsTcp, "7.7.1", "close.server-kept-tcp", "the server kept TCP open"),
    Fault(wrong.GoesOnAfterClose, "7.1.4", "close.data-after-close", "after a close frame"),
    Fault(wrong.MisreadsLongLengths, "1.1.7", MISSING, "closed with 1002", "close.unfounded"),
    Fault(wrong.Masks, "1.1.2", "frame.masked", "masked frame from a server"),
    # The RFC knows no echo, and TCP may end at any time.
    Fault(wrong.EchoesFragments, "5.3", WRONG_ANSWER, "which is one fragment of what it got"),
    Fault(wrong.EchoesTextOnly, "1.2.1", WRONG_ANSWER, "sent an empty text message"),
    Fault(wrong.EchoesTwice, "1.1.2", EXTRA, "the case wants no more"),
    Fault(wrong.CutsLongEchoes, "1.1.6", WRONG_ANSWER, "1000 octets that is no echo"),
    Fault(wrong.ClosesInstead, "1.1.2", MISSING, "instead the server closed with 1000"),
    Fault(wrong.CrashesOnLongFrames, "1.1.4", MISSING, "the server ended TCP", "close.reset"),
    Fault(wrong.Hangs, "1.1.2", "close.no-reply", "did not answer the close frame"),
    Fault(wrong.SendsGarbage, "1.1.2", "frame.reserved-opcode", "reserved opcode 15"),
    Fault(wrong.SendsEndlessly, "1.1.2", MISSING, "the peer sends without end"),
)
LEGAL = (
    (wrong.PongsUnasked, "1.1.2", "ping.unsolicited-pong"),
    (wrong.ChecksTextLate, "6.4.1", "text.noticed-late"),
    (wrong.FailsSilently, "3.1", "close.api-codes"),
)
"""Servers that are odd and break nothing, and the note that says what they do."""


def captures(
    server: type[RightServer], patterns: tuple[str, ...], settings: Settings = PATIENT
) -> list[tuple[CaseResult, Report]]:
    """The cases as they were judged, and what their captures show."""
    notes = Notes()
    with listening(server) as port:
        outcome = play(patterns, port, settings, repeats=False, notes=notes)
    return [
        (one, check(load(io.BytesIO(notes.captures[one.case.id][-1]), f"{one.case.id}.log")))
        for one in outcome.results
    ]


@pytest.fixture(scope="module")
def shown() -> dict[type[RightServer], Report]:
    """The capture of each wrong server's case; all are played at once, for most of them wait, but
    the one that leaves no time for others."""
    running_reactor()
    rows = [(one.server, one.case) for one in FAULTS] + [(one[0], one[1]) for one in LEGAL]
    beside = [row for row in rows if row[0] is not wrong.SendsEndlessly]
    alone = [row for row in rows if row not in beside]

    def report(row: tuple[type[RightServer], str]) -> Report:
        return captures(row[0], (row[1],), IMPATIENT.get(row[0], PATIENT))[0][1]

    with ThreadPoolExecutor(len(rows)) as pool:
        played = [*pool.map(report, beside), *map(report, alone)]
    return {row[0]: found for row, found in zip([*beside, *alone], played, strict=True)}


def test_every_wrong_server_has_its_row() -> None:
    servers = [one.server for one in FAULTS] + [one[0] for one in LEGAL]
    assert sorted(one.__name__ for one in servers) == sorted(one.server.__name__ for one in WRONG)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.server.__name__)
def test_the_first_error_names_the_fault(
    fault: Fault, shown: dict[type[RightServer], Report]
) -> None:
    report = shown[fault.server]
    first = report.errors[0]
    assert (first.rule.id, first.side) == (fault.rule, "server"), report.findings
    assert fault.says in first.text
    assert fault.sees in first.text
    assert not fault.sees or fault.sees in [one.rule.id for one in report.of("warning", "server")]
    assert first.text in report.verdict


@pytest.mark.parametrize(("server", "case", "note"), LEGAL, ids=[one[1] for one in LEGAL])
def test_what_is_legal_is_no_error(
    server: type[RightServer], case: str, note: str, shown: dict[type[RightServer], Report]
) -> None:
    report = shown[server]
    assert report.errors == []
    assert note in [one.rule.id for one in report.of("note")]


def test_the_captures_of_a_right_server_show_no_error() -> None:
    played = captures(RightServer, ("1.*", "2.*", "3.*", "4.*", "5.*", "6.[1-5].*", "7.*", "10.*"))
    assert len(played) > 100
    assert {one.case.id: report.errors for one, report in played if report.errors} == {}


@pytest.mark.slow
@pytest.mark.parametrize("row", WRONG, ids=lambda row: row.server.__name__)
def test_captures_show_an_error_exactly_where_a_case_failed(row: Wrong) -> None:
    for one, report in captures(row.server, row.plays):
        assert bool(report.errors) == (not one.verdict.passed()) or _is_open(one), one.case.id
        assert not report.of("error", "client"), one.case.id


def _is_open(one: CaseResult) -> bool:
    """Whether the case judges nothing."""
    return one.verdict.behavior is Behavior.INFORMATIONAL
