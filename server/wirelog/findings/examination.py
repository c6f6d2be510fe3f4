"""One pass over a connection: records and frames go by, and each watcher looks at its subject."""

from __future__ import annotations

from wirelog.capture import FRAME, OCTETS, Record
from wirelog.ending import Ending
from wirelog.findings.aftermath import Aftermath
from wirelog.findings.case import CaseWatch
from wirelog.findings.current import Current
from wirelog.findings.endings import Endings
from wirelog.findings.finding import Report
from wirelog.findings.framing import Framing
from wirelog.findings.keys import Keys
from wirelog.findings.masks import Masks
from wirelog.findings.opening import Opening
from wirelog.findings.pings import Pings
from wirelog.findings.scene import Scene
from wirelog.findings.shape import LIMITS, Shape
from wirelog.findings.source import without_subject
from wirelog.findings.verdict import verdict
from wirelog.handshake import Handshake
from wirelog.joiner import Listener
from wirelog.message import WireFrame

DULL = min(LIMITS)
"""Octets of a message of one frame and one piece up to which its shape tells nothing."""


class Examination(Listener):
    """Listens to a connection; then `finish` it."""

    def __init__(self, scene: Scene, keys: Keys | None = None) -> None:
        self._scene = scene
        self._end = Ending(is_server=scene.is_server)
        self._opening = Opening(scene, keys)
        self._no_subject = without_subject(has_case=bool(scene.report), has_others=keys is not None)
        self._aftermath = Aftermath(scene)
        framing, masks = Framing(scene, self._aftermath), Masks(scene)
        pings, shape = Pings(scene), Shape(scene)
        self._current = Current(scene, self._aftermath)
        # A violation is known before anybody looks at what came of it.
        self._watches = [
            framing, self._aftermath, self._current, self._opening, pings, masks, shape
        ]  # fmt: skip
        self._for_plain = [watch.frame for watch in (self._end, self._aftermath, pings, masks)]
        self._case = CaseWatch(scene)
        if self._case.report.has_failed:
            self._watches.append(self._case)
            self._for_plain.append(self._case.frame)
        self._for_frames = [self._end.frame, *(watch.frame for watch in self._watches)]
        self._shape = shape
        watching = (scene.source, self._end, self._aftermath, pings, self._case)
        self._for_events = [watch.record for watch in watching]

    def begin(self, handshake: Handshake) -> None:
        """Take the handshake."""
        self._scene.handshake = handshake
        self._end.begin(handshake)

    def record(self, record: Record) -> None:
        """Take the next record."""
        kind, length = record.kind, record.length
        if kind is OCTETS:
            if length != len(record.octets) or record.t is None:
                self._scene.source.record(record)
            if length == 1:
                self._shape.record(record)
        elif kind is not FRAME or record.t is None:
            for take in self._for_events:
                take(record)

    def frame(self, one: WireFrame) -> None:
        """Take the next frame."""
        if not self._opening.is_judged:
            self._judge_opening()
        is_dull = one.is_plain and len(one.carried) == 1 and one.frame.length <= DULL
        for take in self._for_plain if is_dull else self._for_frames:
            take(one)

    def finish(self, *, is_whole: bool) -> Report:
        """Say that nothing more comes; `is_whole` if the capture was finished."""
        scene, end = self._scene, self._end
        end.finish(is_whole=is_whole)
        if not self._opening.is_judged:
            self._judge_opening(is_over=end.finished)
        streams = [scene.stream("RX"), scene.stream("TX")]
        has_octets = any(one.octets_seen for one in streams)
        scene.source.finish(scene.handshake, has_octets=has_octets, was_opened=end.opened)
        scene.source.tell(scene.docket, self._no_subject)
        for watch in self._watches:
            watch.finish()
        Endings(scene, end, self._aftermath, self._current).judge()
        self._case.judge(end)
        report = Report(
            scene.docket.sorted(), scene.docket.not_checked, dict(scene.docket.left_out)
        )
        report.no_subject = self._no_subject
        report.verdict = verdict(report)
        return report

    def _judge_opening(self, *, is_over: bool = True) -> None:
        self._opening.judge(is_over=is_over)
        if self._opening.is_waiting:
            self._for_plain.append(self._opening.frame)
        self._aftermath.excused |= self._opening.blamed
