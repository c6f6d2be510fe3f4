"""The command line: `wsinspect PATH…` opens captures, `wsinspect show` and its like print."""

from __future__ import annotations

import argparse
import io
import os
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple

from wirelog import __version__
from wsinspect import check, rules, show, sources
from wsinspect.present.safe import safe

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
  zcat 4.2.3.log.gz | wsinspect show -   from standard input, which the screen needs for itself

exit codes: 0 all is well; 2 wrong usage, or nothing could be read; 130 interrupted"""
TRACEBACK = "WSINSPECT_TRACEBACK"
"""Environment variable: set, a fault of this program prints its traceback."""


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
    except Exception as error:
        _own_up(error)
        return 2  # 1 would say that a capture is wrong


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
    is_keyless = "-" in options.paths and _can_draw()
    if not is_keyless and not _has_screen():
        return _run_command("show", ["--", *options.paths])
    found = sources.find(options.paths)
    errors = [_no_screen_for(path) for path in found.files if sources.is_pipe(path)]
    if errors or not found.files:
        for error in [*found.errors, *errors]:
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
    return _can_draw() and sys.stdin is not None and sys.stdin.isatty()


def _can_draw() -> bool:
    streams = (sys.stdout, sys.stderr)
    return all(one.isatty() for one in streams) and os.environ.get("TERM") != "dumb"


def _no_screen_for(path: Path) -> sources.SourceError:
    """Why the screen does not open what can be read only once."""
    what = "a FIFO can be read once, and the screen comes back to what it shows"
    if path == sources.STDIN:
        what = "the screen needs standard input for its keys"
    return sources.SourceError(path, what, "save it to a file, or print it with `wsinspect show`")


def _version() -> str:
    try:
        return version("wsinspect")
    except PackageNotFoundError:
        return __version__


def _accept_any_text(stream: object) -> None:
    """Print what the locale cannot say as an escape instead of failing over it."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")


def _own_up(error: Exception) -> None:
    """Say on one line what went wrong inside, and how to get what a report of it needs."""
    if os.environ.get(TRACEBACK):
        traceback.print_exception(error)
    steps = traceback.extract_tb(error.__traceback__)
    own = [one for one in steps if {"wsinspect", "wirelog"} & {*Path(one.filename).parts}]
    where = f"{Path(own[-1].filename).name}, line {own[-1].lineno}" if own else "an unknown place"
    sys.stderr.write(
        f"wsinspect {_version()}: a fault of this program, in {where}: "
        f"{safe(f'{type(error).__name__}: {error}')}; "
        f"please report it, with what {TRACEBACK}=1 prints\n"
    )


def _mute() -> None:
    """Nobody takes our output any more, as behind `head`; Python flushes it once more when it ends,
    so let that go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
