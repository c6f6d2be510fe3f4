"""The page of one case."""

from __future__ import annotations

from pathlib import Path

import pytest

import outcomes
from web_pages import Page
from wsconform.report.case_page import case_page, page_name, safe_capture, section_words
from wsconform.report.directory import ReportDirectory


def made(tmp_path: Path, before: str = "", after: str = "") -> Page:
    directory = ReportDirectory(tmp_path)
    directory.add(outcomes.bad("4.2.3"), outcomes.source("x/1.0"), [outcomes.capture()])
    (found,) = directory.reports()
    return Page(case_page(tmp_path, found, before, after))


def test_a_case_page_has_verdict_log_facts_and_capture(tmp_path: Path) -> None:
    found = made(tmp_path)
    assert "captures/x_1_0/4.2.3.log" in found.links
    for words in (
        "Too much came", "RX FRAME : OPCODE=1", "wasClean", "closedByMe",
        "GET / HTTP/1.1", "TCP DROPPED BY PEER (FIN)", "wsinspect",
    ):  # fmt: skip
        assert words in found.text, words


def test_a_case_page_leads_to_the_cases_beside_it(tmp_path: Path) -> None:
    found = made(tmp_path, "x_1_0_case_3_2.json", "x_1_0_case_4_2_4.json")
    assert found.links[:3] == [
        "index.html#4.2.3", "x_1_0_case_3_2.html", "x_1_0_case_4_2_4.html",
    ]  # fmt: skip
    assert made(tmp_path).links[0] == "index.html#4.2.3"
    assert "previous" not in made(tmp_path).text


@pytest.mark.parametrize(
    "capture", ["../secret.log", "/etc/passwd", "captures/none.log", "x.log", "captures/../x.log"]
)
def test_a_link_never_leads_out_of_the_captures(tmp_path: Path, capture: str) -> None:
    (tmp_path / "reports" / "captures").mkdir(parents=True)
    (tmp_path / "secret.log").write_text("x")
    (tmp_path / "reports" / "x.log").write_text("x")
    assert safe_capture(tmp_path / "reports", capture) is None


def test_a_page_bears_the_name_of_its_report() -> None:
    assert page_name("x_case_1_1_1.json") == "x_case_1_1_1.html"
    assert page_name("") == ""


def test_a_case_that_nobody_knows_has_no_section() -> None:
    assert section_words("8.1")["title"] == ""
    assert section_words("4.2.3")["url"].endswith("rfc6455#section-5.2")
