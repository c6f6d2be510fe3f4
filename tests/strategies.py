"""What Hypothesis makes for the tests of `wirelog`."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import strategies as st

from wirelog.frames import Frame, minimal_extension

masks = st.binary(min_size=4, max_size=4)
hostile_text = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("\x00\x07\x1b\x7f\x9b\n\r\t\\ 0x\u202e\u200b\u2028\ufeff\u2066é€"),
    )
)
"""Text with more than its share of what a terminal acts on; surrogates included."""


@st.composite
def frames(draw: st.DrawFn, max_payload: int = 200) -> Frame:
    """Any frame that can stand on the wire, however wrong."""
    payload = draw(st.binary(max_size=max_payload))
    extensions = [None] + [size for size in (2, 8) if size > minimal_extension(len(payload))]
    return Frame(
        draw(st.integers(0, 15)),
        payload,
        draw(st.booleans()),
        draw(st.integers(0, 7)),
        draw(st.none() | masks),
        None,
        draw(st.sampled_from(extensions)),
    )


@st.composite
def pieces(draw: st.DrawFn, octets: bytes, most: int = 12) -> list[bytes]:
    """The octets cut anywhere, empty pieces included."""
    places = draw(st.lists(st.integers(0, len(octets)), max_size=most))
    ends = [0, *sorted(places), len(octets)]
    return [octets[start:end] for start, end in pairwise(ends)]
