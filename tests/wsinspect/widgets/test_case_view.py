"""The Case view on the screen: there where a report is, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from builders import CaptureBuilder, close, text
from pilots import NARROW, WIDE, Desk, at_desk
from wsinspect.widgets.case_view import CaseView

SIZES = pytest.mark.parametrize("size", [WIDE, NARROW], ids=["120x36", "80x24"])
HELLO = ["message", "Hello", False]
REPORT = {
    "description": "A good message, then a ping that must get no pong.",
    "rfc": "RFC 6455 §5.2",
    "behavior": "FAILED",
    "behaviorClose": "OK",
    "result": "Too much came.",
    "resultClose": "The connection ended as it should.",
    "expectation": "OK: the message; Close: TCP dropped",
    "heard": "the message, then a pong",
    "expected": {"OK": [HELLO], "NON-STRICT": []},
    "received": [HELLO, ["pong", "x"]],
}


@pytest.fixture
def judged(tmp_path: Path) -> Path:
    built = CaptureBuilder(case="4.2.3", agent="tea/1", report=REPORT).open().rx(text("Hello"))
    path = tmp_path / "judged.log"
    path.write_bytes(built.rx(close(1002)).event("TCP DROPPED BY PEER").finish())
    return path


def colours(desk: Desk, words: str) -> set[str]:
    """Component classes of the spans that hold these words."""
    lines = desk.inspect.query_one(CaseView).build(100)
    return {kind for line in lines for text, kind in line if words in text}


@SIZES
async def test_expected_stands_beside_observed(judged: Path, size: tuple[int, int]) -> None:
    async with at_desk([judged], size) as desk:
        assert "6 Case" in desk.lines[4 if size == WIDE else 2]
        await desk.press("6")
        for words in ("Case 4.2.3", "tea/1", "✗ messages  FAILED", "✓ closing   OK", "Description"):
            assert words in desk.text
        await desk.press("G")
        await desk.until("✗  2  nothing", 'pong "x"', "expected  TCP dropped")
        assert colours(desk, "FAILED") == {"bad"}
        assert colours(desk, 'pong "x"') == {"bad"}
        await desk.press("escape")
        assert desk.inspect.view == "log"


async def test_without_a_report_there_is_no_such_view(case: Path) -> None:
    async with at_desk([case]) as desk:
        assert "Case" not in desk.lines[4]
        await desk.press("6")
        assert desk.inspect.view == "log"


async def test_the_next_capture_may_be_of_no_case(judged: Path, talk: Path) -> None:
    async with at_desk([judged, talk]) as desk:
        await desk.press("6")
        assert desk.inspect.view == "case"
        await desk.press("right_curly_bracket")
        await desk.until("talk.log", "file 2 of 2")
        assert desk.inspect.view == "log"
        assert "6 Case" not in desk.text
        await desk.press("left_curly_bracket")
        await desk.until("judged.log", "6 Case")


async def test_the_view_can_be_copied(judged: Path) -> None:
    async with at_desk([judged]) as desk:
        await desk.press("6", "Y")
        assert desk.app.clipboard.startswith("Case 4.2.3   tea/1   RFC 6455 §5.2")
        assert "✗  2  nothing" in desk.app.clipboard
