"""Findings: what is wrong in a capture, who did it, and by which paragraph.

`wirelog.rules` says what the rules are; here is what looks for them. Each module has one subject:

- `opening` is the handshake, `framing` the frames and what they hold, `masks` their keys,
- `pings` pings and pongs, `endings` the closing handshake and TCP, `shape` how traffic was cut,
- `aftermath` what a receiver did about a violation,
- `case` why a conformance case failed, of which `case_report` reads what the capture says.

They are watchers (`scene`): each sees the connection once, in order, and puts on the `docket` what
it finds, with the octets (`places`). `source` says what a capture cannot prove, `examination` runs
them.

Whose fault something is follows from who sent it: what the recorder sent wrong is the recorder's
fault, unless it played a conformance case that sends it on purpose. A cause stands before what
follows from it, because findings are in the order of their events; what merely follows from a
failed connection is no finding at all.
"""

from __future__ import annotations

from collections import deque

from wirelog.conversation import Conversation
from wirelog.ending import Ending
from wirelog.findings.docket import Docket
from wirelog.findings.examination import Examination
from wirelog.findings.finding import Finding, Octets, Piece, Report
from wirelog.findings.keys import Keys
from wirelog.findings.scene import Scene
from wirelog.findings.source import Source
from wirelog.reader import Capture

__all__ = ["Finding", "Keys", "Octets", "Piece", "Report", "check"]


def check(
    capture: Capture, conversation: Conversation | None = None, keys: Keys | None = None
) -> Report:
    """Hold a capture against all rules.

    `conversation` spares the joining if it was done already; `keys` remembers those of captures
    that were checked before.
    """
    seen = conversation or Conversation.of(capture)
    source = Source(capture.header)
    scene = Scene(seen.is_server, seen.stream, Docket(), source, seen.handshake, capture.report)
    if keys is not None:
        keys.begin(capture.name, capture.header)
    run = Examination(scene, keys)
    frames = deque(seen.frames)
    for record in (*capture.records, None):
        if record is not None:
            run.record(record)
        while frames and (record is None or frames[0].n <= record.n):
            run.frame(frames.popleft())
    return run.finish(Ending(capture, seen))
