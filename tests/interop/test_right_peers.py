"""No false alarms: what real servers do in a case that they pass is no error of theirs."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path

import pytest

from interop.agreement import PEERS, Peer
from live import Notes, play
from wirelog.findings import Finding, check
from wirelog.formats import load

CASES = (
    "1.*", "2.*", "3.*", "4.*", "5.*", "6.*", "7.*", "10.*",
    "9.1.*", "9.5.3", "9.7.1", "12.1.3", "12.2.5", "13.3.5", "13.5.5", "13.7.2",
)  # fmt: skip
TRUE_ALARMS = {("tornado", "13.5.5", "handshake.response-params")}
"""Tornado answers an offer with server_no_context_takeover without granting it (RFC 7692 §7.1.1.1),
and no case asks for that."""


def errors(octets: bytes, name: str) -> list[Finding]:
    """What a capture holds against the server."""
    return check(load(io.BytesIO(octets), name)).of("error", "server")


def alarms(peer: str, case: str, captures: Iterable[bytes]) -> list[tuple[str, str, str, str]]:
    found = (one for octets in captures for one in errors(octets, case))
    return [
        (peer, case, one.rule.id, one.text)
        for one in found
        if (peer, case, one.rule.id) not in TRUE_ALARMS
    ]


@pytest.mark.slow
@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.name)
def test_what_passes_shows_no_error_against_the_server(peer: Peer, tmp_path: Path) -> None:
    if why := peer.missing():
        pytest.skip(why)
    notes = Notes()
    with peer.start(tmp_path) as port:
        outcome = play(CASES, port, notes=notes)
    assert not outcome.unreachable
    passed = [one for one in outcome.results if len(one.attempts) == 1 and one.verdict.passed()]
    assert len(passed) > 200
    found = [one.case.id for one in passed]
    assert [alarm for id_ in found for alarm in alarms(peer.name, id_, notes.captures[id_])] == []
    failed = [one.case.id for one in outcome.results if one.last.verdict.behavior == "FAILED"]
    assert all(errors(notes.captures[id_][-1], id_) for id_ in failed)
    recorded = [path.read_bytes() for path in tmp_path.rglob("*.log") if path.name != "server.log"]
    assert [one for octets in recorded for one in errors(octets, "recorded by the server")] == []
