from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import App, ComposeResult

from pilots import STYLES, resize, settle
from wsinspect.present.safe import cells
from wsinspect.present.tables import Table
from wsinspect.widgets.sheet import Line, Sheet, paragraph, side_by_side, table


def texts(lines: Iterable[Line]) -> list[str]:
    return ["".join(text for text, _ in line) for line in lines]


def test_a_paragraph_is_folded_between_words() -> None:
    spans = [("name: ", "faint"), ("several words that do not fit", "")]
    assert texts(paragraph(spans, 16, 2)) == ["name: several", "  words that do", "  not fit"]


@pytest.mark.parametrize("word", ["x" * 40, "日本語" * 8])
def test_a_word_that_is_too_wide_is_broken(word: str) -> None:
    lines = texts(paragraph([("a " + word, "")], 10))
    assert all(cells(line) <= 10 for line in lines)
    assert "".join(lines).replace(" ", "") == "a" + word


@given(st.lists(st.text("ab 日\u0301-", max_size=40)), st.integers(6, 30), st.integers(0, 3))
def test_no_paragraph_is_wider_than_its_room_or_loses_a_letter(
    parts: list[str], width: int, indent: int
) -> None:
    lines = texts(paragraph([(part, "") for part in parts], width, indent))
    assert all(cells(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == "".join(parts).replace(" ", "")


def test_a_table_has_its_title_its_heads_and_its_total() -> None:
    one = Table("Sizes", ("Size", "Count"), [("4", "1"), ("150", "12")], 2, ("Total", "13"))
    assert texts(table(one, 40)) == [
        "Sizes", "   Size  Count", "      4      1", "    150     12", "  Total     13",
    ]  # fmt: skip
    assert texts(table(Table("Empty", ("", ""), []), 40)) == ["Empty", "  none"]


def test_two_blocks_stand_beside_each_other() -> None:
    left, right = [[("one", "")]], [[("two", "")], [("three", "")]]
    assert texts(side_by_side(left, right, 6)) == ["one   two", "      three"]


class Poem(Sheet):
    def build(self, width: int) -> Iterable[Line]:
        return [[(f"{at} of {width}", "")] for at in range(50)]


class One(App[None]):
    CSS_PATH = STYLES

    def __init__(self, sheet: Sheet) -> None:
        super().__init__()
        self.given = sheet

    def compose(self) -> ComposeResult:
        yield self.given


async def test_each_of_several_keys_at_once_scrolls() -> None:
    sheet = Poem()
    async with One(sheet).run_test(size=(30, 10)) as pilot:
        for key in ("G", "k", "k", "k"):
            pilot.app.simulate_key(key)
        await settle(pilot)
        assert sheet.scroll_offset.y == 50 - 10 - 3


async def test_a_sheet_scrolls_and_is_made_anew_for_another_width() -> None:
    sheet = Poem()
    async with One(sheet).run_test(size=(30, 10)) as pilot:
        await settle(pilot)
        await pilot.press("j", "j", "ctrl+d")
        assert sheet.scroll_offset.y > 2
        assert texts([sheet.spans(0, 29)]) == ["0 of 29"]
        await resize(pilot, 20, 10)
        assert texts([sheet.spans(0, 19)]) == ["0 of 19"]
        assert sheet.text().startswith("0 of 100\n1 of 100")
