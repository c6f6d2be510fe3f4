from builders import CaptureBuilder, close, cont, deflated, ping, request, response, text
from judging import answers, client, ids, keyed, later, only, played, report_of, server
from wirelog.frames import Frame
from wirelog.rules import closing as rules


def test_a_closing_handshake_by_the_book_is_no_finding() -> None:
    made = server().rx(text("a")).tx(text("a")).rx(close(1000)).tx(close(1000))
    assert ids(made.event("TCP DROPPED BY ME (FIN)")) == []
    made = (
        client().tx(close(4001, "done")).rx(close(4001, "done")).event("TCP DROPPED BY PEER (FIN)")
    )
    assert ids(made) == []


def test_what_follows_from_a_violation_is_no_fault() -> None:
    made = server().rx(Frame(11)).tx(close(1002)).event("TCP DROPPED BY ME")
    assert ids(made) == ["frame.reserved-opcode", rules.API_CODES.id]
    assert report_of(made).errors[0].side == "client"


def test_my_timer_says_that_no_reply_came() -> None:
    made = later(server().tx(close(1001)), 0.2).event(
        "CLOSING HANDSHAKE TIMEOUT AFTER 0.200000 sec"
    )
    found = only(made.event("TCP DROPPED BY ME (RST)"), rules.NO_REPLY)
    assert (found.side, found.text) == (
        "client",
        "the client did not answer the close frame with 1001 within 200 ms",
    )


def test_a_close_frame_that_i_left_unanswered_is_my_fault() -> None:
    made = later(server().rx(close(1000)), 2).event("TCP DROPPED BY PEER")
    assert only(made, rules.NO_REPLY).side == "server"


def test_nobody_need_answer_behind_a_violation() -> None:
    made = later(server().rx(Frame(11)).rx(close(1000)), 2).event("TCP DROPPED BY PEER")
    assert rules.NO_REPLY.id not in ids(made)


def test_a_drop_that_left_a_close_frame_unanswered_says_so() -> None:
    made = server().tx(close(1001)).event("TCP DROPPED BY PEER")
    assert "left the close frame with 1001 unanswered" in only(made, rules.NO_CLOSE_FRAME).text


def test_giving_up_on_a_silent_peer_is_no_fault() -> None:
    made = later(server().tx(ping()), 10).event("PING TIMEOUT AFTER 10.000000 sec")
    assert rules.NO_CLOSE_FRAME.id not in ids(made.event("TCP DROPPED BY ME (RST)"))


def test_the_codes_that_apis_make_up_are_explained_for_each_side() -> None:
    made = server().rx(close(None)).tx(close(1000)).event("TCP DROPPED BY ME")
    assert only(made, rules.API_CODES).text == (
        "the server's API reports 1005: the close frame of the client had no code"
    )


def test_a_failure_without_a_reason_is_named_with_its_words() -> None:
    made = server().tx(text("a")).rx(close(1002, "bad length"))
    text_of = only(made, rules.UNFOUNDED).text
    assert text_of.startswith('the client closed with 1002 ("bad length"), and nothing')


def test_a_wrong_response_is_a_reason_to_fail() -> None:
    wrong = response().replace(b"Accept: ", b"Accept: x")
    assert rules.UNFOUNDED.id not in ids(answers(wrong).rx(close(1002)))


def test_the_server_drop_timer_names_the_server() -> None:
    made = client().tx(close(1000)).rx(close(1000)).event("SERVER DROP TIMEOUT AFTER 1.000000 sec")
    assert only(made.event("TCP DROPPED BY ME"), rules.SERVER_KEPT_TCP).side == "server"


def test_without_an_open_connection_there_is_nothing_to_close() -> None:
    made = answers(b"HTTP/1.1 404 Not Found\r\n\r\n", request()).event("TCP DROPPED BY ME (RST)")
    assert ids(made) == ["handshake.refused"]


def test_who_was_wronged_may_drop_first() -> None:
    made = client().tx(text("a")).rx(Frame(11)).tx(close(1002)).rx(close(1002))
    assert rules.CLIENT_DROPPED_FIRST.id not in ids(made.event("TCP DROPPED BY ME"))


def test_a_code_that_stood_on_the_wire_is_not_explained_as_made_up() -> None:
    made = server().rx(close(1005)).tx(close(1002)).event("TCP DROPPED BY ME")
    assert ids(made) == ["close.code-not-allowed"]


