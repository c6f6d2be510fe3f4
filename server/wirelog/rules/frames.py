"""Rules for frames: bits, lengths, masks, fragments (RFC 6455 §5)."""

from __future__ import annotations

from wirelog.rules.rule import Need, Rule

_NEEDS = (Need.FRAMES, Need.REFUSED)
_HEADERS = (Need.FRAMES, Need.REFUSED, Need.OCTETS)
"""What only the octets show: a frame line does not tell the form of a length or of a mask."""

RSV = Rule(
    "frame.rsv-without-extension", "error", "RFC 6455 §5.2",
    "An RSV bit is set that no agreed extension defines.",
    "RSV1 to RSV3 are zero unless an extension that was agreed gives them a meaning; a receiver "
    "that sees one of them set without that must fail the connection.",
    "Send zeros, or negotiate the extension first; a message may be compressed (RSV1) only if the "
    "server's response names permessage-deflate.",
    close_code=1002, must_fail=True, at="bits", needs=(*_NEEDS, Need.HANDSHAKE),
)  # fmt: skip
RESERVED_OPCODE = Rule(
    "frame.reserved-opcode", "error", "RFC 6455 §5.2",
    "The opcode is reserved.",
    "Opcodes 3 to 7 and 11 to 15 are kept for later; a receiver of an unknown one must fail the "
    "connection.",
    "Send 0, 1, 2, 8, 9 or 10. If the sender never used such an opcode, the stream is out of step: "
    "look for a wrong length in the frame before.",
    close_code=1002, must_fail=True, at="bits", needs=(*_NEEDS, Need.HANDSHAKE),
)  # fmt: skip
CONTROL_FRAGMENTED = Rule(
    "frame.control-fragmented", "error", "RFC 6455 §5.5",
    "A control frame is fragmented.",
    "Close, ping and pong are single frames; FIN is always set on them.",
    "Set FIN on control frames, also between the fragments of a message.",
    close_code=1002, at="bits", needs=(*_NEEDS, Need.CONTROL),
)  # fmt: skip
CONTROL_TOO_LONG = Rule(
    "frame.control-too-long", "error", "RFC 6455 §5.5",
    "A control frame has more than 125 octets.",
    "Close, ping and pong carry at most 125 octets, so their length is never extended.",
    "Cut ping payloads to 125 octets, close reasons to 123 octets of UTF-8.",
    close_code=1002, at="length", needs=(*_NEEDS, Need.CONTROL),
)  # fmt: skip
LENGTH_NOT_MINIMAL = Rule(
    "frame.length-not-minimal", "error", "RFC 6455 §5.2",
    "The payload length is written in more octets than it needs.",
    "The shortest form must be used: 7 bits up to 125, 16 bits up to 65535, 64 bits above.",
    "Choose the form by the payload's length; `<` and `<=` at 126 and 65536 are the usual mistake.",
    close_code=1002, at="length", needs=_HEADERS,
)  # fmt: skip
LENGTH_TOO_LARGE = Rule(
    "frame.length-too-large", "error", "RFC 6455 §5.2",
    "The most significant bit of a 64-bit length is set.",
    "A 64-bit length is an unsigned number whose highest bit must be zero.",
    "Look for a negative length, or for octets that are no frame header at all.",
    close_code=1002, at="length", needs=_HEADERS,
)  # fmt: skip
UNMASKED = Rule(
    "frame.unmasked", "error", "RFC 6455 §5.1",
    "A client sent a frame without a mask.",
    "A client masks every frame, over TLS too; a server must close the connection on one that is "
    "not, and may say 1002.",
    "Set the MASK bit, add four random octets as the key, and apply it to the payload.",
    close_code=1002, must_fail=True, at="mask", needs=_NEEDS,
)  # fmt: skip
MASKED = Rule(
    "frame.masked", "error", "RFC 6455 §5.1",
    "A server sent a masked frame.",
    "A server masks nothing; a client must close the connection on a masked frame, and may say "
    "1002.",
    "Leave the MASK bit zero in whatever a server sends.",
    close_code=1002, must_fail=True, at="mask", needs=_NEEDS,
)  # fmt: skip
MASK_ZERO = Rule(
    "frame.mask-zero", "error", "RFC 6455 §5.3",
    "The masking key is zero, so the payload stands on the wire as it is.",
    "The key is unpredictable and comes from a strong source of entropy, so that a page cannot "
    "choose the octets that an intermediary sees.",
    "Draw four octets from the system's random source for each frame.",
    at="key", needs=_HEADERS,
)  # fmt: skip
MASK_REPEATED = Rule(
    "frame.mask-repeated", "error", "RFC 6455 §5.3",
    "Masking keys repeat within a few frames.",
    "For each frame a new key is picked, and the key of one must not make that of the next "
    "predictable.",
    "Draw four octets from the system's random source for each frame instead of once.",
    at="key", needs=_HEADERS,
)  # fmt: skip
STRAY_CONTINUATION = Rule(
    "frame.stray-continuation", "error", "RFC 6455 §5.4",
    "A continuation frame has no message to continue.",
    "A fragmented message begins with a frame that has a data opcode and no FIN; continuations "
    "follow, the last one with FIN.",
    "Start each message with opcode 1 or 2; the message before ended with its FIN.",
    close_code=1002, at="bits", needs=_NEEDS,
)  # fmt: skip
MESSAGE_INSIDE = Rule(
    "frame.message-inside-message", "error", "RFC 6455 §5.4",
    "A new message begins before the fragmented one has ended.",
    "Fragments of one message must not stand between those of another, unless an agreed extension "
    "can tell them apart; only control frames may.",
    "Use opcode 0 for the second and later fragments, and let one message at a time be sent.",
    close_code=1002, at="bits", needs=(*_NEEDS, Need.HANDSHAKE),
)  # fmt: skip
UNFINISHED = Rule(
    "frame.unfinished", "note", "RFC 6455 §5.2",
    "The connection ended in the middle of a frame.",
    "A frame has as many payload octets as its header says; a receiver of fewer has nothing to "
    "deliver.",
    "If nobody dropped the connection on purpose: compare the length that the header announces "
    "with what the sender wrote.",
    at="frame", needs=(Need.FRAMES, Need.END),
)  # fmt: skip
MESSAGE_UNFINISHED = Rule(
    "frame.message-unfinished", "note", "RFC 6455 §5.4",
    "The connection ended before the last fragment of a message.",
    "A fragmented message is complete with the frame that has FIN; without it nothing is "
    "delivered.",
    "If the sender believes that it had finished: it forgot an empty continuation with FIN.",
    at="frame", needs=(Need.FRAMES, Need.END),
)  # fmt: skip
LINE_DIFFERS = Rule(
    "capture.line-differs", "warning", "capture format",
    "A frame line tells another story than the octets.",
    "The octets are the truth; a frame line repeats them so that a capture can be read without a "
    "program.",
    "The fault is the recorder's, or somebody has edited the capture; believe the octets.",
    at="frame", needs=(Need.OCTETS,),
)  # fmt: skip

RULES = (
    RSV, RESERVED_OPCODE, CONTROL_FRAGMENTED, CONTROL_TOO_LONG, LENGTH_NOT_MINIMAL,
    LENGTH_TOO_LARGE, UNMASKED, MASKED, MASK_ZERO, MASK_REPEATED, STRAY_CONTINUATION,
    MESSAGE_INSIDE, UNFINISHED, MESSAGE_UNFINISHED, LINE_DIFFERS,
)  # fmt: skip
