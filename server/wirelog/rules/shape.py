"""Notes on how traffic was cut and timed: nothing here breaks a rule, and all of it has cost
somebody days."""

from __future__ import annotations

from wirelog.rules.rule import Need, Rule

_READS = (Need.READS, Need.OCTETS)
_TIMED = (*_READS, Need.TIMES)

HEADER_SPLIT = Rule(
    "shape.header-split", "note", "RFC 6455 §5.2",
    "A frame's header is split over two reads or writes.",
    "A frame may arrive in any pieces; TCP keeps no borders.",
    "A receiver that expects a whole header in one read breaks here; a sender can write header and "
    "payload at once.",
    needs=_READS,
)  # fmt: skip
TINY_FRAGMENTS = Rule(
    "shape.tiny-fragments", "note", "RFC 6455 §5.4",
    "A message is cut into many tiny fragments.",
    "A message may have any number of fragments, of any size, empty ones included.",
    "Each fragment costs 2 to 14 octets of header and work in the receiver, and some limit their "
    "number.",
    needs=(Need.FRAMES,),
)  # fmt: skip
STALL = Rule(
    "shape.stall", "note", "RFC 9293 §3.7.4",
    "Parts of a frame are about 40 ms or 200 ms apart, as Nagle's algorithm makes them.",
    "TCP may hold back a small segment until the one before is acknowledged, and the receiver may "
    "delay that for 40 ms (Linux) or 200 ms (Windows).",
    "Set TCP_NODELAY, or write header and payload with one call.",
    needs=_TIMED,
)  # fmt: skip
ONE_OCTET_PIECES = Rule(
    "shape.one-octet-pieces", "note", "RFC 6455 §5.2",
    "Octets come one by one.",
    "A frame may arrive in any pieces; TCP keeps no borders.",
    "A test may do so on purpose; otherwise look for an unbuffered writer.",
    needs=_READS,
)  # fmt: skip
LARGE_MESSAGE = Rule(
    "shape.large-message", "note", "RFC 6455 §10.4",
    "A message is larger than a limit that is common by default.",
    "An implementation may limit the size of messages; 64 KiB, 1 MiB and 16 MiB are limits that "
    "are found, and the answer to more is 1009.",
    "Know the limits of both sides and of what stands between, or send several messages.",
    needs=(Need.FRAMES,),
)  # fmt: skip
SLOW_HANDSHAKE = Rule(
    "shape.slow-handshake", "note", "RFC 6455 §4",
    "The opening handshake took more than a second.",
    "No time is set for the handshake; clients and proxies give up after 5 to 60 seconds.",
    "Answer before doing slow work such as looking up a session; refuse what has to wait.",
    needs=(Need.HANDSHAKE, Need.TIMES),
)  # fmt: skip

RULES = (
    HEADER_SPLIT, TINY_FRAGMENTS, STALL, ONE_OCTET_PIECES, LARGE_MESSAGE, SLOW_HANDSHAKE,
)  # fmt: skip
