"""One case told to an engineer."""

from __future__ import annotations

import pytest

from wsconform.cases.catalogue import CASES
from wsconform.cases.explain import explain, rfc_url

RESERVED_OPCODE = """\
4.2.3  Reserved opcodes: Reserved opcodes for control, 11 to 15

A good text message, a frame with the reserved control opcode 13 without payload, then a ping that
must get no pong.

RFC 6455 §5.2  https://www.rfc-editor.org/rfc/rfc6455#section-5.2
  If an unknown opcode is received, the receiving endpoint MUST _Fail the WebSocket Connection_.
  %xB-F are reserved for further control frames.

Sent
   1  TEXT, 13 octets "Hello, world!"
   2  opcode 13, 0 octets
   3  PING, 0 octets
   4  after 1 s at most: fail the connection with 1001

Wanted
  OK: text message of 13 octets "Hello, world!"
  NON-STRICT: nothing
  Close: the peer fails the connection: close 1002, or TCP dropped
"""


def test_a_case_is_explained() -> None:
    assert explain(CASES["4.2.3"]) == RESERVED_OPCODE


def test_octets_are_spelled_out_when_asked_for() -> None:
    spelled = explain(CASES["4.2.3"], octets=True).splitlines()
    assert "        81  FIN=1 RSV=000 opcode 1" in spelled
    assert "        0d  length 13" in spelled
    assert "        48 65 6c 6c 6f 2c 20 77 6f 72 6c 64 21          Hello, world!" in spelled
    assert "        8d  FIN=1 RSV=000 opcode 13" in spelled


def test_long_lengths_are_shown_with_their_field() -> None:
    spelled = explain(CASES["1.1.7"], octets=True)
    assert "7f 00 00 00 00 00 01 00 00  length 65536" in spelled
    assert "… 65472 octets more" in spelled
    assert "7e ff ff  length 65535" in explain(CASES["1.1.6"], octets=True)


def test_pieces_of_a_frame_and_many_fragments_are_spelled_out() -> None:
    pieces = explain(CASES["6.4.4"], octets=True)
    assert "01  FIN=0 RSV=000 opcode 1" in pieces
    assert "15  length 21" in pieces
    assert "\n        90   " in pieces
    assert "… 26 frames more, 30 in all" in explain(CASES["6.2.3"], octets=True)
    assert "82  FIN=1 RSV=000 opcode 2" in explain(CASES["9.8.2"], octets=True)


def test_terms_of_compression_are_told_for_both_roles() -> None:
    text = explain(CASES["13.5.1"])
    assert "as client, offered   permessage-deflate; client_no_context_takeover" in text
    answer = "permessage-deflate; client_no_context_takeover; client_max_window_bits=9"
    assert f"as server, answered  {answer}" in text
    assert "UNIMPLEMENTED" in text


@pytest.mark.parametrize(
    ("id_", "note"),
    [
        ("7.1.2", "A close frame with any other code fails the whole case."),
        ("6.3.1", "If the peer does not fail the connection by itself, the whole case fails."),
        ("10.1.1", "The data frames that left are counted: 1 of opcode 1, 50 of opcode 0."),
        ("7.13.1", "Whatever comes is reported and fails nobody."),
    ],
)
def test_special_rules_are_told(id_: str, note: str) -> None:
    assert note in explain(CASES[id_])


def test_every_explanation_fits_a_wide_terminal_and_holds_nothing_that_acts_on_it() -> None:
    for case in CASES.values():
        lines = explain(case, octets=not case.is_bulk).splitlines()
        assert all(line.isprintable() and len(line) <= 100 for line in lines), case.id


def test_where_a_paragraph_can_be_read() -> None:
    assert rfc_url("RFC 7692 §7.1") == "https://www.rfc-editor.org/rfc/rfc7692#section-7.1"
