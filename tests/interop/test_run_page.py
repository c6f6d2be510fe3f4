"""A browser plays cases from the page of `wsconform serve`, by its button, and shows what came."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.request import urlopen

import pytest

from fuzzing import Fuzzing, fuzzing_server
from interop import browser
from servers import wait_for

PATTERN = "1.1.1,3.1,7.1.*,9.1.1"


@pytest.fixture(scope="module")
def fuzzer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fuzzing]:
    if browser.find() is None:
        pytest.skip("Chromium is not installed")
    with fuzzing_server(tmp_path_factory.mktemp("page"), "--profile", "full") as server:
        yield server


def ask(server: Fuzzing, path: str) -> str:
    with urlopen(f"http://127.0.0.1:{server.port}/{path}") as answer:
        text: str = answer.read().decode()
        return text


def test_the_button_plays_the_cases_in_this_browser(fuzzer: Fuzzing) -> None:
    with browser.opened(f"http://127.0.0.1:{fuzzer.port}/?cases={PATTERN}") as tab:
        wait_for(lambda: bool(tab.value("document.querySelector('#agent')?.value")), "the page")
        agent = tab.value("document.querySelector('#agent').value")
        assert agent.startswith(("Chrom", "Browser"))
        assert tab.text("#run") == "Run the 9 cases in this browser"
        tab.value("document.querySelector('#run').focus()")
        tab.press("Enter")
        wait_for(lambda: tab.text("#message").startswith("9 cases in"), tab.text("#message"), 60)
        assert tab.text("#counts").startswith("9/9")
        assert tab.value("document.querySelectorAll('.cell[class*=is-]').length") == 9
        wait_for(lambda: tab.text("#agents").count(agent) == 1, "the agent in the list")
        assert tab.complaints == []

    results = json.loads(ask(fuzzer, "results.json"))[agent]
    assert len(results) == 9
    assert all(results[case_id]["passed"] for case_id in ("1.1.1", "3.1", "7.1.1", "9.1.1"))
    assert results["1.1.1"]["remoteCloseCode"] == 1000
    assert "1.1.1" in ask(fuzzer, "reports/")
    assert ask(fuzzer, f"reports/{results['3.1']['capture']}").startswith("#wirelog 1 ")
    assert "Wire log" in ask(fuzzer, f"reports/{results['3.1']['page']}")


def test_the_index_of_the_reports_filters_under_its_policy(fuzzer: Fuzzing) -> None:
    with browser.opened(f"http://127.0.0.1:{fuzzer.port}/reports/") as tab:
        wait_for(lambda: bool(tab.value("document.querySelector('footer') !== null")), "the page")
        tab.value("document.querySelector('#search').focus()")
        tab.call("Input.insertText", text="no such case")
        wait_for(lambda: tab.text("#empty") == "No case fits.", "the filter")
        assert tab.complaints == []
