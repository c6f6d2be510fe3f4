"""Rules for captures of conformance cases: what came is not what the case wants.

An echo server owes its client echoes by the case and not by the RFC. So these rules need what such
a capture says of its case, and speak only where the case has failed and no other rule says why.
"""

from __future__ import annotations

from wirelog.rules.rule import CASE, Rule

WRONG_ANSWER = Rule(
    "case.wrong-answer", "error", CASE,
    "Something else came back than the case wants.",
    "A case says which messages and pongs have to come, in which order, with which content and of "
    "which type.",
    "Echo each message once, whole, as it is: same type, same octets, whatever its fragments were.",
    at="payload",
)  # fmt: skip
EXTRA_ANSWER = Rule(
    "case.extra-answer", "error", CASE,
    "More came back than the case wants.",
    "A case says which messages and pongs have to come; nothing else may.",
    "Echo each message once, and nothing that came behind a violation or a close frame.",
    at="payload",
)  # fmt: skip
MISSING_ANSWER = Rule(
    "case.missing-answer", "error", CASE,
    "What the case wants did not come back.",
    "A case says which messages and pongs have to come, and how long it waits for them.",
    "Look at what the peer did instead: whether it closed, dropped TCP, waited, or went on.",
    at="frame",
)  # fmt: skip
WRONG_END = Rule(
    "case.wrong-end", "error", CASE,
    "The connection did not end as the case wants.",
    "A case says who has to close, with which codes, and whether the closing handshake has to be "
    "complete.",
    "Answer a close frame with its code, or with 1000; fail the connection over what breaks a "
    "rule, with the code for it; then let the server end TCP.",
    at="code",
)  # fmt: skip
NEVER_OPENED = Rule(
    "case.never-opened", "error", CASE,
    "The connection of the case never opened.",
    "A case begins when the opening handshake is over.",
    "Look at the response, or at why none came: a path, a header or credentials that the peer "
    "wants, another protocol on that port.",
)  # fmt: skip

RULES = (WRONG_ANSWER, EXTRA_ANSWER, MISSING_ANSWER, WRONG_END, NEVER_OPENED)
