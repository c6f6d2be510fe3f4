from __future__ import annotations

import pytest
from OpenSSL.SSL import Error as TLSError
from twisted.internet.address import HostnameAddress, IPv4Address, IPv6Address, UNIXAddress
from twisted.internet.interfaces import IAddress

from connections import Transport
from wsecho.ends import ends_of, spelled, tls_fault


@pytest.mark.parametrize(
    ("address", "text"),
    [
        (IPv4Address("TCP", "127.0.0.1", 9000), "127.0.0.1:9000"),
        (IPv6Address("TCP", "::1", 9000), "[::1]:9000"),
        (UNIXAddress(b"/run/echo"), "unix:/run/echo"),
        (UNIXAddress(b"/run/\xff"), "unix:/run/\ufffd"),
        (UNIXAddress(None), "unix"),
        (HostnameAddress(b"localhost", 9000), "HostnameAddress"),
    ],
)
def test_an_address_is_spelled_as_people_write_it(address: IAddress, text: str) -> None:
    assert spelled(address).startswith(text)


def test_a_plain_connection_has_two_addresses_and_no_tls() -> None:
    assert ends_of(Transport()) == {
        "local": "127.0.0.1:9000",
        "peer": "127.0.0.1:53122",
        "tls": None,
    }


def test_a_tls_error_is_told_in_words() -> None:
    error = TLSError([("SSL routines", "", "http request")])
    assert tls_fault(error) == "TLS failed: http request"
    assert tls_fault(TLSError()) == "TLS failed: no reason given"
    assert tls_fault(ConnectionResetError()) is None
