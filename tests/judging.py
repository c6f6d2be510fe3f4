"""Captures held against the rules, for tests: what triggers a rule, and what just does not."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from builders import CaptureBuilder, opened, request, response
from wirelog.capture import Record
from wirelog.findings import Finding, Report, check
from wirelog.frames import Frame
from wirelog.reader import Reader
from wirelog.rules import Rule

SECOND = 1_000_000_000
NOWHERE = {
    "case.missing-answer", "case.never-opened", "close.client-dropped-first",
    "close.no-close-frame", "close.reset", "close.server-kept-tcp", "shape.one-octet-pieces",
}  # fmt: skip
"""Rules that no octets break: something did not come, or TCP ended, or it happens everywhere."""


class RuleCase(NamedTuple):
    """A rule, the smallest capture that breaks it, by whom, and one that just does not."""

    rule: Rule
    side: str
    breaks: Callable[[], CaptureBuilder]
    keeps: Callable[[], CaptureBuilder]

    def verify(self) -> None:
        found = [one for one in report_of(self.breaks()).findings if one.rule is self.rule]
        assert [one.side for one in found][:1] == [self.side], texts(self.breaks())
        assert found[0].text
        assert found[0].octets or self.rule.id in NOWHERE
        assert self.rule.id not in ids(self.keeps()), texts(self.keeps())


class Forgetful(Reader):
    """A capture that is read record by record, so that of each everything is forgotten at once."""

    def batches(self) -> Iterator[list[Record]]:
        return ([record] for batch in super().batches() for record in batch)


def report_of(made: CaptureBuilder) -> Report:
    """What is found, which is the same whether a capture is known whole or read on the way."""
    octets = made.unfinished()
    report = check(*opened(octets))
    assert check(Forgetful(io.BytesIO(octets))) == report
    return report


def ids(made: CaptureBuilder) -> list[str]:
    return [one.rule.id for one in report_of(made).findings]


def texts(made: CaptureBuilder) -> list[str]:
    return [str(one) for one in report_of(made).findings]


def only(made: CaptureBuilder, rule: Rule) -> Finding:
    """The one finding of a rule."""
    (found,) = [one for one in report_of(made).findings if one.rule is rule]
    return found


def server() -> CaptureBuilder:
    """An open connection, recorded by the server."""
    return CaptureBuilder().open()


def client() -> CaptureBuilder:
    """An open connection, recorded by the client."""
    return CaptureBuilder("client").open()


HELLO = ["message", "Hello", False]
"""A message as reports show it."""


def played(
    behavior: str = "FAILED", close: str = "OK", *, wants: object = (HELLO,), came: object = (),
    role: str = "client", **more: Any,
) -> CaptureBuilder:  # fmt: skip
    """An open connection of a conformance case, recorded by the one who played it."""
    outcomes = wants if isinstance(wants, dict) else {"OK": wants}
    report = {
        "rfc": "RFC 6455 §5.6", "behavior": behavior, "behaviorClose": close,
        "result": "It was not right.", "resultClose": "It ended badly.",
        "expected": outcomes, "received": came,
    }  # fmt: skip
    return CaptureBuilder(role, report=report | more).open()


def asks(asked: bytes) -> CaptureBuilder:
    """A server's capture of a request that is answered 101."""
    return CaptureBuilder().open(asked)


def answers(answered: bytes, asked: bytes | None = None) -> CaptureBuilder:
    """A server's capture of a response."""
    return CaptureBuilder().open(asked or request(), answered)


def agrees(params: str, offered: str | None = None) -> CaptureBuilder:
    """A handshake that agrees on extensions; the client offers the same, or something else."""
    return answers(
        response(Sec_WebSocket_Extensions=params),
        request(Sec_WebSocket_Extensions=offered or params),
    )


def later(made: CaptureBuilder, seconds: float) -> CaptureBuilder:
    """Some time passes."""
    made.t += round(seconds * SECOND)
    return made


def keyed(frame: Frame, key: int) -> Frame:
    """The frame with a masking key of its own."""
    return replace(frame, mask=key.to_bytes(4, "big"))
