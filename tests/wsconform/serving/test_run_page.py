"""The page that runs the cases; what it does in a browser is tested in one."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from hashlib import sha256

from web_pages import Page
from wsconform.cases import CASES
from wsconform.report.pages import index_page
from wsconform.serving.report_files import Item
from wsconform.serving.run_page import listing_page, report_policy, run_page

URL = "ws://localhost:9001"


def made(count: int = 517) -> str:
    return run_page(list(CASES.values())[:count], URL).text


def hashed(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def test_the_page_knows_every_case() -> None:
    text = made()
    plan = json.loads(re.findall(r'id="plan">(.*?)</script>', text, re.DOTALL)[0])
    assert [case_id for case_id, _ in plan["cases"]] == list(CASES)
    assert plan["cases"][0][1] == CASES["1.1.1"].says
    assert "Run the 517 cases in this browser" in text
    assert "Run the 1 case in this browser" in made(1)


def test_the_page_tells_how_to_point_a_client_at_it() -> None:
    text = Page(made()).text
    for words in (
        f"wsconform testee {URL} --agent me", f"{URL}/getCaseCount", "runCase?case=N&agent=NAME",
        "/getCaseStatus", "/updateReports", "/stopServer", "sendframe", "casetuple",
    ):  # fmt: skip
        assert words in text, words


def test_the_page_needs_nothing_beside_it() -> None:
    found = Page(made())
    assert not {"img", "iframe", "object", "base"} & set(found.tags)
    assert found.tags.count("link") == 1
    assert "data:," in found.links
    assert not [link for link in found.links if link.startswith(("http", "//"))]
    assert "url(" not in made()


def test_the_policy_names_what_is_in_the_page_and_nothing_else() -> None:
    text, policy = run_page([CASES["1.1.1"]], URL)
    for tag, directive in (("script", "script-src"), ("style", "style-src")):
        (inside,) = re.findall(f"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        assert f"{directive} {hashed(inside)}" in policy
    assert "unsafe" not in policy
    assert "connect-src 'self'" in policy
    assert not any(name == "style" or name.startswith("on") for name, _ in Page(text).attributes)


def test_of_report_pages_only_the_script_of_the_index_runs() -> None:
    (inside,) = re.findall("<script>(.*?)</script>", index_page([]), re.DOTALL)
    assert report_policy().endswith(f"script-src {hashed(inside)}")


def test_a_listing_escapes_and_leads_on() -> None:
    text, policy = listing_page("reports/captures/", [Item("<b>/", None), Item("1.1.1.log", 12345)])
    found = Page(text)
    assert found.links == ["../", "%3Cb%3E/", "1.1.1.log"]
    assert "12,345 octets" in found.text
    assert "b" not in found.tags
    assert "script-src 'none'" in policy
