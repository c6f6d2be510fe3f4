"""What `twistd` needs of wsecho: `Options` and `makeService`; here the parts are put together."""

from __future__ import annotations

from typing import Any, NoReturn

from wsecho.captures import Captures
from wsecho.factory import EchoFactory
from wsecho.options import DEFAULT_ENDPOINT, Options
from wsecho.service import EchoService
from wsservice import leaving
from wsservice.endpoints import Endpoint, EndpointError

__all__ = ["Options", "makeService"]


def makeService(options: Options, reactor: Any = None) -> EchoService:
    """The service that the options describe; ends the process for an endpoint that cannot be."""
    if reactor is None:
        from twisted.internet import reactor
    captures = Captures(options.captures, options.snaplen)
    factory = EchoFactory(options.settings, captures, reactor)
    try:
        endpoints = [Endpoint.of(reactor, one, DEFAULT_ENDPOINT) for one in options.endpoints]
    except EndpointError as error:
        raise SystemExit(f"wsecho: {error}") from None

    def abandon(message: str) -> NoReturn:
        leaving.abandon("wsecho", message, options.parent or {})

    return EchoService(endpoints, factory, captures, abandon)
