"""`wsconform run`: the cases against servers."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from wirelog.escaping import disarm
from wsconform import options as values
from wsconform.plan import (
    DEFAULT_OUT,
    PROFILES,
    Plan,
    PlanError,
    Wishes,
    plan_for_spec,
    plan_for_url,
)
from wsconform.progress import display
from wsconform.report.baseline import BaselineError, load, update
from wsconform.report.directory import ReportDirectory
from wsconform.report.entry import Entry
from wsconform.report.files import write
from wsconform.report.gate import Gate
from wsconform.report.junit import junit
from wsconform.report.pages import write_pages
from wsconform.report.run_state import RunState
from wsconform.report.summary import closing
from wsconform.spec import SpecError
from wsconform.spec import load as load_spec
from wsconform.terminal import Look

if TYPE_CHECKING:
    from wsconform.live import Happened

DESCRIPTION = """\
Play the conformance cases against a WebSocket echo server, and judge what it does.

The server must send every message back as it came, and answer pings and close frames by itself.
Verdicts, reports and case ids are those of the Autobahn Testsuite; every case leaves a capture that
`wsinspect` opens."""
EPILOG = """\
profiles: quick leaves out 9, 12 and 13, which take longest; it is taken where neither --profile nor
--cases is given. full leaves out nothing. In a pattern, * stands for any run of characters, and the
whole id must fit. {case} and {agent} in the URL are replaced.

examples:
  wsconform run ws://127.0.0.1:9001
  wsconform run ws://127.0.0.1:9001 --profile full --agent mine --junit junit.xml
  wsconform run ws://127.0.0.1:9000/{case} --cases '4.*,7.1.1' --exclude 4.1.5
  wsconform run wss://example.net/echo --cafile ca.pem --header 'Authorization: Bearer …'
  wsconform run -s fuzzingclient.json
  wsconform run ws://127.0.0.1:9001 --baseline known.json --update-baseline   accept it as it is
  wsconform run ws://127.0.0.1:9001 --baseline known.json                     from then on
  wsconform run --resume                        go on with the run that was broken off

exit codes:
  0    every case passed: OK, NON-STRICT or INFORMATIONAL, and the close OK or INFORMATIONAL;
       with --strict not NON-STRICT; with --baseline every case is as the baseline says
  1    a case did not
  2    wrong usage
  3    a server could not be reached, or not to the end; what was played is reported
  130  Ctrl-C (143: SIGTERM); what was played is reported"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `wsconform run`."""
    parser.set_defaults(parser=parser)
    parser.add_argument("url", nargs="?", metavar="URL", help="ws:// or wss:// URL of the server")
    parser.add_argument(
        "-s", "--spec", type=Path, metavar="FILE", help="a spec file of the Autobahn Testsuite"
    )
    _add_selection(parser)
    _add_connection(parser)
    _add_output(parser)


