"""Rules for the end of a connection: close frames, failing, TCP (RFC 6455 §5.5.1, §7)."""

from __future__ import annotations

from wirelog.rules.rule import Need, Rule

_NEEDS = (Need.FRAMES, Need.CONTROL)
_END = (*_NEEDS, Need.END)
_TIMED = (*_END, Need.TIMES)

CODE = Rule(
    "close.code-not-allowed", "error", "RFC 6455 §7.4",
    "A close frame carries a code that must not be sent.",
    "1004, 1005, 1006 and 1015 never stand on the wire, codes below 1000 and those up to 2999 that "
    "nobody has defined neither; 3000 to 4999 are for libraries and applications.",
    "Send 1000, another defined code, or one from 4000 to 4999; for no code at all an empty close "
    "frame. 1006 is what an API says, and not something to send.",
    close_code=1002, at="code", needs=(*_NEEDS, Need.REFUSED),
)  # fmt: skip
CODE_BEYOND = Rule(
    "close.code-beyond", "warning", "RFC 6455 §7.4.2",
    "A close frame carries a code above 4999.",
    "The ranges of codes end at 4999. What a higher one means is not said; some receivers fail the "
    "connection over it.",
    "Send a code from 4000 to 4999.",
    close_code=1002, at="code", needs=(*_NEEDS, Need.REFUSED),
)  # fmt: skip
CODE_1010 = Rule(
    "close.1010-from-server", "warning", "RFC 6455 §7.4.1",
    "A server sent close code 1010.",
    "1010 is for a client that needed an extension which the server did not agree to; a server can "
    "refuse the opening handshake instead.",
    "Refuse the handshake, or send 1011.",
    close_code=1002, at="code", needs=_NEEDS,
)  # fmt: skip
ONE_OCTET = Rule(
    "close.one-octet-body", "error", "RFC 6455 §5.5.1",
    "A close frame has a body of one octet.",
    "The body is empty or begins with a code of two octets in network order.",
    "Send two octets of code before the reason, or no body.",
    close_code=1002, at="payload", needs=(*_NEEDS, Need.REFUSED, Need.OCTETS),
)  # fmt: skip
REASON = Rule(
    "close.reason-not-utf8", "error", "RFC 6455 §5.5.1",
    "The reason in a close frame is not UTF-8.",
    "What follows the code is UTF-8.",
    "Encode the reason, then cut it to 123 octets without breaking a character.",
    close_code=1007, at="reason", needs=(*_NEEDS, Need.REFUSED, Need.OCTETS),
)  # fmt: skip
DATA_AFTER = Rule(
    "close.data-after-close", "error", "RFC 6455 §5.5.1",
    "A data frame follows the sender's own close frame.",
    "After a close frame an endpoint sends no more data; the receiver discards what comes.",
    "Stop the senders before the close frame goes out; a message that was half sent stays so.",
    at="frame", needs=_NEEDS,
)  # fmt: skip
SECOND_CLOSE = Rule(
    "close.second-close", "warning", "RFC 6455 §5.5.1",
    "A side sent a second close frame.",
    "A close frame is answered only by an endpoint that has not sent one yet, so each side sends "
    "one.",
    "Remember that the close frame is out.",
    at="frame", needs=_NEEDS,
)  # fmt: skip
NO_REPLY = Rule(
    "close.no-reply", "error", "RFC 6455 §5.5.1",
    "A close frame was never answered, although the connection stayed up.",
    "Whoever gets a close frame and has not sent one sends one in response, as soon as is "
    "practical; it may finish the message that it is sending.",
    "Answer close frames in the read loop, and keep reading until one came.",
    needs=_TIMED,
)  # fmt: skip
LATE_REPLY = Rule(
    "close.late-reply", "warning", "RFC 6455 §5.5.1",
    "A close frame was answered after more than a second.",
    "The answer should come as soon as is practical; only the rest of a message may come before.",
    "Answer close frames in the read loop, and not behind queued work.",
    at="frame", needs=_TIMED,
)  # fmt: skip
NO_CLOSE_FRAME = Rule(
    "close.no-close-frame", "warning", "RFC 6455 §7.1",
    "A side ended TCP without ever sending a close frame.",
    "A closing handshake tells a wanted end from an accident; TCP may be ended without one only "
    "where it has to be. The other side's API reports 1006.",
    "Send a close frame and wait for the answer; for a process that is killed, look for the crash.",
    needs=_END,
)  # fmt: skip
OTHER_CODE = Rule(
    "close.other-code", "note", "RFC 6455 §5.5.1",
    "The answer to a close frame has another code.",
    "An endpoint that answers a close frame typically sends the code that it got.",
    "Both sides report the code that they received, so they will report different ones.",
    at="code", needs=_NEEDS,
)  # fmt: skip
BOTH_AT_ONCE = Rule(
    "close.both-at-once", "note", "RFC 6455 §7.1.5",
    "Both sides began to close at the same time.",
    "If both close frames are on their way at once, each side takes the code that it received, and "
    "nobody answers.",
    "The two APIs will report different codes; that is as it should be.",
    at="code", needs=_NEEDS,
)  # fmt: skip
CLIENT_DROPPED_FIRST = Rule(
    "close.client-dropped-first", "warning", "RFC 6455 §7.1.1",
    "The client ended TCP before the server did.",
    "After the closing handshake the server ends TCP first, because the side that does so has to "
    "keep the port for a while; the client waits for that, up to a limit.",
    "After the closing handshake, wait for the server's end of stream before closing the socket.",
    needs=_END,
)  # fmt: skip
SERVER_KEPT_TCP = Rule(
    "close.server-kept-tcp", "error", "RFC 6455 §5.5.1",
    "The server did not end TCP after the closing handshake.",
    "Once both close frames are exchanged, the server must end TCP at once; the client may wait "
    "for that.",
    "Close the socket when the close frame has been answered, and do not wait for the client.",
    needs=_TIMED,
)  # fmt: skip
RESET = Rule(
    "close.reset", "warning", "RFC 6455 §7.1.1",
    "TCP was ended with a reset.",
    "An endpoint should end TCP cleanly; a reset can destroy octets that the other side has not "
    "read, a close frame among them.",
    "Shut down the sending direction, read to the end, then close; octets left unread cause a "
    "reset.",
    needs=_END,
)  # fmt: skip
VIOLATION_ACCEPTED = Rule(
    "close.violation-accepted", "error", "RFC 6455 §7.1.7",
    "A receiver went on after a frame over which it had to fail the connection.",
    "An endpoint that must fail the connection sends a close frame with the right code if it can, "
    "ends TCP, and processes nothing that comes behind. What comes in must always be validated "
    "(§10.7).",
    "Check the frame before using it, and stop reading once a check has failed.",
    at="frame", needs=(*_NEEDS, Need.REFUSED),
)  # fmt: skip
BAD_CLOSE_ACCEPTED = Rule(
    "close.bad-close-accepted", "warning", "RFC 6455 §10.7",
    "A wrong close frame was answered as if it were right.",
    "What comes in must always be validated; whoever gets data that breaks a rule should say so in "
    "the close frame, with 1002, or 1007 for a reason that is not UTF-8.",
    "Check length, code and reason of a close frame before echoing its code.",
    at="code", needs=(*_NEEDS, Need.REFUSED, Need.OCTETS),
)  # fmt: skip
WRONG_FAIL_CODE = Rule(
    "close.wrong-fail-code", "warning", "RFC 6455 §7.4.1",
    "A receiver failed the connection with another code than the violation calls for.",
    "1002 is for broken framing, 1007 for data that does not fit its type, such as text that is "
    "not UTF-8; 1011 says that the fault is the closing side's own.",
    "Let each check carry its close code.",
    at="code", needs=(*_NEEDS, Need.REFUSED),
)  # fmt: skip
UNFOUNDED = Rule(
    "close.unfounded", "warning", "RFC 6455 §7.4.1",
    "A side closed with 1002 or 1007, and nothing that it had received breaks a rule.",
    "1002 says that the peer broke the protocol, 1007 that a message does not fit its type.",
    "Look at the last frame before it: the receiver may misread a length, an extension or a "
    "fragment; or its application uses the code for errors of its own, for which 4000 to 4999 are "
    "there.",
    at="code", needs=(*_NEEDS, Need.REFUSED, Need.OCTETS, Need.HANDSHAKE),
)  # fmt: skip
API_CODES = Rule(
    "close.api-codes", "note", "RFC 6455 §7.1.5",
    "An API reports a close code that never stood on the wire.",
    "Each side reports the code in the close frame that it received: 1005 if that had none, 1006 "
    "if no close frame came, 1015 if the TLS handshake failed (browsers say 1006 there, too). They "
    "are words of an API and are never sent.",
    "To find the cause of a 1005 or 1006, look at what the other side did; of a 1015, at the "
    "certificate, its name, and the TLS versions of both sides.",
    needs=_END,
)  # fmt: skip

RULES = (
    CODE, CODE_BEYOND, CODE_1010, ONE_OCTET, REASON, DATA_AFTER, SECOND_CLOSE, NO_REPLY, LATE_REPLY,
    NO_CLOSE_FRAME, OTHER_CODE, BOTH_AT_ONCE, CLIENT_DROPPED_FIRST, SERVER_KEPT_TCP, RESET,
    VIOLATION_ACCEPTED, BAD_CLOSE_ACCEPTED, WRONG_FAIL_CODE, UNFOUNDED, API_CODES,
)  # fmt: skip
