from __future__ import annotations

from pathlib import Path

from pilots import NARROW, WIDE, at_desk
from wsinspect.widgets.details import Details
from wsinspect.widgets.field_tree import FieldTree


async def test_the_three_panes_stand_beside_the_log_where_there_is_room(case: Path) -> None:
    async with at_desk([case], WIDE) as desk:
        assert all(name in desk.text for name in ("Fields", "Hex", "Decoded", "preview"))
        await desk.resize(*NARROW)
        assert "Fields" not in desk.text
        await desk.resize(*WIDE)
        assert "Fields" in desk.text


async def test_a_copy_takes_the_frame_or_the_field(case: Path) -> None:
    async with at_desk([case]) as desk:
        await desk.go("4")
        details = desk.inspect.query_one(Details)
        assert details.copied()[1] == "19 octets as hex"
        desk.inspect.set_focus(desk.inspect.query_one(FieldTree))
        await desk.press("G")
        assert details.copied() == ("4e ab 9c 7e 69 e2 d0 65 69 bc 9c 76 27", "13 octets as hex")
