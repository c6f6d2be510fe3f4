from __future__ import annotations

import re
from pathlib import Path
from threading import Event

import pytest

from builders import CaptureBuilder, case_4_2_3, text
from pilots import NARROW, WIDE, at_desk
from reference import reference
from terminals import CSI, octets_of, tmux
from wsinspect.app import Inspector
from wsinspect.loading import LARGE, Loading

SIZES = pytest.mark.parametrize("size", [WIDE, NARROW], ids=["120x36", "80x24"])
OSC = re.compile(rb"\x1b\](.*?)(?:\x07|\x1b\\)", re.DOTALL)
TEXTUALS_OSC = re.compile(rb"22;[a-z-]*|52;c;[A-Za-z0-9+/=]*")
"""The shape of the mouse pointer, and the clipboard in base64."""
TEXTUALS_CSI = re.compile(rb"[0-9;]*[mH]|\?[0-9;]+[hl]|\?[0-9]+\$p|[<>][0-9]*u")
"""Colours, places, modes, and the questions that Textual asks of a terminal when it starts."""
TOUR = [
    (b"jjj", "▌"),
    (b"jjj", "▌"),
    (b"\r", "Fields"),
    (b"h", "▌"),
    (b"jjj", "▌"),
    (b"2", "me (server)"),
    (b"3", "Request"),
    (b"4", "Chop Size"),
    (b"0", "recorder"),
    (b"6", "Description"),
    (b"jjj", "‹U+202E›"),
    (b"5", "What to do"),
    (b"jjj", "What to do"),
    (b"1", "preview"),
    (b"oP", "▌"),
    (b"/owned\r", "▌"),
    (b"nuyY", "Copied"),
    (b"\x0f", "Esc closes"),
    (b"\x1b", "Statistics"),
    (b"g[/x]\r", "Neither an event number"),
]
"""Keys that lead everywhere, and a word that is seen there."""
HARMFUL = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")


@SIZES
def test_no_octet_of_a_peer_reaches_the_terminal_as_control(
    hostile: Path, size: tuple[int, int]
) -> None:
    sent = octets_of([hostile], TOUR, size)
    assert len(sent) > 20_000
    assert [osc for osc in OSC.findall(sent) if not TEXTUALS_OSC.fullmatch(osc)] == []
    assert [csi for csi in CSI.findall(sent) if not TEXTUALS_CSI.fullmatch(csi)] == []
    rest = CSI.sub(b"", OSC.sub(b"", sent)).decode()
    assert set(HARMFUL.findall(rest)) == set()
    for visible in ("␛]0;owned␇", "[red]", "‹U+202E›"):
        assert visible in rest


@SIZES
def test_in_a_real_terminal_the_views_show_what_they_are_for(
    case: Path, size: tuple[int, int]
) -> None:
    with tmux([case], size) as terminal:
        shown = terminal.see("4.2.3.log", "✗ the client broke RFC 6455 §5.2", "008 ✗", "? help")
        assert len(shown.rstrip("\n").split("\n")) == size[1], shown
        assert ("Fields" in shown) == (size == WIDE)
        terminal.keys("Enter")
        terminal.see("Fields", "✗ opcode", "13 reserved", "8d 80 06 ce f0 12", "Decoded")
        terminal.keys("h", "2")
        terminal.see("me (server)", "010 CLOSE 1002", "isServer", "True")
        terminal.keys("3")
        terminal.see("Request", "GET /4.2.3 HTTP/1.1", "Response")
        terminal.keys("4")
        terminal.see("Octets Received by Chop Size")
        terminal.keys("5")
        terminal.see("✗ 008 client frame.reserved-opcode", "What to do: Send 0, 1, 2")
        terminal.keys("0")
        terminal.see("recorder", "builder")
        terminal.keys("1")
        terminal.type("/hello")
        terminal.keys("Enter", "?")
        terminal.see("Keys", "Next match, previous match")
        terminal.keys("?", "q")
        terminal.see("exit status 0")


def test_without_colour_everything_can_still_be_read(case: Path) -> None:
    with tmux([case], NARROW, env="NO_COLOR=1") as terminal:
        shown = terminal.see("008 ✗", "▌", "◀ ╰ TEXT", "▶ ╭ TEXT", "FAILING CONNECTION")
        assert "opcode 13" in shown
        coloured = re.findall(r"\x1b\[[0-9;]*m", terminal.run("capture-pane", "-p", "-e"))
        parts = [tuple(code[2:-1].split(";")) for code in coloured]
        greys = [p[2:5] for p in parts if p[:2] in (("38", "2"), ("48", "2"))]
        assert all(len(set(grey)) == 1 for grey in greys)
        terminal.keys("q")
        terminal.see("exit status 0")


