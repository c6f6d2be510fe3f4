"""What `twistd` needs of wsecho: `Options` and `makeService`; here the parts are put together."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from twisted.internet.endpoints import serverFromString
from twisted.logger import Logger

from wsecho.captures import Captures
from wsecho.factory import EchoFactory
from wsecho.options import DEFAULT_ENDPOINT, Options
from wsecho.service import EchoService

__all__ = ["Options", "makeService"]

_log = Logger()


def makeService(options: Options, reactor: Any = None) -> EchoService:
    """The service that the options describe; ends the process for an endpoint that cannot be."""
    if reactor is None:
        from twisted.internet import reactor
    captures = Captures(options.captures, options.snaplen)
    factory = EchoFactory(options.settings, captures, reactor)
    endpoints = [(text, _endpoint(reactor, text)) for text in options.endpoints]

    def abandon(message: str) -> NoReturn:
        _abandon(message, options.parent or {})

    return EchoService(endpoints, factory, captures, abandon)


def _endpoint(reactor: Any, description: str) -> Any:
    try:
        return serverFromString(reactor, description)
    except Exception as error:  # each kind of endpoint raises what it likes
        words = " ".join(str(error).split()) or type(error).__name__
        raise SystemExit(
            f"wsecho: --listen {description}: this cannot be used ({words}); "
            f"an endpoint looks like {DEFAULT_ENDPOINT}"
        ) from None


def _abandon(message: str, twistd: Any) -> NoReturn:
    """End the process with one line, on the terminal or in the log and the parent of a daemon.

    twistd does that with a traceback, so it is left another way, which it does not clean up after.
    """
    pipe = twistd.get("statusPipe")
    if pipe is None:
        print(f"wsecho: {message}", file=sys.__stderr__)
    else:
        _log.critical("Cannot start: {message}", message=message)
        os.write(pipe, f"1 {message}".encode())
    if twistd.get("pidfile"):
        with suppress(OSError):
            Path(twistd["pidfile"]).unlink()
    raise SystemExit(1)
