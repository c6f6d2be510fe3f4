"""What several commands do for builds: files that are written, and what they are written from."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

import outcomes
from wsconform.commands.groups import gate_of, write_for_builds
from wsconform.report.junit import Unplayed


def options(tmp_path: Path, *arguments: str) -> argparse.Namespace:
    return argparse.Namespace(
        junit=tmp_path / "j.xml",
        baseline=tmp_path / "b.json",
        update_baseline="update" in arguments,
        strict=False,
    )


def test_a_run_that_did_not_come_to_its_end_leaves_the_baseline_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wished = options(tmp_path, "update")
    unplayed = [Unplayed("x", "ws://127.0.0.1:1/", "refused")]
    write_for_builds(wished, [outcomes.entry()], gate_of(wished), unplayed, whole=False)
    assert not wished.baseline.exists()
    told = capsys.readouterr().err.splitlines()
    assert told == [
        f"wsconform: {wished.baseline} is left as it was: the run did not come to its end"
    ]
    assert ET.parse(wished.junit).getroot().get("errors") == "1"


def test_a_whole_run_is_written_into_the_baseline(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wished = options(tmp_path, "update")
    write_for_builds(wished, [outcomes.entry()], gate_of(wished))
    assert json.loads(wished.baseline.read_text())["x"]["4.2.3"]["behavior"] == "OK"
    assert capsys.readouterr().err == ""


def test_a_baseline_that_is_only_read_may_be_a_pipe(tmp_path: Path) -> None:
    wished = options(tmp_path)
    known = {"x": {"4.2.3": {"behavior": "FAILED", "behaviorClose": "OK"}}}
    reader, writer = os.pipe()
    with os.fdopen(reader), os.fdopen(writer, "w") as pipe:
        pipe.write(json.dumps(known))
        pipe.close()
        wished.baseline = Path(f"/dev/fd/{reader}")
        assert gate_of(wished).baseline == {"x": {"4.2.3": ("FAILED", "OK")}}
