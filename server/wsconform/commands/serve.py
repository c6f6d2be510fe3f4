"""`wsconform serve`: the cases for clients."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from wirelog.escaping import disarm
from wsconform import options as values
from wsconform.commands import groups
from wsconform.plan import PlanError
from wsconform.progress import counts_in_words, display
from wsconform.report.gate import Gate
from wsconform.report.junit import Unplayed
from wsconform.report.summary import closing
from wsconform.serve_plan import (
    DEFAULT_ENDPOINT,
    DEFAULT_OUT,
    ServePlan,
    ServeWishes,
    Terms,
    plan_for_serving,
)
from wsconform.serve_spec import load
from wsconform.spec_table import SpecError
from wsconform.terminal import Look

if TYPE_CHECKING:
    from wsconform.serving.session import Served

DESCRIPTION = """\
Wait for WebSocket clients, play the conformance cases with them, and judge what they do.

A client asks for the number of cases, connects once for each, and sends every message back as it
came until the connection is closed. The URLs are those of the Autobahn Testsuite's fuzzing server,
so whatever runs a client there runs it here. A browser at the same address sees what there is."""
URLS = """\
what a client opens, in this order, all as WebSocket:
  /getCaseCount                          one message: how many cases there are
  /runCase?case=1&agent=NAME             plays the first of them; go on up to that number
  /runCase?casetuple=4.2.3&agent=NAME    the same by id
  /updateReports?agent=NAME              writes the pages, then closes
and also /getCaseInfo, /getCaseStatus, /stopServer, and any other path for the command channel."""
EPILOG = f"""\
{URLS}

{groups.PATTERNS}

Results are on disk as they come. Connections at a time are limited by `ulimit -n`; one more gets
status 503.

examples:
  wsconform serve                                         and open http://127.0.0.1:9001
  wsconform serve --listen tcp:0:interface=127.0.0.1      a free port, which is printed
  wsconform serve --listen ssl:9443:privateKey=key.pem:certKey=cert.pem
  wsconform serve -s fuzzingserver.json
  wsconform serve --exit-when-done --junit junit.xml & run-my-client; wait $!
  wsconform serve --expect-agent a --expect-agent b --give-up-after 60

exit codes:
  0    every case passed: OK, NON-STRICT or INFORMATIONAL, and the close OK or INFORMATIONAL;
       with --strict not NON-STRICT; with --baseline every case is as the baseline says
  1    a case did not, or was not played: one of a client that was awaited, or one that the
       baseline has for a client that came
  2    wrong usage, or reports cannot be written; what was played is told
  3    an agent that was awaited did not come, or nothing was played
  130  Ctrl-C (143: SIGTERM); what was finished is reported; a second Ctrl-C quits at once"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `wsconform serve`."""
    output = add_service_arguments(parser)
    groups.add_gate(output)
    add = parser.add_argument_group("when to end").add_argument
    add(
        "--exit-when-done", action="store_true",
        help="end when the first client is through: it has called /updateReports, or all cases are "
        "finished",
    )  # fmt: skip
    add(
        "--expect-agent", action="append", default=[], metavar="NAME",
        help="end when this client is through; may be given several times",
    )  # fmt: skip
    add(
        "--give-up-after", type=values.seconds, metavar="S",
        help="end when nothing has happened for so many seconds",
    )  # fmt: skip


def add_service_arguments(parser: argparse.ArgumentParser) -> argparse._ArgumentGroup:
    """The options of any fuzzing server; the group about output, for more."""
    parser.add_argument(
        "--listen", action="append", default=[], metavar="ENDPOINT",
        help="where to listen, in Twisted's words, such as tcp:9001 or ssl:…; may be given several "
        f"times; default: {DEFAULT_ENDPOINT}",
    )  # fmt: skip
    groups.add_spec(parser)
    groups.add_judging(groups.add_selection(parser))
    output = parser.add_argument_group("reports and exit code")
    groups.add_out(output, DEFAULT_OUT)
    return output


