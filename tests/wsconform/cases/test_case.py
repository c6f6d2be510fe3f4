"""The case as a value, and the terms of compression."""

from __future__ import annotations

import pytest

from wsconform.cases.build import ping, text
from wsconform.cases.case import Ask, Case, Row, Rows, agree, section
from wsconform.cases.catalogue import CASES
from wsconform.cases.events import Message
from wsconform.cases.steps import KillAfter, Send, Step, sends
from wsconform.cases.wants import echo

BARE = Ask()
STRICT = Ask(no_context_takeover=True, window_bits=9)


def test_a_section_gives_its_rows_the_paragraph_and_itself_the_docstring() -> None:
    @section("1.9", "Nothing", "RFC 6455 §5.2")
    def rows() -> Rows:
        """What the paragraph
        says."""
        yield Row("1.9.1", "Nothing at all.", (Send(text()), KillAfter(1)), echo())

    assert (rows.id, rows.title, rows.rule) == ("1.9", "Nothing", "What the paragraph says.")
    (case,) = rows.cases
    assert (case.id, case.rfc, case.category) == ("1.9.1", "RFC 6455 §5.2", "1")


def test_every_script_has_one_time_limit() -> None:
    assert {type(case.timer).__name__ for case in CASES.values()} == {"KillAfter", "CloseAfter"}
    assert CASES["6.5.1"].timer.seconds == 0.5
    assert CASES["9.5.1"].timer.seconds == 1000


def test_the_pings_of_a_case_are_known() -> None:
    script: tuple[Step, ...] = (*sends(text("a"), ping("b"), ping()), KillAfter(1))
    assert Case("0", "", "", script, echo()).pings == [b"b", b""]


def test_the_message_that_a_large_case_wants_back() -> None:
    assert CASES["9.2.1"].sent_message() == Message(
        (bytes.fromhex("00fe23faf0") * 20000)[:65536], True
    )
    assert CASES["9.4.1"].sent_message() == Message(b"\xfe" * (4 << 20), True)


def test_loops_and_bulk_are_known() -> None:
    assert CASES["9.7.1"].loop is not None
    assert CASES["9.1.1"].loop is None
    bulk = {case.category for case in CASES.values() if case.is_bulk}
    assert bulk == {"9", "12", "13"}


def test_what_is_wanted_in_words() -> None:
    assert CASES["2.1"].wanted() == (
        "OK: empty pong",
        "Close: I close, the peer answers with a close frame, code 1000 or none",
    )
    assert CASES["9.1.1"].wanted()[0].startswith("OK: the same message comes back")
    assert CASES["13.1.1"].wanted()[0].startswith("OK: every message comes back")
    assert len(CASES["3.2"].wanted()) == 3


@pytest.mark.parametrize(
    ("ask", "offer", "answer", "words"),
    [
        (BARE, "", "permessage-deflate", "no terms"),
        (
            Ask(no_context_takeover=True), "; server_no_context_takeover",
            "permessage-deflate; client_no_context_takeover", "no context takeover",
        ),
        (
            Ask(window_bits=15), "; server_max_window_bits=15",
            "permessage-deflate; client_max_window_bits=15", "15 window bits",
        ),
        (
            STRICT, "; server_no_context_takeover; server_max_window_bits=9",
            "permessage-deflate; client_no_context_takeover; client_max_window_bits=9",
            "no context takeover and 9 window bits",
        ),
    ],
)  # fmt: skip
def test_a_term_is_offered_by_a_client_and_answered_by_a_server(
    ask: Ask, offer: str, answer: str, words: str
) -> None:
    always = "permessage-deflate; client_no_context_takeover; client_max_window_bits"
    assert (ask.offer, ask.answer, str(ask)) == (always + offer, answer, words)


def test_a_server_asks_for_a_window_only_if_the_client_has_offered_it() -> None:
    """No context takeover it may always ask for (RFC 7692 §7.1.1.2)."""
    takeover = Ask(no_context_takeover=True)
    window = ["client_max_window_bits"]
    assert agree((STRICT, takeover, BARE), [window]) == (STRICT, 0)
    assert agree((STRICT, takeover, BARE), [["server_max_window_bits"]]) == (takeover, 0)
    assert agree((BARE,), [[]]) == (BARE, 0)
    assert agree((STRICT,), [[]]) is None
    assert agree((BARE,), []) is None


def test_what_a_server_prefers_goes_before_what_the_client_prefers() -> None:
    window = Ask(window_bits=9)
    assert agree((window, BARE), [[], ["client_max_window_bits"]]) == (window, 1)
