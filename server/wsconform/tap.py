"""What `twistd` needs of wsconform: `Options` and `makeService`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any, NoReturn

from twisted.logger import Logger
from twisted.python import usage

from wsconform.commands import groups, serve
from wsconform.plan import PlanError
from wsconform.serve_plan import ServePlan, Terms
from wsconform.serving.service import FuzzingService
from wsconform.serving.watching import Log
from wsservice import leaving
from wsservice.endpoints import EndpointError

__all__ = ["Options", "makeService"]

EPILOG = f"""\
{serve.URLS}

{groups.PATTERNS}

Results are on disk as they come, and pages when a client asks for them or the service is stopped.

examples:
  twistd -n wsconform --listen tcp:9001 --out /var/lib/wsconform
  twistd wsconform --listen tcp:9001 --listen ssl:9443:privateKey=key.pem:certKey=cert.pem
  twistd -n --pidfile= wsconform           # beside another twistd service in the same directory"""

_log = Logger()


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Say what is wrong; the usage takes many lines."""
        raise PlanError(message)


class Options(usage.Options):
    """The options of `wsconform serve` that a service can have, read as there."""

    parent: Any = None

    def parseOptions(self, options: Sequence[str] | None = None) -> None:
        """Parse the command line; what is wrong with it ends the process with one line."""
        parser = _Parser(
            prog="twistd wsconform", description=serve.DESCRIPTION, epilog=EPILOG,
            allow_abbrev=False, formatter_class=argparse.RawDescriptionHelpFormatter,
        )  # fmt: skip
        serve.add_service_arguments(parser)
        try:
            self.plan: ServePlan = serve.plan_of(parser.parse_args(options or ()), Terms())
        except PlanError as error:
            raise SystemExit(f"wsconform: {error}; see twistd wsconform --help") from None


def makeService(options: Options, reactor: Any = None) -> FuzzingService:
    """The service that the options describe; ends the process for an endpoint that cannot be."""
    if reactor is None:
        from twisted.internet import reactor
    log = Log()
    for words in (*options.plan.notes, *options.plan.warnings):
        log.trouble(words)

    def stop(why: str) -> None:
        if service.server.failure is None:
            _log.warn("Stopping: {why}", why=why or "no reason")
        else:
            _log.critical("Stopping: {why}", why=why)
            leaving.fail_at_exit()
        reactor.stop()

    def abandon(message: str) -> NoReturn:
        leaving.abandon("wsconform", message, options.parent or {})

    try:
        service = FuzzingService(options.plan, log, reactor, stop, abandon)
    except EndpointError as error:
        raise SystemExit(f"wsconform: {error}") from None
    return service
