from __future__ import annotations

from pathlib import Path

from pilots import at_desk


async def test_a_see_through_colour_is_mixed_with_the_ground(case: Path) -> None:
    async with at_desk([case]) as desk:
        tints = desk.log.tints
        faint, future = tints["faint"].color, tints["future"].color
        assert faint is not None
        assert future is not None
        assert faint.get_truecolor() > future.get_truecolor()
        assert tints["strong faint"].bold
        assert not tints[""]


async def test_another_theme_has_other_colours(case: Path) -> None:
    async with at_desk([case]) as desk:
        before = desk.log.tints["rx"]
        desk.app.theme = "textual-light"
        await desk.settle()
        assert desk.log.tints["rx"] != before