def suspect(made: CaptureBuilder, code: int = 1002) -> str:
    """What the closing side may have misread."""
    return only(made.rx(close(code)), rules.UNFOUNDED).text.partition("; ")[2]


def test_an_unfounded_failure_names_what_came_last() -> None:
    last = "the last that it got was a "
    assert suspect(client()) == ""
    assert suspect(client().tx(ping())) == f"{last}PING frame"
    assert suspect(client().tx(text("a"))) == f"{last}TEXT message of 1 octet"
    assert suspect(client().tx(text("a" * 9))) == f"{last}TEXT message of 9 octets"
    assert suspect(client().tx(text("a" * 200))).endswith("200 octets, with a length of 16 bits")
    assert suspect(client().tx(text("a" * 70_000))).endswith("with a length of 64 bits")
    parts = client().tx(text("a", fin=False)).tx(cont("b"))
    assert suspect(parts, 1007) == f"{last}TEXT message of 2 octets in 2 fragments"
    made = CaptureBuilder("client").open_deflate().tx(deflated(text("a" * 200)))
    assert suspect(made).endswith("octets, compressed")


def test_a_frame_behind_the_close_frame_was_not_its_reason() -> None:
    made = client().rx(close(1002)).tx(text("late")).rx(close(1002))
    assert "; " not in only(made, rules.UNFOUNDED).text


def test_who_ends_tcp_after_a_second_had_the_time_to_answer() -> None:
    def dropped(seconds: float, how: str) -> list[str]:
        return ids(later(client().tx(close(1000)), seconds).event(f"TCP DROPPED BY PEER{how}"))

    assert rules.NO_REPLY.id in dropped(1.1, " (FIN)")
    assert rules.NO_REPLY.id not in dropped(0.9, " (FIN)")
    assert rules.NO_REPLY.id not in dropped(1.1, " (RST)")
    assert rules.NO_REPLY.id not in dropped(1.1, "")


def test_who_says_that_it_dropped_tcp_itself_had_the_time_to_answer() -> None:
    def dropped(seconds: float, how: str = "") -> list[str]:
        return ids(later(server().rx(close(1000)), seconds).event(f"TCP DROPPED BY ME{how}"))

    assert rules.NO_REPLY.id in dropped(5)
    assert rules.NO_REPLY.id in dropped(5, " (RST)")
    assert rules.NO_REPLY.id not in dropped(0.9)


def test_a_case_may_leave_a_close_frame_unanswered() -> None:
    made = later(played().rx(close(1000)), 5).event("TCP DROPPED BY ME")
    assert rules.NO_REPLY.id not in ids(made)


def test_who_sends_1010_back_has_not_chosen_it() -> None:
    answered = client().tx(close(1010)).rx(close(1010)).event("TCP DROPPED BY PEER (FIN)")
    assert ids(answered) == []
    unknown = client().octets("TX", keyed(close(1010), 7).serialize(), 4).rx(close(1010))
    assert rules.CODE_1010.id not in ids(unknown)
    chosen = client().tx(close(1000)).rx(close(1010)).event("TCP DROPPED BY PEER (FIN)")
    assert rules.CODE_1010.id in ids(chosen)


def test_a_tls_handshake_that_failed_is_explained() -> None:
    made = CaptureBuilder().event("TCP ACCEPTED").event("NOTE TLS failed: unknown ca")
    first, second = report_of(made.event("TCP DROPPED BY ME")).of("note")
    assert (first.rule, first.side, first.event) == (rules.API_CODES, "server", 2)
    assert "1015: the TLS handshake with the client failed" in first.text
    assert second.side == "client"


def test_who_closes_with_bits_that_mean_nothing_may_close_again() -> None:
    made = server().rx(Frame(8, close(1000).payload, rsv=7)).tx(close(1002)).rx(close(1002))
    assert rules.SECOND_CLOSE.id not in ids(made)


def test_who_gave_up_waiting_may_reset() -> None:
    made = later(server().tx(close(1001)), 1).event("CLOSING HANDSHAKE TIMEOUT AFTER 1.000000 sec")
    assert rules.RESET.id not in ids(made.event("TCP DROPPED BY ME (RST)"))
