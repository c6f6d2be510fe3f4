from builders import CaptureBuilder, case_4_2_3, close, opened, ping, request, text
from wirelog.ending import Ending
from wirelog.frames import Frame
from wirelog.timeline import Moment, timeline


def moments(made: CaptureBuilder) -> list[Moment]:
    return timeline(Ending.of(*opened(made.unfinished())))


def story(made: CaptureBuilder) -> list[tuple[int, str, str, str]]:
    return [(one.n, one.way, one.what, one.note) for one in moments(made)]


def test_the_smallest_whole_story() -> None:
    assert story(case_4_2_3()) == [
        (8, "frame", "opcode 13", "reserved opcode 13 (RFC 6455 §5.2)"),
        (
            9, "failing", "FAILING CONNECTION: reserved opcode 13 (1002)",
            "I fail the connection (§7.1.7)",
        ),
        (
            10, "close", 'CLOSE 1002 Protocol Error "reserved opcode"',
            "I failed the connection (§7.1.7)",
        ),
        (13, "close", "CLOSE 1002 Protocol Error", "reply, same code (§5.5.1)"),
        (14, "drop", "TCP DROPPED BY ME", "the server drops first (§7.1.1)"),
    ]  # fmt: skip
    found = moments(case_4_2_3())
    assert [one.dir for one in found] == ["RX", None, "TX", "RX", "TX"]
    assert [one.t for one in found] == [800_000, 900_000, 1_000_000, 1_300_000, 1_400_000]
    assert [one.delta for one in found] == [None, 100_000, 100_000, 300_000, 100_000]


def test_the_peer_closes() -> None:
    made = CaptureBuilder().open().rx(close(1000, "bye")).tx(close(1001))
    assert story(made.event("TCP DROPPED BY PEER (FIN)")) == [
        (4, "close", 'CLOSE 1000 Normal Closure "bye"', "the peer closed first (§7.1.2)"),
        (5, "close", "CLOSE 1001 Going Away", "reply, another code (§5.5.1)"),
        (7, "drop", "TCP DROPPED BY PEER (FIN)", "the client dropped before the server (§7.1.1)"),
    ]


def test_the_peer_fails_the_connection() -> None:
    made = CaptureBuilder("client").open().tx(Frame(13)).rx(close(1002)).tx(close(1002))
    notes = [note for _, _, _, note in story(made.event("TCP DROPPED BY PEER"))]
    assert notes == [
        "reserved opcode 13 (RFC 6455 §5.2)",
        "the peer failed the connection (§7.1.7)",
        "reply, same code (§5.5.1)",
        "the server drops first (§7.1.1)",
    ]


def test_a_code_that_tells_of_a_failure_is_one_even_if_nothing_wrong_is_seen() -> None:
    for code, did in ((1002, "failed the connection (§7.1.7)"), (1012, "closed first (§7.1.2)")):
        made = CaptureBuilder().open().rx(close(code)).tx(close(code))
        assert story(made)[0][3] == f"the peer {did}"


def test_a_wrong_close_frame_is_no_failure_of_the_one_who_sent_it() -> None:
    made = CaptureBuilder().open().rx(close(1005)).event("FAILING CONNECTION: code (1002)")
    notes = [note for *_, note in story(made.tx(close(1002)))]
    assert notes == [
        "the peer closed first (§7.1.2); close code 1005 must not be sent (RFC 6455 §7.4)",
        "I fail the connection (§7.1.7)",
        "I failed the connection (§7.1.7)",
    ]


def test_timers_say_what_they_waited_for() -> None:
    made = CaptureBuilder("client").open().event("CLOSE CONNECTION AFTER 1.000000 sec")
    made.event("CLOSING CONNECTION: enough (1000)").tx(close(1000))
    made.event("CLOSING HANDSHAKE TIMEOUT AFTER 1.000000 sec")
    made.event("SERVER DROP TIMEOUT AFTER 1.000000 sec")
    made.event("PING TIMEOUT AFTER 1.000000 sec").event("TEA TIMEOUT AFTER 1.000000 sec")
    found = [(way, note) for _, way, _, note in story(made.event("TCP DROPPED BY ME"))]
    assert found == [
        ("timer", "a timer was set"),
        ("failing", "I start the closing handshake (§7.1.2)"),
        ("close", "I closed first (§7.1.2)"),
        ("timeout", "no close frame came back (§5.5.1)"),
        ("timeout", "the server did not end TCP (§7.1.1)"),
        ("timeout", "no pong came back (§5.5.2)"),
        ("timeout", "a timer fired"),
        ("drop", "without a closing handshake (§7.1.5: an API reports 1006)"),
    ]


def test_a_refused_handshake() -> None:
    made = CaptureBuilder().event("TCP ACCEPTED").octets("RX", request()[:30])
    made.event("OPENING HANDSHAKE TIMEOUT AFTER 5.000000 sec").event("HANDSHAKE REFUSED: 408 late")
    found = [(way, note) for _, way, _, note in story(made.event("TCP DROPPED BY ME"))]
    assert found == [
        ("timeout", "the opening handshake took too long"),
        ("refused", "no frames follow (§4.2.2)"),
        ("drop", "no connection was opened"),
    ]


def test_recording_may_stop() -> None:
    made = CaptureBuilder().open().event("CAPTURE STOPS: full")
    assert story(made) == [(3, "stops", "CAPTURE STOPS: full", "what follows was not recorded")]


def test_what_a_peer_or_a_file_wrote_is_harmless() -> None:
    made = CaptureBuilder().open().rx(close(1000, "\x1b[2J"))
    made.line(b"005 +0.001000000 TCP DROPPED BY PEER \x1b[2J\n")
    assert [what for _, _, what, _ in story(made)] == [
        r'CLOSE 1000 Normal Closure "\x1b[2J"',
        r"TCP DROPPED BY PEER \x1b[2J",
    ]


def test_a_quiet_connection_has_no_timeline() -> None:
    assert moments(CaptureBuilder().open().rx(text("hi")).tx(ping())) == []


def test_distances_go_over_moments_without_a_time() -> None:
    made = CaptureBuilder().open().tx(close(1000)).line(b"005 CLOSING CONNECTION\n")
    assert [one.delta for one in moments(made.rx(close(1000)))] == [None, None, 400_000]


def test_tls_that_fails_is_the_end() -> None:
    made = CaptureBuilder().event("TCP ACCEPTED").event("NOTE TLS failed: unknown ca")
    assert story(made.event("TCP DROPPED BY ME")) == [
        (1, "failing", "NOTE TLS failed: unknown ca", "no request could be sent (§4.1)"),
        (2, "drop", "TCP DROPPED BY ME", "no connection was opened (§7.4.1: an API reports 1015)"),
    ]
