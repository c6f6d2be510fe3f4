from __future__ import annotations

from pathlib import Path

import pytest
from textual.binding import Binding

from pilots import NARROW, WIDE, at_desk
from wsinspect.screens.help import HelpScreen, KeyTable
from wsinspect.screens.keys import APP_KEYS, INSPECT_KEYS
from wsinspect.widgets.hex_pane import HexPane
from wsinspect.widgets.lines import Lines


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_it_lists_every_key(case: Path, size: tuple[int, int]) -> None:
    async with at_desk([case], size) as desk:
        await desk.press("question_mark")
        table = desk.app.screen.query_one(KeyTable)
        every = [*INSPECT_KEYS, *APP_KEYS, *Lines.BINDINGS, *HexPane.BINDINGS]
        words = table.text().replace("\n", " ")
        for one in Binding.make_bindings(every):
            assert desk.app.get_key_display(one) in words
        assert "…" not in table.text()


async def test_escape_and_the_same_key_close_it(case: Path) -> None:
    async with at_desk([case]) as desk:
        for key in ("escape", "question_mark", "q"):
            await desk.press("question_mark")
            assert isinstance(desk.app.screen, HelpScreen)
            await desk.press(key)
            assert not isinstance(desk.app.screen, HelpScreen)
