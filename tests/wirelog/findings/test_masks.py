from random import Random

from builders import text
from judging import ids, keyed, only, server
from wirelog.findings.masks import NEAR
from wirelog.rules import frames as rules


def test_random_keys_are_no_finding() -> None:
    random = Random(7)
    made = server()
    for _ in range(3 * NEAR):
        made.rx(keyed(text("a"), random.getrandbits(32)))
    assert ids(made) == []


def test_a_key_may_come_again_after_a_while() -> None:
    made = server()
    for key in [*range(1, NEAR + 2)] * 3:
        made.rx(keyed(text("a"), key))
    assert ids(made) == []


def test_the_first_frames_are_named_and_all_are_counted() -> None:
    made = server()
    for _ in range(30):
        made.rx(keyed(text("a"), 7))
    found = only(made, rules.MASK_REPEATED)
    assert len(found.events) == 10
    assert "29 of 30 frames" in found.text
    assert all(one.end - one.start == 4 for one in found.octets)


def test_keys_of_a_server_are_another_rule() -> None:
    made = server()
    for _ in range(5):
        made.tx(keyed(text("a"), 0))
    assert set(ids(made)) == {rules.MASKED.id}
