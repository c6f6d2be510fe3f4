import pytest

from builders import CaptureBuilder, binary, close, cont, ping, pong, response, text
from judging import HELLO, ids, only, played, report_of, server
from wirelog.findings import Finding
from wirelog.frames import Frame
from wirelog.rules import case as rules
from wirelog.rules import closing, frames, request


def closed(made: CaptureBuilder) -> CaptureBuilder:
    return made.tx(close(1000)).rx(close(1000)).event("TCP DROPPED BY PEER (FIN)")


def error_of(made: CaptureBuilder) -> Finding:
    """The only error against the peer."""
    (found,) = report_of(made).of("error", "server")
    return found


# What is wrong


def test_the_first_answer_that_differs_is_the_one() -> None:
    came = [["pong", "a"], ["message", "Hello", False], ["message", "hello", False]]
    made = played(wants=[["pong", "a"], HELLO, HELLO], came=came)
    made.tx(ping(b"a")).rx(pong(b"a")).tx(text("Hello")).rx(text("Hello")).tx(text("Hello"))
    found = error_of(closed(made.rx(text("hello"))))
    assert found.rule is rules.WRONG_ANSWER
    assert found.text == (
        'the case wants a text message "Hello"; the server sent a text message "hello"'
    )
    assert (found.event, found.rfc) == (14, "RFC 6455 §5.6")
    (octets,) = found.octets
    assert octets.end - octets.start == 5


def test_of_a_wrong_type_the_opcode_is_shown() -> None:
    made = played(wants=[["message", "", True]], came=[["message", "", False]])
    found = error_of(closed(made.tx(binary(b"")).rx(text(""))))
    assert (
        found.text
        == "the case wants an empty binary message; the server sent an empty text message"
    )
    (octets,) = found.octets
    assert octets.end - octets.start == 1


def test_a_fragment_that_comes_back_by_itself_is_known_again() -> None:
    parts = [["message", "Hel", False], ["message", "lo", False]]
    made = played(came=parts).tx(text("Hel", fin=False)).tx(cont("lo"))
    found = error_of(closed(made.rx(text("Hel")).rx(text("lo"))))
    assert found.event == 8
    assert found.text.endswith(
        'the server sent a text message "Hel", which is one fragment of what it got'
    )


def test_messages_that_reports_show_alike_are_held_against_what_was_sent() -> None:
    row = ["message", "x" * 64 + " ...", False]
    made = played("FAILED", "WRONG CODE", wants=[row], came=[row])
    made.tx(text("x" * 200)).rx(text("x" * 100))
    found = error_of(closed(made))
    assert (found.rule, found.event) == (rules.WRONG_ANSWER, 6)
    assert found.text == "the server sent a message of 100 octets that is no echo: it was not right"
    again = played("FAILED", "WRONG CODE", wants=[row], came=[row, row])
    again.tx(text("x" * 200)).rx(text("x" * 100)).rx(text("x" * 100))
    assert "no echo" in error_of(closed(again)).text


def test_an_echo_too_many_is_one_too_many() -> None:
    made = played(came=[HELLO, HELLO]).tx(text("Hello")).rx(text("Hello")).rx(text("Hello"))
    found = error_of(closed(made))
    assert (found.rule, found.event) == (rules.EXTRA_ANSWER, 8)
    assert found.text.startswith("the case wants no more; the server sent")


def test_a_pong_that_answers_nothing_is_legal() -> None:
    stray = played("OK", "WRONG CODE", wants=[HELLO], came=[["pong", "x"], HELLO])
    stray.rx(pong(b"x")).tx(text("Hello")).rx(text("Hello"))
    assert error_of(closed(stray)).rule is rules.WRONG_END
    failed = played("FAILED", "WRONG CODE", came=[["pong", "x"], HELLO])
    failed.rx(pong(b"x")).tx(text("Hello")).rx(text("Hello"))
    assert error_of(closed(failed)).rule is rules.WRONG_END


def test_a_pong_that_nobody_may_want_is_one_too_many() -> None:
    made = played(wants=[], came=[["pong", ""]]).tx(ping()).rx(pong())
    assert error_of(closed(made)).rule is rules.EXTRA_ANSWER


