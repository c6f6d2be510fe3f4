"""One pass over a connection: records and frames go by, and each watcher looks at its subject."""

from __future__ import annotations

from wirelog.capture import Kind, Record
from wirelog.ending import Ending
from wirelog.findings.aftermath import Aftermath
from wirelog.findings.case import CaseWatch
from wirelog.findings.endings import Endings
from wirelog.findings.finding import Report
from wirelog.findings.framing import Framing
from wirelog.findings.keys import Keys
from wirelog.findings.masks import Masks
from wirelog.findings.opening import Opening
from wirelog.findings.pings import Pings
from wirelog.findings.scene import Scene
from wirelog.findings.shape import Shape
from wirelog.findings.verdict import verdict
from wirelog.message import WireFrame


class Examination:
    """Feed it records and frames in order, then `finish` it."""

    def __init__(self, scene: Scene, keys: Keys | None = None) -> None:
        self._scene = scene
        self._opening = Opening(scene, keys)
        self._aftermath = Aftermath(scene)
        framing = Framing(scene, self._aftermath)
        pings, shape = Pings(scene), Shape(scene)
        # A violation is known before anybody looks at what came of it.
        self._watches = [framing, self._aftermath, self._opening, pings, Masks(scene), shape]
        self._case = CaseWatch(scene)
        if self._case.report.has_failed:
            self._watches.append(self._case)
        self._for_frames = [watch.frame for watch in self._watches]
        self._for_octets = [scene.source.record, shape.record]
        self._for_events = [
            *self._for_octets, self._aftermath.record, pings.record, self._case.record
        ]  # fmt: skip

    def record(self, record: Record) -> None:
        """Take the next record."""
        is_octets = record.kind is Kind.OCTETS or record.kind is Kind.FRAME
        for take in self._for_octets if is_octets else self._for_events:
            take(record)

    def frame(self, one: WireFrame) -> None:
        """Take the next frame; both heads of the handshake have been there."""
        if not self._opening.is_judged:
            self._judge_opening()
        for take in self._for_frames:
            take(one)

    def finish(self, end: Ending) -> Report:
        """Say that nothing more comes."""
        scene = self._scene
        if not self._opening.is_judged:
            self._judge_opening(is_over=end.finished)
        streams = [scene.stream("RX"), scene.stream("TX")]
        scene.source.finish(scene.handshake, has_octets=any(one.octets_seen for one in streams))
        scene.source.tell(scene.docket)
        for watch in self._watches:
            watch.finish()
        Endings(scene, end, self._aftermath).judge()
        self._case.judge(end)
        report = Report(
            scene.docket.sorted(), scene.docket.not_checked, dict(scene.docket.left_out)
        )
        report.verdict = verdict(report)
        return report

    def _judge_opening(self, *, is_over: bool = False) -> None:
        self._opening.judge(is_over=is_over)
        self._aftermath.excused |= self._opening.blamed
