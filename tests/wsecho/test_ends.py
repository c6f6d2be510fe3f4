from __future__ import annotations

from OpenSSL.SSL import Error as TLSError

from connections import Transport
from wsecho.ends import ends_of, tls_fault


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
