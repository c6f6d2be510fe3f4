from builders import CaptureBuilder, close, ping, pong, text
from judging import client, ids, keyed, later, only, report_of, server
from wirelog.frames import Frame
from wirelog.rules import closing as rules
from wirelog.rules import frames as frame_rules
from wirelog.rules import payload as payload_rules

BAD = Frame(11)


def test_a_violation_tells_what_its_receiver_did() -> None:
    made = server().rx(BAD).event("FAILING CONNECTION: reserved opcode 11 (1002)").tx(close(1002))
    found = only(made, frame_rules.RESERVED_OPCODE)
    assert found.text.endswith("the server closed with 1002 0.2 ms and 0 octets later")


def test_dropping_tcp_is_a_reaction_too() -> None:
    made = client().tx(BAD).event("TCP DROPPED BY PEER (RST)")
    assert "the server dropped TCP" in only(made, frame_rules.RESERVED_OPCODE).text
    assert rules.NO_CLOSE_FRAME.id not in ids(made)


def test_answering_the_close_frame_as_if_nothing_were_wrong_is_going_on() -> None:
    made = client().tx(BAD).tx(close(1001)).rx(close(1001))
    found = only(made, rules.VIOLATION_ACCEPTED)
    assert found.side == "server"
    assert "it answered the close frame with 1001" in found.text
    assert found.rfc == "RFC 6455 §5.2"


def test_what_only_the_sender_must_not_do_has_to_be_validated() -> None:
    made = client().tx(ping(bytes(126))).tx(ping(b"1")).rx(pong(b"1"))
    assert only(made, rules.VIOLATION_ACCEPTED).rfc == "RFC 6455 §10.7"


def test_an_echo_proves_it_unless_the_same_was_said_before() -> None:
    wrong = text("Hello", rsv=2)
    assert rules.VIOLATION_ACCEPTED.id in ids(client().tx(wrong).rx(text("Hello")))
    before = client().tx(text("Hello")).tx(wrong).rx(text("Hello"))
    assert rules.VIOLATION_ACCEPTED.id not in ids(before)


def test_a_frame_that_was_on_its_way_proves_nothing() -> None:
    made = client().tx(BAD).rx(text("news")).rx(close(1002))
    assert rules.VIOLATION_ACCEPTED.id not in ids(made)


def test_doing_nothing_for_a_second_is_going_on() -> None:
    silent = later(client().tx(BAD), 1.5).event("TCP DROPPED BY ME")
    assert "did nothing" in only(silent, rules.VIOLATION_ACCEPTED).text
    soon = later(client().tx(BAD), 0.5).event("TCP DROPPED BY ME")
    assert rules.VIOLATION_ACCEPTED.id not in ids(soon)


def test_only_the_first_violation_counts() -> None:
    made = client().tx(BAD).rx(close(1002)).tx(BAD).tx(close(1000))
    assert rules.VIOLATION_ACCEPTED.id not in ids(made)


def test_nobody_owes_an_answer_to_codes_of_which_nothing_is_said() -> None:
    assert ids(client().tx(close(5000)).rx(close(1000))) == [rules.CODE_BEYOND.id]


def test_a_length_that_is_too_long_may_be_taken() -> None:
    made = server().octets("RX", bytes.fromhex("81fe0001 01020304 60"))
    assert rules.VIOLATION_ACCEPTED.id not in ids(made.rx(keyed(close(1000), 9)).tx(close(1000)))


def test_a_source_without_times_says_less() -> None:
    made = CaptureBuilder("client").open().tx(BAD).rx(close(1002))
    made.lines = [untimed(line) for line in made.lines]
    found = only(made, frame_rules.RESERVED_OPCODE)
    assert found.text.endswith("the server closed with 1002 0 octets later")
    assert "ping.unanswered" in report_of(made).not_checked


def test_what_else_happens_settles_nothing() -> None:
    made = client().tx(BAD).event("NOTE waiting").rx(close(1002))
    assert "the server closed with 1002" in only(made, frame_rules.RESERVED_OPCODE).text
    close_too = later(client().tx(BAD).rx(text("news")), 2).event("TCP DROPPED BY ME")
    assert rules.VIOLATION_ACCEPTED.id in ids(close_too)


def test_an_end_that_is_not_timed_proves_no_waiting() -> None:
    made = client().tx(BAD)
    made.lines = [untimed(line) for line in made.lines]
    made.line(b"009 TCP DROPPED BY ME\n")
    assert rules.VIOLATION_ACCEPTED.id not in ids(made)


def test_text_of_which_only_lines_are_there_has_no_octets() -> None:
    made = server().frame_line("RX", keyed(text(b"\xff"), 1)).tx(close(1007))
    found = only(made, payload_rules.NOT_UTF8)
    assert found.octets == ()
    lines_only = CaptureBuilder().frame_line("RX", keyed(text(b"\xff"), 1))
    assert only(lines_only.tx(close(1007)), payload_rules.NOT_UTF8).octets == ()


def test_a_frame_may_be_refused_before_it_has_ended() -> None:
    made = server().event("FAILING CONNECTION: reserved opcode 11 (1002)").rx(BAD).tx(close(1002))
    assert "-" not in only(made, frame_rules.RESERVED_OPCODE).text.partition("; ")[2]


def untimed(line: bytes) -> bytes:
    number, _, rest = line.partition(b" ")
    return number + b" " + rest.partition(b" ")[2] if number.isdigit() else line


def test_to_answer_the_wrong_ping_itself_is_going_on() -> None:
    made = client().tx(Frame(9, b"1", fin=False)).rx(pong(b"1"))
    assert only(made, rules.VIOLATION_ACCEPTED).text.endswith("it answered it")


def test_who_fails_with_the_right_code_has_not_gone_on() -> None:
    made = client().tx(text("a")).rx(Frame(8, b"\3\xea", mask=b"abcd")).tx(close(1002))
    assert frame_rules.MASKED.id in ids(made)
    assert rules.VIOLATION_ACCEPTED.id not in ids(made)


def test_a_fault_of_the_peer_is_not_an_error_of_ones_own() -> None:
    made = client().tx(BAD).rx(close(1011))
    assert only(made, rules.WRONG_FAIL_CODE).text.endswith("opcode 11 frame 003; 1002 fits")
    assert rules.WRONG_FAIL_CODE.id not in ids(client().tx(BAD).rx(close(1008)))
