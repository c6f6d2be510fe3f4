"""Addresses in words."""

from __future__ import annotations

from twisted.internet.address import IPv4Address
from twisted.internet.testing import StringTransport

from wsconform.driver.addresses import Ends


def test_a_connection_without_tls_has_two_ends_and_no_cipher() -> None:
    here, there = IPv4Address("TCP", "127.0.0.1", 1), IPv4Address("TCP", "127.0.0.1", 2)
    assert Ends.of(StringTransport(here, there)) == Ends("127.0.0.1:1", "127.0.0.1:2", None)
