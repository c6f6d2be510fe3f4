"""All rules that captures are held against, as plain values; `RULES` is the index.

A rule's id is stable. `wirelog.findings` says where a capture breaks one.
"""

from __future__ import annotations

from wirelog.rules import case, closing, frames, payload, ping, request, response, shape
from wirelog.rules.rule import SEVERITIES, Need, Problem, Rule, Severity

__all__ = ["RULES", "SEVERITIES", "Need", "Problem", "Rule", "Severity"]

RULES: dict[str, Rule] = {
    rule.id: rule
    for rules in (
        request.RULES, response.RULES, frames.RULES, payload.RULES, ping.RULES, closing.RULES,
        case.RULES, shape.RULES,
    )
    for rule in rules
}  # fmt: skip
