"""Runs the inspector without a terminal, and reads what stands on its screen."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from textual import _wait
from textual.pilot import Pilot

import wsinspect
from wsinspect.app import Inspector
from wsinspect.screens.inspect import InspectScreen
from wsinspect.sources import find
from wsinspect.widgets.play_bar import PlayBar
from wsinspect.widgets.wire_log import WireLog

WIDE, NARROW = (120, 36), (80, 24)
# The pilot rests a multiple of 20 ms for each key; idle moments show in less.
_wait.SLEEP_GRANULARITY = 1 / 200
STYLES = Path(wsinspect.__file__).with_name("wsinspect.tcss")
PATIENCE = 20.0


async def settle(pilot: Pilot[Any]) -> None:
    """Let the screen follow, however long a busy machine takes for it.

    A pause waits until every widget has read its messages, and lays the screen out then. What
    a new size leads to comes behind that: the lines, and with them a scrollbar, which makes the
    widget narrower once more.
    """
    for _ in range(3):
        await pilot.pause(0)


async def resize(pilot: Pilot[Any], width: int, height: int) -> None:
    """Make the terminal larger or smaller; Textual waits a moment for another size to come."""
    await pilot.resize_terminal(width, height)
    assert await comes_true(pilot, lambda: pilot.app.screen._compositor.size == (width, height))
    await settle(pilot)


async def comes_true(pilot: Pilot[Any], condition: Callable[[], bool]) -> bool:
    """Wait for a condition; whether it was worth it."""
    end = time.monotonic() + PATIENCE
    while not condition() and time.monotonic() < end:
        await pilot.pause(0.02)
    return condition()


class Desk:
    """An inspector that runs, as a test sees it."""

    def __init__(self, pilot: Pilot[int]) -> None:
        self.pilot = pilot
        assert isinstance(pilot.app, Inspector)
        self.app = pilot.app

    @property
    def lines(self) -> list[str]:
        """What stands on the screen, line by line."""
        strips = self.app.screen._compositor.render_strips()
        return ["".join(segment.text for segment in strip).rstrip() for strip in strips]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def inspect(self) -> InspectScreen:
        return next(one for one in self.app.screen_stack if isinstance(one, InspectScreen))

    @property
    def log(self) -> WireLog:
        return self.inspect.query_one(WireLog)

    @property
    def number(self) -> int:
        """Number of the event that is chosen."""
        return self.inspect.opened.index.numbers[self.inspect.row]

    @property
    def bar(self) -> PlayBar:
        return self.inspect.query_one(PlayBar)

    async def press(self, *keys: str) -> None:
        """Press keys, and let the screen follow."""
        await self.pilot.press(*keys)
        await self.settle()

    async def press_at_once(self, *keys: str) -> None:
        """Press keys so quickly that the screen cannot follow in between."""
        for key in keys:
            self.app.simulate_key(key)
        await self.settle()

    async def type(self, text: str) -> None:
        """Type a text, and Enter."""
        await self.press(*("space" if key == " " else key for key in text), "enter")

    async def go(self, place: str) -> None:
        """Go to an event, as `g` does."""
        self.inspect.go_to(place)
        await self.settle()

    async def find(self, words: str) -> None:
        """Search, as `/` does."""
        self.inspect.look_for(words)
        await self.app.workers.wait_for_complete()
        await self.settle()

    async def resize(self, width: int, height: int) -> None:
        """Make the terminal larger or smaller."""
        await resize(self.pilot, width, height)

    async def settle(self) -> None:
        """Let the screen follow."""
        await settle(self.pilot)

    async def until(self, *words: str) -> None:
        """Wait until all these words stand on the screen."""
        await self.settle()
        seen = await comes_true(self.pilot, lambda: all(word in self.text for word in words))
        assert seen, f"{words} did not appear:\n{self.text}"


@asynccontextmanager
async def at_desk(paths: Iterable[str | Path], size: tuple[int, int] = WIDE) -> AsyncIterator[Desk]:
    """The inspector with these paths open, and the first one read as far as it can be."""
    found = find([str(path) for path in paths])
    app = Inspector(found.files, found.errors)
    async with app.run_test(size=size, notifications=True) as pilot:
        desk = Desk(pilot)
        while not desk.inspect.opened.whole and len(app.screen_stack) == 1:
            await asyncio.sleep(0.01)
        await desk.settle()
        yield desk
