"""`wsinspect show`: everything that the screen shows, printed.

Captures are read one after the other; one that cannot be read is reported on the error stream, and
the others are printed all the same.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from wirelog.collecting import uncollected
from wsinspect import show_json, show_text, sources
from wsinspect.paint import painter
from wsinspect.present.safe import safe
from wsinspect.shown import Shown

PLAIN_WIDTH = 100
"""Columns where the output is no terminal."""
MIN_WIDTH = 60
FORMATS = ("text", "json", "jsonl")
DESCRIPTION = """\
Print what captures show. Views:

  log        every event: octets, frames, timers, how TCP ended
  frames     the frames only; with --octets also their fields
  messages   messages and control frames, decoded
  handshake  both heads of the opening handshake and what was agreed
  closing    verdict, timeline, the thirteen facts
  findings   what is wrong, who did it, and by which paragraph
  stats      octets by chop size, frames by opcode
  case       of a conformance case: verdicts, what was expected, what was observed
  header     what the capture says of itself, and what it cannot prove
  all        all of these

Without --view, text shows verdict, log, closing and what is amiss; JSON shows all."""
EPILOG = """\
JSON: log, frames, messages and findings are one object on each line, with json as with jsonl. The
other views are one object, laid out with json, on one line with jsonl. With several files each
object says under "file" which one it is from. Output is ASCII.

  log, frames   n, t (seconds or null), dir (TX, RX or null), kind, problems; frames have opcode,
                fin, rsv, masked, mask, length, payload_hex; octets have length, octets_hex;
                everything else has text
  messages      n, t, dir, opcode, frames, complete, compressed, wire_length, length, problems,
                and text or data_hex
  findings      rule, severity, rfc, side, event, events, octets, close_code, text
  closing       the thirteen facts by name, timeline, verdict, explanation
  stats         octets: rx and tx, each {size: count}; frames: rx and tx, each {opcode: count}
  case          case, agent, behavior, behaviorClose, result, resultClose, expected, received and
                more as the report has them; met: the outcome that came; else nearest, and
                differs: index of the first event that differs from it
  handshake     request, response, accept_ok, extensions, protocol

examples:
  wsinspect show captures/4.2.3.log
  wsinspect show captures/4.2.3.log --view closing --format json
  wsinspect show captures --view frames --format jsonl | jq 'select(.problems != [])'
  wsinspect show big.log --view log --no-octets | less

exit codes: 0 printed; 2 wrong usage, or nothing could be read"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `wsinspect show`."""
    parser.add_argument("paths", nargs="+", metavar="FILE", help=sources.PATH_HELP)
    parser.add_argument("--view", choices=[*show_text.VIEWS], metavar="VIEW", help="what to print")
    parser.add_argument("--format", choices=FORMATS, default="text", help="default: text")
    parser.add_argument(
        "--color", choices=("auto", "always", "never"), default="auto",
        help="default: auto, which is colour on a terminal unless NO_COLOR is set",
    )  # fmt: skip
    octets = parser.add_mutually_exclusive_group()
    octets.add_argument(
        "--octets", action="store_true", default=None,
        help="text of log and frames: dump all octets below their row",
    )  # fmt: skip
    octets.add_argument(
        "--no-octets", dest="octets", action="store_false", default=None,
        help="text of log: leave the rows of octets out",
    )  # fmt: skip


def run(options: argparse.Namespace) -> int:
    """Print what the options ask for; the exit code."""
    found = sources.find(options.paths)
    for error in found.errors:
        complain(error)
    several = len(found.files) > 1
    shown = 0
    for path in found.files:
        try:
            capture = sources.load(path)
        except sources.SourceError as error:
            complain(error)
            continue
        with uncollected():
            for line in _lines(Shown(capture), options, path if several else None, not shown):
                sys.stdout.write(line + "\n")
        shown += 1
    sys.stdout.flush()
    return 0 if shown else 2


def complain(error: sources.SourceError) -> None:
    """Tell of a path that gives no capture."""
    sys.stderr.write(f"wsinspect: {error}\n")


def _lines(
    shown: Shown, options: argparse.Namespace, path: Path | None, is_first: bool
) -> Iterator[str]:
    """The lines for one capture; `path` is given where there are several."""
    if options.format != "text":
        yield from _json_lines(shown, options, path)
        return
    look = show_text.Look(painter(options.color, sys.stdout), _width(), options.octets)
    if path is not None:
        yield from [] if is_first else [""]
        yield look.paint("title", f"═══ {safe(str(path))}")
    yield from show_text.VIEWS[options.view or "summary"](shown, look)


def _json_lines(shown: Shown, options: argparse.Namespace, path: Path | None) -> Iterator[str]:
    view = options.view if options.view not in (None, "summary") else "all"
    label: dict[str, Any] = {} if path is None else {"file": str(path)}
    if view in show_json.ROWS:
        yield from (show_json.encode(label | row) for row in show_json.ROWS[view](shown))
    else:
        indent = 2 if options.format == "json" else None
        yield show_json.encode(label | show_json.OBJECTS[view](shown), indent)


def _width() -> int:
    return max(shutil.get_terminal_size((PLAIN_WIDTH, 24)).columns, MIN_WIDTH)
