"""Rules for ping and pong (RFC 6455 §5.5.2, §5.5.3)."""

from __future__ import annotations

from wirelog.rules.rule import Need, Rule

_NEEDS = (Need.FRAMES, Need.CONTROL)
_TIMED = (*_NEEDS, Need.TIMES)

UNANSWERED = Rule(
    "ping.unanswered", "error", "RFC 6455 §5.5.2",
    "A ping got no pong, although its receiver was alive afterwards.",
    "Whoever gets a ping sends a pong as soon as is practical, unless it has got a close frame; of "
    "several pings it may answer the last one only.",
    "Answer pings in the read loop; a library that is not being read from answers none.",
    needs=_TIMED,
)  # fmt: skip
TIMED_OUT = Rule(
    "ping.timed-out", "warning", "RFC 6455 §5.5.2",
    "A ping got no pong, and nothing else came from its receiver any more.",
    "A ping is there to find out whether the other side still responds; silence says that it, or "
    "the path to it, is gone.",
    "Look at the network and at whether the receiver was blocked.",
    needs=_TIMED,
)  # fmt: skip
WRONG_PAYLOAD = Rule(
    "ping.wrong-payload", "error", "RFC 6455 §5.5.3",
    "The pong that came instead of the expected one has another payload.",
    "A pong that answers a ping has the payload of that ping, octet for octet.",
    "Send the ping's payload back as it is, without decoding or cutting it.",
    at="payload", needs=(*_NEEDS, Need.OCTETS),
)  # fmt: skip
ANSWERED_LATE = Rule(
    "ping.answered-late", "warning", "RFC 6455 §5.5.2",
    "A pong came more than a second after its ping.",
    "The pong should be sent as soon as is practical.",
    "Let the read loop answer pings by itself, and not behind slow work.",
    needs=_TIMED,
)  # fmt: skip
OUT_OF_ORDER = Rule(
    "ping.answered-out-of-order", "note", "RFC 6455 §5.5.3",
    "A ping was answered after a later one.",
    "Pongs are not numbered; who answers only the last of several pings has answered all of them.",
    "A sender that takes a pong for the answer to all earlier pings will not expect this one.",
    needs=(*_NEEDS, Need.OCTETS),
)  # fmt: skip
UNSOLICITED = Rule(
    "ping.unsolicited-pong", "note", "RFC 6455 §5.5.3",
    "A pong answers no ping.",
    "A pong may be sent without a ping, as a heartbeat in one direction; no answer is expected.",
    "Nothing is wrong unless the sender meant it as an answer.",
    needs=(*_NEEDS, Need.OCTETS),
)  # fmt: skip
WHILE_CLOSING = Rule(
    "ping.while-closing", "note", "RFC 6455 §5.5.2",
    "A ping or pong was sent behind the sender's own close frame.",
    "Behind a close frame no data may be sent; a ping there is allowed as long as the connection "
    "is up, but the receiver of a close frame owes no pong any more.",
    "Stop the keep-alive when the closing handshake begins.",
    needs=_NEEDS,
)  # fmt: skip

RULES = (
    UNANSWERED, TIMED_OUT, WRONG_PAYLOAD, ANSWERED_LATE, OUT_OF_ORDER, UNSOLICITED, WHILE_CLOSING,
)  # fmt: skip