def run(options: argparse.Namespace) -> int:
    """Serve; the exit code. Raises `PlanError` for wrong usage, OSError where what builds read
    cannot be written."""
    awaited = tuple(dict.fromkeys(name.strip() for name in options.expect_agent))
    terms = Terms(options.exit_when_done or bool(awaited), awaited, options.give_up_after)
    plan = plan_of(options, terms)
    gate = groups.gate_of(options)
    served = _serve(plan)
    missing = _missing(served, gate, plan)
    try:
        groups.tell_result(_closing(served, gate, plan.out))
        _tell_what_is_missing(served, missing)
    finally:
        groups.write_for_builds(
            options, served.entries, gate, _unplayed(served, missing),
            whole=not (served.signal or served.failure),
        )  # fmt: skip
    return _exit_code(served, missing, gate)


def plan_of(options: argparse.Namespace, terms: Terms) -> ServePlan:
    """The plan of the options of `add_service_arguments`; raises `PlanError`."""
    wishes = ServeWishes(tuple(options.listen), options.out, terms)
    try:
        spec = load(options.spec) if options.spec else None
    except SpecError as error:
        raise PlanError(str(error)) from None
    return plan_for_serving(groups.wishes_of(options), wishes, spec)


def _serve(plan: ServePlan) -> Served:
    # Twisted takes a while to import, and nothing else needs it.
    from wsconform.serving.session import serve
    from wsconform.serving.shown import Shown

    for words in plan.warnings:
        groups.complain(f"warning: {words}")
    display_ = display(sys.stderr, time.monotonic)
    for words in plan.notes:
        display_.say(words)
    shown = Shown(display_, Look.of(sys.stderr), sys.stdout, time.monotonic)
    try:
        return serve(plan, shown)
    finally:
        shown.close()


def _closing(served: Served, gate: Gate, out: Path) -> Iterator[str]:
    """The end: each agent's totals, failures, all totals."""
    look = Look.of(sys.stdout)
    agents = {entry.agent: Counter[str]() for entry in served.entries}
    for entry in served.entries:
        agents[entry.agent][entry.kind] += 1
    if len(agents) > 1:
        for agent, counts in agents.items():
            words = ", ".join(reversed(counts_in_words(counts, look)))
            yield f" {look.paint('strong', disarm(agent))}  {words}"
    yield from closing(served.entries, gate, out, None, look)


Missing = Mapping[str, Sequence[str]]
"""Agent -> ids of cases that had to be played and were not."""


def _missing(served: Served, gate: Gate, plan: ServePlan) -> Missing:
    """What agents that were awaited did not play, and what those that came did not play although
    the baseline has it: a case that is skipped is not as the baseline says."""
    found = dict(served.missing)
    played = {(entry.agent, entry.id) for entry in served.entries}
    for agent in served.came:
        known = (gate.baseline or {}).get(agent, {})
        ids = [case.id for case in plan.cases_for(agent) if case.id in known]
        skipped = [one for one in ids if (agent, one) not in played]
        if skipped and agent not in (*served.missing, *served.absent):
            found[agent] = skipped
    return found


def _tell_what_is_missing(served: Served, missing: Missing) -> None:
    if served.failure:
        groups.complain(disarm(served.failure))
    elif not served.signal:
        for agent in served.absent:
            groups.complain(f"{disarm(agent)!r} has not finished any case")
        for agent, ids in missing.items():
            why = "" if agent in served.missing else ", and the baseline has it"
            groups.complain(f"{disarm(agent)!r} has not played {', '.join(ids)}{why}")
        if not served.entries:
            groups.complain(f"nothing was played: {served.why}")


def _unplayed(served: Served, missing: Missing) -> list[Unplayed]:
    """What fails the build beside verdicts. A signal is how many a script ends a server, so it
    says nothing of what was not played."""
    if served.failure:
        return [Unplayed("", "reports", f"cannot be written: {served.failure}")]
    if served.signal:
        return []
    found = [Unplayed(one, "all cases", "no case was finished") for one in served.absent]
    found += [
        Unplayed(agent, case_id, "the case was not played")
        for agent, ids in missing.items()
        for case_id in ids
    ]
    if not (served.entries or found):
        found.append(Unplayed("", "all cases", f"nothing was played: {served.why}"))
    return found


def _exit_code(served: Served, missing: Missing, gate: Gate) -> int:
    if served.failure:
        return 2
    if served.signal:
        return 128 + served.signal
    if served.absent or not served.entries:
        return 3
    return 1 if missing or gate.fails(served.entries) else 0
