"""`Sec-WebSocket-Extensions`, and how permessage-deflate is agreed on (RFC 6455 §9.1, RFC 7692
§7.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from wirelog.escaping import escape
from wirelog.frames import Side
from wirelog.inflate import DeflateParams
from wirelog.rules.request import OFFER
from wirelog.rules.response import RESPONSE_PARAMS
from wirelog.rules.rule import Problem

DEFLATE = "permessage-deflate"
LARGEST_WINDOW = 15
"""Bits of the window where none are agreed (RFC 7692 §7.1.2)."""


@dataclass(frozen=True, slots=True)
class Extension:
    """One element of `Sec-WebSocket-Extensions` (§9.1)."""

    name: str
    params: tuple[tuple[str, str | None], ...] = ()

    def get(self, name: str, default: str | None = None) -> str | None:
        """A parameter's value; `default` if it is absent or has none."""
        return next(
            (value for key, value in self.params if key == name and value is not None), default
        )

    def has(self, name: str) -> bool:
        """Whether the parameter is there, with or without a value."""
        return any(key == name for key, _ in self.params)

    def __str__(self) -> str:
        shown = [key if value is None else f"{key}={value}" for key, value in self.params]
        return "; ".join([self.name, *shown])


# Possessive, so that no header makes the search go back and forth.
_ITEM = re.compile(
    r'\s*+([^\s;,="]++)\s*+(?:=\s*+(?:"((?:\\.|[^"\\])*+)"|([^\s;,"]*+))\s*+)?(;|,|$)'
)
_EMPTY = re.compile(r"[\s,]*+")


def parse_extensions(values: list[str]) -> list[Extension]:
    """The extensions in all header values, in order; what does not parse ends its value."""
    return [one for value in values for one in _parse_value(value)[0]]


def is_readable(values: list[str]) -> bool:
    """Whether all of the header values follows the grammar (§9.1)."""
    return all(_parse_value(value)[1] for value in values)


def _parse_value(value: str) -> tuple[list[Extension], bool]:
    """The extensions of one header value, and whether it could be read to its end."""
    found: list[Extension] = []
    name, params = "", list[tuple[str, str | None]]()
    at = _end_of_empty(value, 0)
    while at < len(value) and (item := _ITEM.match(value, at)):
        quoted, plain = item[2], item[3]
        given = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else plain
        at = item.end()
        if name:
            params.append((item[1].lower(), given))
        else:
            name = item[1].lower()
        if item[4] != ";":
            found.append(Extension(name, tuple(params)))
            name, params = "", []
            at = _end_of_empty(value, at)
    if name:
        found.append(Extension(name, tuple(params)))
    return found, at == len(value) and not name


def _end_of_empty(value: str, at: int) -> int:
    """Empty elements between commas mean nothing (RFC 7230 §7)."""
    return _EMPTY.match(value, at).end()  # type: ignore[union-attr]  # it matches anything


def deflate_params(agreed: Extension, side: Side) -> DeflateParams:
    """What the answer means for the messages of one side (RFC 7692 §7.1)."""
    bits = _window_bits(agreed, side)
    return DeflateParams(bits or LARGEST_WINDOW, agreed.has(f"{side}_no_context_takeover"))


def offer_problems(offers: list[Extension]) -> Iterator[Problem]:
    """What is wrong with a client's offers of permessage-deflate, each by itself."""
    for offer in offers:
        if offer.name == DEFLATE:
            for fault in _param_faults(offer, is_offer=True):
                yield Problem(OFFER, fault)


def deflate_problems(agreed: list[Extension], offers: list[Extension]) -> Iterator[Problem]:
    """What is wrong with the answer to the client's offers of permessage-deflate."""
    mine = [one for one in agreed if one.name == DEFLATE]
    if len(mine) > 1:
        yield Problem(RESPONSE_PARAMS, f"{DEFLATE} is agreed to more than once")
    for answer in mine[:1]:
        for fault in _param_faults(answer):
            yield Problem(RESPONSE_PARAMS, fault)
        asked = [offer for offer in offers if offer.name == DEFLATE]
        sound = [offer for offer in asked if not any(_param_faults(offer, is_offer=True))]
        # The answer does not say which offer it takes: the one that it suits best.
        faults = [list(_answer_faults(answer, offer)) for offer in sound or asked]
        for text, section in min(faults, key=len, default=[]):
            yield Problem(RESPONSE_PARAMS, text, section)
        if asked and not sound:
            fault = next(_param_faults(asked[0], is_offer=True))
            yield Problem(RESPONSE_PARAMS, f"it should have declined the offer: {fault}")


def _window_bits(one: Extension, side: Side) -> int | None:
    """The window bits that a parameter gives; None if it is absent or gives none that are right."""
    value = one.get(f"{side}_max_window_bits", "") or ""
    return int(value) if re.fullmatch("[89]|1[0-5]", value) else None


def _param_faults(one: Extension, *, is_offer: bool = False) -> Iterator[str]:
    """What is wrong with each parameter by itself; only an offer may leave a number open."""
    names = [name for name, _ in one.params]
    for name, value in one.params:
        side: Side = "client" if name.startswith("client") else "server"
        if name not in _PARAMS:
            yield f"{DEFLATE} has no parameter '{escape(name)}'"
        elif names.count(name) > 1:
            yield f"{name} stands there more than once"
        elif name.endswith("takeover") and value is not None:
            yield f"{name} takes no value"
        elif is_offer and (name, value) == ("client_max_window_bits", None):
            continue
        elif name.endswith("bits") and _window_bits(one, side) is None:
            yield f"{name} is not a number from 8 to 15"


def _answer_faults(agreed: Extension, offer: Extension) -> Iterator[tuple[str, str]]:
    """What an answer owes to the offer that it accepts."""
    if offer.has("server_no_context_takeover") and not agreed.has("server_no_context_takeover"):
        yield "server_no_context_takeover was asked for and not granted", "RFC 7692 §7.1.1.1"
    asked, given = _window_bits(offer, "server"), _window_bits(agreed, "server")
    # Without the parameter it is the largest, so who asked for no less has it.
    if asked is not None and (given or LARGEST_WINDOW) > asked:
        yield f"server_max_window_bits={asked} was asked for and not granted", "RFC 7692 §7.1.2.1"
    if agreed.has("client_max_window_bits") and not offer.has("client_max_window_bits"):
        yield "client_max_window_bits was not offered", "RFC 7692 §7.1.2.2"
    asked, given = _window_bits(offer, "client"), _window_bits(agreed, "client")
    if asked is not None and given is not None and given > asked:
        yield f"client_max_window_bits={asked} is the most that was offered", "RFC 7692 §7.1.2.2"


_PARAMS = frozenset({
    "server_no_context_takeover", "client_no_context_takeover",
    "server_max_window_bits", "client_max_window_bits",
})  # fmt: skip