def test_a_wrong_pong_is_shown_if_no_other_rule_speaks() -> None:
    made = played(wants=[["pong", "abc"]], came=[["pong", "ab"]])
    found = error_of(made.frame_line("RX", pong(b"ab")))
    assert found.text == 'the case wants a pong "abc"; the server sent a pong "ab"'


def test_what_did_not_come_names_what_happened_instead() -> None:
    wanted = 'the case wants a text message "Hello"; '
    asked = played().tx(text("Hello"))
    first = error_of(asked.rx(close(1000)).tx(close(1000)).event("TCP DROPPED BY PEER (FIN)"))
    assert (first.rule, first.text) == (
        rules.MISSING_ANSWER, f"{wanted}instead the server closed with 1000"
    )  # fmt: skip
    assert first.octets
    dropped = error_of(played().tx(text("Hello")).event("TCP DROPPED BY PEER (RST)"))
    assert dropped.text == f"{wanted}instead the server ended TCP; see close.reset at event 005"
    waited = error_of(closed(played().tx(text("Hello"))))
    assert waited.text == f"{wanted}nothing like that had come when the client ended it"
    gave_up = played().tx(text("Hello")).event("FAILING CONNECTION: enough \x1b[2J")
    found = error_of(gave_up.event("TCP DROPPED BY ME (RST)"))
    assert found.text == (
        f"{wanted}nothing like that had come when the client gave up: enough \\x1b[2J"
    )
    assert found.event == 5
    mine = error_of(played().tx(text("Hello")).event("TCP DROPPED BY ME (RST)"))
    assert mine.text.endswith("when the client ended it")
    assert "when the client ended it" in error_of(played().tx(text("Hello"))).text


def test_waits_are_events_too() -> None:
    strict = {"OK": [["timeout", "A"]], "NON-STRICT": [["timeout", "A"], ["timeout", "B"]]}
    late = played(wants=strict, came=[["timeout", tag] for tag in "ABC"])
    for tag in "ABC":
        late.event(f"DELAY TIMEOUT on TAG {tag}")
    found = error_of(closed(late))
    assert (found.rule, found.event) == (rules.EXTRA_ANSWER, 5)
    assert found.text.endswith("it found the connection still open after wait C")
    early = error_of(closed(played(wants=strict, came=[])))
    assert early.text.startswith("the case wants the connection still open after wait A; ")


def test_an_end_that_is_not_wanted_names_the_close_frame_or_the_last_event() -> None:
    code = error_of(closed(played("OK", "WRONG CODE")))
    assert code.text == "the connection did not end as the case wants: it ended badly"
    assert (code.rule, code.event, len(code.octets)) == (rules.WRONG_END, 6, 1)
    none = error_of(played("OK", "UNCLEAN").event("TCP DROPPED BY PEER (FIN)"))
    assert (none.event, none.octets) == (3, ())
    assert none.text.endswith("; see close.no-close-frame at event 003")


def test_a_connection_that_never_opened_says_why() -> None:
    made = CaptureBuilder("client", report={"behavior": "FAILED", "behaviorClose": "FAILED"})
    made.event("TCP CONNECTED").event("OPENING HANDSHAKE TIMEOUT AFTER 5.000000 sec")
    found = error_of(made.event("TCP DROPPED BY ME (RST)"))
    assert (found.rule, found.event) == (rules.NEVER_OPENED, 1)
    assert found.text == (
        "the connection never opened: OPENING HANDSHAKE TIMEOUT AFTER 5.000000 sec"
    )
    tls = CaptureBuilder("client", report={"behavior": "FAILED"}).event("TCP CONNECTED")
    found = error_of(tls.event("NOTE TLS failed: unknown ca").event("TCP DROPPED BY PEER (RST)"))
    assert found.text == "the connection never opened: TLS failed: unknown ca"
    bare = CaptureBuilder("client", report={"behavior": "FAILED"})
    assert error_of(bare).text == "the connection never opened"


