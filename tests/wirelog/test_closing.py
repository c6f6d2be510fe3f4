import pytest

from builders import CaptureBuilder, case_4_2_3, close, opened, request, response
from reference import reference
from wirelog.capture import Kind
from wirelog.closing import FACTS, Closing
from wirelog.conversation import Conversation
from wirelog.formats import load
from wirelog.frames import Frame
from wirelog.reader import Capture


def server() -> CaptureBuilder:
    return CaptureBuilder().open()


def closing(made: CaptureBuilder | bytes) -> Closing:
    octets = made if isinstance(made, bytes) else made.unfinished()
    return Closing.of(*opened(octets))


def test_the_trailer_has_the_last_word_on_the_facts() -> None:
    made = server().tx(close(1000)).rx(close(1000)).event("TCP DROPPED BY ME")
    facts = closing(made.finish(wasClean=False, failedByMe=True, wasNotCleanReason="why")).facts
    assert (facts["wasClean"], facts["wasNotCleanReason"]) == (False, "why")
    assert facts["localCloseCode"] == 1000
    assert list(facts) == list(FACTS)


def test_a_trailer_of_the_suite_tells_that_i_failed_the_connection() -> None:
    made = server().rx(Frame(5)).tx(close(1002)).rx(close(1002)).event("TCP DROPPED BY ME")
    found = closing(made.finish(failedByMe=True))
    assert found.verdict == "I failed the connection with 1002; clean"


def test_what_is_no_fact_in_a_trailer_is_passed_over() -> None:
    made = server().tx(close(1000)).rx(close(1000)).event("TCP DROPPED BY ME")
    found = closing(made.finish(wasClean=[1], localCloseCode={"a": 1}, remoteCloseReason=None))
    assert (found.facts["wasClean"], found.facts["localCloseCode"]) == (True, 1000)


@pytest.mark.parametrize(
    ("made", "mine", "theirs"),
    [
        (server().rx(close(4000)).tx(close(4001)).event("TCP DROPPED BY ME"), 4000, 4001),
        (server().rx(close()).tx(close()).event("TCP DROPPED BY ME"), 1005, 1005),
        (server().tx(close(1000)).event("TCP DROPPED BY PEER"), 1006, 1000),
        (server().event("TCP DROPPED BY PEER"), 1006, 1006),
        (server().tx(close(1000)), None, None),
    ],
)
def test_what_the_two_applications_are_told(
    made: CaptureBuilder, mine: int | None, theirs: int | None
) -> None:
    found = closing(made)
    assert (found.my_code, found.peer_code) == (mine, theirs)


@pytest.mark.parametrize(
    ("made", "well"),
    [
        (server().rx(close(1000)).tx(close(1000)).event("TCP DROPPED BY ME"), True),
        (server().rx(close(1000)).event("TCP DROPPED BY ME"), False),
        (case_4_2_3(), False),
        (server(), False),
        (server().rx(close(1001)).tx(close(1001)).event("TCP DROPPED BY ME"), True),
        (server().rx(close(3000)).tx(close(3000)).event("TCP DROPPED BY ME"), True),
        (server().rx(close(4999)).tx(close(4999)).event("TCP DROPPED BY ME"), True),
        (server().rx(close(1002)).tx(close(1002)).event("TCP DROPPED BY ME"), False),
        (server().rx(close(1012)).tx(close(1012)).event("TCP DROPPED BY ME"), False),
        (server().tx(close(1000)).rx(close(1002)).event("TCP DROPPED BY ME"), False),
        (server().tx(close(1002)).rx(close(1002)).event("TCP DROPPED BY ME"), True),
    ],
)
def test_whether_it_went_well(made: CaptureBuilder, well: bool) -> None:
    assert closing(made).went_well is well


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (server().rx(close(1007)), "peer failed the connection with 1007 (Invalid Payload Data)"),
        (server().rx(close(1012)), "peer closed with 1012 (Service Restart)"),
        (server().rx(close(1004)), "peer closed with 1004 (close code 1004 must not be sent)"),
        (server().rx(close(4000)), "peer closed with 4000;"),
        (server().rx(close(1002, "no")), 'peer failed the connection with 1002 (Protocol Error) "'),
    ],
)
def test_what_the_peer_says_with_its_code(made: CaptureBuilder, words: str) -> None:
    assert closing(made).verdict.startswith(words)


