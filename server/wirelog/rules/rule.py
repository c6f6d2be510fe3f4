"""What a rule is, and what a frame's `Problem` says: that one rule is broken, in which way.

Rules are plain values without code. They stand below everything else, so that the frame model and
the findings speak of the same rule when they find the same thing: `frames` and `conversation` make
a `Problem` of it, `wirelog.findings` a finding with the side at fault and the octets.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, NamedTuple

Severity = Literal["error", "warning", "note"]
"""Error: a MUST is broken, or a conformance case failed. Warning: a SHOULD, or legal but known to
break peers. Note: no fault."""

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")
"""The gravest first."""
CASE = "conformance case"
"""Stands for the paragraph in rules about what a conformance case wants; a finding names the
paragraph of its case."""


class Need(StrEnum):
    """What a source must show, so that the absence of a finding says something."""

    TIMES = "times"
    OCTETS = "octets"
    HANDSHAKE = "handshake"
    FRAMES = "frames"
    REFUSED = "refused-frames"
    CONTROL = "control-frames"
    READS = "reads"
    END = "end"


NEEDS: dict[Need, str] = {
    Need.TIMES: "when each event happened",
    Need.OCTETS: "all octets, none of them cut",
    Need.HANDSHAKE: "the request and the response of the opening handshake",
    Need.FRAMES: "each frame, not only whole messages",
    Need.REFUSED: "the frames that a receiver refused too",
    Need.CONTROL: "control frames",
    Need.READS: "each read and write by itself",
    Need.END: "how the connection ended",
}

Part = Literal[
    "", "frame", "bits", "length", "mask", "key", "payload", "code", "reason", "head", "line"
]
"""The octets that a rule is about: a part of the frame, the whole HTTP head or its first line."""


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One rule: what it asks for, where it stands, and what follows when it is broken."""

    id: str
    """`subject.what-is-wrong`; never changes, because baselines and `--ignore` name it."""
    severity: Severity
    rfc: str
    """`RFC 6455 §5.2`, the paragraph that asks for it; or what else does."""
    summary: str
    """One sentence: what is wrong."""
    gist: str
    """What the paragraph says."""
    remedy: str
    """What the side at fault can do about it; for a note what a reader can make of it."""
    close_code: int | None = None
    """What a strict receiver fails the connection with; None if it need not."""
    must_fail: bool = False
    """Whether the paragraph obliges the receiver to fail the connection."""
    at: Part = ""
    header: str = ""
    """The HTTP header that the rule is about."""
    needs: tuple[Need, ...] = ()

    @property
    def subject(self) -> str:
        """The part of the id before the dot."""
        return self.id.partition(".")[0]

    def __str__(self) -> str:
        return self.id


class Problem(NamedTuple):
    """One thing that is wrong with a frame, a message or a handshake."""

    rule: Rule
    text: str
    """What is wrong, in a few words, with the values."""
    section: str = ""
    """The paragraph, where it is not the rule's own."""

    @property
    def rfc(self) -> str:
        """The paragraph that says so, such as `RFC 6455 §5.2`."""
        return self.section or self.rule.rfc

    @property
    def close_code(self) -> int:
        """What a strict receiver fails the connection with."""
        return self.rule.close_code or 1002

    def __str__(self) -> str:
        return f"{self.text} ({self.rfc})"
