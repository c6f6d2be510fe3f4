from __future__ import annotations

from pathlib import Path

from pilots import WIDE, at_desk


async def test_the_header_follows_the_columns(case: Path) -> None:
    async with at_desk([case], WIDE) as desk:
        at = next(at for at, line in enumerate(desk.lines) if "preview" in line)
        for width in (WIDE[0], 60):
            await desk.resize(width, 36)
            header = desk.lines[at]
            row = next(line for line in desk.lines if "╰ TEXT" in line)
            assert header.index("what") == row.index("TEXT")
