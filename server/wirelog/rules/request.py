"""Rules for the client's half of the opening handshake (RFC 6455 §4.1, RFC 7692 §5)."""

from __future__ import annotations

from wirelog.rules.rule import Need, Rule

_NEEDS = (Need.HANDSHAKE,)

PLAIN_HTTP = Rule(
    "handshake.plain-http", "note", "RFC 6455 §4.2.1",
    "An ordinary HTTP request came where an opening handshake was expected.",
    "A request without `Upgrade: websocket` is no opening handshake; the server answers it as "
    "HTTP.",
    "If it should have been a WebSocket client: look for a proxy that strips the Upgrade header, "
    "or for a URL that begins with http instead of ws.",
    at="line", needs=_NEEDS,
)  # fmt: skip
METHOD = Rule(
    "handshake.method", "error", "RFC 6455 §4.1",
    "The request's method is not GET.",
    "The opening handshake is a GET request; over HTTP/1.1 no other method upgrades.",
    "Send the handshake with GET.",
    at="line", needs=_NEEDS,
)  # fmt: skip
HTTP_VERSION = Rule(
    "handshake.http-version", "error", "RFC 6455 §4.1",
    "The HTTP version of the request or of the 101 response is lower than 1.1.",
    "The handshake needs at least HTTP/1.1, because HTTP/1.0 knows neither Upgrade nor status 101.",
    "Send HTTP/1.1; if a proxy stands between, tell it to speak HTTP/1.1 on both sides.",
    at="line", needs=_NEEDS,
)  # fmt: skip
TARGET = Rule(
    "handshake.target", "error", "RFC 6455 §4.1",
    "The request target is neither a path nor an absolute http(s) URI, or has a fragment.",
    "The target is the resource name of §3, which begins with a slash, or an absolute URI; "
    "fragment identifiers have no meaning and must not be used.",
    "Send the path and query of the ws URL, `/` if it has none, and leave out everything from `#`.",
    at="line", needs=_NEEDS,
)  # fmt: skip
HOST = Rule(
    "handshake.host", "error", "RFC 6455 §4.1",
    "The request does not have exactly one Host header.",
    "A request names the host, and the port unless it is the scheme's default, in one Host header.",
    "Send one Host header with the authority of the URL.",
    header="Host", at="head", needs=_NEEDS,
)  # fmt: skip
REQUEST_UPGRADE = Rule(
    "handshake.request-upgrade", "error", "RFC 6455 §4.1",
    "The request has no `Upgrade: websocket`.",
    "The Upgrade header must hold the token `websocket`, in any case.",
    "Send `Upgrade: websocket`; if a proxy took it away, configure it to pass the header on.",
    header="Upgrade", at="head", needs=_NEEDS,
)  # fmt: skip
REQUEST_CONNECTION = Rule(
    "handshake.request-connection", "error", "RFC 6455 §4.1",
    "The request has no `Connection: Upgrade`.",
    "The Connection header must hold the token `Upgrade`, in any case, among others if need be.",
    "Send `Connection: Upgrade`; proxies must set it anew because it is a hop-by-hop header.",
    header="Connection", at="head", needs=_NEEDS,
)  # fmt: skip
KEY = Rule(
    "handshake.key", "error", "RFC 6455 §4.1",
    "Sec-WebSocket-Key is missing, or is not 16 octets in base64.",
    "The key is a nonce of 16 octets in base64, which makes 24 characters.",
    "Send base64 of 16 random octets, with its padding.",
    header="Sec-WebSocket-Key", at="head", needs=_NEEDS,
)  # fmt: skip
KEY_SAMPLE = Rule(
    "handshake.key-sample", "warning", "RFC 6455 §4.1",
    "Sec-WebSocket-Key is a value from an example, not a random one.",
    "The nonce is chosen at random for each connection, so that a cached answer cannot be mistaken "
    "for a live one.",
    "Make 16 random octets for each connection.",
    header="Sec-WebSocket-Key", at="head", needs=_NEEDS,
)  # fmt: skip
KEY_REUSED = Rule(
    "handshake.key-reused", "error", "RFC 6455 §4.1",
    "Two connections used the same Sec-WebSocket-Key.",
    "The nonce must be chosen at random for each connection.",
    "Make 16 random octets for each connection instead of keeping those of the first.",
    header="Sec-WebSocket-Key", at="head", needs=_NEEDS,
)  # fmt: skip
VERSION = Rule(
    "handshake.version", "error", "RFC 6455 §4.1",
    "The request does not say `Sec-WebSocket-Version: 13`.",
    "Version 13 is the protocol of RFC 6455; lower numbers were drafts.",
    "Send `Sec-WebSocket-Version: 13`; a client that sends another one is too old.",
    header="Sec-WebSocket-Version", at="head", needs=_NEEDS,
)  # fmt: skip
REQUEST_DUPLICATE = Rule(
    "handshake.request-duplicate", "error", "RFC 6455 §11.3",
    "The request repeats a header that may stand there only once.",
    "Sec-WebSocket-Key and Sec-WebSocket-Version must not appear more than once in a request; "
    "Extensions and Protocol may.",
    "Send each of them once; if a proxy adds its own, let it pass on the client's.",
    at="head", needs=_NEEDS,
)  # fmt: skip
PROTOCOL_LIST = Rule(
    "handshake.protocol-list", "error", "RFC 6455 §4.1",
    "The list of subprotocols has an empty, repeated or malformed name.",
    "Each name is a non-empty HTTP token, and no two of them are the same.",
    "Send the names once each, separated by commas, without quotes or spaces inside a name.",
    header="Sec-WebSocket-Protocol", at="head", needs=_NEEDS,
)  # fmt: skip
EXTENSION_SYNTAX = Rule(
    "handshake.extension-syntax", "error", "RFC 6455 §9.1",
    "A Sec-WebSocket-Extensions header does not follow the grammar.",
    "Extensions are tokens separated by commas, their parameters `name` or `name=value` behind "
    "semicolons; a quoted value must be a token too. Whoever gets another form fails the "
    "handshake.",
    "Write `name; parameter; parameter=value, next-name`.",
    header="Sec-WebSocket-Extensions", at="head", needs=_NEEDS,
)  # fmt: skip
OFFER = Rule(
    "handshake.offer", "error", "RFC 7692 §7.1",
    "An offer of permessage-deflate has a parameter that is unknown, repeated or out of range.",
    "The parameters are client_ and server_no_context_takeover without a value, "
    "server_max_window_bits with 8 to 15, client_max_window_bits with 8 to 15 or without a value; "
    "a server must decline any other offer.",
    "Send the parameters as they are defined, each at most once, numbers without leading zeros.",
    header="Sec-WebSocket-Extensions", at="head", needs=_NEEDS,
)  # fmt: skip
REQUEST_BODY = Rule(
    "handshake.request-body", "warning", "RFC 9110 §9.3.1",
    "The request announces a body.",
    "A GET request has no use for content; behind an opening handshake its octets would be read as "
    "frames.",
    "Leave out Content-Length and Transfer-Encoding.",
    at="head", needs=_NEEDS,
)  # fmt: skip
EARLY_FRAMES = Rule(
    "handshake.early-frames", "error", "RFC 6455 §4.1",
    "The client sent octets behind its request before the response was there.",
    "Once its handshake is sent, a client waits for the response before it sends any further data.",
    "Queue messages until the response has been validated.",
    needs=(Need.HANDSHAKE, Need.READS),
)  # fmt: skip
WRONG_RESPONSE_ACCEPTED = Rule(
    "handshake.wrong-response-accepted", "error", "RFC 6455 §4.1",
    "The client went on although the response breaks a rule, or is no 101.",
    "A client that gets a wrong response must fail the connection and send nothing more; behind "
    "any other status than 101 HTTP goes on, and no frames.",
    "Check status, Upgrade, Connection, Accept, extensions and subprotocol before the first frame.",
    needs=(Need.HANDSHAKE, Need.FRAMES),
)  # fmt: skip

RULES = (
    PLAIN_HTTP, METHOD, HTTP_VERSION, TARGET, HOST, REQUEST_UPGRADE, REQUEST_CONNECTION, KEY,
    KEY_SAMPLE, KEY_REUSED, VERSION, REQUEST_DUPLICATE, PROTOCOL_LIST, EXTENSION_SYNTAX, OFFER,
    REQUEST_BODY, EARLY_FRAMES, WRONG_RESPONSE_ACCEPTED,
)  # fmt: skip
