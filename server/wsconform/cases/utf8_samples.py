"""Strings at the edges of UTF-8 (RFC 3629): the samples of the cases 6.5 to 6.23.

A scalar value has one to four octets, is at most U+10FFFF, is no surrogate, and takes the shortest
form. Each group goes to one of these edges from one side or from both.
"""

from __future__ import annotations

from typing import NamedTuple


class Samples(NamedTuple):
    """One group."""

    title: str
    about: str
    """What each string of the group is."""
    strings: tuple[bytes, ...]


def spelled(text: str) -> tuple[bytes, ...]:
    """Strings in hex, one a word."""
    return tuple(bytes.fromhex(word) for word in text.split())


def encoded(*texts: str) -> tuple[bytes, ...]:
    """Strings as UTF-8."""
    return tuple(text.encode() for text in texts)


def each_followed_by_space(first: int, last: int) -> bytes:
    """The octets from `first` to `last`, with a space behind each."""
    return b"".join(bytes([octet]) + b" " for octet in range(first, last + 1))


WORD = "κ\u1f79σμε".encode()  # not U+03CC: this omicron has three octets
LONE_TAILS = bytes.fromhex("80bf80bf80bf")
ALL_TAILS = bytes(range(0x80, 0xBF))
TRUNCATED = spelled("c0 e080 f08080 f8808080 fc80808080 df efbf f7bfbf fbbfbfbf fdbfbfbfbf")

SAMPLES: dict[int, Samples] = {
    5: Samples(
        "Code points of one to four octets", "A word with a code point of another length in it",
        (*encoded("hello$world", "hello¢world", "hello€world", "hello𤭢world"), WORD),
    ),
    6: Samples(
        "Every beginning of a word", "The first octets of a Greek word, perhaps with half a letter",
        tuple(WORD[:end] for end in range(1, len(WORD) + 1)),
    ),
    7: Samples(
        "The lowest code point of each length", "The lowest code point of its length",
        encoded("\0", "\x80", "\u0800", "\U00010000"),
    ),
    8: Samples(
        "Five and six octets, lowest", "The lowest value of a form that UTF-8 no longer has",
        spelled("f888808080 fc8480808080"),
    ),
    9: Samples(
        "The highest code point of each length", "The highest code point of its length",
        encoded("\x7f", "\u07ff", "\uffff", "\U0010ffff"),
    ),
    10: Samples(
        "Four, five and six octets, highest", "The highest value of its form, above U+10FFFF",
        spelled("f7bfbfbf fbbfbfbfbf fdbfbfbfbfbf"),
    ),
    11: Samples(
        "Beside the surrogates and the end of Unicode", "A code point beside a limit",
        encoded("\ud7ff", "\ue000", "\ufffd", "\U0010ffff") + spelled("f4908080"),
    ),
    12: Samples(
        "Continuation octets without a start", "Continuation octets with nothing before them",
        spelled("80 bf") + tuple(LONE_TAILS[:end] for end in range(2, 7)) + (ALL_TAILS,),
    ),
    13: Samples(
        "Starts without continuation octets", "Start octets, each followed by a space",
        (
            each_followed_by_space(0xC0, 0xDE), each_followed_by_space(0xE0, 0xEE),
            each_followed_by_space(0xF0, 0xF6), each_followed_by_space(0xF8, 0xFA),
            each_followed_by_space(0xFC, 0xFC),
        ),
    ),
    14: Samples("Sequences that end too early", "A sequence without its last octet", TRUNCATED),
    15: Samples(
        "Ten of them in a row", "Ten sequences without their last octets", (b"".join(TRUNCATED),)
    ),
    16: Samples(
        "Octets that never occur", "Octets that no UTF-8 contains", spelled("fe ff fefeffff")
    ),
    17: Samples(
        "A slash in too many octets", "A slash (2f) in more octets than it needs",
        spelled("c0af e080af f08080af f8808080af fc80808080af"),
    ),
    18: Samples(
        "The highest values in too many octets", "The highest value that fits into one octet less",
        spelled("c1bf e09fbf f08fbfbf f887bfbfbf fc83bfbfbfbf"),
    ),
    19: Samples(
        "Zero in too many octets", "The code point U+0000 in more octets than it needs",
        spelled("c080 e08080 f0808080 f880808080 fc8080808080"),
    ),
    20: Samples(
        "Single surrogates", "Half of a UTF-16 pair, which is no character",
        spelled("eda080 edadbf edae80 edafbf edb080 edbe80 edbfbf"),
    ),
    21: Samples(
        "Pairs of surrogates", "A UTF-16 pair of which each half was encoded by itself",
        tuple(
            bytes.fromhex(high + low)
            for high in ("eda080", "edadbf", "edae80", "edafbf")
            for low in ("edb080", "edbfbf")
        ),
    ),
    22: Samples(
        "Noncharacters", "A code point that Unicode keeps for internal use; it may be exchanged",
        encoded(*(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))),
    ),
    23: Samples(
        "The specials at the end of the first plane", "A code point of the block of specials",
        encoded(*(chr(point) for point in range(0xFFF9, 0x10000))),
    ),
}  # fmt: skip
"""Group number -> its samples."""
