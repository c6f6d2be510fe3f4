"""How spec files are read; `test_spec` and `test_serve_spec` have whole files."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsconform.spec_table import Options, Selection, SpecError, Table, content_of

OPTIONS = Options(applied={"limit": "opening"}, fixed={"flag": (True,)})


def limits(**options: object) -> tuple[dict[str, float], list[str]]:
    warnings: list[str] = []
    return OPTIONS.limits(Table(options, "s", warnings)), warnings


def test_a_limit_is_taken_over_and_none_is_not() -> None:
    assert limits(limit=2.5) == ({"opening": 2.5}, [])
    assert limits(limit=0) == ({}, ["s: limit: 0 is not taken over: the usual limit stays"])


def test_a_fixed_option_may_say_what_is_done_anyway() -> None:
    assert limits(flag=True) == ({}, [])
    assert limits(flag=False)[1] == ["s: flag: false is not taken over"]
    assert len(limits(flag=1)[1]) == 1


@pytest.mark.parametrize("wrong", [{"limit": -1}, {"limit": True}, {"limit": "1"}, {"other": 1}])
def test_an_option_that_cannot_be_meant_is_an_error(wrong: dict[str, object]) -> None:
    with pytest.raises(SpecError):
        limits(**wrong)


@pytest.mark.parametrize("content", [b"{", b"\xff", b"[" * 100_000])
def test_what_is_not_json_is_said(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "s.json"
    path.write_bytes(content)
    with pytest.raises(SpecError, match="not JSON"):
        content_of(path)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=6,
)


@given(JSON, JSON, JSON)
def test_a_selection_is_read_or_refused(cases: object, exclude: object, by_agent: object) -> None:
    content = {"cases": cases, "exclude-cases": exclude, "exclude-agent-cases": by_agent}
    try:
        selection = Selection.of(Table(content, "s", []))
    except SpecError as error:
        assert str(error).startswith("s: ")
    else:
        assert all(isinstance(one, str) for one in (*selection.cases, *selection.exclude))
