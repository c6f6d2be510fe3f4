"""Pages a slice at a time, and only those that are missing or old."""

from __future__ import annotations

import json
from pathlib import Path

import outcomes
from wsconform.report.directory import ReportDirectory
from wsconform.report.pages import write_pages
from wsconform.serving.writing import PageWriter


def add(writer: PageWriter, directory: ReportDirectory, case: str, agent: str = "me") -> None:
    writer.take(directory.add(outcomes.good(case), outcomes.source(agent), [outcomes.capture()]))


def pages(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("*.html")}


def test_it_writes_what_the_report_command_would_write(tmp_path: Path) -> None:
    directory = ReportDirectory(tmp_path)
    directory.add(outcomes.good("3.1"), outcomes.source("earlier"), [outcomes.capture()])
    writer = PageWriter(directory)
    for case in ("4.2.3", "4.2.1", "4.2.2"):
        add(writer, directory, case)
        list(writer.write())
    made, index = pages(tmp_path), (tmp_path / "index.json").read_bytes()
    assert "earlier" in json.loads(index)
    write_pages(directory, "run")
    directory.write_index()
    again = pages(tmp_path)
    assert {name: again[name] for name in made} == made
    assert (tmp_path / "index.json").read_bytes() == index


def test_it_pauses_between_pages_and_leaves_alone_what_is_not_new(tmp_path: Path) -> None:
    directory = ReportDirectory(tmp_path)
    writer = PageWriter(directory)
    for number in range(1, 17):
        add(writer, directory, f"1.1.{number}" if number < 9 else f"1.2.{number - 8}")
    assert sum(1 for _ in writer.write()) > 16
    for path in tmp_path.glob("*.html"):
        path.unlink()
    add(writer, directory, "1.1.3")
    list(writer.write())
    assert set(pages(tmp_path)) == {
        "index.html", *(f"me_case_1_1_{number}.html" for number in (2, 3, 4)),
    }  # fmt: skip


def test_without_anything_new_nothing_is_written(tmp_path: Path) -> None:
    list(PageWriter(ReportDirectory(tmp_path)).write())
    assert not list(tmp_path.iterdir())


def behaviors(folder: Path) -> dict[str, dict[str, str]]:
    index = json.loads((folder / "index.json").read_text())
    return {
        agent: {case: one["behavior"] for case, one in cases.items()}
        for agent, cases in index.items()
    }


def test_two_that_write_into_one_directory_do_not_lose_each_others_results(tmp_path: Path) -> None:
    directories = [ReportDirectory(tmp_path), ReportDirectory(tmp_path)]
    writers = [PageWriter(directory) for directory in directories]
    for _ in range(2):
        for agent, writer, directory in zip("ab", writers, directories, strict=True):
            add(writer, directory, "4.2.3", agent)
            list(writer.write())
    add(writers[0], directories[0], "4.2.1", "a")
    list(writers[0].write())
    found = {agent: set(cases) for agent, cases in behaviors(tmp_path).items()}
    assert found == {"a": {"4.2.1", "4.2.3"}, "b": {"4.2.3"}}
    assert "b_case_4_2_3.html" in (tmp_path / "index.html").read_text()


def test_what_another_one_has_replaced_or_removed_is_in_the_index_as_it_is_now(
    tmp_path: Path,
) -> None:
    mine, other = ReportDirectory(tmp_path), ReportDirectory(tmp_path)
    writer = PageWriter(mine)
    other.add(outcomes.good("3.1"), outcomes.source("b"), [outcomes.capture()])
    other.add(outcomes.good("3.2"), outcomes.source("b"), [outcomes.capture()])
    add(writer, mine, "4.2.3")
    list(writer.write())
    other.add(outcomes.bad("3.1"), outcomes.source("b"), [outcomes.capture()])
    (tmp_path / "b_case_3_2.json").unlink()
    add(writer, mine, "4.2.4")
    list(writer.write())
    assert behaviors(tmp_path)["b"] == {"3.1": "FAILED"}
