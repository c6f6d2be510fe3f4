"""The command line: `wsinspect PATH…` opens captures, `wsinspect show` and its like print."""

from __future__ import annotations

import argparse
import io
import os
import signal
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import NamedTuple

from wirelog import __version__
from wsinspect import check, rules, show, sources

DESCRIPTION = """\
A microscope for the WebSocket wire: opens captures of `twistd wsecho` and reports of the Autobahn
Testsuite. In a terminal this is a screen; without one it prints what the screen shows first."""
EPILOG = """\
commands:
{commands}

examples:
  wsinspect captures/4.2.3.log           look at one capture
  wsinspect captures                     browse a directory, through all folders below
  wsinspect captures/4.2.3.log | less    without a terminal: print
  wsinspect show FILE --view closing     one view, as text or as JSON
  wsinspect ./show                       a file that is called like a command

exit codes: 0 all is well; 2 wrong usage, or nothing could be read; 130 interrupted"""


class Command(NamedTuple):
    """One row of the table of commands."""

    words: str
    """What it does, for `--help`."""
    description: str
    epilog: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


COMMANDS = {
    "show": Command(
        "print captures, as text or JSON",
        show.DESCRIPTION,
        show.EPILOG,
        show.add_arguments,
        show.run,
    ),
    "check": Command(
        "say what is wrong in captures, who did it, and by which paragraph",
        check.DESCRIPTION,
        check.EPILOG,
        check.add_arguments,
        check.run,
    ),
    "rules": Command(
        "list and explain the rules that captures are checked against",
        rules.DESCRIPTION,
        rules.EPILOG,
        rules.add_arguments,
        rules.run,
    ),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; the exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    _accept_any_text(sys.stdout)
    _accept_any_text(sys.stderr)
    try:
        is_command = bool(arguments) and arguments[0] in COMMANDS
        code = _run_command(arguments[0], arguments[1:]) if is_command else _open(arguments)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        _mute()
        return 128 + signal.SIGPIPE  # as a program that SIGPIPE ends
    except OSError as error:  # what cannot be read has been told before
        _mute()
        sys.stderr.write(f"wsinspect: it cannot be printed: {error.strerror or error}\n")
        return 2
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


def _run_command(name: str, arguments: list[str]) -> int:
    command = COMMANDS[name]
    parser = _parser(f"wsinspect {name}", command.description, command.epilog)
    command.add_arguments(parser)
    return command.run(parser.parse_args(arguments))


def _open(arguments: list[str]) -> int:
    """The screen if there is a terminal, else what it would show first."""
    commands = "\n".join(f"  {name:<8} {one.words}" for name, one in COMMANDS.items())
    parser = _parser("wsinspect", DESCRIPTION, EPILOG.format(commands=commands))
    parser.add_argument("paths", nargs="+", metavar="PATH", help="a capture or a directory of them")
    parser.add_argument("--version", action="version", version=f"wsinspect {_version()}")
    options = parser.parse_args(arguments)
    if not _has_screen():
        return _run_command("show", ["--", *options.paths])
    found = sources.find(options.paths)
    if not found.files:
        for error in found.errors:
            show.complain(error)
        return 2
    # Textual takes a while to import, and nothing else needs it.
    from wsinspect.app import run

    return run(options.paths)


def _parser(name: str, description: str, epilog: str) -> argparse.ArgumentParser:
    return argparse.ArgumentParser(
        prog=name,
        description=description,
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )


def _has_screen() -> bool:
    # Textual reads from standard input and draws on standard error.
    streams = (sys.stdin, sys.stdout, sys.stderr)
    return all(one.isatty() for one in streams) and os.environ.get("TERM") != "dumb"


def _version() -> str:
    try:
        return version("wsinspect")
    except PackageNotFoundError:
        return __version__


def _accept_any_text(stream: object) -> None:
    """Print what the locale cannot say as an escape instead of failing over it."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")


def _mute() -> None:
    """Nobody takes our output any more, as behind `head`; Python flushes it once more when it ends,
    so let that go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
