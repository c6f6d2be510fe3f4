"""`wsconform testee`: an echo client for fuzzing servers."""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from wirelog.escaping import disarm
from wsconform import options as values
from wsconform.commands import groups
from wsconform.driver.settings import Target
from wsconform.plan import PlanError, Wishes, wished_cases
from wsconform.progress import display
from wsconform.report.gate import Gate
from wsconform.report.junit import Unplayed
from wsconform.report.summary import closing
from wsconform.terminal import Look

if TYPE_CHECKING:
    from wsconform.testee.live import Happened

AGENT = "wsconform-testee"
DESCRIPTION = """\
Be the client under test: go through the cases of a fuzzing server, send every message back as it
came, and tell what the server thinks of it.

The server may be `wsconform serve` or the fuzzing server of the Autobahn Testsuite. The client is
Autobahn's, takes permessage-deflate on all terms, and is strict about everything: it passes, so a
case that fails points at the server, or at what stands between."""
EPILOG = """\
Without --cases, --exclude and --profile all that the server has is played, in its order. In a
pattern, * stands for any run of characters, and the whole id must fit. The profile quick leaves out
9, 12 and 13, which take longest.

Verdicts are the server's; its reports hold the details, and are written at the end. The published
suite tells no verdict on the closing handshake, so look into its reports for that.

examples:
  wsconform testee ws://127.0.0.1:9001
  wsconform testee ws://127.0.0.1:9001 --agent mine --profile quick
  wsconform testee wss://127.0.0.1:9001 --insecure --cases '7.*' --jobs 8
  wsconform testee ws://127.0.0.1:9001 --shutdown      and stop the server

exit codes:
  0    every case passed: OK, NON-STRICT or INFORMATIONAL, and the close OK or INFORMATIONAL;
       with --strict not NON-STRICT; with --baseline every case is as the baseline says
  1    a case did not
  2    wrong usage
  3    the server could not be reached, or not to the end, or is no fuzzing server
  130  Ctrl-C (143: SIGTERM); the server is asked for reports of what was played, a second Ctrl-C
       leaves that out"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `wsconform testee`."""
    parser.add_argument("url", metavar="URL", help="ws:// or wss:// URL of the fuzzing server")
    groups.add_selection(parser)
    add = parser.add_argument_group("how to connect").add_argument
    add("--agent", default=AGENT, metavar="NAME", help=f"what reports call us; default: {AGENT}")
    add("--jobs", type=values.jobs, default=1, metavar="N", help="cases at a time; default: 1")
    add("--cafile", metavar="FILE", help="certificates to trust instead of the system's, PEM")
    add("--insecure", action="store_true", help="take any certificate")
    add(
        "--timeout", type=values.seconds, metavar="S",
        help="give a connection up when no message comes for so many seconds; default: 30",
    )  # fmt: skip
    add("--shutdown", action="store_true", help="have the server stop when all is through")
    groups.add_gate(parser.add_argument_group("exit code"))


def run(options: argparse.Namespace) -> int:
    """Run; the exit code. Raises `PlanError` for wrong usage, OSError if nothing can be written."""
    target = _target(options)
    ids = _ids(options)
    gate = groups.gate_of(options)
    begun = time.monotonic()
    happened = _go_through(target, ids, options)
    entries, unreachable = happened.outcome
    unplayed = [Unplayed(options.agent, str(target), unreachable)] if unreachable else []
    try:
        if entries or not unreachable:
            taken = time.monotonic() - begun
            groups.tell_result(closing(entries, gate, None, taken, Look.of(sys.stdout)))
        if unreachable:
            groups.complain(disarm(f"{target}: {unreachable}"))
            if "certificate" in unreachable:
                groups.complain("--cafile FILE names certificates to trust, --insecure takes any")
    finally:
        is_whole = not (unreachable or happened.signal)
        groups.write_for_builds(options, entries, gate, unplayed, whole=is_whole)
    return _exit_code(happened, gate)


def _go_through(
    target: Target, ids: tuple[str, ...] | None, options: argparse.Namespace
) -> Happened:
    # Twisted takes a while to import, and nothing else needs it.
    from wsconform.testee.api import Api
    from wsconform.testee.drive import SILENCE, Wish
    from wsconform.testee.live import go_through

    api = Api(options.agent, target.resource.rstrip("/"))
    wish = Wish(ids, options.jobs, options.timeout or SILENCE, options.shutdown)
    return go_through(target, api, wish, display(sys.stderr, time.monotonic), Look.of(sys.stderr))


def _target(options: argparse.Namespace) -> Target:
    if options.cafile and not Path(options.cafile).is_file():
        raise PlanError(f"{options.cafile}: there is no such file")
    if not options.agent.strip():
        raise PlanError("--agent needs a name")
    try:
        target = Target.at(options.url)
    except ValueError as error:
        raise PlanError(str(error)) from None
    if "?" in target.resource:
        raise PlanError(f"{options.url!r}: give the server's URL alone, without a query")
    return replace(target, cafile=options.cafile, insecure=options.insecure)


def _ids(options: argparse.Namespace) -> tuple[str, ...] | None:
    """What is selected; None if that is left to the server."""
    if not (options.cases or options.exclude or options.profile):
        return None
    profile = options.profile or "full"
    wishes = Wishes(tuple(options.cases), tuple(options.exclude), profile)
    return tuple(case.id for case in wished_cases(wishes).cases)


def _exit_code(happened: Happened, gate: Gate) -> int:
    if happened.signal:
        return 128 + happened.signal
    if happened.outcome.unreachable:
        return 3
    return 1 if gate.fails(happened.outcome.entries) else 0
