"""Answers as values; how they arrive is tested with the site."""

from __future__ import annotations

import json
from http import HTTPStatus

from wsconform.serving.replies import NOTHING, as_json, in_words


def test_words_are_plain_text_on_a_line() -> None:
    reply = in_words("Not here, Grüße.", HTTPStatus.NOT_FOUND, ("Allow", "GET"))
    assert reply.type == "text/plain; charset=utf-8"
    assert reply.body.decode() == "Not here, Grüße.\n"
    assert (reply.status, reply.headers) == (404, (("Allow", "GET"),))


def test_nothing_runs_in_an_answer_that_is_no_page() -> None:
    assert as_json({}).policy == NOTHING


def test_json_is_ascii_whatever_an_agent_calls_itself() -> None:
    reply = as_json({"ü\ud800": 1})
    assert reply.body.isascii()
    assert json.loads(reply.body) == {"ü\ud800": 1}
