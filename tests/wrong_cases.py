"""Which cases must notice what is wrong with which server."""

from __future__ import annotations

from typing import NamedTuple

from right_server import RightServer
from wrong_servers import (
    ChecksNoText,
    ChecksTextLate,
    ChecksTextPerFragment,
    ClosesInstead,
    CrashesOnLongFrames,
    CutsLongEchoes,
    EchoesFragments,
    EchoesReservedDataOpcodes,
    EchoesTextOnly,
    EchoesTwice,
    FailsSilently,
    FailsWithWrongCode,
    GoesOnAfterClose,
    Hangs,
    IgnoresReservedBits,
    KeepsTcp,
    Masks,
    MisreadsLongLengths,
    NeverPongs,
    NeverReplies,
    PongsOnce,
    PongsShort,
    PongsUnasked,
    RepliesLate,
    RepliesWithWrongCode,
    SendsEndlessly,
    SendsGarbage,
    SkipsReservedControlOpcodes,
    TakesAnyClose,
    TakesFragmentedControls,
    TakesLongControls,
    TakesStrayContinuations,
)
from wsconform.cases import CASES, select


class Wrong(NamedTuple):
    """A server, the cases it is put to, and those that must not be OK."""

    server: type[RightServer]
    plays: tuple[str, ...]
    notice: tuple[str, ...]


WAITING = ("5.19", "5.20")
FRAMING = tuple(
    case.id
    for case in select(("1.*", "2.*", "3.*", "4.*", "5.*", "6.1.*", "6.2.*", "7.*", "10.*")).cases
    if case.id not in WAITING
)
"""All but the text samples, and those that wait."""
TEXT = ("6.*", "7.1.1", "7.5.1")
ECHOED = ("1.1.1", "1.1.2", "1.2.2", "5.3", "6.1.1", "6.2.1", "7.1.1")
"""Some that want an echo."""
PINGED = (
    "2.1", "2.2", "2.3", "2.4", "2.6", "2.9", "2.10", "2.11", "5.6", "5.7", "5.8",
)  # fmt: skip
"""All that want a pong, and do not wait."""
CLOSED = ("2.7", "7.1.2", "7.1.3", "7.1.4", "7.3.1", "7.3.3", "7.7.1", "7.7.13")
"""Some that close by themselves and want a reply."""
REFUSED = ("2.5", "3.1", "3.7", "4.1.1", "4.2.1", "5.1", "5.9", "6.3.1", "6.6.1", "6.14.1")
"""Some that want the peer to fail the connection."""
BAD_TEXT = tuple(
    case.id
    for case in CASES.values()
    if case.category == "6" and not case.wants.ending.closed_by_me
)
SOME = (*ECHOED, "2.1", "2.10", *CLOSED, *REFUSED)
FRAGMENTED = (
    "5.3", "5.4", "5.5", "5.6", "5.7", "5.8", "5.15", "5.18", "6.1.2", "6.1.3", "6.2.2", "6.2.3",
    "6.2.4", "7.1.5", "10.1.1",
)  # fmt: skip

WRONG = (
    Wrong(IgnoresReservedBits, FRAMING, ("3.1", "3.2", "3.3", "3.4", "3.5", "3.6")),
    Wrong(EchoesReservedDataOpcodes, FRAMING, ("4.1.*",)),
    Wrong(SkipsReservedControlOpcodes, FRAMING, ("4.2.*",)),
    Wrong(TakesFragmentedControls, FRAMING, ("5.1",)),
    Wrong(TakesLongControls, FRAMING, ("2.5", "7.3.6")),
    Wrong(
        TakesStrayContinuations, FRAMING,
        ("5.9", "5.10", "5.11", "5.12", "5.13", "5.14", "5.15", "5.16", "5.17", "5.18"),
    ),
    Wrong(TakesAnyClose, FRAMING, ("7.3.2", "7.5.1", "7.9.*")),
    Wrong(PongsShort, FRAMING, PINGED),
    Wrong(PongsOnce, (*FRAMING, *WAITING), ("2.10", "2.11", *WAITING)),
    Wrong(NeverPongs, FRAMING, PINGED),
    Wrong(PongsUnasked, FRAMING, ()),
    Wrong(ChecksNoText, TEXT, BAD_TEXT),
    Wrong(ChecksTextLate, TEXT, ("6.4.*",)),
    Wrong(ChecksTextPerFragment, TEXT, ("6.2.3", "6.2.4", "6.4.2", "6.4.3", "6.4.4")),
    Wrong(FailsWithWrongCode, SOME, REFUSED),
    Wrong(FailsSilently, SOME, ()),
    Wrong(RepliesWithWrongCode, SOME, (*ECHOED, "2.1", "2.10", *CLOSED)),
    Wrong(NeverReplies, SOME, (*ECHOED, "2.1", "2.10", *CLOSED)),
    Wrong(RepliesLate, SOME, (*ECHOED, "2.1", "2.10", *CLOSED)),
    Wrong(KeepsTcp, SOME, SOME),
    Wrong(GoesOnAfterClose, ("7.1.*", *REFUSED), ("7.1.1", "7.1.2", "7.1.3", "7.1.4", "7.1.5")),
    Wrong(MisreadsLongLengths, FRAMING, ("1.1.7", "1.1.8", "1.2.7", "1.2.8")),
    Wrong(Masks, SOME, SOME),
    Wrong(EchoesFragments, FRAMING, FRAGMENTED),
    Wrong(EchoesTextOnly, FRAMING, ("1.2.*",)),
    Wrong(EchoesTwice, SOME, ECHOED),
    Wrong(
        CutsLongEchoes, FRAMING,
        ("1.1.6", "1.1.7", "1.1.8", "1.2.6", "1.2.7", "1.2.8", "10.1.1"),
    ),
    Wrong(ClosesInstead, SOME, ECHOED),
    Wrong(
        CrashesOnLongFrames, FRAMING,
        (
            "1.1.4", "1.1.5", "1.1.6", "1.1.7", "1.1.8", "1.2.4", "1.2.5", "1.2.6", "1.2.7",
            "1.2.8", "10.1.1",
        ),
    ),
    Wrong(Hangs, SOME, SOME),
    Wrong(SendsGarbage, SOME, SOME),
    Wrong(SendsEndlessly, ECHOED, ECHOED),
)  # fmt: skip
"""The last column for those that are legal, if odd, is empty."""