async def test_several_captures_one_after_the_other(tmp_path: Path) -> None:
    for name in ("4.2.10.log", "4.2.9.log"):
        (tmp_path / name).write_bytes(case_4_2_3().finish())
    async with at_desk([tmp_path]) as desk:
        assert "4.2.9.log" in desk.lines[0]
        await desk.go("3")
        await desk.press("right_curly_bracket")
        await desk.until("4.2.10.log", "file 2 of 2")
        assert desk.number == 8
        await desk.press("right_curly_bracket", "left_curly_bracket")
        await desk.until("4.2.9.log", "file 1 of 2")


async def test_a_bad_path_is_told_while_the_good_one_is_shown(
    case: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(case.parent)
    async with at_desk([case, "[/x]missing"]) as desk:
        await desk.until("15 events", "[/x]missing: no such file or directory")


async def test_the_palette_has_our_commands_and_themes(case: Path) -> None:
    async with at_desk([case]) as desk:
        await desk.press("ctrl+p", *"statistics")
        await desk.until("Wire statistics (key: 4)")
        await desk.press("enter")
        await desk.until("Octets Received by Chop Size")
        await desk.press("ctrl+p", *"theme")
        await desk.until("Change the current theme")
        await desk.press("escape")
        before = desk.app.theme
        desk.app.theme = "nord"
        await desk.settle()
        assert desk.app.theme != before
        assert "Chop Size" in desk.text


def test_every_key_has_a_command_of_its_own(case: Path) -> None:
    app = Inspector([case])
    titles = [command.title for command in app.get_system_commands(app.get_default_screen())]
    assert {"Find", "Play", "Statistics", "Quit", "Help", "Theme"} <= set(titles)
    assert not any("[" in command.help for command in app.get_system_commands(app._inspect))


async def test_reading_can_be_stopped_and_what_was_read_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = CaptureBuilder().open()
    for _ in range(LARGE // 2000 + 10):
        built.rx(text("x" * 1000))
    path = tmp_path / "large.log"
    path.write_bytes(built.finish())
    goes_on = Event()
    read_all = Loading._read

    def wait_before_the_rest(self: Loading, *, only_first: bool) -> object:
        if not only_first:
            goes_on.wait(10)
        return read_all(self, only_first=only_first)

    monkeypatch.setattr(Loading, "_read", wait_before_the_rest)
    app = Inspector([path])
    async with app.run_test(size=WIDE) as pilot:
        while not app._inspect.opened.rows:
            await pilot.pause(0.01)
        first = len(app._inspect.opened.rows)
        await pilot.press("j", "j")
        assert app._inspect.row == 2
        await pilot.press("escape")
        goes_on.set()
        while not app._inspect.opened.whole:
            await pilot.pause(0.01)
        assert app._inspect.row == 2
        assert len(app._inspect.opened.rows) == first
        assert "you stopped the reading" in str(app._inspect.opened.capture.notices[0])


async def test_a_report_page_opens() -> None:
    page = reference("seeds/000_63196484a4ae6697.txt")
    async with at_desk([page], NARROW) as desk:
        assert "no times" in desk.lines[0]
        await desk.press("0")
        assert "Not proven by this source" in desk.text


async def test_a_capture_that_grows_is_read_again_and_the_event_stays(tmp_path: Path) -> None:
    path = tmp_path / "live.log"
    made = CaptureBuilder().open().rx(text("first"))
    path.write_bytes(made.unfinished())
    async with at_desk([path]) as desk:
        assert "· no close frame" in desk.text
        await desk.go("3")
        path.write_bytes(made.rx(text("second")).unfinished())
        await desk.press("r")
        await desk.until("Read again: 7 events")
        assert (desk.number, len(desk.inspect.opened.rows)) == (3, 7)
        await desk.go("6")
        path.write_bytes(CaptureBuilder().open().unfinished())
        await desk.press("r")
        await desk.until("Read again: 3 events")
        assert desk.number == 2


async def test_keys_that_lead_nowhere_say_so(case: Path) -> None:
    async with at_desk([case]) as desk:
        for key, words in (
            ("right_curly_bracket", "No further capture"),
            ("left_curly_bracket", "No earlier capture"),
            ("6", "No conformance report came with this capture"),
            ("ctrl+c", "Press q to quit"),
        ):
            await desk.press(key)
            await desk.until(words)
