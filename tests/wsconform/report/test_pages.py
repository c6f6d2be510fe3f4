"""The pages: self-contained, escaped, with links that lead somewhere."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import outcomes
from web_pages import Page
from wsconform.report.directory import ReportDirectory
from wsconform.report.files import as_json
from wsconform.report.pages import index_page, page_of, write_pages

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>&lt;\x1b[31m\u202egnp\x00"


def page(path: Path) -> Page:
    return Page(path.read_text())


def filled(tmp_path: Path, agent: str = "x/1.0") -> ReportDirectory:
    directory = ReportDirectory(tmp_path)
    for result in (outcomes.good("3.2"), outcomes.bad("4.2.3"), outcomes.good("4.2.4")):
        directory.add(result, outcomes.source(agent), [outcomes.capture()])
    return directory


def hostile_report(template: dict[str, Any]) -> dict[str, Any]:
    """Each text of the report that is no key of ours replaced."""
    texts = {key: HOSTILE for key, value in template.items() if isinstance(value, str)}
    return {
        **template, **texts, "id": "4.2.3", "wanted": [HOSTILE],
        "received": [["message", HOSTILE, False]],
        "expected": {HOSTILE: [[HOSTILE, HOSTILE]], "OK": [[]]},
        "capture": "javascript:alert(1)",
        "attempts": [{"heard": HOSTILE, "behavior": HOSTILE, "started": HOSTILE}] * 2,
        "wirelog": [["RF", [5, HOSTILE], 1, True, 0, False, None], [HOSTILE, HOSTILE]],
        "rxOctetStats": {HOSTILE: 1, "3": 2},
    }  # fmt: skip


def test_the_index_puts_agents_side_by_side(tmp_path: Path) -> None:
    filled(tmp_path, "x/1.0")
    filled(tmp_path, "y/2.0")
    entries = write_pages(ReportDirectory(tmp_path))
    index = page(tmp_path / "index.html")
    assert len(entries) == 6
    assert index.links.count("https://www.rfc-editor.org/rfc/rfc6455#section-5.2") >= 1
    for stem in ("x_1_0", "y_2_0"):
        assert f"{stem}_case_4_2_3.html" in index.links
    assert "Agents differ" in index.text
    assert index.text.count("Too much came") == 2


def test_every_link_between_pages_leads_to_a_file(tmp_path: Path) -> None:
    write_pages(filled(tmp_path))
    for path in tmp_path.glob("*.html"):
        for link in page(path).links:
            if not link.startswith(("#", "https://www.rfc-editor.org/")):
                assert (tmp_path / link.partition("#")[0]).is_file(), link


def test_pages_need_nothing_beside_them(tmp_path: Path) -> None:
    write_pages(filled(tmp_path))
    for path in tmp_path.glob("*.html"):
        found = page(path)
        assert not {"link", "img", "iframe", "object", "base"} & set(found.tags)
        assert "src" not in dict(found.attributes)
        assert "@import" not in path.read_text()
        assert "url(" not in path.read_text()


def test_nothing_hostile_becomes_markup(tmp_path: Path) -> None:
    filled(tmp_path)
    path = tmp_path / "x_1_0_case_4_2_3.json"
    write_pages(ReportDirectory(tmp_path))
    honest = {name.name: page(name).tags for name in tmp_path.glob("*.html")}
    path.write_bytes(as_json(hostile_report(json.loads(path.read_text()))))
    write_pages(ReportDirectory(tmp_path))
    for name in ("index.html", "x_1_0_case_4_2_3.html"):
        text = (tmp_path / name).read_text()
        found = page(tmp_path / name)
        assert found.tags.count("script") == honest[name].count("script")
        assert "img" not in found.tags
        assert not any(key.startswith("on") for key, _ in found.attributes)
        assert not any(link.startswith("javascript:") for link in found.links)
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", text)
        assert "<script>alert(1)</script>" in found.text


def test_only_the_pages_of_one_run_are_written_if_that_is_asked(tmp_path: Path) -> None:
    directory = filled(tmp_path)
    directory.add(outcomes.good("1.1.1"), outcomes.source(run="two"), [outcomes.capture()])
    write_pages(directory, run="two")
    assert [path.name for path in tmp_path.glob("*_case_*.html")] == ["x_1_0_case_1_1_1.html"]
    assert "4.2.3" in page(tmp_path / "index.html").text


def test_reports_of_the_published_suite_get_pages_too(
    tmp_path: Path, published_run: dict[str, dict[str, Any]]
) -> None:
    for case_id in ("4.2.3", "12.1.1"):
        name = f"base_case_{case_id.replace('.', '_')}.json"
        (tmp_path / name).write_bytes(as_json(published_run[case_id]))
    write_pages(ReportDirectory(tmp_path))
    assert "[0.292/0.292]" in page(tmp_path / "index.html").text
    found = page(tmp_path / "base_case_4_2_3.html")
    assert "TX FRAME : OPCODE=13" in found.text
    assert "Non-strict" in found.text


def test_a_page_is_made_from_what_lies_there_although_it_was_not_written(tmp_path: Path) -> None:
    directory = filled(tmp_path)
    made = Page(page_of(directory, "x_1_0_case_4_2_3.html") or "")
    assert made.links[1:3] == ["x_1_0_case_3_2.html", "x_1_0_case_4_2_4.html"]
    assert "x_1_0_case_4_2_3.html" in Page(page_of(directory, "index.html") or "").links
    assert page_of(directory, "x_1_0_case_4_2_9.html") is None
    assert list(tmp_path.glob("*.html")) == []


def test_a_report_that_cannot_be_read_has_no_page(tmp_path: Path) -> None:
    directory = filled(tmp_path)
    (tmp_path / "x_1_0_case_3_2.json").write_text("{")
    assert page_of(directory, "x_1_0_case_3_2.html") is None


def test_an_index_of_nothing_is_a_page_too() -> None:
    assert "No case fits." in Page(index_page([])).text


def test_a_connection_that_never_opened_is_told_with_its_cause_and_once() -> None:
    never = "The connection never opened."
    entry = outcomes.entry(
        "4.2.3", "FAILED", "FAILED", result=never, resultClose=never, opening="it answered 401"
    )
    table = index_page([entry]).partition("</thead>")[2].partition("</table>")[0]
    assert '<span class="small bad">never opened</span>' in table
    assert '<div class="why">The connection never opened: it answered 401.</div>' in table
    assert never not in table
    assert "wrong end" not in table


def test_where_there_is_no_room_for_columns_each_verdict_names_its_agent() -> None:
    entries = [outcomes.entry("4.2.3", agent=name) for name in ("a", 'b"<')]
    assert index_page(entries).count('data-agent="') == 2
    assert 'data-agent="b&#34;&lt;"' in index_page(entries)
    assert "data-agent=" not in index_page(entries[:1])
