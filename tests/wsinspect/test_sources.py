"""From paths to captures."""

import io
import os
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from builders import EVIL, case_4_2_3, is_harmless
from wsinspect.sources import STDIN, SourceError, find, is_pipe, load, natural, stream

OCTETS = case_4_2_3().finish()


def write(path: Path, octets: bytes = OCTETS) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(octets)
    return path


def names(root: Path, *paths: Path) -> list[str]:
    return [str(file.relative_to(root)) for file in find(paths or [root]).files]


def fails(path: Path | str) -> str:
    with pytest.raises(SourceError) as caught:
        load(path)
    return str(caught.value).removeprefix(f"{path}: ")


def test_a_directory_is_listed_in_natural_order(tmp_path: Path) -> None:
    for name in ["4.2.10", "4.2.9", "4.2.9~2", "10.1.1", "go/4.2.3", "a b"]:
        write(tmp_path / f"{name}.log")
    assert names(tmp_path) == [
        "4.2.9.log", "4.2.9~2.log", "4.2.10.log", "10.1.1.log", "a b.log", "go/4.2.3.log",
    ]  # fmt: skip


def test_hidden_files_and_folders_are_skipped(tmp_path: Path) -> None:
    for name in [".hidden.log", ".git/x.log", "seen.log"]:
        write(tmp_path / name)
    assert names(tmp_path) == ["seen.log"]


def test_other_names_are_taken_for_what_is_in_them(tmp_path: Path) -> None:
    write(tmp_path / "capture.txt")
    write(tmp_path / "README.md", b"# Captures\n")
    write(tmp_path / "broken.log", b"garbage")
    assert names(tmp_path) == ["broken.log", "capture.txt"]


def test_files_are_taken_as_given_and_only_once(tmp_path: Path) -> None:
    second, first = write(tmp_path / "b.log"), write(tmp_path / "a.log")
    assert names(tmp_path, second, first, tmp_path) == ["b.log", "a.log"]


def test_a_link_in_a_circle_ends(tmp_path: Path) -> None:
    write(tmp_path / "x.log")
    (tmp_path / "again").symlink_to(tmp_path)
    assert names(tmp_path) == ["x.log"]


def test_bad_paths_do_not_hide_the_good_ones(tmp_path: Path) -> None:
    good = write(tmp_path / "good.log")
    (tmp_path / "empty").mkdir()
    found = find([tmp_path / "missing", good, tmp_path / "empty"])
    assert found.files == [good]
    assert [str(error).removeprefix(str(tmp_path)) for error in found.errors] == [
        "/missing: no such file or directory; check the path",
        "/empty: no captures in this directory; record some with `twistd wsecho`",
    ]


def test_a_capture_is_read_with_its_name(tmp_path: Path) -> None:
    capture = load(write(tmp_path / "a.log", OCTETS))
    assert capture.name.endswith("a.log")
    assert len(capture.records) == 15


def test_a_large_capture_is_read_on_the_way_with_progress(tmp_path: Path) -> None:
    path = write(tmp_path / "big.log", OCTETS + b"# a comment\n" * 200_000)
    told: list[int] = []
    with stream(path, told.append) as capture:
        assert capture.name == str(path)
        assert sum(map(len, capture.batches())) == 15
    assert told == sorted(told)
    assert told[-1] == path.stat().st_size


def test_what_goes_wrong_on_the_way_names_the_file_and_the_remedy(tmp_path: Path) -> None:
    path = write(tmp_path / "a.log", OCTETS)
    words = r"a\.log: Input/output error; check the path"
    with pytest.raises(SourceError, match=words), stream(path):
        raise OSError(5, "Input/output error")


@pytest.mark.parametrize(
    ("octets", "words"),
    [
        (b"", "the file is empty; nothing was recorded in it"),
        (bytes(range(256)) * 100, "not a capture"),
        (b"\x1f\x8b\x08 something compressed", "not a capture"),
        (b"Dear diary,\n", "not a capture"),
    ],
)
def test_what_is_no_capture_gets_a_remedy(tmp_path: Path, octets: bytes, words: str) -> None:
    assert fails(write(tmp_path / "x.log", octets)).startswith(words)


