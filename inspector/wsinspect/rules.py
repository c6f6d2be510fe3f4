"""`wsinspect rules`: lists the rules that captures are held against, and explains them."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Iterable
from difflib import get_close_matches

from wirelog.rules import RULES, Rule
from wirelog.rules.document import document
from wsinspect.present.findings import rule_lines

DESCRIPTION = """\
List the rules that `wsinspect check` knows, or explain those that are named. A name may be the
subject alone: `wsinspect rules close` explains all rules for the end of a connection."""
EPILOG = """\
examples:
  wsinspect rules
  wsinspect rules frame.unmasked
  wsinspect rules --format json | jq -r 'select(.severity == "error").rule'

exit codes: 0 printed; 2 wrong usage; 3 no rule of that name"""
WIDTH = 100


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `wsinspect rules`."""
    parser.add_argument(
        "rules", nargs="*", metavar="RULE", help="an id, or the part before its dot"
    )
    parser.add_argument(
        "--format", choices=("text", "json", "markdown"), default="text", help="default: text"
    )


def run(options: argparse.Namespace) -> int:
    """Print them; the exit code."""
    named = [name.lower() for name in options.rules]
    chosen = [one for one in RULES.values() if not named or {one.id, one.subject} & set(named)]
    known = {one.id for one in chosen} | {one.subject for one in chosen}
    unknown = [name for name in named if name not in known]
    for name in unknown:
        sys.stderr.write(f"wsinspect: {no_such_rule(name)}\n")
    sys.stdout.write(FORMATS[options.format](chosen, explain=bool(named)))
    return 3 if unknown else 0


def no_such_rule(name: str) -> str:
    """What to say of a name that no rule and no subject has."""
    known = [*RULES, *{rule.subject for rule in RULES.values()}]
    near = get_close_matches(name.lower(), known, 1)
    return f"no rule is called {name!r}; " + (
        f"did you mean {near[0]}?" if near else "`wsinspect rules` lists them"
    )


def _text(chosen: Iterable[Rule], *, explain: bool) -> str:
    width = min(shutil.get_terminal_size((WIDTH, 24)).columns, WIDTH)
    if explain:
        return "".join("\n".join([*rule_lines(one, width), "", ""]) for one in chosen)
    longest = max((len(one.id) for one in RULES.values()), default=0)
    return "".join(f"{one.id:<{longest}}  {one.severity:<7}  {one.summary}\n" for one in chosen)


def _json(chosen: Iterable[Rule], *, explain: bool) -> str:
    return "".join(f"{json.dumps(_facts(one))}\n" for one in chosen)


def _facts(rule: Rule) -> dict[str, object]:
    return {
        "rule": rule.id, "severity": rule.severity, "rfc": rule.rfc, "summary": rule.summary,
        "gist": rule.gist, "remedy": rule.remedy, "close_code": rule.close_code,
        "needs": list(rule.needs),
    }  # fmt: skip


def _markdown(chosen: Iterable[Rule], *, explain: bool) -> str:
    return document(chosen)


FORMATS = {"text": _text, "json": _json, "markdown": _markdown}
