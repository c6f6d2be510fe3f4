"""Captures that the tests of the screen open."""

from __future__ import annotations

from pathlib import Path

import pytest

from builders import CaptureBuilder, binary, case_4_2_3, close, cont, ping, pong, request, text
from judging import keyed

HOSTILE = "\x1b]0;owned\x07\x1b[2J\x1b]52;c;ZXZpbA==\x07\x9b31m[red]x[/red][/x]\u202etxt\u200b\x7f"
"""What a peer sends that wants the terminal: title, clipboard, CSI, C1, markup, bidi, hidden."""


def write(folder: Path, name: str, octets: bytes) -> Path:
    path = folder / name
    path.write_bytes(octets)
    return path


@pytest.fixture
def case(tmp_path: Path) -> Path:
    """Case 4.2.3: 15 events; 008 is a frame with reserved opcode 13."""
    return write(tmp_path, "4.2.3.log", case_4_2_3().finish())


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    """A conversation of all kinds of frames that ends well."""
    built = (
        CaptureBuilder()
        .open()
        .rx(keyed(text('{"name": "Zoë", "items": [1, 2]}'), 0x1EE7C0DE))
        .tx(text("Hel", fin=False))
        .rx(keyed(ping(b"tick"), 0x2BADCAFE))
        .tx(pong(b"tick"))
        .tx(cont("lo, wörld"))
        .rx(keyed(binary(bytes(range(64))), 0x3C0FFEE5))
        .rx(keyed(close(1000, "done"), 0x4DEFACED))
        .tx(close(1000))
        .event("TCP DROPPED BY ME")
    )
    return write(tmp_path, "talk.log", built.finish())


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """All that a peer chooses, chosen to harm: payloads, reason, headers, and the file's name."""
    event = ["message", HOSTILE, False]
    report = {
        HOSTILE: HOSTILE,
        "description": HOSTILE,
        "behavior": HOSTILE,
        "expected": {HOSTILE: [event]},
        "received": [event, HOSTILE],
    }
    built = (
        CaptureBuilder(agent=HOSTILE, peer=HOSTILE, report=report)
        .open(request(X_Evil="\x1b]0;owned\x07\x9b31m[/x]"))
        .rx(text(HOSTILE))
        .rx(binary(HOSTILE.encode()))
        .rx(text(HOSTILE.encode() + b"\xff"))
        .event(f"FAILING CONNECTION: {HOSTILE} (1007)")
        .rx(close(4000, HOSTILE))
        .event(f"STRANGE {HOSTILE}")
        .event("TCP DROPPED BY ME")
    )
    return write(tmp_path, "\x1b]0;owned\x07[red]evil\u202e.log", built.finish())
