"""Rules for what messages hold: UTF-8 (RFC 6455 §8.1) and permessage-deflate (RFC 7692 §7)."""

from __future__ import annotations

from wirelog.rules.rule import Need, Rule

_NEEDS = (Need.FRAMES, Need.REFUSED, Need.OCTETS)
_DEFLATE = (*_NEEDS, Need.HANDSHAKE)

NOT_UTF8 = Rule(
    "text.not-utf8", "error", "RFC 6455 §8.1",
    "A text message is not UTF-8.",
    "The payload of a whole text message is valid UTF-8, whatever its fragments are cut at; a "
    "receiver that finds it is not must fail the connection.",
    "Send octets as a binary message, or encode the text as UTF-8: no Latin-1, no surrogates, no "
    "text cut in the middle of a character.",
    close_code=1007, must_fail=True, at="payload", needs=_NEEDS,
)  # fmt: skip
NOTICED_LATE = Rule(
    "text.noticed-late", "note", "RFC 6455 §8.1",
    "The receiver failed the connection some time after the octet that broke the UTF-8.",
    "The receiver must fail the connection; it may do so at the first wrong octet, and no later "
    "than at the end of the message.",
    "A receiver that checks as octets come in need not buffer a message that is lost already.",
    needs=(*_NEEDS, Need.TIMES),
)  # fmt: skip
RSV1_CONTROL = Rule(
    "deflate.rsv1-on-control", "error", "RFC 7692 §6",
    "RSV1 is set on a control frame.",
    "Control frames are never compressed; a receiver must fail the connection over one that has "
    "the bit of a compressed message.",
    "Send close, ping and pong as they are, with RSV1 zero.",
    close_code=1002, must_fail=True, at="bits", needs=_DEFLATE,
)  # fmt: skip
RSV1_CONTINUATION = Rule(
    "deflate.rsv1-on-continuation", "error", "RFC 7692 §6",
    "RSV1 is set on a continuation frame.",
    "Only the first fragment of a compressed message has RSV1; a receiver must fail the connection "
    "if a later one has it.",
    "Set RSV1 on the frame with opcode 1 or 2 only.",
    close_code=1002, must_fail=True, at="bits", needs=_DEFLATE,
)  # fmt: skip
DOES_NOT_INFLATE = Rule(
    "deflate.does-not-inflate", "error", "RFC 7692 §7.2.2",
    "A compressed message does not inflate.",
    "The payload, with 00 00 ff ff added, continues the sender's raw DEFLATE stream; what cannot "
    "be inflated cannot be delivered.",
    "Send raw DEFLATE without a zlib or gzip header, flushed with an empty stored block, and keep "
    "one compressor for each direction.",
    close_code=1007, at="payload", needs=_DEFLATE,
)  # fmt: skip
WINDOW_EXCEEDED = Rule(
    "deflate.window-exceeded", "error", "RFC 7692 §7.1.2",
    "A compressed message refers back further than the agreed window.",
    "An endpoint whose max_window_bits were agreed must not use a larger LZ77 window for what it "
    "sends; the receiver has kept no more than that.",
    "Make the compressor with the agreed window bits, those of the sender's side.",
    close_code=1007, at="payload", needs=_DEFLATE,
)  # fmt: skip
CONTEXT_USED = Rule(
    "deflate.context-used", "error", "RFC 7692 §7.1.1",
    "A compressed message uses the one before it, although no context takeover was agreed.",
    "An endpoint that agreed to no_context_takeover starts each message with an empty window.",
    "Reset the compressor after each message of that side.",
    close_code=1007, at="payload", needs=_DEFLATE,
)  # fmt: skip
TAIL_KEPT = Rule(
    "deflate.tail-kept", "error", "RFC 7692 §7.2.1",
    "The octets 00 00 ff ff stand at the end of a compressed message.",
    "The sender removes these four octets, and the receiver puts them back; with both, the message "
    "still comes out, and the receiver's stream is out of step from the next one on.",
    "Cut the last four octets of what the compressor's sync flush gave.",
    at="payload", needs=_DEFLATE,
)  # fmt: skip
TAIL_MISSING = Rule(
    "deflate.tail-missing", "error", "RFC 7692 §7.2.1",
    "A compressed message ends in the middle of a DEFLATE block.",
    "After the payload comes an empty stored block, of which only the last four octets are left "
    "out; a message of no octets is still the single octet 00.",
    "Flush the compressor with a sync flush before cutting the four octets, and cut them once.",
    close_code=1007, at="payload", needs=_DEFLATE,
)  # fmt: skip
FINAL_BLOCK_LAST = Rule(
    "deflate.final-block-last", "warning", "RFC 7692 §7.2.3.4",
    "A compressed message ends with a block that has BFINAL, and no empty block is behind it.",
    "After such a block too comes an empty stored block, of which the octet 00 stays when the last "
    "four are cut; without it the four octets that the receiver puts back end no block.",
    "Use a sync flush, or add the octet 00 to what the compressor's finish gave. zlib stops at the "
    "final block and takes the message, an inflater that reads on fails; and many give nothing for "
    "the messages behind a final block, with the octet or without.",
    at="payload", needs=_DEFLATE,
)  # fmt: skip
BOMB = Rule(
    "deflate.bomb", "warning", "RFC 7692 §8",
    "A small message inflates to a very large one.",
    "A receiver may set a limit on what it inflates; DEFLATE makes at most about 1030 octets of "
    "one.",
    "Limit the size of inflated messages, and not that of compressed ones.",
    at="payload", needs=_DEFLATE,
)  # fmt: skip

RULES = (
    NOT_UTF8, NOTICED_LATE, RSV1_CONTROL, RSV1_CONTINUATION, DOES_NOT_INFLATE, WINDOW_EXCEEDED,
    CONTEXT_USED, TAIL_KEPT, TAIL_MISSING, FINAL_BLOCK_LAST, BOMB,
)  # fmt: skip
