import io
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirelog.formats import HEAD_OCTETS
from wsinspect.piped import Piped, piped


class OnceOnly(io.BytesIO):
    """A pipe: its octets come once, and nobody asks again after its end."""

    has_ended = False

    def read(self, size: int | None = -1, /) -> bytes:
        assert not self.has_ended
        octets = super().read(size)
        self.has_ended = size is not None and 0 <= len(octets) < size
        return octets

    def seekable(self) -> bool:
        return False


@given(
    st.sampled_from([0, 1, 100, HEAD_OCTETS - 1, HEAD_OCTETS, HEAD_OCTETS + 1, 3 * HEAD_OCTETS]),
    st.lists(st.integers(1, HEAD_OCTETS), max_size=4),
)
def test_what_comes_is_read_once_whatever_was_seen_of_its_head(
    length: int, looks: list[int]
) -> None:
    octets = (b"0123456789\n" * (length // 11 + 1))[:length]
    file = piped(OnceOnly(octets))
    for size in looks:
        assert file.read(size) == octets[:size]
        file.seek(0)
    assert file.readline() == octets[:11]
    assert file.read() == octets[11:]


def test_what_lies_behind_the_head_does_not_come_again() -> None:
    pipe = Piped(io.BytesIO(bytes(HEAD_OCTETS + 10)))
    assert len(pipe.read(HEAD_OCTETS)) == pipe.tell() == HEAD_OCTETS
    assert pipe.seek(0) == 0
    assert len(pipe.read()) == HEAD_OCTETS + 10
    for place in [(0,), (HEAD_OCTETS + 1,), (0, io.SEEK_END)]:
        with pytest.raises(io.UnsupportedOperation, match="does not come again"):
            pipe.seek(*place)


def test_the_pipe_stays_open() -> None:
    reading, writing = os.pipe()
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        piped(pipe).close()
        assert not pipe.closed
