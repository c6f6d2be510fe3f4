from __future__ import annotations

from pathlib import Path

from builders import CaptureBuilder, binary, text
from pilots import NARROW, at_desk
from wsinspect.widgets.field_tree import FieldTree
from wsinspect.widgets.hex_pane import HexPane


async def test_u_shows_the_payload_unmasked(case: Path) -> None:
    async with at_desk([case]) as desk:
        await desk.go("4")
        assert "81 8d 06 ce f0 12 4e ab" in desk.text
        assert "Hello, wor" not in "\n".join(line[78:] for line in desk.lines[14:24])
        await desk.press("u")
        assert "81 8d 06 ce f0 12 48 65  ......He" in desk.text


async def test_octets_are_coloured_by_their_owner(case: Path) -> None:
    async with at_desk([case]) as desk:
        await desk.go("4")
        pane = desk.inspect.query_one(HexPane)
        owners = [pane._names(octet, set()).split()[0] for octet in (0, 1, 2, 6)]
        assert owners == ["header", "length", "mask", "payload"]


async def test_the_cursor_chooses_the_field(case: Path) -> None:
    async with at_desk([case]) as desk:
        await desk.go("4")
        pane, tree = desk.inspect.query_one(HexPane), desk.inspect.query_one(FieldTree)
        desk.inspect.set_focus(pane)
        names = []
        for keys in (["l"], ["right"], ["j"], ["k"], ["h", "left"], ["G"], ["home"]):
            await desk.press(*keys)
            names.append((pane.octet, tree.exhibit.parts[tree.part].name))
        assert names == [
            (1, "Payload len"), (2, "Masking-key"), (10, "Payload data"), (2, "Masking-key"),
            (0, "opcode"), (18, "Payload data"), (0, "opcode"),
        ]  # fmt: skip


async def test_keys_right_behind_those_that_open_it_know_its_width(talk: Path) -> None:
    async with at_desk([talk], NARROW) as desk:
        await desk.go("14")
        pane = desk.inspect.query_one(HexPane)
        assert len(pane.octets) == 70
        await desk.press_at_once("enter", "tab", "j", "j", "h")
        assert (pane._dump.width, pane.octet) == (8, 15)


async def test_a_click_on_either_half_puts_the_cursor_there(case: Path) -> None:
    async with at_desk([case]) as desk:
        await desk.go("4")
        pane = desk.inspect.query_one(HexPane)
        await desk.pilot.click(pane, offset=(6 + 3 * 3, 2))
        assert pane.octet == 11
        await desk.pilot.click(pane, offset=(6 + 3 * 8 + 1 + 5, 1))
        assert pane.octet == 5


async def test_what_is_searched_for_is_marked_across_lines(case: Path) -> None:
    async with at_desk([case]) as desk:
        await desk.find("x:12 4e ab 9c")
        pane = desk.inspect.query_one(HexPane)
        assert pane._found(0, 8) == {5, 6, 7, 8}
        assert "match" in str(pane.spans(0, 40))
        assert "match" in str(pane.spans(1, 40))


async def test_the_octets_at_fault_are_underlined(case: Path) -> None:
    async with at_desk([case]) as desk:
        pane = desk.inspect.query_one(HexPane)
        assert [octet for octet in range(6) if "fault" in pane._names(octet, set())] == [0]
        lines = desk.app.screen._compositor.render_strips()
        shown = [one.text for line in lines for one in line if one.style and one.style.underline]
        assert "8d" in shown
        await desk.go("4")
        assert not any("fault" in pane._names(octet, set()) for octet in range(19))


async def test_of_a_huge_payload_only_the_visible_lines_are_drawn(tmp_path: Path) -> None:
    path = tmp_path / "huge.log"
    path.write_bytes(CaptureBuilder().open().rx(binary(bytes(4 << 20))).finish())
    async with at_desk([path]) as desk:
        await desk.go("4")
        pane = desk.inspect.query_one(HexPane)
        desk.inspect.set_focus(pane)
        await desk.press("G")
        assert pane.octet == (4 << 20) + 13
        assert len(pane._strips) < 100
        assert "400008" in desk.text


async def test_the_cursor_stands_on_the_octet_at_fault(tmp_path: Path) -> None:
    path = tmp_path / "bad.log"
    path.write_bytes(CaptureBuilder("client").open().rx(text(b"abc\xff!")).unfinished())
    async with at_desk([path]) as desk:
        pane = desk.inspect.query_one(HexPane)
        assert pane.octets[pane.octet] == 0xFF
        assert pane.exhibit.parts[pane.part or 0].name == "Payload data"
