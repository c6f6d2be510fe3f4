"""A whole capture as octets, for captures that no recorder wrote line by line."""

from __future__ import annotations

from binascii import hexlify
from collections.abc import Iterator

from wirelog.capture import INDENT, VERSION, FrameLine, Kind, Record, header_line, trailer_line
from wirelog.escaping import disarm
from wirelog.reader import Capture, unproven_by


def to_octets(capture: Capture) -> bytes:
    """The capture in the native format; times, cuts and unknown fields stay as they were.

    It is harmless even where what was read is not: control characters are escaped.
    """
    return b"".join(_lines(capture))


def _lines(capture: Capture) -> Iterator[bytes]:
    header = {key: value for key, value in capture.header.items() if key != "version"}
    if capture.unproven != unproven_by(capture.records):
        header["unproven"] = capture.unproven
    if capture.report:
        header["report"] = capture.report
    yield header_line(header, capture.header.get("version", VERSION))
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
    if record.frame is None:
        return disarm(record.text)
    return _frame_words(record.frame, is_received=record.dir == "RX")


def _frame_words(line: FrameLine, *, is_received: bool) -> str:
    fields = {
        "OPCODE": line.opcode,
        "FIN": line.fin,
        "RSV": line.rsv,
        "PAYLOAD-LEN": line.length,
        "MASKED": line.masked,
        "MASK": "None" if line.mask is None else hexlify(line.mask).decode(),
        "ARRIVED": line.arrived,
        **line.extras,
    }
    if not is_received and line.masked == (line.mask is not None):
        del fields["MASKED"]
    if line.arrived is None:
        del fields["ARRIVED"]
    said = disarm(", ".join(f"{key}={value}" for key, value in fields.items()))
    below = f"\n{INDENT}{disarm(line.preview)}" if line.preview else ""
    return f"{'RX' if is_received else 'TX'} FRAME : {said}{below}"


def _cut(record: Record) -> str:
    if not record.is_cut:
        return ""
    return " ..." if record.length is None else f" ... LEN={record.length}"
