from __future__ import annotations

from pathlib import Path

from pilots import NARROW, WIDE, at_desk
from wsinspect.widgets.key_line import KeyLine


async def test_whole_items_only_and_help_always(case: Path) -> None:
    async with at_desk([case], WIDE) as desk:
        for width in (120, 80, 50, 20):
            await desk.resize(width, 20)
            assert desk.lines[-1].endswith("? help")
            assert "…" not in desk.lines[-1]


async def test_items_can_be_clicked(case: Path) -> None:
    async with at_desk([case], NARROW) as desk:
        x = desk.lines[-1].index("octets")
        await desk.pilot.click(KeyLine, offset=(x, 0))
        assert not desk.log.octets
        x = desk.lines[-1].index("help")
        await desk.pilot.click(KeyLine, offset=(x, 0))
        await desk.until("Keys", "Esc closes")
