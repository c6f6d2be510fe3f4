"""Rules for the server's half of the opening handshake (RFC 6455 §4.2, RFC 7692 §7.1), and for
both heads."""

from __future__ import annotations

from wirelog.rules.rule import Need, Rule

_NEEDS = (Need.HANDSHAKE,)

NOT_HTTP = Rule(
    "handshake.not-http", "error", "RFC 6455 §4.2.2",
    "The request or the response is not HTTP.",
    "The client sends an HTTP request, and the server answers with an HTTP status line: 101, or "
    "another status that refuses.",
    "See what listens on that port. If one side speaks TLS and the other does not: wss:// belongs "
    "to a port with TLS, ws:// to one without.",
    at="line", needs=_NEEDS,
)  # fmt: skip
RESPONSE_UPGRADE = Rule(
    "handshake.response-upgrade", "error", "RFC 6455 §4.2.2",
    "The 101 response does not say `Upgrade: websocket`.",
    "A response that switches protocols names the new one in its Upgrade header, in any case, and "
    "nothing else. A client must fail the connection over another value, a list of both included.",
    "Send `Upgrade: websocket` with status 101.",
    header="Upgrade", at="head", needs=_NEEDS,
)  # fmt: skip
RESPONSE_CONNECTION = Rule(
    "handshake.response-connection", "error", "RFC 6455 §4.2.2",
    "The 101 response has no `Connection: Upgrade`.",
    "A response that switches protocols has the token `Upgrade` in its Connection header.",
    "Send `Connection: Upgrade` with status 101; a proxy must set it anew.",
    header="Connection", at="head", needs=_NEEDS,
)  # fmt: skip
ACCEPT = Rule(
    "handshake.accept", "error", "RFC 6455 §4.2.2",
    "Sec-WebSocket-Accept is missing or does not fit the request's key.",
    "It is base64 of the SHA-1 of the key, as it was sent, followed by the protocol's GUID. A "
    "client must fail the connection if it is anything else.",
    "Hash the key's 24 characters without white space, and not its decoded octets.",
    header="Sec-WebSocket-Accept", at="head", must_fail=True, needs=_NEEDS,
)  # fmt: skip
RESPONSE_EXTENSION = Rule(
    "handshake.response-extension", "error", "RFC 6455 §4.1",
    "The server agreed to an extension that the client had not offered.",
    "Extensions of the response must be among those of the request; otherwise the client must fail "
    "the connection.",
    "Answer only what the request offers.",
    header="Sec-WebSocket-Extensions", at="head", must_fail=True, needs=_NEEDS,
)  # fmt: skip
RESPONSE_PARAMS = Rule(
    "handshake.response-params", "error", "RFC 7692 §7.1",
    "The server agreed to permessage-deflate with parameters that fit none of the offers.",
    "A response repeats server_no_context_takeover and server_max_window_bits where the offer has "
    "them, the latter with the same or a smaller number, and limits the client's window only if "
    "the offer says client_max_window_bits. Numbers are 8 to 15, nothing stands there twice. An "
    "offer with a parameter that is unknown, repeated or out of range must be declined.",
    "Build the response from one offer, parameter by parameter.",
    header="Sec-WebSocket-Extensions", at="head", must_fail=True, needs=_NEEDS,
)  # fmt: skip
RESPONSE_PROTOCOL = Rule(
    "handshake.response-protocol", "error", "RFC 6455 §4.1",
    "The server chose a subprotocol that the client had not asked for.",
    "The response names one of the request's subprotocols or none; otherwise the client must fail "
    "the connection.",
    "Choose from the request's list, in its spelling, or leave the header out.",
    header="Sec-WebSocket-Protocol", at="head", must_fail=True, needs=_NEEDS,
)  # fmt: skip
RESPONSE_DUPLICATE = Rule(
    "handshake.response-duplicate", "error", "RFC 6455 §11.3",
    "The response repeats a header that may stand there only once.",
    "Sec-WebSocket-Accept, -Extensions and -Protocol must not appear more than once in a response.",
    "Send each of them once; several extensions go into one header, separated by commas.",
    at="head", needs=_NEEDS,
)  # fmt: skip
RESPONSE_BODY = Rule(
    "handshake.response-body", "error", "RFC 9110 §8.6",
    "The 101 response announces a body.",
    "A response with a 1xx status has no content, and neither Content-Length nor Transfer-Encoding "
    "may stand in it: what follows the empty line are frames.",
    "Leave both headers out of the 101 response; a framework may add them by itself.",
    at="head", needs=_NEEDS,
)  # fmt: skip
REFUSAL_VERSION = Rule(
    "handshake.refusal-version", "error", "RFC 6455 §4.2.2",
    "The server refused a version without saying which ones it speaks.",
    "A server that does not know the requested version answers with an error status, such as 426, "
    "and with Sec-WebSocket-Version and the numbers that it knows.",
    "Add `Sec-WebSocket-Version: 13` to the refusal.",
    header="Sec-WebSocket-Version", at="head", needs=_NEEDS,
)  # fmt: skip
WRONG_REQUEST_ACCEPTED = Rule(
    "handshake.wrong-request-accepted", "error", "RFC 6455 §4.2.1",
    "The server switched protocols although the request breaks a rule.",
    "A server that reads a request which is no sound handshake stops and answers with an error "
    "status such as 400; one that asks for no upgrade is ordinary HTTP.",
    "Check the request line and each required header before answering 101.",
    at="line", needs=_NEEDS,
)  # fmt: skip
REFUSED = Rule(
    "handshake.refused", "note", "RFC 6455 §4.2.2",
    "The server refused the opening handshake.",
    "A server may answer with any HTTP status but 101; then there is no WebSocket connection, and "
    "a browser reports 1006 without saying why.",
    "The status and the body of the response say why.",
    at="line", needs=_NEEDS,
)  # fmt: skip
UNFINISHED = Rule(
    "handshake.unfinished", "warning", "RFC 6455 §4.2",
    "The head of the request or of the response never ended.",
    "Each head ends with an empty line; until it is there the other side has to wait, and gives up "
    "at some time.",
    "End the head with CR LF CR LF, and flush it.",
    at="head", needs=(Need.HANDSHAKE, Need.END),
)  # fmt: skip
HEADER_LINE = Rule(
    "handshake.header-line", "error", "RFC 9112 §5",
    "A header line is malformed.",
    "Each line is a token, a colon right behind it, and a value; white space before the colon must "
    "be refused, and lines are not folded; they end with CR LF. Parsers that differ here let "
    "requests be smuggled.",
    "Write `Name: value`, one line each, and CR LF behind it.",
    at="head", needs=_NEEDS,
)  # fmt: skip
HEADER_SIZE = Rule(
    "handshake.header-size", "warning", "RFC 9110 §5.4",
    "The head is larger than 8 KiB.",
    "No limit is defined; many servers and proxies refuse a head of more than 8 KiB, or a line of "
    "more than 4 to 8 KiB.",
    "Send fewer or smaller cookies and tokens.",
    at="head", needs=_NEEDS,
)  # fmt: skip

RULES = (
    NOT_HTTP, RESPONSE_UPGRADE, RESPONSE_CONNECTION, ACCEPT, RESPONSE_EXTENSION, RESPONSE_PARAMS,
    RESPONSE_PROTOCOL, RESPONSE_DUPLICATE, RESPONSE_BODY, REFUSAL_VERSION, WRONG_REQUEST_ACCEPTED,
    REFUSED, UNFINISHED, HEADER_LINE, HEADER_SIZE,
)  # fmt: skip
