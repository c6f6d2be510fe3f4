"""The note that a run leaves behind."""

from __future__ import annotations

from pathlib import Path

from wsconform.report.run_state import RunState


def test_it_comes_back_as_it_was(tmp_path: Path) -> None:
    state = RunState.new(("ws://127.0.0.1:9001", "--strict"))
    state.save(tmp_path)
    assert RunState.load(tmp_path) == state
    state.finish(tmp_path)
    loaded = RunState.load(tmp_path)
    assert loaded is not None
    assert loaded.id == state.id
    assert (state.finished, loaded.finished is None) == (None, False)


def test_two_runs_have_two_ids() -> None:
    assert RunState.new(()).id != RunState.new(()).id


def test_a_note_that_cannot_be_read_is_none(tmp_path: Path) -> None:
    assert RunState.load(tmp_path) is None
    for content in ("", "[]", '{"id": "x"}', "[[" * 100_000):
        (tmp_path / "run.json").write_text(content)
        assert RunState.load(tmp_path) is None