def test_reading_something_else_than_a_file_does_not_hang(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(tmp_path / "socket"))
    assert fails(tmp_path / "socket").startswith("a socket, not a file")
    assert fails(tmp_path).startswith("a directory")
    assert fails("/dev/zero").startswith("a character device, not a file")


def test_a_special_file_in_a_directory_is_skipped(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    os.mkfifo(tmp_path / "fifo.log")
    (tmp_path / "dangling").symlink_to("nowhere")
    write(tmp_path / "x.log")
    assert names(tmp_path) == ["x.log"]


def test_a_fifo_that_is_named_is_read(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    (found,) = find([fifo]).files
    assert is_pipe(found)
    with ThreadPoolExecutor(1) as pool:
        pool.submit(fifo.write_bytes, OCTETS)  # waits for the reader below
        assert len(load(found).records) == 15


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    (found,) = find(["-", "-"]).files
    assert found == STDIN and is_pipe(found)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(OCTETS)))
    with stream(found) as capture:
        assert capture.name == "<stdin>"
        assert sum(map(len, capture.batches())) == 15
    monkeypatch.setattr("sys.stdin", None)
    assert fails(found) == "standard input is closed; pipe a capture into it"


def test_a_file_is_not_taken_for_standard_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("-", "<stdin>"):
        write(tmp_path / name)
        (found,) = find([f"./{name}"]).files
        assert found != STDIN
        assert load(found).header
    assert STDIN not in find(["."]).files


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = write(tmp_path / "secret.log")
    path.chmod(0)
    assert fails(path).startswith("permission denied; make it readable")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_directory_that_may_not_be_read(tmp_path: Path) -> None:
    (tmp_path / "locked").mkdir(mode=0)
    assert "permission denied" in str(find([tmp_path / "locked"]).errors[0])


def test_a_name_that_no_file_can_have() -> None:
    assert fails("a\0b").endswith("embedded null byte; check the path")
    assert "File name too long" in fails("x" * 5000)


def test_an_evil_file_name_is_harmless_in_the_message(tmp_path: Path) -> None:
    path = tmp_path / (EVIL.replace("\0", "").replace("/", "") + "\udcff.log")
    with pytest.raises(SourceError) as caught:
        load(path)
    assert is_harmless(str(caught.value))


@pytest.mark.parametrize(
    ("before", "after"),
    [("4.2.9", "4.2.10"), ("9.1.1", "10.1.1"), ("1", "a"), ("a1b2", "a1b10"), ("2", "9" * 60)],
)
def test_digits_sort_as_numbers(before: str, after: str) -> None:
    assert natural(before) < natural(after)


def test_of_a_case_in_a_directory_the_file_is_taken_that_says_most(tmp_path: Path) -> None:
    page_ = b"<!DOCTYPE html><p>me - <b>Case 1.1.1</b> : Pass - 0 ms @ now</p>"
    report = b'{\n   "agent": "me",\n   "behavior": "OK",\n   "capture": "captures/me/1.1.1.log"\n}'
    (tmp_path / "me_case_1_1_1.html").write_bytes(page_)
    assert names(tmp_path) == ["me_case_1_1_1.html"]
    (tmp_path / "me_case_1_1_1.json").write_bytes(report)
    assert names(tmp_path) == ["me_case_1_1_1.json"]
    write(tmp_path / "captures/me/1.1.1.log")
    assert names(tmp_path) == ["captures/me/1.1.1.log"]
    assert find([tmp_path / "me_case_1_1_1.json"]).files == [tmp_path / "me_case_1_1_1.json"]


def test_an_index_of_verdicts_is_no_capture(tmp_path: Path) -> None:
    (tmp_path / "index.json").write_bytes(b'{"me": {"1.1.1": {"behavior": "OK"}}}')
    write(tmp_path / "a.log")
    assert names(tmp_path) == ["a.log"]
