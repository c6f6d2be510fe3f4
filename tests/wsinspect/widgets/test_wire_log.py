from __future__ import annotations

from pathlib import Path

from builders import MASK, CaptureBuilder, close, text
from pilots import NARROW, at_desk


async def test_frames_stand_in_a_bracket_with_their_octets(case: Path) -> None:
    async with at_desk([case]) as desk:
        rows = [line for line in desk.lines if " ╭ " in line or " ╰ " in line]
        words = [line.split("╭" if "╭" in line else "╰")[1].split()[0] for line in rows[:4]]
        assert words == ["octets", "TEXT", "TEXT", "octets"]


async def test_what_belongs_together_lights_up_however_far_apart(tmp_path: Path) -> None:
    path = tmp_path / "together.log"
    first, second = (text(words, mask=MASK) for words in ("one", "two"))
    built = CaptureBuilder().open().octets("RX", first.serialize() + second.serialize())
    built.frame_line("RX", first).tx(text("one")).frame_line("RX", second).tx(text("two"))
    path.write_bytes(built.finish())
    async with at_desk([path]) as desk:
        await desk.go("7")
        lit = [at for at in range(desk.log.line_count()) if desk.log.variant_of(at)]
        assert lit == [3, 4, 7]
        assert "╶ TEXT" in next(line for line in desk.lines if line.startswith("▌007"))


async def test_o_hides_the_octets_and_keeps_the_place(case: Path) -> None:
    async with at_desk([case]) as desk:
        await desk.go("7")
        await desk.press("o")
        assert "octets  " not in desk.text.split("Fields")[0]
        assert desk.number == 8
        await desk.press("o")
        assert desk.number == 8
        assert len(desk.log._shown) == 15


async def test_going_to_hidden_octets_shows_them_again(case: Path) -> None:
    async with at_desk([case]) as desk:
        await desk.press("o")
        await desk.go("3")
        assert desk.log.octets
        assert desk.number == 3


async def test_t_changes_the_times(case: Path) -> None:
    async with at_desk([case], NARROW) as desk:
        seen = []
        for _ in range(3):
            header = next(line for line in desk.lines if "preview" in line)
            seen.append(("time" in header, "Δ" in header))
            await desk.press("t")
        assert seen == [(True, True), (True, False), (False, True)]


async def test_the_tint_tells_the_direction_and_the_future(case: Path) -> None:
    async with at_desk([case]) as desk:
        log = desk.log
        assert (log.base_of(4), log.base_of(5), log.base_of(0)) == ("rx", "tx", "")
        assert log.base_of(3) == "rx faint"
        log.reached = 5
        assert (log.over_of(5), log.over_of(6)) == ("", "future")


async def test_marks_say_how_grave_a_finding_is(case: Path, tmp_path: Path) -> None:
    path = tmp_path / "warned.log"
    built = CaptureBuilder("client").open().rx(text("x")).rx(close(1000)).tx(close(1000))
    path.write_bytes(built.event("TCP DROPPED BY ME (FIN)").finish())
    async with at_desk([path]) as desk:
        assert desk.lines[15].startswith("▌009 !")
    async with at_desk([case]) as desk:
        assert any(line.startswith("▌008 ✗") for line in desk.lines)


async def test_a_search_is_marked(case: Path) -> None:
    async with at_desk([case]) as desk:
        await desk.find("world")
        assert ("world", " match") in desk.log.spans(4, 100)
        await desk.press("escape")
        assert desk.log.needle is None
