"""Which files of a report directory are given out, and when a page is made anew."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

import outcomes
from wsconform.report.directory import ReportDirectory
from wsconform.report.pages import write_pages
from wsconform.serving.report_files import Item, ReportFiles

PAGE = "x_1_0_case_4_2_3.html"


@pytest.fixture
def directory(tmp_path: Path) -> ReportDirectory:
    directory = ReportDirectory(tmp_path / "reports")
    for case_id in ("4.2.3", "1.1.10", "1.1.2"):
        directory.add(
            outcomes.good("4.2.3") if case_id == "4.2.3" else outcomes.bad("4.2.4"),
            outcomes.source(),
            [outcomes.capture()],
        )
    return directory


@pytest.fixture
def files(directory: ReportDirectory) -> ReportFiles:
    return ReportFiles(directory)


def test_reports_and_captures_are_given_out(directory: ReportDirectory, files: ReportFiles) -> None:
    for name in ("x_1_0_case_4_2_3.json", "captures/x_1_0/4.2.3.log", "index.json"):
        assert files.file(name) == directory.path / name


@pytest.mark.parametrize(
    "name",
    [
        "", ".", "..", "../secret.log", "captures/../../secret.log", "/etc/passwd", "run.json",
        "captures", "captures/x_1_0", "captures/.hidden/4.2.3.log", "x\0_case_1.json",
        ".x_1_0_case_4_2_3.json.1.tmp", "captures/x_1_0/4.2.3.log\n", "index.json/",
    ],
)  # fmt: skip
def test_nothing_else_is(name: str, directory: ReportDirectory, files: ReportFiles) -> None:
    (directory.path.parent / "secret.log").write_text("x")
    (directory.path / "run.json").write_text("{}")
    assert files.file(name) is None


def test_a_link_out_of_the_directory_leads_nowhere(
    directory: ReportDirectory, files: ReportFiles
) -> None:
    (directory.path.parent / "secret").mkdir()
    (directory.path.parent / "secret/4.2.3.log").write_text("x")
    (directory.path / "captures/y").symlink_to(directory.path.parent / "secret")
    (directory.path / "captures/x_1_0/1.1.1.log").symlink_to("/etc/passwd")
    (directory.path / "captures/x_1_0/1.1.2.log").symlink_to("1.1.2.log")
    assert files.file("captures/y/4.2.3.log") is None
    assert files.file("captures/x_1_0/1.1.1.log") is None
    assert files.file("captures/x_1_0/1.1.2.log") is None
    assert files.listing("captures/y") is None
    assert files.listing("captures") == [Item("x_1_0/", None)]


def test_no_page_is_made_of_what_a_link_leads_out_to(
    directory: ReportDirectory, files: ReportFiles
) -> None:
    outside = directory.path.parent / "secret.json"
    report = json.loads((directory.path / "x_1_0_case_4_2_3.json").read_text())
    outside.write_text(json.dumps({**report, "agent": "secret"}))
    (directory.path / "link_case_4_2_3.json").symlink_to(outside)
    assert files.page("link_case_4_2_3.html") is None
    assert "secret" not in (files.page("index.html") or "")
    (directory.path / "near_case_4_2_3.json").symlink_to("x_1_0_case_4_2_3.json")
    assert files.page("near_case_4_2_3.html") is not None


def test_a_directory_that_is_a_link_itself_is_served(
    directory: ReportDirectory, tmp_path: Path
) -> None:
    (tmp_path / "latest").symlink_to(directory.path)
    assert ReportFiles(ReportDirectory(tmp_path / "latest")).file("index.json") is not None


def test_a_pipe_is_no_file(directory: ReportDirectory, files: ReportFiles) -> None:
    os.mkfifo(directory.path / "captures/x_1_0/1.1.1.log")
    assert files.file("captures/x_1_0/1.1.1.log") is None


def test_a_listing_sorts_as_people_do(directory: ReportDirectory, files: ReportFiles) -> None:
    folder = directory.path / "captures/x_1_0"
    for name in ("4.2.10.log", "4.2.3~first.log", "notes.txt"):
        (folder / name).write_text("x")
    items = files.listing("captures/x_1_0") or []
    assert [item.name for item in items] == [
        "4.2.3.log",
        "4.2.3~first.log",
        "4.2.4.log",
        "4.2.10.log",
    ]
    assert items[1].octets == 1
    assert files.listing("captures/nobody") is None


def test_a_page_is_made_until_a_newer_one_is_written(
    directory: ReportDirectory, files: ReportFiles
) -> None:
    assert files.must_be_made(PAGE)
    assert files.must_be_made("index.html")
    write_pages(directory)
    assert not files.must_be_made(PAGE)
    assert not files.must_be_made("index.html")
    later = (directory.path / PAGE).stat().st_mtime_ns + 10**9
    os.utime(directory.path / "x_1_0_case_4_2_3.json", ns=(later, later))
    assert files.must_be_made(PAGE)
    assert files.must_be_made("index.html")
    assert not files.must_be_made("x_1_0_case_4_2_4.html")


def test_a_page_alone_is_shown_as_it_is(directory: ReportDirectory, files: ReportFiles) -> None:
    write_pages(directory)
    (directory.path / "x_1_0_case_4_2_3.json").unlink()
    assert not files.must_be_made(PAGE)
    assert files.file(PAGE) is not None


def test_only_pages_are_made(files: ReportFiles) -> None:
    assert not files.must_be_made("x_1_0_case_9_9_9.json")
    assert not files.must_be_made("../x.html")
    assert files.page("x_1_0_case_9_9_9.html") is None
    assert "Pass" in (files.page(PAGE) or "")
