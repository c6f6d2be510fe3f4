from builders import CaptureBuilder, close, cont, opened, text
from judging import client, ids, keyed, later, only, report_of, server
from wirelog.findings.aftermath import Aftermath
from wirelog.findings.current import Current
from wirelog.findings.docket import Docket
from wirelog.findings.scene import Scene
from wirelog.findings.source import Source
from wirelog.rules import closing as rules

FIN = "TCP DROPPED BY PEER (FIN)"


def streaming(seconds: float, *, fragments: int = 4) -> CaptureBuilder:
    """The client closes while a message of the server comes, in fragments so far apart."""
    made = client().rx(text("a", fin=False)).tx(close(1000))
    for _ in range(fragments):
        later(made, seconds).rx(cont("b", fin=False))
    return made


def test_who_is_still_sending_its_message_has_not_left_a_close_frame_unanswered() -> None:
    assert ids(streaming(0.9).event("TCP DROPPED BY ME")) == ["close.api-codes"]
    whole = streaming(0.9).rx(cont("c"))
    assert rules.NO_REPLY.id not in ids(whole.event("TCP DROPPED BY ME"))


def test_my_timer_proves_nothing_while_the_message_goes_on() -> None:
    made = streaming(0.9).event("CLOSING HANDSHAKE TIMEOUT AFTER 1.000000 sec")
    assert rules.NO_REPLY.id not in ids(made)


def test_my_timer_counts_if_the_message_stopped_in_the_first_half_of_it() -> None:
    def timed_out(seconds: float) -> list[str]:
        return ids(later(streaming(0.1), seconds).event("CLOSING HANDSHAKE TIMEOUT AFTER 1 sec"))

    assert rules.NO_REPLY.id in timed_out(0.6)
    assert rules.NO_REPLY.id not in timed_out(0.3)


def test_who_stops_in_the_middle_of_its_message_owes_an_answer_from_there() -> None:
    found = only(later(streaming(0.9), 1.4).event("TCP DROPPED BY ME"), rules.NO_REPLY)
    assert found.text == (
        "the server did not answer the close frame with 1000 "
        "within 1.4 s of the last frame of its message"
    )


def test_a_message_that_does_not_go_on_is_no_excuse() -> None:
    made = later(streaming(0, fragments=0), 1.1).event("TCP DROPPED BY ME")
    assert only(made, rules.NO_REPLY).text.endswith("within 1.1 s")


def test_the_answer_may_wait_for_the_end_of_the_message() -> None:
    made = streaming(0.9).rx(cont("c"))
    assert rules.LATE_REPLY.id not in ids(later(made, 0.9).rx(close(1000)).event(FIN))
    late = later(streaming(0.9).rx(cont("c")), 1.5).rx(close(1000)).event(FIN)
    assert only(late, rules.LATE_REPLY).text == (
        "the server answered the close frame with 1000 1.5 s after the last frame of its message"
    )


def test_only_the_message_that_was_being_sent_may_come_before_the_answer() -> None:
    made = later(streaming(0.9).rx(cont("c")), 0.9)
    later(made.rx(text("next", fin=False)), 0.9).rx(cont("d"))
    assert rules.LATE_REPLY.id in ids(made.rx(close(1000)).event(FIN))


def test_a_message_that_crossed_with_the_close_frame_may_be_finished() -> None:
    made = later(client().tx(close(1000)), 0.5).rx(text("a", fin=False))
    later(later(made, 0.9).rx(cont("b", fin=False)), 0.9).rx(cont("c"))
    assert rules.LATE_REPLY.id not in ids(made.rx(close(1000)).event(FIN))
    made = later(client().tx(close(1000)), 1.1).rx(text("a", fin=False)).rx(cont("b"))
    assert rules.LATE_REPLY.id in ids(made.rx(close(1000)).event(FIN))


def test_a_large_frame_that_is_on_its_way_may_be_finished() -> None:
    octets = keyed(text("a" * 100), 1).serialize()
    made = server().octets("RX", octets[:50]).tx(close(1000))
    later(later(made, 0.9).octets("RX", octets[50:60]), 0.9).octets("RX", octets[60:])
    assert rules.LATE_REPLY.id not in ids(made.rx(close(1000)).event("TCP DROPPED BY ME"))
    cut = server().octets("RX", octets[:50]).tx(close(1000))
    later(later(cut, 0.9).octets("RX", octets[50:60]), 0.9)
    assert rules.NO_REPLY.id not in ids(cut.event("TCP DROPPED BY ME"))


def test_what_i_was_sending_counts_to_its_last_octet() -> None:
    octets = text("a" * 100).serialize()
    made = server().frame_line("TX", text("a" * 100)).octets("TX", octets[:50]).rx(close(1000))
    later(made, 1.5).octets("TX", octets[50:])
    assert rules.LATE_REPLY.id not in ids(made.tx(close(1000)).event("TCP DROPPED BY ME"))


def test_without_times_a_message_that_goes_on_excuses_its_sender() -> None:
    made = streaming(0.9).event("CLOSING HANDSHAKE TIMEOUT AFTER 1.000000 sec")
    made.lines = [b" ".join(line.split(b" ")[:1] + line.split(b" ")[2:]) for line in made.lines]
    assert rules.NO_REPLY.id not in ids(made)


def test_a_violation_in_the_message_changes_nothing() -> None:
    made = client().rx(text("a", fin=False)).tx(close(1000)).rx(text("b")).rx(close(1000))
    assert [one.rule.id for one in report_of(made).errors] == ["frame.message-inside-message"]


def test_it_is_asked_by_side() -> None:
    capture, seen = opened(streaming(0.5).unfinished())
    scene = Scene(seen.is_server, seen.stream, Docket(), Source(capture.header), seen.handshake)
    aftermath = Aftermath(scene)
    current = Current(scene, aftermath)
    for one in seen.frames:
        aftermath.frame(one)
        current.frame(one)
    asked = aftermath.closes["client"]
    assert current.last_of("server") is seen.frames[-1]
    assert current.last_of("client") is None
    assert current.since(asked) == seen.frames[-1].t
