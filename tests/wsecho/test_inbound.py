from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirelog.frames import apply_mask
from wirelog.utf8 import find_fault
from wsecho.inbound import SHORT, TextCheck, unmasker


@pytest.mark.parametrize("size", [1, 5, SHORT, SHORT + 1, 4 * SHORT])
@given(cuts=st.lists(st.integers(1, 9)), mask=st.binary(min_size=4, max_size=4))
def test_a_payload_is_unmasked_part_by_part(size: int, cuts: list[int], mask: bytes) -> None:
    masked = apply_mask(bytes(range(256)) * (size // 256 + 1), mask)[:size]
    worker = unmasker(mask, size)
    payload, at = b"", 0
    for cut in [*cuts, size]:
        payload += worker.process(masked[at : at + cut])
        at = min(at + cut, size)
        assert worker.pointer() == at
    assert payload == apply_mask(masked, mask)


NEARLY_TEXT = st.one_of(
    st.text().map(str.encode),
    st.binary(),
    st.builds(lambda text, at, octet: text[:at] + octet + text[at:], st.text().map(str.encode),
              st.integers(0, 20), st.binary(max_size=2)),
)  # fmt: skip


@given(st.lists(NEARLY_TEXT, max_size=4))
def test_text_is_judged_like_the_whole_of_it(parts: list[bytes]) -> None:
    check = TextCheck()
    so_far = b""
    for part in parts:
        so_far += part
        may_become, is_complete, _, _ = check.validate(part)
        fault = find_fault(so_far)
        assert may_become == (fault is None or fault.octet is None)
        assert is_complete == (fault is None)
        if not may_become:
            assert check.fault == fault
            return


def test_a_new_message_begins_afresh() -> None:
    check = TextCheck()
    assert check.validate(b"\xc3")[:2] == (True, False)
    check.reset()
    assert check.validate(b"a")[:2] == (True, True)
    assert check.validate(b"\xff")[:2] == (False, False)
    check.reset()
    assert check.fault is None
