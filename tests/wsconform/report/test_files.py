"""Names of report files, and files that are whole or not there."""

from __future__ import annotations

import os
import resource
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsconform.report import files


@pytest.mark.parametrize(
    ("agent", "stem"),
    [
        ("AutobahnPython/26.10.2", "autobahnpython_26_10_2"),
        ("  Go Server  ", "go_server"),
        ("a--b", "a__b"),
        ("日本", ""),
        ("../../etc/passwd", "etc_passwd"),
    ],
)
def test_names_are_spelled_as_in_published_reports(agent: str, stem: str) -> None:
    assert files.stem_of(agent) == stem


@given(st.text())
def test_no_agent_leaves_the_directory(agent: str) -> None:
    name = files.case_file(files.stem_of(agent), "4.2.3")
    assert Path(name).name == name
    assert files.split_case_file(name) == (files.stem_of(agent), "4.2.3")
    assert ".." not in Path(files.capture_file(files.stem_of(agent), "4.2.3")).parts


def test_agents_of_like_names_do_not_share_files() -> None:
    taken = {"foo_1": "Foo/1"}
    assert files.free_stem("Foo/1", taken) == "foo_1"
    assert files.free_stem("foo 1", taken) == "foo_1~2"
    assert files.split_case_file(files.case_file("foo_1~2", "1.1.1")) == ("foo_1~2", "1.1.1")


@pytest.mark.parametrize(
    "name", ["index.json", "x_case_.json", "x_case_1_1_1.html", "x_case_a.json"]
)
def test_other_files_are_no_reports(name: str) -> None:
    assert files.split_case_file(name) is None


def test_writing_makes_the_folder_and_leaves_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "c.json"
    files.write(path, b"one")
    files.write(path, b"two")
    assert path.read_bytes() == b"two"
    assert list(path.parent.iterdir()) == [path]


def test_a_disk_that_is_full_is_told_by_name_and_gets_no_rest(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        with pytest.raises(OSError) as failed:
            files.write(path, bytes(2000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert failed.value.filename == str(path)
    assert list(tmp_path.iterdir()) == []


def test_a_failed_write_leaves_the_old_file_and_no_rest(tmp_path: Path) -> None:
    taken = tmp_path / "folder"
    (taken / "in it").mkdir(parents=True)
    with pytest.raises(OSError):
        files.write(taken, b"x")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_where_a_user_points_a_link_stays_a_link(tmp_path: Path) -> None:
    link, real = tmp_path / "link", tmp_path / "real"
    link.symlink_to("real")
    for content in (b"one", b"two"):  # the first makes it
        files.deliver(link, content)
        assert (link.is_symlink(), real.read_bytes()) == (True, content)


def test_where_a_user_points_a_pipe_is_written_into(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        files.check_deliverable(pipe)
        files.deliver(pipe, b"one")
        assert os.read(reader, 10) == b"one"
    finally:
        os.close(reader)
    assert pipe.is_fifo()


@pytest.mark.parametrize("place", [".", "file/below", "loop"])
def test_where_nothing_can_be_written_is_told_before(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("file").write_text("")
    Path("loop").symlink_to("loop")
    with pytest.raises(OSError) as failed:
        files.check_deliverable(Path(place))
    assert failed.value.filename == place


def test_what_is_told_before_changes_nothing(tmp_path: Path) -> None:
    old = tmp_path / "old"
    old.write_text("old")
    files.check_deliverable(old)
    files.check_deliverable(tmp_path / "new" / "folder" / "file")
    assert old.read_text() == "old"
    assert list(tmp_path.iterdir()) == [old]


def test_a_file_that_may_not_be_written_is_told_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != tmp_path)
    with pytest.raises(PermissionError, match=str(tmp_path)):
        files.check_deliverable(tmp_path / "new")


def test_a_pipe_that_is_named_like_a_report_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "index.json")
    with pytest.raises(OSError, match="no regular file"):
        files.read_json(tmp_path / "index.json")
