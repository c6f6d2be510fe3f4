"""What a client asks for by its URL: the API of the published suite's server, as values.

Every path outside of the API is the command channel for WebSocket, and a page for plain HTTP. What
cannot be meant, such as a case that is not selected, is `Refused` in one sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from wsconform.cases import CASES, Case

LONGEST_TARGET = 8192
LONGEST_AGENT = 200
"""Characters that the name of an agent may have."""


class Refused(ValueError):
    """A request that cannot be served; `status` is that of the answer."""

    def __init__(self, status: str, words: str) -> None:
        super().__init__(words)
        self.status = status


BAD = "400 Bad Request"
MISSING = "404 Not Found"
TOO_LONG = "414 URI Too Long"
UPGRADE = "426 Upgrade Required"


@dataclass(frozen=True, slots=True)
class CaseCount:
    """How many cases are selected."""


@dataclass(frozen=True, slots=True)
class CaseInfo:
    """What a case is, and whether an agent plays it."""

    case: Case
    agent: str | None = None


@dataclass(frozen=True, slots=True)
class RunCase:
    """Play a case with this agent."""

    case: Case
    agent: str


@dataclass(frozen=True, slots=True)
class CaseStatus:
    """How a case was judged, as soon as it is."""

    case: Case
    agent: str


@dataclass(frozen=True, slots=True)
class UpdateReports:
    """Write the reports: an agent is through."""

    agent: str | None
    shuts_down: bool = False
    """Whether the server is to stop then."""


@dataclass(frozen=True, slots=True)
class StopServer:
    """Stop."""


@dataclass(frozen=True, slots=True)
class Command:
    """The command channel."""


@dataclass(frozen=True, slots=True)
class Page:
    """Something over plain HTTP."""


Asked = CaseCount | CaseInfo | RunCase | CaseStatus | UpdateReports | StopServer | Command | Page


def asked(target: str, cases: Sequence[Case], *, is_plain: bool = False) -> Asked:
    """What the target of a request stands for; `cases` are those that are selected.

    `is_plain` says that no WebSocket connection is asked for. Raises `Refused`.
    """
    if len(target) > LONGEST_TARGET:
        raise Refused(TOO_LONG, f"the URL has more than {LONGEST_TARGET} characters")
    try:
        path, query = split_target(target)
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=MOST_PARAMETERS)
    except ValueError as error:
        raise Refused(BAD, f"the URL cannot be read: {error}") from None
    make = PATHS.get(path)
    if is_plain:
        if make is not None:
            raise Refused(UPGRADE, f"{path} is for WebSocket connections: use ws:// or wss://")
        return Page()
    if make is None:
        _refuse_misspelled(path)
        return Command()
    return make(_Question(path, dict(reversed(pairs)), cases))


MOST_PARAMETERS = 32


def split_target(target: str) -> tuple[str, str]:
    """Path and query of a request target, be it a path or a whole URL (RFC 9112 §3.2); raises
    ValueError.

    Several slashes at its beginning are one: a client gets them by a base URL that ends with one,
    and no host stands behind them as it would in a link.
    """
    if target.startswith("/"):
        path, _, query = target.partition("#")[0].partition("?")
    else:
        parts = urlsplit(target)
        path, query = parts.path, parts.query
    return (f"/{path.lstrip('/')}" if path.startswith("//") else path), query


def _refuse_misspelled(path: str) -> None:
    """A client that meant a path of the API would wait for ever on the command channel."""
    last = path.rstrip("/").rpartition("/")[2].lower()
    for known in PATHS:
        if last == known.strip("/").lower():
            raise Refused(MISSING, f"there is no {path}; {known} is meant")


@dataclass(frozen=True, slots=True)
class _Question:
    """A path of the API with its parameters."""

    path: str
    parameters: Mapping[str, str]
    cases: Sequence[Case]

    @property
    def case(self) -> Case:
        """The case that is asked for, by its number in the selection or by its id."""
        if "case" in self.parameters:
            return self._numbered(self.parameters["case"])
        if "casetuple" in self.parameters:
            return self._named(self.parameters["casetuple"])
        raise Refused(BAD, f"{self.path} needs case=NUMBER or casetuple=ID")

    @property
    def agent(self) -> str:
        """Who asks."""
        if not self.parameters.get("agent", "").strip():
            raise Refused(BAD, f"{self.path} needs agent=NAME, the name of the client under test")
        return self.agent_if_given or ""

    @property
    def agent_if_given(self) -> str | None:
        """Who asks, if that is said."""
        name = self.parameters.get("agent", "").strip()
        if len(name) > LONGEST_AGENT:
            raise Refused(BAD, f"the agent's name has more than {LONGEST_AGENT} characters")
        return name or None

    def _numbered(self, text: str) -> Case:
        number = int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0
        if not 1 <= number <= len(self.cases):
            raise Refused(
                MISSING,
                f"case={text[:20]}: the selected cases have the numbers 1 to {len(self.cases)}",
            )
        return self.cases[number - 1]

    def _named(self, text: str) -> Case:
        case = CASES.get(text)
        if case is None:
            raise Refused(MISSING, f"casetuple={text[:20]}: no such case; an id looks like 4.2.3")
        if case not in self.cases:
            raise Refused(MISSING, f"casetuple={text}: this case is not among those selected")
        return case


def _update_reports(question: _Question) -> UpdateReports:
    shuts_down = question.parameters.get("shutdownOnComplete", "").lower() in ("true", "yes")
    return UpdateReports(question.agent_if_given, shuts_down)


PATHS: Mapping[str, Callable[[_Question], Asked]] = {
    "/getCaseCount": lambda _: CaseCount(),
    "/getCaseInfo": lambda question: CaseInfo(question.case, question.agent_if_given),
    "/runCase": lambda question: RunCase(question.case, question.agent),
    "/getCaseStatus": lambda question: CaseStatus(question.case, question.agent),
    "/updateReports": _update_reports,
    "/stopServer": lambda _: StopServer(),
}
"""Path -> what it asks for, given the parameters."""
