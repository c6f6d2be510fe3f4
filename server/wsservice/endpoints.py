"""Endpoints to listen on, given in Twisted's words such as `tcp:9000:interface=127.0.0.1`."""

from __future__ import annotations

from typing import Any, NamedTuple

from twisted.internet.endpoints import serverFromString


class EndpointError(ValueError):
    """A description of which no endpoint can be made."""


class Endpoint(NamedTuple):
    """An endpoint and the words that describe it."""

    description: str
    listener: Any

    @classmethod
    def of(cls, reactor: Any, description: str, example: str) -> Endpoint:
        """Make one; raises `EndpointError` with a sentence that has an example in it."""
        try:
            return cls(description, serverFromString(reactor, description))
        except Exception as error:  # each kind of endpoint raises what it likes
            words = " ".join(str(error).split()) or type(error).__name__
            raise EndpointError(
                f"--listen {description}: this cannot be used ({words}); "
                f"an endpoint looks like {example}"
            ) from None
