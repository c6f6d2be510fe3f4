"""Where the judge is fair to a client in a way that a server needs not."""

from __future__ import annotations

import pytest

from wsconform.cases.catalogue import CASES
from wsconform.judge import judge
from wsconform.transcript import ClosingFacts, Transcript


@pytest.mark.parametrize(
    ("case_id", "is_server", "as_published", "verdict"),
    [
        ("7.7.8", True, False, "OK"),
        ("7.7.8", True, True, "WRONG CODE"),
        ("7.7.8", False, False, "WRONG CODE"),
        ("7.7.7", True, False, "WRONG CODE"),
    ],
)
def test_a_client_may_refuse_the_close_code_that_only_clients_send(
    case_id: str, is_server: bool, as_published: bool, verdict: str
) -> None:
    closing = ClosingFacts(
        is_server=is_server, closed_by_me=True, was_clean=True,
        local_close_code=1010, remote_close_code=1002,
    )  # fmt: skip
    seen = judge(CASES[case_id], Transcript((), closing), as_published=as_published)
    assert seen.behavior_close == verdict
    assert ("or 1002" in seen.wanted[-1]) == (verdict == "OK")


@pytest.mark.parametrize(("is_server", "who"), [(True, "The client"), (False, "The server")])
def test_who_has_not_agreed_to_compression_is_named(is_server: bool, who: str) -> None:
    seen = judge(CASES["12.1.1"], Transcript((), ClosingFacts(is_server=is_server)))
    assert seen.behavior == "UNIMPLEMENTED" and seen.result.startswith(who)
