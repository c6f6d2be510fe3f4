"""Masking gives the same as the plain arithmetic, whatever the length and the offset."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from wsconform.driver.masking import COMPILED_FROM, Keys, masked


@given(
    octets=st.binary(max_size=50)
    | st.binary(min_size=COMPILED_FROM - 3, max_size=COMPILED_FROM + 9),
    key=st.binary(min_size=4, max_size=4),
    offset=st.integers(0, 9),
)
def test_each_octet_is_combined_with_its_octet_of_the_key(
    octets: bytes, key: bytes, offset: int
) -> None:
    expected = bytes(one ^ key[(at + offset) % 4] for at, one in enumerate(octets))
    assert masked(octets, key, offset) == expected


def test_keys_are_fresh() -> None:
    keys = Keys()
    drawn = [keys.next() for _ in range(3000)]
    assert {len(key) for key in drawn} == {4}
    assert len(set(drawn)) > 2990
    assert len(set(keys.take(500))) > 490
