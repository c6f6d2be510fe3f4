"""Findings: what is wrong in a capture, who did it, and by which paragraph.

`wirelog.rules` says what the rules are; here is what looks for them. Each module has one subject:

- `opening` is the handshake, `framing` the frames and what they hold, `masks` their keys,
- `pings` pings and pongs, `endings` the closing handshake and TCP, `shape` how traffic was cut,
- `aftermath` what a receiver did about a violation,
- `case` why a conformance case failed, of which `case_report` reads what the capture says.

They are watchers (`scene`): each sees the connection once, in order, and puts on the `docket` what
it finds, with the octets (`places`). `source` says what a capture cannot prove, `examination` runs
them. So a file is checked while it is read, and little is kept of what has gone by.

Whose fault something is follows from who sent it: what the recorder sent wrong is the recorder's
fault, unless it played a conformance case that sends it on purpose. A cause stands before what
follows from it, because findings are in the order of their events; what merely follows from a
failed connection is no finding at all.
"""

from __future__ import annotations

from wirelog.conversation import Conversation
from wirelog.findings.docket import Docket
from wirelog.findings.examination import Examination
from wirelog.findings.finding import Finding, Octets, Piece, Report, foremost
from wirelog.findings.keys import Keys
from wirelog.findings.scene import Scene
from wirelog.findings.source import Source
from wirelog.joiner import Joiner
from wirelog.reader import Capture, Reader

__all__ = ["Finding", "Keys", "Octets", "Piece", "Report", "check", "foremost"]


def check(
    capture: Capture | Reader, conversation: Conversation | None = None, keys: Keys | None = None
) -> Report:
    """Hold a capture against all rules.

    A `Reader` is read on the way, and little of it is in the memory at any time; it raises what it
    raises by itself. `conversation` spares the joining if it was done already; `keys` remembers
    those of captures that were checked before.
    """
    if isinstance(capture, Reader):
        capture.begin()
    if keys is not None:
        keys.begin(capture.name, capture.header)
    joiner = Joiner(is_server=capture.is_server)
    stream = joiner.stream if conversation is None else conversation.stream
    source = Source(capture.header)
    scene = Scene(capture.is_server, stream, Docket(), source, report=capture.report)
    joiner.listener = run = Examination(scene, keys)
    if conversation is not None:
        conversation.tell(run)
    else:
        for batch in capture.batches():
            for record in batch:
                joiner.add(record)
            joiner.forget()
        joiner.finish()
    return run.finish(is_whole=capture.trailer is not None)
