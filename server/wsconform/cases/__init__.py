"""The conformance cases: what each one sends, and what must come back.

A case is a value. One section of the catalogue is one generator, one `yield` is one case, ids are
written and never counted. From the inside out:

- `events` is what can be heard of a peer, `steps` what can be done to it, `wants` what is expected
  of it.
- `case` puts them together, `build` holds the builders of frames, `octets` words for payloads.
- `s01_framing` to `s13_deflate_parameters` are the cases; `catalogue` gathers them and picks some.
- `explain` tells one case to a reader, `export` to a program.
"""

from wsconform.cases.case import Ask, Case, Section, agree
from wsconform.cases.catalogue import (
    CASES,
    CATEGORIES,
    SECTIONS,
    Selection,
    natural_key,
    section_of,
    select,
)
from wsconform.cases.events import Event, Message, Pong, Timeout
from wsconform.cases.explain import explain
from wsconform.cases.export import case_as_json
from wsconform.cases.steps import (
    CloseAfter,
    EchoLoop,
    FramePart,
    KillAfter,
    Pause,
    Send,
    SendClose,
    SendMessage,
    Slices,
    StartFrame,
    Step,
    fragments,
)
from wsconform.cases.wants import Ending, Outcome, Rule, Wants

__all__ = [
    "CASES",
    "CATEGORIES",
    "SECTIONS",
    "Ask",
    "Case",
    "CloseAfter",
    "EchoLoop",
    "Ending",
    "Event",
    "FramePart",
    "KillAfter",
    "Message",
    "Outcome",
    "Pause",
    "Pong",
    "Rule",
    "Section",
    "Selection",
    "Send",
    "SendClose",
    "SendMessage",
    "Slices",
    "StartFrame",
    "Step",
    "Timeout",
    "Wants",
    "agree",
    "case_as_json",
    "explain",
    "fragments",
    "natural_key",
    "section_of",
    "select",
]
