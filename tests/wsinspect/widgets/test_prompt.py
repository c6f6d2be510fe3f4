from __future__ import annotations

from pathlib import Path

from pilots import at_desk
from wsinspect.widgets.prompt import Prompt


async def test_what_is_typed_at_once_arrives_in_the_input(case: Path) -> None:
    async with at_desk([case]) as desk:
        await desk.press("slash", "h", "e", "l")
        assert " / hel" in desk.text
        await desk.press("l", "o", "enter")
        await desk.until("Hello, world!")
        assert desk.number == 4


async def test_what_is_typed_behind_enter_is_no_input(case: Path) -> None:
    async with at_desk([case]) as desk:
        await desk.press_at_once("slash", *"hello", "enter", "j")
        await desk.app.workers.wait_for_complete()
        await desk.settle()
        assert "Not found" not in desk.text
        assert desk.inspect.needle
        assert desk.inspect.needle.shown == "hello"


async def test_escape_closes_it_and_gives_the_keys_back(case: Path) -> None:
    async with at_desk([case]) as desk:
        await desk.press("g", "escape")
        assert not desk.inspect.query_one(Prompt).display
        assert desk.log.has_focus


async def test_slash_and_g_are_letters_in_it(case: Path) -> None:
    async with at_desk([case]) as desk:
        await desk.press("slash", "slash", "g")
        assert " / /g" in desk.text


async def test_gg_needs_no_enter(case: Path) -> None:
    async with at_desk([case]) as desk:
        await desk.press("g", "G")
        assert desk.number == 14
        await desk.press("g", "g")
        assert desk.number == 0


async def test_the_last_search_is_offered_again(case: Path) -> None:
    async with at_desk([case]) as desk:
        await desk.press("slash")
        await desk.type("world")
        await desk.press("slash")
        await desk.until(" / world")
