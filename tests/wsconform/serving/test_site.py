"""What is answered to a browser, and to whoever else speaks HTTP."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

import outcomes
from boards import Answer, Browser, FilledBoard, answer
from web_pages import Page
from wsconform.serving.site import IDLE

HOSTILE = "</script><script>alert(1)</script>"


@pytest.fixture
def board(tmp_path: Path) -> FilledBoard:
    board = FilledBoard(tmp_path / "reports")
    board.add(outcomes.good("4.2.4"))
    board.add(outcomes.bad("4.2.3"))
    return board


@pytest.fixture
def browser(board: FilledBoard) -> Browser:
    return Browser(board)


def test_the_first_page_names_the_address_that_the_browser_used(browser: Browser) -> None:
    for host in ("localhost:9001", "fuzz.example", "[::1]:9001"):
        page = browser.ask("/", "GET", f"Host: {host}")
        assert page.status == 200
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert f'wsconform testee <span data-path="">ws://{host}</span>' in page.body


def test_a_host_that_is_none_is_not_repeated(browser: Browser) -> None:
    page = browser.ask("/", "GET", 'Host: "><b>x')
    assert page.status == 200
    assert "<b>x" not in page.body
    assert "ws://10.0.0.1:12345/getCaseCount" in page.body  # where it was reached


def test_results_are_those_of_the_published_index_with_more_behind(browser: Browser) -> None:
    came = browser.ask("/results.json")
    assert came.headers["content-type"] == "application/json"
    assert came.headers["cache-control"] == "no-store"
    result = json.loads(came.body)["x/1.0"]["4.2.3"]
    assert result["behavior"] == "FAILED"
    assert result["reportfile"] == "x_1_0_case_4_2_3.json"
    assert result["why"].startswith("Too much came")
    assert result["page"] == "x_1_0_case_4_2_3.html"
    assert result["capture"] == "captures/x_1_0/4.2.3.log"
    assert not result["passed"]


def test_results_of_some_agents_and_cases(board: FilledBoard, browser: Browser) -> None:
    board.add(outcomes.good("4.2.4"), "Grüße & more")
    picked = browser.ask("/results.json?agent=Gr%C3%BC%C3%9Fe+%26+more&case=4.2.4&case=4.2.3")
    assert {agent: list(cases) for agent, cases in json.loads(picked.body).items()} == {
        "Grüße & more": ["4.2.4"]
    }
    assert json.loads(browser.ask("/results.json?agent=nobody").body) == {}
    assert list(json.loads(browser.ask("/results.json?case=4.2.4").body)) == [
        "x/1.0",
        "Grüße & more",
    ]


def test_agents_have_counts_and_what_they_play(board: FilledBoard, browser: Browser) -> None:
    board.now = [("new", "4.2.4"), ("x/1.0", "4.2.3")]
    assert json.loads(browser.ask("/agents.json").body) == {
        "cases": 2,
        "agents": [
            {"name": "x/1.0", "counts": {"passed": 1, "failed": 1}, "playing": ["4.2.3"]},
            {"name": "new", "counts": {}, "playing": ["4.2.4"]},
        ],
    }


def test_a_report_is_shown_although_its_page_was_not_written(browser: Browser) -> None:
    index = browser.ask("/reports/")
    assert "x_1_0_case_4_2_3.html" in Page(index.body).links
    case = browser.ask("/reports/x_1_0_case_4_2_3.html")
    assert case.headers["content-type"] == "text/html; charset=utf-8"
    assert "Too much came" in case.body


def test_files_have_their_types_and_are_asked_for_again(
    board: FilledBoard, browser: Browser
) -> None:
    capture = browser.ask("/reports/captures/x_1_0/4.2.3.log")
    assert capture.headers["content-type"] == "text/plain; charset=utf-8"
    assert capture.body.startswith("#wirelog 1 ")
    assert capture.headers["cache-control"] == "no-cache"
    report = browser.ask("/reports/x_1_0_case_4_2_3.json")
    assert report.headers["content-type"] == "application/json"
    assert json.loads(report.body)["id"] == "4.2.3"


def test_a_file_that_did_not_change_is_not_sent_again(browser: Browser) -> None:
    path = "/reports/captures/x_1_0/4.2.3.log"
    known = browser.ask(path).headers["last-modified"]
    again = browser.ask(path, "GET", "Host: x", f"If-Modified-Since: {known}")
    assert (again.status, again.body) == (304, "")


def test_captures_can_be_browsed(browser: Browser) -> None:
    moved = browser.ask("/reports/captures")
    assert (moved.status, moved.headers["location"]) == (301, "captures/")
    assert "x_1_0/" in Page(browser.ask("/reports/captures/").body).links
    assert "4.2.3.log" in Page(browser.ask("/reports/captures/x_1_0/").body).links
    assert browser.ask("/reports").headers["location"] == "reports/"


@pytest.mark.parametrize(
    "path",
    [
        "/nope", "/reports/nope", "/reports/../secret.log", "/reports/%2e%2e/secret.log",
        "/reports/captures/..%2f..%2fsecret.log", "/reports//etc/passwd", "/reports/run.json",
        "/reports/captures/x_1_0/4.2.3.log/", "/reports/captures/y/",
        "/reports/%00", "/reports/%ff", "/reports/y_case_1_1_1.html",
        f"/reports/{'y' * 300}_case_1_1_1.html",
    ],
)  # fmt: skip
def test_what_is_not_there(path: str, board: FilledBoard, browser: Browser) -> None:
    (board.directory.path.parent / "secret.log").write_text("secret")
    (board.directory.path / "run.json").write_text("secret")
    missing = browser.ask(path)
    assert missing.status == 404
    assert missing.headers["content-type"] == "text/plain; charset=utf-8"
    assert missing.body.startswith("There is no /")
    assert "secret" not in missing.body.replace("secret.log", "")


def test_only_reading_is_allowed(browser: Browser) -> None:
    for method in ("POST", "DELETE", "OPTIONS", "BREW"):
        refused = browser.ask("/reports/", method, "Host: x", "Content-Length: 0")
        assert (refused.status, refused.headers["allow"]) == (405, "GET, HEAD")
        assert "GET and HEAD" in refused.body


@pytest.mark.parametrize(
    "path", ["/", "/results.json", "/reports/", "/reports/captures/x_1_0/4.2.3.log", "/nope"]
)
def test_a_head_is_that_of_the_page(path: str, browser: Browser) -> None:
    full, head = browser.ask(path), browser.ask(path, "HEAD")
    assert head.body == ""
    assert head.status == full.status
    for name in ("content-type", "content-length", "content-security-policy"):
        assert head.headers[name] == full.headers[name]


@pytest.mark.parametrize("path", ["/runCase?case=1&agent=x", "/getCaseCount", "/stopServer"])
def test_the_paths_for_web_socket_say_so(path: str, browser: Browser) -> None:
    refused = browser.ask(path)
    assert (refused.status, refused.headers["upgrade"]) == (426, "websocket")
    assert "WebSocket" in refused.body


@pytest.mark.parametrize(
    "path", ["/", "/results.json", "/reports/", "/reports/captures/x_1_0/4.2.3.log", "/nope"]
)
def test_nothing_is_taken_for_what_it_is_not(path: str, browser: Browser) -> None:
    headers = browser.ask(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert "unsafe-inline" not in headers["content-security-policy"].partition("script-src")[2]
    assert headers["server"].startswith("wsconform/")


def test_a_hostile_agent_stays_text(board: FilledBoard, browser: Browser) -> None:
    honest = [Page(browser.ask(path).body).tags.count("script") for path in ("/", "/reports/")]
    board.add(outcomes.bad("4.2.3"), HOSTILE)
    board.now = [(HOSTILE, "4.2.3")]
    pages = [browser.ask(path).body for path in ("/", "/reports/")]
    assert [Page(page).tags.count("script") for page in pages] == honest
    assert HOSTILE in Page(pages[1]).text
    assert HOSTILE in json.loads(browser.ask("/results.json").body)


def test_a_script_in_a_page_of_somebody_else_does_not_run(
    board: FilledBoard, browser: Browser
) -> None:
    page = board.directory.path / "y_case_1_1_1.html"
    page.write_text("<script>alert(1)</script>")
    (board.directory.path / "y_case_1_1_1.json").write_text("{}")
    shown = browser.ask("/reports/x_1_0_case_4_2_3.html")
    assert "'sha256-" in shown.headers["content-security-policy"].partition("script-src")[2]


def waiting(board: FilledBoard) -> tuple[Browser, Deferred[str | None]]:
    made: Deferred[str | None] = Deferred()
    return Browser(board, lambda *_: made), made


def test_a_page_that_takes_its_time_is_sent_when_it_is_made(board: FilledBoard) -> None:
    browser, made = waiting(board)
    transport = browser.send("GET /reports/ HTTP/1.1\nHost: x")
    assert transport.value() == b""
    made.callback("<p>late</p>")
    assert answer(transport).body == "<p>late</p>"


def test_a_reader_that_does_not_wait_is_forgotten(board: FilledBoard) -> None:
    browser, made = waiting(board)
    transport = browser.send("GET /reports/ HTTP/1.1\nHost: x")
    transport.protocol.connectionLost(Failure(ConnectionError()))
    made.callback("<p>late</p>")
    assert transport.value() == b""


def test_a_page_that_cannot_be_made_says_why(board: FilledBoard) -> None:
    browser, made = waiting(board)
    transport = browser.send("GET /reports/ HTTP/1.1\nHost: x")
    made.errback(OSError(5, "Input/output error"))
    broken: Answer = answer(transport)
    assert broken.status == 500
    assert "Input/output error" in broken.body


def test_what_is_sent_along_is_not_kept(browser: Browser) -> None:
    transport = browser.send("GET /agents.json HTTP/1.1\nHost: x\nContent-Length: 200000")
    transport.protocol.dataReceived(b"x" * 200000)
    assert answer(transport).status == 200


def test_an_idle_connection_is_closed(browser: Browser) -> None:
    transport = browser.send("GET /agents.json HTTP/1.1\nHost: x")
    browser.site.reactor.advance(IDLE + 1)
    assert transport.disconnecting
