from __future__ import annotations

from pathlib import Path

from builders import CaptureBuilder, binary, text
from pilots import at_desk
from wsinspect.widgets.decoded_pane import LARGE, DecodedPane


async def test_json_is_laid_out(talk: Path) -> None:
    async with at_desk([talk]) as desk:
        await desk.go("4")
        assert "Decoded  json" in desk.text
        assert '  "name": "Zoë",' in desk.text


async def test_a_fragment_shows_the_whole_message(talk: Path) -> None:
    async with at_desk([talk]) as desk:
        await desk.go("5")
        assert "Hello, wörld" in desk.inspect.query_one(DecodedPane).content()


async def test_facts_that_do_not_fit_beside_each_other_stand_on_lines_of_their_own(
    tmp_path: Path,
) -> None:
    path = tmp_path / "broken.log"
    path.write_bytes(CaptureBuilder().open().rx(text(b"abc\xff")).unfinished())
    async with at_desk([path]) as desk:
        await desk.go("4")
        pane = desk.inspect.query_one(DecodedPane)
        lines = ["".join(words for words, _ in line).rstrip() for line in pane.build(60)]
        assert "payload on the wire  4 octets" in lines
        assert "not UTF-8  octet 0xff at 3" in "\n".join(lines)
        assert "offset in message  3" in lines
        wide = ["".join(words for words, _ in line) for line in pane.build(300)]
        assert "from  the client (RX)   frames  004   payload on the wire  4 octets" in wide[1]


async def test_binary_is_a_dump_that_fits(talk: Path) -> None:
    async with at_desk([talk]) as desk:
        await desk.go("14")
        pane = desk.inspect.query_one(DecodedPane)
        assert pane.decoded.kind == "hex"
        assert "0008  08 09 0a 0b 0c 0d 0e 0f  ........" in desk.text
        assert "0010  10 11 12 13 14 15 16 17 18" in pane.text()


async def test_a_close_frame_is_explained(talk: Path) -> None:
    async with at_desk([talk]) as desk:
        await desk.go("16")
        shown = desk.inspect.query_one(DecodedPane).text()
        assert "Normal Closure" in shown
        assert "done" in shown


async def test_octets_and_events_say_what_they_are(case: Path) -> None:
    async with at_desk([case]) as desk:
        await desk.press("home")
        assert desk.inspect.query_one(DecodedPane).text() == "TCP ACCEPTED"
        await desk.press("J")
        assert "158 octets received at once" in desk.inspect.query_one(DecodedPane).text()


async def test_a_large_message_is_decoded_beside_the_screen(tmp_path: Path) -> None:
    path = tmp_path / "large.log"
    words = "[" + ", ".join(["1"] * LARGE) + "]"
    built = CaptureBuilder().open().rx(text(words)).rx(binary(b"\xff" * 2 * LARGE))
    path.write_bytes(built.finish())
    async with at_desk([path]) as desk:
        pane = desk.inspect.query_one(DecodedPane)
        for number, kind in (("4", "json"), ("6", "hex")):
            await desk.go(number)
            await desk.app.workers.wait_for_complete()
            await desk.settle()
            assert pane.decoded.kind == kind
