"""Report pages of the Autobahn Testsuite in the form in which a browser copies their text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from textwrap import wrap

REQUEST = """\
GET / HTTP/1.1
Host: 127.0.0.1:9001
Upgrade: WebSocket
Connection: Upgrade
Sec-WebSocket-Key: 4TdNbw70gqpqKJAH+RybUw==
Sec-WebSocket-Version: 13"""
RESPONSE = """\
HTTP/1.1 101 Switching Protocols
Server: tea
Upgrade: WebSocket
Connection: Upgrade
Sec-WebSocket-Accept: hrhl8pobJ8qs+fIzuBfENL1xB+Q="""
FACTS = {
    "isServer": "False",
    "closedByMe": "True",
    "failedByMe": "False",
    "droppedByMe": "False",
    "wasClean": "True",
    "wasNotCleanReason": "None",
    "wasServerConnectionDropTimeout": "False",
    "wasOpenHandshakeTimeout": "False",
    "wasCloseHandshakeTimeout": "False",
    "localCloseCode": "1000",
    "localCloseReason": "None",
    "remoteCloseCode": "1000",
    "remoteCloseReason": "None",
}
MEANINGS = {
    "wasNotCleanReason": "When wasClean is false: why.",
    "localCloseCode": "The close code that went out.",
    "localCloseReason": "The close reason I gave.",
    "remoteCloseCode": "The close code that came in.",
    "remoteCloseReason": "The close reason the peer gave.",
}
"""Every other row begins its meaning with `True`."""


def facts(values: Mapping[str, str] = {}, between: str = "") -> str:
    """The table of closing facts; `between` stands between its cells."""
    rows = (
        between.join((key, value, MEANINGS.get(key, "True, iff so.")))
        for key, value in (FACTS | dict(values)).items()
    )
    return "\n".join(rows)


def octets_table(rows: Mapping[int, int], between: str = "") -> str:
    cells = [(size, count, size * count) for size, count in rows.items()]
    total = ("Total", sum(rows.values()), sum(octets for _, _, octets in cells))
    return "\n".join(between.join(map(str, row)) for row in [*cells, total])


def frames_table(rows: Mapping[int, int], between: str = "") -> str:
    cells = [*rows.items(), ("Total", sum(rows.values()))]
    return "\n".join(between.join(map(str, row)) for row in cells)


def cut_octets(octets: bytes) -> str:
    """As the log shows them: of more than 60, the first 64."""
    return octets.hex() if len(octets) <= 60 else f"{octets[:64].hex()} ..."


def wrapped(prefix: str, text: str) -> str:
    """An event of the log; the rest of a long one stands below, 15 spaces in."""
    first, *rest = wrap(text, 100) or [""]
    return "\n".join([prefix + first, *(" " * 15 + line for line in rest)])


def octets_line(n: int, direction: str, octets: bytes) -> str:
    return wrapped(f"{n:03d} {direction} OCTETS: ", cut_octets(octets))


def payload_lines(text: str) -> str:
    return "\n".join(" " * 15 + line for line in wrap(text, 100))


def page(
    log: Iterable[str],
    *,
    closing: str = "",
    octets: tuple[str, str] = ("Total00", "Total00"),
    frames: tuple[str, str] = ("Total0", "Total0"),
    response: str = RESPONSE,
) -> bytes:
    """A whole page."""
    sections = [
        "A Report",
        "tea/server - Case 1.1.1 : Pass - 5 ms @ 2017-05-01T23:54:59.923Z",
        "Case Description", "Sends tea.",
        "Case Expectation", "Gets tea.",
        "Case Outcome", "It was tea.\n\nExpected:\n{'OK': []}\n\nObserved:\n[]",
        "Case Closing Behavior", "Fine (OK)",
        "Opening Handshake", f"{REQUEST}\n{response}",
        "Closing Behavior", "KeyValueDescription\n" + (closing or facts()),
        "Wire Statistics",
        "Octets Received by Chop Size", f"Chop SizeCountOctets\n{octets[0]}",
        "Octets Transmitted by Chop Size", f"Chop SizeCountOctets\n{octets[1]}",
        "Frames Received by Opcode", f"OpcodeCount\n{frames[0]}",
        "Frames Transmitted by Opcode", f"OpcodeCount\n{frames[1]}",
        "Wire Log", "\n".join(log),
    ]  # fmt: skip
    return "\n\n".join(sections).encode() + b"\n"
