from wirelog.counting import counted


def test_one_is_no_plural() -> None:
    assert [counted(n, "octet") for n in (0, 1, 2)] == ["0 octets", "1 octet", "2 octets"]
