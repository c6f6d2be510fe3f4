"""Which differences between the two suites have a reason."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from interop.agreement import Peer, Played, compare
from interop.differences import Seen, Verdict, passes, reason_for

FINE, LAX, BAD = Verdict("OK", "OK"), Verdict("NON-STRICT", "OK"), Verdict("FAILED", "OK")


def played(**verdicts: Verdict) -> Played:
    """A run of cases that are called like `c3_2`."""
    rows = {
        name[1:].replace("_", "."): {"behavior": one.behavior, "behaviorClose": one.behavior_close}
        for name, one in verdicts.items()
    }
    return Played(rows, 1.0, 1.0)


class Suites:
    """Gives what it was told to give, run by run."""

    def __init__(self, folder: Path, published: list[Played], ours: list[Played]) -> None:
        self.folder = folder / "reports"
        self._published, self._ours = iter(published), iter(ours)

    def published(self, port: int, cases: Sequence[str], name: str = "") -> Played:
        return next(self._published)

    def ours(self, port: int, cases: Sequence[str], name: str = "") -> Played:
        return next(self._ours)

    def as_published(self, port: int, cases: Sequence[str]) -> Played:
        return next(self._ours)


@contextlib.contextmanager
def nobody(folder: Path) -> Iterator[int]:
    yield 0


def compared(folder: Path, published: list[Played], ours: list[Played], name: str = "peer") -> int:
    suites: Any = Suites(folder, published, ours)
    return compare(Peer(name, nobody), suites, ["*"])


def test_suites_that_agree(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = played(c1_1_1=FINE, c3_2=LAX, c7_9_1=BAD)
    assert compared(tmp_path, [run], [run]) == 0
    assert capsys.readouterr().out.split()[:4] == ["peer", "3", "3", "1/1"]


def test_a_verdict_that_flips_is_a_race(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fine, lax = played(c3_2=FINE), played(c3_2=LAX)
    assert compared(tmp_path, [fine, fine, lax], [lax] * 4) == 0
    assert "a race in the peer" in capsys.readouterr().out


def test_a_verdict_that_never_flips_is_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fine, lax = played(c3_2=FINE), played(c3_2=LAX)
    assert compared(tmp_path, [fine] * 3, [lax] * 4) == 1
    expected = "3.2: published OK/OK, wsconform NON-STRICT/OK: NO REASON KNOWN"
    assert expected in capsys.readouterr().out


def test_a_case_that_one_suite_left_out_is_told(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"7\.1\.1"):
        compared(tmp_path, [played(c1_1_1=FINE)], [played(c1_1_1=FINE, c7_1_1=FINE)])


@pytest.mark.parametrize(
    ("published", "ours", "as_published", "known"),
    [
        ({BAD}, {FINE}, {BAD}, True),
        ({BAD}, {FINE}, {FINE}, False),
        ({BAD, FINE}, {FINE}, {BAD}, False),
        ({BAD}, {FINE, BAD}, {BAD}, False),
    ],
)
def test_what_is_judged_better_agrees_by_the_published_rules(
    published: set[Verdict], ours: set[Verdict], as_published: set[Verdict], known: bool
) -> None:
    assert bool(reason_for(Seen("1.1.1", published, ours, as_published))) == known


@pytest.mark.parametrize("behavior", ["OK", "NON-STRICT", "INFORMATIONAL", "FAILED"])
@pytest.mark.parametrize("close", ["OK", "INFORMATIONAL", "UNCLEAN", "WRONG CODE"])
def test_the_common_rule(behavior: str, close: str) -> None:
    expected = behavior != "FAILED" and close in {"OK", "INFORMATIONAL"}
    assert passes(Verdict(behavior, close)) == expected
