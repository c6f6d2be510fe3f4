"""The command line of `wsconform`."""

from __future__ import annotations

import argparse
import io
import os
import signal
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple

from wirelog import __version__
from wsconform.commands import cases, report, run, serve, testee
from wsconform.commands.groups import complain
from wsconform.plan import PlanError
from wsconform.terminal import silence

DESCRIPTION = """\
The conformance cases of the WebSocket field (RFC 6455, RFC 7692): ids, verdicts and reports as in
the Autobahn Testsuite, and a capture of every case."""
EPILOG = """\
examples:
  wsconform run ws://127.0.0.1:9001      test an echo server
  wsconform serve                        test a client that connects to ws://127.0.0.1:9001
  wsconform case 4.2.3                   what does this case do?
  wsconform COMMAND --help               the options and examples of a command

exit codes: 0 all passed; 1 a case failed; 2 wrong usage; 3 the peer could not be reached or did not
come; 130 interrupted"""


class Command(NamedTuple):
    """One row of the table of commands."""

    words: str
    """What it does, in the list of commands."""
    description: str
    epilog: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


COMMANDS = {
    "run": Command(
        "play the cases against a server", run.DESCRIPTION, run.EPILOG, run.add_arguments, run.run
    ),
    "serve": Command(
        "play the cases with clients that connect",
        serve.DESCRIPTION,
        serve.EPILOG,
        serve.add_arguments,
        serve.run,
    ),
    "testee": Command(
        "be an echo client for a fuzzing server",
        testee.DESCRIPTION,
        testee.EPILOG,
        testee.add_arguments,
        testee.run,
    ),
    "cases": Command(
        "list the cases", cases.DESCRIPTION, cases.EPILOG, cases.add_arguments, cases.run
    ),
    "case": Command(
        "explain one case",
        cases.ONE_DESCRIPTION,
        cases.ONE_EPILOG,
        cases.add_arguments_of_one,
        cases.run_one,
    ),
    "report": Command(
        "write the pages of a report directory anew",
        report.DESCRIPTION,
        report.EPILOG,
        report.add_arguments,
        report.run,
    ),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; the exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    _have_streams()
    options = _parser().parse_args(arguments)
    options.arguments = [one for one in arguments[1:] if one != "--resume"]
    try:
        return COMMANDS[options.command].run(options)
    except PlanError as error:
        return _complain(str(error))
    except BrokenPipeError:
        return _quiet_pipe()
    except OSError as error:
        return _complain(f"{error.filename or 'error'}: {error.strerror or error}")
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="wsconform", description=DESCRIPTION, epilog=EPILOG, allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("--version", action="version", version=f"wsconform {_version()}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, command in COMMANDS.items():
        one = commands.add_parser(
            name, help=command.words, description=command.description, epilog=command.epilog,
            allow_abbrev=False, formatter_class=argparse.RawDescriptionHelpFormatter,
        )  # fmt: skip
        command.add_arguments(one)
    return parser


def _complain(words: str) -> int:
    complain(words)
    return 2


def _version() -> str:
    try:
        return version("wsinspect")
    except PackageNotFoundError:
        return __version__


def _have_streams() -> None:
    """Have standard streams that take any text, to nowhere if the shell has closed them (`>&-`)."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w"))  # noqa: SIM115 - open to the end
        elif isinstance(stream, io.TextIOWrapper):
            # what the locale cannot say is printed as an escape
            stream.reconfigure(errors="backslashreplace")


def _quiet_pipe() -> int:
    """The reader of our output has gone, as `head` does: end as a program that SIGPIPE ends."""
    silence(sys.stdout)
    return 128 + signal.SIGPIPE


if __name__ == "__main__":
    sys.exit(main())
