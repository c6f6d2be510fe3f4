"""Makes TCP and TLS connections to a server under test."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from OpenSSL import SSL
from twisted.internet.abstract import isIPAddress, isIPv6Address
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.endpoints import (
    HostnameEndpoint,
    TCP4ClientEndpoint,
    TCP6ClientEndpoint,
    wrapClientTLS,
)
from twisted.internet.error import (
    ConnectError,
    ConnectingCancelledError,
    DNSLookupError,
    UserError,
)
from twisted.internet.interfaces import IOpenSSLClientConnectionCreator
from twisted.internet.protocol import Factory
from twisted.internet.ssl import (
    Certificate,
    CertificateOptions,
    optionsForClientTLS,
    trustRootFromCertificates,
)
from twisted.python.failure import Failure
from zope.interface import implementer

from wsconform.driver.connection import Connection
from wsconform.driver.settings import Settings, Target

Dial = Callable[[Connection], "Deferred[Any]"]
"""Connects a connection; the Deferred fails with `NoConnection` if that is not possible, or if it
is cancelled."""


class NoConnection(Exception):
    """There is no TCP connection, and why."""


TROUBLE = (ConnectError, DNSLookupError, ValueError, CancelledError, ConnectingCancelledError)
"""How connecting fails; ValueError is for what Twisted does not take for the name of a host."""


def dialer(reactor: Any, target: Target, settings: Settings) -> Dial:
    """How to reach the target; raises OSError or ValueError if its certificate file is no good."""
    endpoint = endpoint_of(reactor, target, settings)

    def refuse(failure: Failure) -> None:
        failure.trap(*TROUBLE)
        words = str(failure.value)
        if failure.check(UserError):  # which is Twisted's for a time limit
            words = f"no TCP connection within {settings.connecting:g} s"
        raise NoConnection(words) from None

    def dial(connection: Connection) -> Deferred[Any]:
        connecting: Deferred[Any] = endpoint.connect(Factory.forProtocol(lambda: connection))
        return connecting.addErrback(refuse)

    return dial


def endpoint_of(reactor: Any, target: Target, settings: Settings) -> Any:
    """Where the target listens, for clients of any kind; raises as `dialer` does."""
    endpoint = _tcp_endpoint(reactor, target, settings.connecting)
    return wrapClientTLS(_tls_options(target), endpoint) if target.secure else endpoint


def _tcp_endpoint(reactor: Any, target: Target, timeout: float) -> Any:
    """An address needs no look-up, which would take a thread. A name with an underscore is looked
    up in the old way, for IPv4 alone: the new one does not take it for a name."""
    if isIPAddress(target.host) or "_" in target.host:
        return TCP4ClientEndpoint(reactor, target.host, target.port, timeout)
    if isIPv6Address(target.host):
        return TCP6ClientEndpoint(reactor, target.host, target.port, timeout)
    return HostnameEndpoint(reactor, target.host, target.port, timeout)


def _tls_options(target: Target) -> Any:
    name = target.server_name or target.host.partition("%")[0]
    if target.insecure:
        return AnyCertificate(name)
    trust = None if target.cafile is None else trusted(Path(target.cafile).read_bytes())
    return optionsForClientTLS(name, trust)


def trusted(pem: bytes) -> Any:
    """The certificates of a PEM file, as what to trust; raises ValueError if there are none."""
    blocks = re.findall(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", pem, re.DOTALL)
    if not blocks:
        raise ValueError("no certificate in the file of certificates to trust")
    certificates = [Certificate.loadPEM(block) for block in blocks]
    return trustRootFromCertificates(certificates)


@implementer(IOpenSSLClientConnectionCreator)
class AnyCertificate:
    """TLS that takes whatever certificate the server shows."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._options = CertificateOptions()

    def clientConnectionForTLS(self, tlsProtocol: Any) -> SSL.Connection:
        """Called by Twisted for each connection."""
        connection = SSL.Connection(self._options.getContext(), None)
        if not isIPAddress(self._name) and not isIPv6Address(self._name):
            connection.set_tlsext_host_name(self._name.encode("idna"))
        return connection
