"""`wsconform run`: the cases against servers."""

from __future__ import annotations

import argparse
import sys
import textwrap
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from wirelog.escaping import disarm
from wsconform import options as values
from wsconform.commands import groups
from wsconform.plan import DEFAULT_OUT, Plan, PlanError, plan_for_spec, plan_for_url
from wsconform.progress import display
from wsconform.report.directory import ReportDirectory
from wsconform.report.gate import Gate
from wsconform.report.pages import write_pages
from wsconform.report.run_state import Finished, RunState
from wsconform.report.summary import closing
from wsconform.spec import load as load_spec
from wsconform.spec_table import SpecError
from wsconform.terminal import Look

if TYPE_CHECKING:
    from wsconform.live import Happened

DESCRIPTION = """\
Play the conformance cases against a WebSocket echo server, and judge what it does.

The server must send every message back as it came, and answer pings and close frames by itself.
Verdicts, reports and case ids are those of the Autobahn Testsuite; every case leaves a capture that
`wsinspect` opens."""
RESUMABLE = {
    f"--{name}": name.replace("-", "_")
    for name in (
        "out", "jobs", "junit", "strict", "baseline", "update-baseline", "header", "cafile",
        "insecure", "timeout",
    )
}  # fmt: skip
"""Options that may be given anew to a run that is resumed -> where argparse puts them. The others
say what is played, or whom the server takes us for, and cannot change on the way."""
EPILOG = f"""\
{groups.PATTERNS}
{{case}} and {{agent}} in the URL are replaced; the latter needs --agent.

--resume takes the options of the run that it goes on with. For this time, these may be given anew:
{textwrap.fill(", ".join(RESUMABLE), 100, break_on_hyphens=False)}.

examples:
  wsconform run ws://127.0.0.1:9001
  wsconform run ws://127.0.0.1:9001 --profile full --agent mine --junit junit.xml
  wsconform run ws://127.0.0.1:9000/{{case}} --cases '4.*,7.1.1' --exclude 4.1.5
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
  130  Ctrl-C (143: SIGTERM); what was played is reported; a second Ctrl-C quits at once"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `wsconform run`."""
    parser.set_defaults(parser=parser)
    parser.add_argument("url", nargs="?", metavar="URL", help="ws:// or wss:// URL of the server")
    groups.add_spec(parser)
    groups.add_selection(parser).add_argument(
        "--resume", action="store_true", help="leave out what the last run into --out finished"
    )
    _add_connection(parser)
    output = parser.add_argument_group("reports and exit code")
    groups.add_out(output, DEFAULT_OUT)
    groups.add_gate(output)


def _add_connection(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("how to connect")
    add = group.add_argument
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
    groups.add_judging(group)


def run(options: argparse.Namespace) -> int:
    """Run; the exit code. Raises `PlanError` for wrong usage, OSError if nothing can be written."""
    options = _continued(options)
    plan = _plan(options)
    gate = groups.gate_of(options)
    for words in plan.warnings:
        groups.complain(f"warning: {words}")
    state = RunState.load(plan.out) if options.resume else None
    directory = ReportDirectory(plan.out, lambda words: groups.complain(f"warning: {words}"))
    before = Finished.of(state, directory.reports()) if state else Finished()
    state = state or RunState.new(tuple(options.arguments))
    state.save(plan.out)
    begun = time.monotonic()
    happened = _play(plan, directory, state, before, options.jobs)
    if not happened.signal and not happened.unreachable:
        state.finish(plan.out)
    _write_reports(directory, state, happened, options, gate)
    _tell(directory, happened, gate, time.monotonic() - begun)
    return _exit_code(happened, gate)


def _play(
    plan: Plan, directory: ReportDirectory, state: RunState, before: Finished,
    jobs: int | None,
) -> Happened:  # fmt: skip
    # Twisted takes a while to import, and nothing else needs it.
    from wsconform.live import Stage, play
    from wsconform.runner import JOBS

    shown = display(sys.stderr, time.monotonic)
    shown.say(*plan.notes)
    look = Look.of(sys.stderr)
    try:
        return play(plan, Stage(directory, shown, look, state.id, jobs or JOBS, before))
    finally:
        shown.close()


def _continued(options: argparse.Namespace) -> argparse.Namespace:
    """The options, or those of the run that is to be resumed."""
    if not (options.url or options.spec) and options.resume:
        out = Path(options.out or DEFAULT_OUT)
        state = RunState.load(out)
        if state is None:
            raise PlanError(f"{out}: there is no run to go on with")
        options = _as_before(options, state, out)
    if bool(options.url) == bool(options.spec):
        raise PlanError("give either the URL of a server or a spec file; see wsconform run --help")
    return options


def _as_before(now: argparse.Namespace, state: RunState, out: Path) -> argparse.Namespace:
    """The options of the run that is resumed, and over them those that are given now."""
    parser = now.parser
    given = {name for name, value in vars(now).items() if value != parser.get_default(name)}
    wrong = given - {*RESUMABLE.values(), "resume", "arguments", "command", "parser"}
    if wrong:
        words = ", ".join(sorted(f"--{name.replace('_', '-')}" for name in wrong))
        raise PlanError(f"{words}: not with --resume, which goes on with the options of {out}")
    before: argparse.Namespace = parser.parse_args(list(state.arguments))
    anew = {name.lower() for name, _ in now.header}
    kept = [pair for pair in before.header if pair[0].lower() not in anew]
    both = vars(before) | {name: getattr(now, name) for name in given}
    return argparse.Namespace(**{**both, "header": kept + now.header, "out": str(out)})


def _plan(options: argparse.Namespace) -> Plan:
    if options.cafile and not Path(options.cafile).is_file():
        raise PlanError(f"{options.cafile}: there is no such file")
    wishes = replace(
        groups.wishes_of(options),
        agent=options.agent,
        headers=tuple(options.header),
        origin=options.origin,
        protocols=tuple(options.protocol),
        cafile=options.cafile,
        insecure=options.insecure,
    )
    if not options.spec:
        return plan_for_url(options.url, wishes, options.out)
    try:
        return plan_for_spec(load_spec(options.spec), wishes, options.out)
    except SpecError as error:
        raise PlanError(str(error)) from None


def _write_reports(
    directory: ReportDirectory, state: RunState, happened: Happened, options: argparse.Namespace,
    gate: Gate,
) -> None:  # fmt: skip
    if happened.entries:
        write_pages(directory, run=state.id)
        directory.write_index()
    is_whole = not (happened.signal or happened.unreachable)
    unplayed = [*happened.unreachable, *happened.left]
    groups.write_for_builds(options, happened.entries, gate, unplayed, whole=is_whole)


def _tell(directory: ReportDirectory, happened: Happened, gate: Gate, seconds: float) -> None:
    look = Look.of(sys.stdout)
    if happened.entries or not happened.unreachable:
        groups.tell(closing(happened.entries, gate, directory.path, seconds, look))
    if happened.unconfirmed:
        cases = "1 case was" if happened.unconfirmed == 1 else f"{happened.unconfirmed} cases were"
        groups.complain(f"{cases} not OK beside others and not played alone any more: not reported")
    for _, where, why in happened.unreachable:
        groups.complain(disarm(f"{where}: {why}"))
        if "certificate" in why:
            groups.complain("--cafile FILE names certificates to trust, --insecure takes any")
    if happened.signal or happened.unreachable:
        groups.complain("`wsconform run --resume` goes on from here")


def _exit_code(happened: Happened, gate: Gate) -> int:
    if happened.signal:
        return 128 + happened.signal
    if happened.unreachable:
        return 3
    return 1 if gate.fails(happened.entries) else 0
