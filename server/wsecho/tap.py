"""What `twistd` needs of wsecho: `Options` and `makeService`; here the parts are put together."""

from __future__ import annotations

from typing import Any

from twisted.application.service import IService
from twisted.internet.endpoints import serverFromString
from twisted.internet.interfaces import IStreamServerEndpoint

from wsecho.captures import Captures
from wsecho.factory import EchoFactory
from wsecho.options import Options
from wsecho.service import CannotStart, EchoService

__all__ = ["Options", "makeService"]


def makeService(options: Options, reactor: Any = None) -> IService:
    """The service that the options describe; raises CannotStart for endpoints that cannot be."""
    if reactor is None:
        from twisted.internet import reactor
    captures = Captures(options.captures, options.snaplen)
    factory = EchoFactory(options.settings, captures, reactor)
    endpoints = [(text, _endpoint(reactor, text)) for text in options.endpoints]
    pidfile = options.parent and options.parent.get("pidfile")
    return EchoService(endpoints, factory, captures, pidfile)


def _endpoint(reactor: Any, description: str) -> IStreamServerEndpoint:
    try:
        return serverFromString(reactor, description)
    except Exception as error:  # each kind of endpoint raises what it likes
        raise CannotStart(f"wsecho: --listen {description}: {_words(error)}") from None


def _words(error: Exception) -> str:
    """An error as one line."""
    return " ".join(str(error).split()) or type(error).__name__
