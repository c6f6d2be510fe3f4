from __future__ import annotations

import os
import stat
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsecho.naming import (
    MAX_COMPONENT,
    MAX_DEPTH,
    Name,
    case_of,
    create,
    free_number,
    unnamed,
    wanted_name,
)


@pytest.mark.parametrize(
    ("target", "file"),
    [
        ("/4.2.3", "4.2.3.log"),
        ("/go/4.2.3", "go/4.2.3.log"),
        ("/go/4.2.3/", "go/4.2.3.log"),
        ("/4.2.3?agent=go&x=/y", "4.2.3.log"),
        ("/4.2.3.log", "4.2.3.log"),
        ("//etc/passwd", "etc/passwd.log"),
        ("http://example.org/go/4.2.3", "go/4.2.3.log"),
        ("/a%2Fb", "a_b.log"),
        ("/a%20b:c*d", "a_b_c_d.log"),
        ("/%C3%BC", "ü.log"),
        ("/u%CC%88", "ü.log"),
        ("/%252e%252e", "_2e_2e.log"),
        ("/CON", "CON_.log"),
        ("/nul.txt/Lpt1", "nul.txt_/Lpt1_.log"),
        ("/end.../x.", "end/x.log"),
        ("/-rf", "_rf.log"),
    ],
)
def test_the_path_names_the_capture(target: str, file: str) -> None:
    name = wanted_name(target)
    assert name is not None
    assert "/".join((*name.folders, name.numbered(1))) == file


@pytest.mark.parametrize(
    "target",
    [
        "/",
        "",
        "*",
        "?x",
        "http://example.org",
        "/..",
        "/../x",
        "/a/../../x",
        "/%2e%2e/x",
        "/.%2e/x",
        "/.",
        "/...",
        "/.hidden",
        "/.hidden/x",
        "/a%00b",
        "/a%0Ab",
        "/a%1B[2J",
        "/a%7Fb",
        "/a%C2%9Bb",
        "/%E2%80%AEx",
        "/%E2%80%8Bx",
        "/a\\b",
        "/a%5Cb",
        "/%FF",
        "/%C3",
        "/%ED%A0%80",
        "/" + "x" * (MAX_COMPONENT + 1),
        "/" + "%C3%BC" * (MAX_COMPONENT // 2 + 1),
        "/" + "x/" * (MAX_DEPTH + 1),
        "/.log",
    ],
)
def test_a_hostile_or_missing_path_names_nothing(target: str) -> None:
    assert wanted_name(target) is None


ESCAPED = st.text().map(lambda text: "/" + quote(text, safe="/%.\\"))
RAW = st.text(st.characters(min_codepoint=1, max_codepoint=255)).map(lambda text: "/" + text)
PIECES = st.sampled_from(
    ["..", ".", "/", "%2e", "%2F", "\\", "%5c", "~", "a", "%00", "CON", "%", " "]
)


@given(st.one_of(ESCAPED, RAW, st.lists(PIECES).map("".join)))
def test_no_target_leaves_the_directory(target: str) -> None:
    name = wanted_name(target)
    if name is None:
        return
    parts = [*name.folders, name.numbered(1)]
    assert len(parts) <= MAX_DEPTH
    for part in parts:
        assert part.strip(".")
        assert not part.startswith(".")
        assert len(part.encode()) < 255
        assert not set(part) & set('/\\:*?"<>|')
        assert part.isprintable()


@given(st.one_of(ESCAPED, RAW))
def test_a_name_names_itself(target: str) -> None:
    name = wanted_name(target)
    if name is not None:
        spelled = "/" + "/".join(quote(part) for part in (*name.folders, name.stem))
        assert wanted_name(spelled) == name


@pytest.mark.parametrize(
    ("target", "case"),
    [
        ("/4.2.3", "4.2.3"),
        ("/go/10.1.1", "10.1.1"),
        ("/2.1", "2.1"),
        ("/4", None),
        ("/a4.2.3", None),
    ],
)
def test_a_case_is_known_by_its_id(target: str, case: str | None) -> None:
    assert case_of(target) == case


def test_without_a_path_start_time_and_peer_are_the_name() -> None:
    started = datetime(2026, 11, 22, 13, 0, 0, 123456, UTC)
    name = unnamed(started, "127.0.0.1:53122").numbered(1)
    assert name == "20261122T130000.123456Z-127.0.0.1-53122.log"
    assert unnamed(started, "[::1]:80").stem == "20261122T130000.123456Z---1-80"


def made(directory: Path, *names: str) -> str:
    file, path = create(str(directory), Name(names[:-1], names[-1]))
    os.close(file)
    return path


def test_files_and_folders_are_for_the_owner_only(tmp_path: Path) -> None:
    captures = tmp_path / "captures"
    assert made(captures, "go", "1.1.1") == "go/1.1.1.log"
    modes = [
        stat.S_IMODE(path.stat().st_mode) for path in (captures / "go", captures / "go/1.1.1.log")
    ]
    assert modes == [0o700, 0o600]


def test_a_taken_name_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "x.log").write_text("mine")
    assert [made(tmp_path, "x") for _ in range(3)] == ["x~2.log", "x~3.log", "x~4.log"]
    assert (tmp_path / "x.log").read_text() == "mine"


def test_a_link_is_neither_followed_nor_overwritten(tmp_path: Path) -> None:
    outside, captures = tmp_path / "outside", tmp_path / "captures"
    outside.mkdir()
    captures.mkdir()
    (captures / "folder").symlink_to(outside)
    (captures / "x.log").symlink_to(outside / "target")
    with pytest.raises(OSError, match="folder"):
        made(captures, "folder", "x")
    assert made(captures, "x") == "x~2.log"
    assert list(outside.iterdir()) == []


def test_a_file_in_the_way_of_a_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("")
    with pytest.raises(OSError, match="x"):
        made(tmp_path, "x", "y")


@given(st.integers(1, 5000))
def test_a_free_number_is_found_in_few_questions(last: int) -> None:
    asked = []

    def is_taken(number: int) -> bool:
        asked.append(number)
        return number <= last

    assert free_number(is_taken) == last + 1
    assert len(asked) <= 2 * 14
