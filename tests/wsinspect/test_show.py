"""`wsinspect show` as a whole: many files, formats, bad input, harmless output."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from builders import EVIL, CaptureBuilder, case_4_2_3, hostile, is_harmless, text
from reference import reference
from wirelog.closing import FACTS
from wsinspect.cli import main
from wsinspect.show_text import VIEWS

OURS = re.compile(rb"\x1b\[[0-9;]*m")
"""The colours that we print ourselves."""


class Printed(NamedTuple):
    code: int
    out: str
    err: str


Show = Callable[..., Printed]


@pytest.fixture
def show(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Show:
    monkeypatch.setenv("COLUMNS", "80")

    def run(*arguments: str | Path) -> Printed:
        code = main(["show", *map(str, arguments)])
        return Printed(code, *capsys.readouterr())

    return run


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def make(octets: bytes, name: str = "x.log") -> Path:
        path = tmp_path / name
        path.write_bytes(octets)
        return path

    return make


Write = Callable[..., Path]
STORY = case_4_2_3().finish()


def test_text_by_default(show: Show, write: Write) -> None:
    code, out, err = show(write(STORY))
    assert (code, err) == (0, "")
    assert "\n✗ I failed the connection with 1002" in out
    assert "\x1b" not in out


@pytest.mark.parametrize("view", ["log", "frames", "messages"])
@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_rows_are_json_lines_in_both_formats(
    view: str, form: str, show: Show, write: Write
) -> None:
    out = show(write(STORY), "--view", view, "--format", form).out
    assert all("n" in json.loads(line) for line in out.splitlines())


@pytest.mark.parametrize("view", ["closing", "handshake", "stats", "header", "all"])
def test_other_views_are_one_object(view: str, show: Show, write: Write) -> None:
    path = write(STORY)
    laid_out = show(path, "--view", view, "--format", "json").out
    one_line = show(path, "--view", view, "--format", "jsonl").out
    assert one_line.count("\n") == 1 < laid_out.count("\n")
    assert json.loads(laid_out) == json.loads(one_line)


def test_json_without_a_view_is_all_of_it(show: Show, write: Write) -> None:
    path = write(STORY)
    found = json.loads(show(path, "--format", "json").out)
    assert found == json.loads(show(path, "--format", "json", "--view", "all").out)


def test_several_files_are_told_apart(show: Show, write: Write, tmp_path: Path) -> None:
    first, second = write(STORY, "4.2.9.log"), write(STORY, "4.2.10.log")
    out = show(tmp_path, "--view", "stats").out
    assert [line for line in out.splitlines() if line.startswith("═══")] == [
        f"═══ {first}", f"═══ {second}",
    ]  # fmt: skip
    lines = show(tmp_path, "--view", "closing", "--format", "jsonl").out.splitlines()
    assert [json.loads(line)["file"] for line in lines] == [str(first), str(second)]
    assert "file" not in json.loads(show(first, "--view", "closing", "--format", "jsonl").out)


def test_colour_on_request(show: Show, write: Write) -> None:
    out = show(write(STORY), "--color", "always").out
    assert "\x1b[36m◀ TEXT      \x1b[0m" in out
    assert OURS.sub(b"", out.encode()) == show(write(STORY)).out.encode()


def test_a_bad_file_among_good_ones(show: Show, write: Write) -> None:
    good, bad = write(STORY, "good.log"), write(b"", "bad.log")
    code, out, err = show(bad, good, "/nowhere", "--view", "stats")
    assert code == 0
    assert "Octets Received by Chop Size" in out
    assert err.splitlines() == [
        "wsinspect: /nowhere: no such file or directory; check the path",
        f"wsinspect: {bad}: the file is empty; nothing was recorded in it",
    ]


def test_nothing_that_can_be_read(show: Show, write: Write, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    for path in (tmp_path / "missing.log", empty, write(b""), write(bytes(range(256)))):
        code, out, err = show(path)
        assert (code, out) == (2, "")
        assert err.startswith(f"wsinspect: {path}: ")


def test_a_capture_cut_in_the_middle_of_a_line(show: Show, write: Write) -> None:
    out = show(write(STORY[:700])).out
    assert "003    0.300 ms" not in out
    assert "line 4  cut in the middle of the line, after 220 octets" in out
    assert "001    0.100 ms" in out


def test_every_cut_of_a_capture_is_shown_as_far_as_it_goes(show: Show, write: Write) -> None:
    for size in range(1, len(STORY), 41):
        code, _, err = show(write(STORY[:size]))
        assert (code, err) == (0, "") if b"\n" in STORY[:size] else (2, err)
        assert "Traceback" not in err


@pytest.mark.parametrize(
    ("line", "notice"),
    [
        (b"007 +0.000900000 TCP DROPPED BY ME", "line 2  event 7 where 0 should stand"),
        (b"000 +0.000000000 FLUX CAPACITOR", "line 2  event words that are not known: FLUX"),
        (b"000 +0.000000000 RX OCTETS: 81zz", "line 2  not hexadecimal behind octet 1"),
        (b"000 +0.000000000 RX OCTETS: 818", "line 2  half an octet behind octet 1"),
        (b"hello", "line 2  not an event: hello"),
        (b"000 +0.000000000 NOTE \xff", "line 2  not UTF-8 at octet 22 of the line"),
    ],
)
def test_bad_lines_are_named_and_the_rest_is_shown(
    line: bytes, notice: str, show: Show, write: Write
) -> None:
    octets = b"#wirelog 1 {}\n" + line + b"\n001 +0.001000000 TCP DROPPED BY PEER\n"
    code, out, _ = show(write(octets))
    assert code == 0
    assert notice in out
    assert "• TCP DROPPED BY PEER" in out


def test_lines_out_of_order(show: Show, write: Write) -> None:
    octets = b"#wirelog 1 {}\n001 +0.002000000 NOTE b\n000 +0.001000000 NOTE a\n"
    out = show(write(octets)).out
    assert "line 3  event 0 is earlier than the one before it" in out


def test_a_header_from_a_newer_version(show: Show, write: Write) -> None:
    out = show(write(b'#wirelog 99 {"role":"client"}\n000 +0.000000000 TCP CONNECTED\n')).out
    assert "format version 99; this program knows up to 1" in out
    assert "• TCP CONNECTED" in out


def test_a_header_that_is_no_json(show: Show, write: Write) -> None:
    out = show(write(b"#wirelog 1 {oops\n000 +0.000000000 TCP CONNECTED\n")).out
    assert "line 1" in out
    assert "• TCP CONNECTED" in out


def test_a_line_of_64_mib(show: Show, write: Write) -> None:
    made = CaptureBuilder().open().rx(text("x" * (32 << 20))).event("TCP DROPPED BY PEER")
    code, out, _ = show(write(made.unfinished()))
    assert code == 0
    assert "◀ TEXT        1 000 33554432  xxxx" in out
    assert max(map(len, out.splitlines())) <= 80


@pytest.mark.parametrize("form", ["text", "json", "jsonl"])
@pytest.mark.parametrize("octets", ["--octets", "--no-octets"])
def test_nothing_hostile_reaches_the_terminal(
    form: str, octets: str, show: Show, write: Write
) -> None:
    name = EVIL.replace("/", "").replace("\0", "") + ".log"
    evil = hostile().finish(wasNotCleanReason=EVIL, localCloseReason=EVIL)
    path, other = write(evil, name), write(STORY)
    for view in VIEWS:
        printed = show(path, other, "--view", view, "--format", form, octets, "--color", "always")
        out = OURS.sub(b"", printed.out.encode())
        assert is_harmless(out.decode().replace("\n", ""))
        assert printed.code == 0


def test_a_hostile_name_of_a_bad_file(show: Show, write: Write) -> None:
    name = EVIL.replace("/", "").replace("\0", "") + ".log"
    code, _, err = show(write(b"garbage", name))
    assert code == 2
    assert is_harmless(err.removesuffix("\n"))


def test_the_page_of_a_conformance_report(show: Show) -> None:
    page = reference("seeds/000_63196484a4ae6697.txt")
    closing = json.loads(show(page, "--view", "closing", "--format", "json").out)
    assert {key: closing[key] for key in FACTS} == {
        "isServer": False, "closedByMe": False, "failedByMe": False, "droppedByMe": False,
        "wasClean": True, "wasNotCleanReason": None, "wasServerConnectionDropTimeout": False,
        "wasOpenHandshakeTimeout": False, "wasCloseHandshakeTimeout": False,
        "localCloseCode": 1000, "localCloseReason": None,
        "remoteCloseCode": 1002, "remoteCloseReason": None,
    }  # fmt: skip
    assert json.loads(show(page, "--view", "stats", "--format", "json").out) == {
        "octets": {
            "rx": {"4": 1, "15": 1, "162": 1},
            "tx": {"6": 2, "8": 1, "19": 1, "240": 1},
        },
        "frames": {"rx": {"1": 1, "8": 1}, "tx": {"1": 1, "8": 1, "9": 1, "13": 1}},
    }
    out = show(page).out
    assert "004 ╰" not in out and "004 ╭ ▶ opcode 13   1 000        0" in out
    assert "The source has no times" in out
