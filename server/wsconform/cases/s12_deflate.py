"""Section 12: permessage-deflate as both sides like it, with five kinds of data in eighteen sizes.

The sizes serve section 13 as well.
"""

from __future__ import annotations

from typing import NamedTuple

from wsconform.cases.case import Ask, Row, Rows, Section, section
from wsconform.cases.steps import CloseAfter, EchoLoop, Slices
from wsconform.cases.wants import lockstep
from wsconform.corpora import CORPORA

ROUNDS = 1000


class Load(NamedTuple):
    """One of the eighteen sizes."""

    length: int
    limit: int
    """Seconds for all the messages."""
    fragment: int | None = None


LOADS = (
    Load(16, 60), Load(64, 60), Load(256, 120), Load(1024, 240), Load(4096, 480), Load(8192, 480),
    Load(16384, 480), Load(32768, 480), Load(65536, 480), Load(131072, 480),
    Load(8192, 480, 256), Load(16384, 480, 256), Load(32768, 480, 256), Load(65536, 480, 256),
    Load(131072, 480, 256), Load(131072, 480, 1024), Load(131072, 480, 4096),
    Load(131072, 480, 32768),
)  # fmt: skip


def compressed(prefix: str, corpus: str, asks: tuple[Ask, ...]) -> Rows:
    """The eighteen sizes for one kind of data and one set of terms."""
    for number, load in enumerate(LOADS, 1):
        slices = Slices(corpus, load.length, load.fragment)
        says = f"{ROUNDS} compressed {slices}, each sent when the one before has come back."
        script = (CloseAfter(load.limit), EchoLoop(ROUNDS, slices))
        yield Row(f"{prefix}.{number}", says, script, lockstep(), asks)


def by_payload(prefix: str, corpus: str) -> Section:
    """All sizes of one kind of data, without terms."""

    @section(prefix, f"Compressed {CORPORA[corpus].title}", "RFC 7692 §7.2")
    def rows() -> Rows:
        """A message is compressed with DEFLATE, the tail 00 00 ff ff of its last block is cut
        off, and RSV1 of its first frame says so; the receiver appends the tail and inflates,
        with the window that the message before has left unless something else was agreed."""
        yield from compressed(prefix, corpus, (Ask(),))

    return rows


SECTIONS = tuple(by_payload(f"12.{number}", corpus) for number, corpus in enumerate(CORPORA, 1))
