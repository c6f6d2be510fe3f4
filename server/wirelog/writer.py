"""A whole capture as octets, for captures that no recorder wrote line by line."""

from __future__ import annotations

from binascii import hexlify
from collections.abc import Iterator

from wirelog.capture import INDENT, Kind, Record, header_line, trailer_line
from wirelog.reader import Capture


def to_octets(capture: Capture) -> bytes:
    """The capture in the native format; times, cuts and unknown fields stay as they were."""
    return b"".join(_lines(capture))


def _lines(capture: Capture) -> Iterator[bytes]:
    header = {key: value for key, value in capture.header.items() if key != "version"}
    if capture.unproven:
        header["unproven"] = capture.unproven
    if capture.report:
        header["report"] = capture.report
    yield header_line(header)
    for record in capture.records:
        yield _record_line(record)
    if capture.trailer is not None:
        counts = {} if capture.statistics is None else {"statistics": capture.statistics}
        yield trailer_line({**capture.trailer, **counts})


def _record_line(record: Record) -> bytes:
    seconds, rest = divmod(record.t or 0, 1_000_000_000)
    time = "" if record.t is None else f" +{seconds}.{rest:09d}"
    return f"{record.n:03d}{time} {_words(record)}\n".encode()


def _words(record: Record) -> str:
    if record.kind is Kind.OCTETS:
        return f"{record.dir} OCTETS: {hexlify(record.octets).decode()}{_cut(record)}"
    line = record.frame
    if line is None:
        return record.text
    mask = "None" if line.mask is None else hexlify(line.mask).decode()
    fields = {
        "OPCODE": line.opcode,
        "FIN": line.fin,
        "RSV": line.rsv,
        "PAYLOAD-LEN": line.length,
        **({"MASKED": line.masked} if record.dir == "RX" else {}),
        "MASK": mask,
        **({} if line.arrived is None else {"ARRIVED": line.arrived}),
        **line.extras,
    }
    words = f"{record.dir} FRAME : " + ", ".join(f"{key}={value}" for key, value in fields.items())
    return words if not line.preview else f"{words}\n{INDENT}{line.preview}"


def _cut(record: Record) -> str:
    if not record.is_cut:
        return ""
    return " ..." if record.length is None else f" ... LEN={record.length}"
