from wirelog.findings.docket import Docket
from wirelog.findings.tally import NAMED, Tally
from wirelog.rules.ping import UNSOLICITED


def test_many_become_one_finding_that_names_the_first() -> None:
    docket, tally = Docket(), Tally(UNSOLICITED, "client")
    for n in [3, 3, *range(4, 40)]:
        tally.add(n)
    tally.tell(docket, f"{tally.count} of them")
    (found,) = docket.sorted()
    assert found.events == tuple(range(3, 3 + len(found.events)))
    assert len(found.events) <= NAMED
    assert found.text == "38 of them"


def test_what_did_not_happen_often_enough_is_not_told() -> None:
    docket, tally = Docket(), Tally(UNSOLICITED, "client")
    tally.tell(docket, "never")
    tally.add(1)
    tally.tell(docket, "once", least=2)
    assert docket.sorted() == []