def test_a_case_without_a_list_of_events_says_what_its_report_says() -> None:
    silent = error_of(closed(played(wants={}).tx(text("Hello"))))
    assert (silent.rule, silent.text) == (
        rules.MISSING_ANSWER, "the case failed: it was not right"
    )  # fmt: skip
    wrong = played(wants={}, result=None).tx(text("Hello")).rx(text("hello"))
    assert (error_of(closed(wrong)).rule, error_of(wrong).text) == (
        rules.WRONG_ANSWER, "the case failed"
    )  # fmt: skip


def test_an_end_is_not_all_that_failed_where_messages_cannot_be_seen() -> None:
    made = played("FAILED", "FAILED", wants={}).tx(text("Hello")).rx(close(1000))
    assert error_of(made).rule is rules.MISSING_ANSWER


def test_a_client_that_fails_a_case_is_named_too() -> None:
    made = played(role="server").tx(text("Hello")).tx(close(1000)).rx(close(1000))
    (found,) = report_of(made.event("TCP DROPPED BY ME (RST)")).errors
    assert (found.side, found.rule) == ("client", rules.MISSING_ANSWER)


# What is not


@pytest.mark.parametrize("verdict", ["OK", "NON-STRICT", "INFORMATIONAL", "UNIMPLEMENTED", 7, None])
def test_a_case_that_did_not_fail_has_no_error(verdict: object) -> None:
    made = played(verdict, verdict, came=[])  # type: ignore[arg-type]
    assert report_of(closed(made.tx(text("Hello")))).errors == []


def test_what_breaks_the_rfc_says_more() -> None:
    made = played(came=[HELLO, HELLO]).tx(text("Hello")).rx(text("Hello")).rx(Frame(11))
    assert error_of(closed(made)).rule is frames.RESERVED_OPCODE


def test_no_case_was_played_in_other_captures() -> None:
    made = server().rx(text("Hello")).tx(text("hello")).rx(close(1000)).tx(close(1000))
    assert not [one for one in ids(made) if one.startswith("case.")]


# What the case itself sends


def test_what_a_case_sends_wrong_is_on_purpose() -> None:
    made = played("OK").tx(Frame(11)).rx(close(1002)).tx(close(1000))
    report = report_of(made.event("TCP DROPPED BY PEER (FIN)"))
    found = only(made, frames.RESERVED_OPCODE)
    assert (found.severity, found.side) == ("note", "client")
    assert "the case sends it on purpose" in found.text
    assert report.errors == []
    assert report.verdict.startswith("no rule is broken except on purpose")


def test_what_its_peer_makes_of_that_is_not() -> None:
    made = played("FAILED", "FAILED").tx(Frame(11)).tx(ping(b"1")).rx(pong(b"1"))
    assert error_of(closed(made)).rule is closing.VIOLATION_ACCEPTED


def test_the_verdict_says_that_the_case_failed() -> None:
    report = report_of(closed(played().tx(text("Hello"))))
    assert report.verdict.startswith("the case failed at event 005: the case wants")


def test_a_case_may_go_on_behind_a_wrong_response_and_close_without_a_reason() -> None:
    wrong = CaptureBuilder("client", report={"behavior": "OK"})
    wrong.open(answered=response().replace(b"Accept: ", b"Accept: x")).tx(text("Hello"))
    assert [one.side for one in report_of(wrong).errors] == ["server"]
    assert only(wrong, request.WRONG_RESPONSE_ACCEPTED).severity == "note"
    made = played("OK").tx(close(1007)).rx(close(1007)).event("TCP DROPPED BY PEER (FIN)")
    assert ids(made) == []
    answered = played("OK").rx(close(1001)).tx(close(1000)).event("TCP DROPPED BY PEER (FIN)")
    assert ids(answered) == []


def test_a_case_ends_tcp_as_it_likes() -> None:
    made = played("OK", role="server").rx(close(1000)).tx(close(1000))
    assert ids(made.event("TCP DROPPED BY ME (RST)")) == []
    assert ids(played("OK").event("TCP DROPPED BY ME (RST)")) == [closing.API_CODES.id] * 2
