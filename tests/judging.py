"""Captures held against the rules, for tests: what triggers a rule, and what just does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from builders import CaptureBuilder, opened, request, response
from wirelog.findings import Finding, Report, check
from wirelog.frames import Frame
from wirelog.rules import Rule

SECOND = 1_000_000_000


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
        assert self.rule.id not in ids(self.keeps()), texts(self.keeps())


def report_of(made: CaptureBuilder) -> Report:
    return check(*opened(made.unfinished()))


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
