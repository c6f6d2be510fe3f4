"""Builders of frames."""

from __future__ import annotations

import pytest

from wirelog.frames import Frame, Opcode
from wsconform.cases.build import binary, close, cont, frame, more, ping, pong, reserved, text


@pytest.mark.parametrize(
    ("built", "wire"),
    [
        (text("hi"), "81026869"),
        (text(b"\xff"), "8101ff"),
        (more(text("hi")), "01026869"),
        (more(cont()), "0000"),
        (cont("x"), "800178"),
        (binary("x"), "820178"),
        (ping("x"), "890178"),
        (pong(), "8a00"),
        (frame(13), "8d00"),
        (reserved(text(), 4), "c100"),
        (reserved(text(), 1), "9100"),
    ],
)
def test_a_builder_gives_the_octets_it_reads_like(built: Frame, wire: str) -> None:
    assert built.serialize().hex() == wire


@pytest.mark.parametrize(
    ("built", "payload"),
    [
        (close(), ""),
        (close(1000), "03e8"),
        (close(1000, "ä"), "03e8c3a4"),
        (close(stray=b"a"), "61"),
        (close(65535), "ffff"),
    ],
)
def test_a_close_frame_carries_what_it_is_told_to(built: object, payload: str) -> None:
    sent = built.on_wire()  # type: ignore[attr-defined]
    assert (sent.opcode, sent.payload.hex()) == (Opcode.CLOSE, payload)
