"""The rules as a page of Markdown; server/wirelog/RULES.md is what it makes of all of them."""

from __future__ import annotations

from collections.abc import Iterable

from wirelog.rules.rule import NEEDS, Rule

TITLE = """\
# The rules

What `wsinspect check` and the Findings view hold a capture against. `wsinspect rules RULE` explains
one in the terminal. This page is generated from the tables in `wirelog/rules`:
`wsinspect rules --format markdown`.

- **error**: a MUST is broken, or a conformance case failed. **warning**: a SHOULD is broken, or
  what is legal is known to break peers. **note**: worth knowing.
- The side at fault is the one that sent what is wrong, whoever recorded it.
- What a conformance case sends wrong on purpose is a note in the capture of the one who plays it.
- A rule that needs what a source does not show is reported as not checked, and never as passed.
"""
SUBJECTS = {
    "handshake": "The opening handshake",
    "frame": "Frames",
    "capture": "The capture itself",
    "text": "Text",
    "deflate": "permessage-deflate",
    "ping": "Ping and pong",
    "close": "The end of a connection",
    "case": "Conformance cases",
    "shape": "The shape of the traffic",
}


def document(rules: Iterable[Rule]) -> str:
    """The page, with a section for each subject."""
    lines = [TITLE]
    subject = ""
    for rule in rules:
        if rule.subject != subject:
            subject = rule.subject
            lines.append(f"## {SUBJECTS[subject]}\n")
        lines += _entry(rule)
    return "\n".join(lines)


def _entry(rule: Rule) -> list[str]:
    code = f", answered with {rule.close_code}" if rule.close_code else ""
    needs = ", ".join(NEEDS[need] for need in rule.needs) or "the report of a conformance case"
    return [
        f"### `{rule.id}`\n",
        f"**{rule.severity}**, {rule.rfc}{code}. {rule.summary}\n",
        f"{rule.gist}\n",
        f"*What to do:* {rule.remedy}\n",
        f"*Needs:* {needs}.\n",
    ]