def _add_selection(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument_group("which cases").add_argument
    for name, words in (("cases", "only these, such as '4.*,7.1.1'"), ("exclude", "not these")):
        add(
            f"--{name}", action="extend", type=values.patterns, default=[], metavar="PATTERNS",
            help=words,
        )  # fmt: skip
    add("--profile", choices=list(PROFILES), help="see below")
    add("--resume", action="store_true", help="leave out what the last run into --out finished")


def _add_connection(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument_group("how to connect").add_argument
    add("--agent", metavar="NAME", help="what reports call the server; default: its Server header")
    add(
        "--header", action="append", type=values.header, default=[], metavar="'K: V'",
        help="one more header of the handshake; captures and reports will show it",
    )  # fmt: skip
    add("--origin", metavar="ORIGIN", help="the Origin header")
    add("--protocol", action="append", default=[], metavar="NAME", help="a subprotocol to offer")
    add("--cafile", metavar="FILE", help="certificates to trust instead of the system's, PEM")
    add("--insecure", action="store_true", help="take any certificate")
    add("--jobs", type=values.jobs, metavar="N", help="cases at a time; 1: one after the other")
    add("--timeout", type=values.seconds, metavar="S", help="no case gets more seconds than this")
    add(
        "--as-published", action="store_true",
        help="judge as the Autobahn Testsuite does where that is known to be wrong",
    )  # fmt: skip


def _add_output(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument_group("reports and exit code").add_argument
    add("--out", metavar="DIR", help=f"where reports and captures go; default: {DEFAULT_OUT}")
    add("--junit", type=Path, metavar="FILE", help="write JUnit XML, too")
    add("--strict", action="store_true", help="NON-STRICT fails")
    add("--baseline", type=Path, metavar="FILE", help="only what differs from this file fails")
    add("--update-baseline", action="store_true", help="write the verdicts into --baseline")


def run(options: argparse.Namespace) -> int:
    """Run; the exit code. Raises `PlanError` for wrong usage, OSError if nothing can be written."""
    options = _continued(options)
    plan = _plan(options)
    gate = _gate(options)
    for words in plan.warnings:
        _complain(f"warning: {words}")
    state = RunState.load(plan.out) if options.resume else None
    directory = ReportDirectory(plan.out, lambda words: _complain(f"warning: {words}"))
    done = _done(directory, state)
    state = state or RunState.new(tuple(options.arguments))
    state.save(plan.out)
    begun = time.monotonic()
    happened = _play(plan, directory, state, done, options.jobs)
    if not happened.signal and not happened.unreachable:
        state.finish(plan.out)
    _write_reports(directory, state, happened, options, gate)
    _tell(directory, happened, gate, time.monotonic() - begun)
    return _exit_code(happened, gate)


def _play(
    plan: Plan, directory: ReportDirectory, state: RunState, done: Sequence[Entry],
    jobs: int | None,
) -> Happened:  # fmt: skip
    # Twisted takes a while to import, and nothing else needs it.
    from wsconform.live import Stage, play
    from wsconform.runner import JOBS

    shown = display(sys.stderr, time.monotonic)
    shown.say(*plan.notes)
    look = Look.of(sys.stderr)
    try:
        return play(plan, Stage(directory, shown, look, state.id, jobs or JOBS, done))
    finally:
        shown.close()


def _continued(options: argparse.Namespace) -> argparse.Namespace:
    """The options, or those of the run that is to be resumed."""
    if not (options.url or options.spec) and options.resume:
        out = Path(options.out or DEFAULT_OUT)
        state = RunState.load(out)
        if state is None:
            raise PlanError(f"{out}: there is no run to go on with")
        continued: argparse.Namespace = options.parser.parse_args(list(state.arguments))
        continued.arguments, continued.out, continued.resume = state.arguments, str(out), True
        options = continued
    if bool(options.url) == bool(options.spec):
        raise PlanError("give either the URL of a server or a spec file; see wsconform run --help")
    return options


def _plan(options: argparse.Namespace) -> Plan:
    if options.cafile and not Path(options.cafile).is_file():
        raise PlanError(f"{options.cafile}: there is no such file")
    wishes = Wishes(
        cases=tuple(options.cases),
        exclude=tuple(options.exclude),
        profile=options.profile,
        agent=options.agent,
        headers=tuple(options.header),
        origin=options.origin,
        protocols=tuple(options.protocol),
        cafile=options.cafile,
        insecure=options.insecure,
        timeout=options.timeout,
        as_published=options.as_published,
    )
    if not options.spec:
        return plan_for_url(options.url, wishes, options.out)
    try:
        return plan_for_spec(load_spec(options.spec), wishes, options.out)
    except SpecError as error:
        raise PlanError(str(error)) from None


def _gate(options: argparse.Namespace) -> Gate:
    if options.update_baseline and not options.baseline:
        raise PlanError("--update-baseline needs --baseline FILE")
    if not options.baseline or options.update_baseline:
        return Gate(options.strict)
    try:
        return Gate(options.strict, load(options.baseline))
    except BaselineError as error:
        raise PlanError(str(error)) from None


def _done(directory: ReportDirectory, state: RunState | None) -> list[Entry]:
    """What the run that is resumed has finished."""
    if state is None:
        return []
    return [found.entry for found in directory.reports() if found.entry.run == state.id]


def _write_reports(
    directory: ReportDirectory, state: RunState, happened: Happened, options: argparse.Namespace,
    gate: Gate,
) -> None:  # fmt: skip
    if happened.entries:
        write_pages(directory, run=state.id)
        directory.write_index()
    if options.junit:
        write(options.junit, junit(happened.entries, gate))
    if options.update_baseline:
        try:
            update(options.baseline, happened.entries)
        except BaselineError as error:
            raise PlanError(str(error)) from None


def _tell(directory: ReportDirectory, happened: Happened, gate: Gate, seconds: float) -> None:
    look = Look.of(sys.stdout)
    if happened.entries or not happened.unreachable:
        lines = closing(happened.entries, gate, directory.path, seconds, look)
        sys.stdout.write("".join(f"{line}\n" for line in lines))
        sys.stdout.flush()
    for words in happened.unreachable:
        _complain(disarm(words))
        if "certificate" in words:
            _complain("--cafile FILE names certificates to trust, --insecure takes any")
    if happened.signal or happened.unreachable:
        _complain("`wsconform run --resume` goes on from here")


def _exit_code(happened: Happened, gate: Gate) -> int:
    if happened.signal:
        return 128 + happened.signal
    if happened.unreachable:
        return 3
    return 1 if gate.fails(happened.entries) else 0


def _complain(words: str) -> None:
    sys.stderr.write(f"wsconform: {words}\n")
    sys.stderr.flush()
