import io
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from wirelog.blocks import blocks

lines = st.lists(st.sampled_from([b"event\n", b"  below\n", b"\n", b"a longer event\n"]))


@given(lines, st.integers(1, 40), st.sampled_from([b"", b"cut", b" cut"]))
def test_a_file_is_cut_behind_lines_and_not_before_what_is_below(
    made: list[bytes], size: int, last: bytes
) -> None:
    octets = b"".join(made) + last
    cut = list(blocks(io.BytesIO(octets), size))
    assert b"".join(cut) == octets
    for before, after in pairwise(cut):
        assert before.endswith(b"\n")
        is_event = not before.splitlines()[-1].startswith(b" ")
        assert not (is_event and after.startswith(b" "))


def test_a_block_is_not_much_larger_than_it_has_to_be() -> None:
    octets = b"x" * 1000 + b"\n" + b"y\n" * 1000
    assert max(map(len, blocks(io.BytesIO(octets), 100))) <= 1100