@pytest.mark.parametrize(
    ("made", "running"),
    [
        (server(), True),
        (CaptureBuilder().event("TCP ACCEPTED"), True),
        (server().rx(close(1000)), False),
        (server().event("CAPTURE STOPS: full"), False),
        (server().event("PING TIMEOUT AFTER 1.000000 sec"), False),
        (server().event("TCP DROPPED BY PEER"), False),
    ],
)
def test_whether_it_is_still_open(made: CaptureBuilder, running: bool) -> None:
    assert closing(made).is_running is running


SEED = {
    "isServer": False,
    "closedByMe": False,
    "failedByMe": False,
    "droppedByMe": False,
    "wasClean": True,
    "wasNotCleanReason": None,
    "wasServerConnectionDropTimeout": False,
    "wasOpenHandshakeTimeout": False,
    "wasCloseHandshakeTimeout": False,
    "localCloseCode": 1000,
    "localCloseReason": None,
    "remoteCloseCode": 1002,
    "remoteCloseReason": None,
}


@pytest.mark.parametrize("with_trailer", [True, False])
def test_the_thirteen_facts_of_the_seed_page(with_trailer: bool) -> None:
    with reference("seeds/000_63196484a4ae6697.txt").open("rb") as file:
        capture = load(file)
    if not with_trailer:
        capture.trailer = None
    found = Closing.of(capture, Conversation.of(capture))
    assert found.facts == SEED
    assert found.verdict == (
        "peer failed the connection with 1002 after the frame with reserved opcode 13; clean"
    )


class TestAgainstTheSuite:
    """All reports of a real run: the facts that follow from the events are those of the report."""

    DIFFERENT = {
        # The suite says what it was asked to send; here is what stood on the wire, or in hex.
        ("7.3.2", "localCloseReason"): (None, "a"),
        ("7.5.1", "localCloseReason"): (
            "κ\u1f79σμε���edited",
            "cebae1bdb9cf83cebcceb5eda080656469746564",
        ),
        # The log keeps 64 octets of each write.
        ("7.3.5", "localCloseReason"): ("*" * 62, "*" * 123),
        ("7.3.6", "localCloseReason"): ("*" * 62, "*" * 124),
    }

    def test_facts_follow_from_events(self) -> None:
        folder = reference("reference/plain-autobahn-echo")
        different = {}
        paths = sorted(folder.glob("*_case_*.json"))
        assert len(paths) == 517
        for path in paths:
            with path.open("rb") as file:
                capture = load(file, path.name)
            stated, capture.trailer = capture.trailer, None
            assert stated is not None
            facts = Closing.of(capture, Conversation.of(capture)).facts
            # Why it was not clean each program says in its own words.
            assert (facts.pop("wasNotCleanReason") is None) == (stated["wasNotCleanReason"] is None)
            for key, value in facts.items():
                if value != stated[key]:
                    different[str(capture.header["case"]), key] = (value, stated[key])
            assert [one for one in capture.records if one.kind is Kind.UNKNOWN] == []
            assert capture.notices == []
        assert different == self.DIFFERENT


def test_a_capture_of_nothing_has_a_verdict() -> None:
    capture = Capture("")
    found = Closing.of(capture, Conversation.of(capture))
    assert found.verdict == "the capture ends before the opening handshake does"
    assert found.timeline == []
    assert found.facts["wasNotCleanReason"] == "the capture ends while the connection is open"


def test_a_capture_that_begins_behind_the_handshake_has_a_verdict() -> None:
    lines = case_4_2_3().lines
    found = closing(b"".join(line for line in lines if b"TCP A" not in line)[:-1] + b"\n")
    assert found.verdict.startswith("I failed the connection with 1002")
    without_heads = [line for n, line in enumerate(lines) if n not in (2, 3)]
    assert closing(b"".join(without_heads)).verdict.startswith("I failed the connection with 1002")


def test_opened_by_the_client_too() -> None:
    made = CaptureBuilder("client").open(request(), response())
    found = closing(made.tx(close(1000)).rx(close(1000)).event("TCP DROPPED BY PEER"))
    assert found.facts["isServer"] is False
    assert found.facts["droppedByMe"] is False
    assert found.facts["closedByMe"] is True
