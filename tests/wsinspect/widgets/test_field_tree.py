from __future__ import annotations

from pathlib import Path

from pilots import NARROW, at_desk
from wsinspect.widgets.field_tree import FieldTree
from wsinspect.widgets.hex_pane import HexPane


async def test_the_fields_of_a_frame_have_bits_and_names_of_the_rfc(case: Path) -> None:
    async with at_desk([case]) as desk:
        await desk.go("4")
        for words in (
            "frame 004",
            "19 octets",
            "FIN",
            "RSV1",
            "bit 4-7",
            "Payload len",
            "Masking-key",
        ):
            assert words in desk.text
        assert "last frame of the message" in desk.text


async def test_what_is_wrong_is_chosen_first_and_explained(case: Path) -> None:
    async with at_desk([case]) as desk:
        tree = desk.inspect.query_one(FieldTree)
        assert tree.exhibit.parts[tree.part].name == "opcode"
        assert "✗ opcode" in desk.text
        assert "reserved for further control frames" in desk.text


async def test_choosing_a_field_lights_its_octets(case: Path) -> None:
    async with at_desk([case]) as desk:
        await desk.go("4")
        await desk.press("enter", *["j"] * 7)
        pane = desk.inspect.query_one(HexPane)
        assert pane.chosen_octets.hex() == "06cef012"
        assert [octet for octet in range(19) if "chosen" in pane._names(octet, set())] == [
            2,
            3,
            4,
            5,
        ]


async def test_a_click_chooses(case: Path) -> None:
    async with at_desk([case]) as desk:
        tree = desk.inspect.query_one(FieldTree)
        y = next(at for at, (_, spans) in enumerate(tree._lines) if "Masking" in str(spans))
        await desk.pilot.click(tree, offset=(4, y + 1))
        assert tree.exhibit.parts[tree.part].name == "Masking-key"


async def test_an_event_without_octets_says_so(case: Path) -> None:
    async with at_desk([case]) as desk:
        await desk.press("home")
        assert "This event carries no octets." in desk.text


async def test_long_names_fold_and_nothing_is_lost(talk: Path) -> None:
    async with at_desk([talk], NARROW) as desk:
        await desk.press("enter")
        assert desk.inspect.query_one(FieldTree).has_focus
        await desk.resize(100, 30)
        assert "Fields" in desk.text
