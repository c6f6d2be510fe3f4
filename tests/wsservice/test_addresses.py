from __future__ import annotations

import pytest
from twisted.internet.address import HostnameAddress, IPv4Address, IPv6Address, UNIXAddress
from twisted.internet.interfaces import IAddress

from wsservice.addresses import spelled


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
