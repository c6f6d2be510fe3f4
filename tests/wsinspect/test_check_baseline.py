"""Baselines of `wsinspect check`: what they accept, and what an update makes of them."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from builders import CaptureBuilder, case_4_2_3
from judging import server
from wirelog.frames import Frame
from wsinspect.check_baseline import Accepted, Baseline
from wsinspect.cli import main

RULE = "frame.reserved-opcode"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory: a folder with two captures that have an error of the client."""
    home = tmp_path / "home"
    (home / "cap").mkdir(parents=True)
    for name in ("a", "b"):
        (home / "cap" / f"{name}.log").write_bytes(case_4_2_3().finish())
    monkeypatch.chdir(home)
    return home


def check(*arguments: str | Path, baseline: str | Path = "known.json") -> int:
    return main(["check", *map(str, arguments), "--baseline", str(baseline)])


def update(*arguments: str | Path, baseline: str | Path = "known.json") -> int:
    return check(*arguments, "--update-baseline", baseline=baseline)


def rows(path: str | Path = "known.json") -> list[tuple[str, str, str]]:
    made: dict[str, Any] = json.loads(Path(path).read_text())
    return [(row["file"], row["rule"], row["side"]) for row in made["accepted"]]


def test_what_stands_in_the_baseline_is_accepted(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert update("cap/a.log") == 0
    assert capsys.readouterr().err == "wsinspect: known.json: 1 added, 0 kept, 0 dropped\n"
    assert rows() == [("cap/a.log", RULE, "client")]
    assert check("cap/a.log") == 0
    assert check("cap") == 1
    printed = capsys.readouterr().out
    assert "cap/a.log: no rule is broken; 1 ignored or accepted\n" in printed
    assert printed.endswith("2 captures checked: 1 error\n")
    assert main(["check", "cap", "--update-baseline"]) == 2


def test_a_baseline_means_the_same_however_captures_are_named(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    update("cap")
    (home / "link").symlink_to("cap")
    for spelled in ("cap", "./cap", "cap/../cap", "link", home / "cap"):
        assert check(spelled) == 0
    monkeypatch.chdir(home / "cap")
    assert check(".", baseline="../known.json") == 0
    assert update(".", baseline="../known.json") == 0
    assert rows("../known.json") == [("cap/a.log", RULE, "client"), ("cap/b.log", RULE, "client")]


def test_a_baseline_can_be_copied_with_its_captures(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "ci").mkdir()
    update(home / "cap", baseline=home / "ci" / "known.json")
    assert [row[0] for row in rows("ci/known.json")] == ["../cap/a.log", "../cap/b.log"]
    other = shutil.copytree(home, home.parent / "other")
    monkeypatch.chdir("/")
    assert check(other / "cap", baseline=other / "ci" / "known.json") == 0
    assert check(other / "cap", baseline=home / "ci" / "known.json") == 1


def test_a_link_to_a_capture_is_a_capture_of_its_own(home: Path) -> None:
    update("cap/a.log")
    (home / "latest.log").symlink_to("cap/a.log")
    assert check("latest.log") == 1


def test_an_update_keeps_what_it_has_not_looked_at(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    update("cap")
    capsys.readouterr()
    assert update("cap/a.log") == 0
    assert capsys.readouterr().err == "wsinspect: known.json: 0 added, 2 kept, 0 dropped\n"
    assert update("cap", "--ignore", "frame") == 0
    assert check("cap") == 0
    (home / "cap" / "b.log").write_bytes(b"garbage")
    assert update("cap") == 2
    assert capsys.readouterr().err.endswith("known.json: 0 added, 2 kept, 0 dropped\n")


def test_an_update_drops_what_is_gone(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    update("cap")
    (home / "cap" / "a.log").write_bytes(server().rx(Frame(1, b"a", mask=b"\0\1\2\3")).finish())
    (home / "cap" / "b.log").unlink()
    capsys.readouterr()
    assert update("cap") == 0
    assert capsys.readouterr().err.endswith("0 added, 0 kept, 2 dropped\n")
    assert rows() == []


def test_what_two_captures_have_in_common_stays_while_only_one_is_checked(home: Path) -> None:
    for name in ("a", "b"):
        (home / "cap" / f"{name}.log").write_bytes(CaptureBuilder(started=name).open().finish())
    update("cap")
    assert ("cap/b.log", "handshake.key-reused", "client") in rows()
    (home / "c.log").write_bytes(case_4_2_3().finish())
    update("c.log")
    update("cap/b.log")
    assert check("cap") == 0


def test_nothing_is_written_where_nothing_was_checked(home: Path) -> None:
    (home / "empty").mkdir()
    assert update("empty") == 3
    assert update("missing") == 2
    assert not Path("known.json").exists()


def test_what_was_counted_and_not_kept_is_accepted_too(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = server()
    for _ in range(105):
        made.rx(Frame(11)).tx(Frame(12))
    (home / "many.log").write_bytes(made.finish())
    Path("known.json").write_text(
        json.dumps({"accepted": [{"file": "many.log", "rule": RULE, "side": "client"}]})
    )
    assert check("many.log", "--ignore", "ping,close,frame.masked,frame.unmasked,handshake") == 1
    printed = capsys.readouterr().out
    assert f"… and 5 more of {RULE} [server]" in printed
    assert "[client]" not in printed
    assert printed.endswith("1 capture checked: 105 errors\n")
    assert update("many.log") == 0
    capsys.readouterr()
    assert check("many.log") == 0
    assert capsys.readouterr().out.endswith("1 capture checked: nothing found\n")


def test_the_first_version_was_relative_to_the_working_directory(home: Path) -> None:
    (home / "ci").mkdir()
    old = {"accepted": [{"file": "cap/a.log", "rule": RULE, "side": "client"}]}
    Path("ci/known.json").write_text(json.dumps(old))
    assert check("cap/a.log", baseline="ci/known.json") == 0
    assert update("cap/b.log", baseline="ci/known.json") == 0
    assert [row[0] for row in rows("ci/known.json")] == ["../cap/a.log", "../cap/b.log"]


def test_standard_input_has_its_place_in_a_baseline(home: Path) -> None:
    place = Accepted("<stdin>", RULE, "client")
    made = Baseline(Path("known.json"))
    assert made.update([place], lambda _: True) == (1, 0, 0)
    assert rows() == [tuple(place)]
    assert made.update([], lambda _: False) == (0, 1, 0)
    assert Baseline.load(made.path).accepted == {place}


@pytest.mark.parametrize("is_update", [False, True])
@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[]", "not a baseline"),
        ("{", "not a baseline"),
        ("[" * 100_000, "not a baseline"),
        ('{"accepted": [{"file": 1, "rule": "a", "side": "b"}]}', "not a baseline"),
        ('{"accepted": [{"file": "a"}]}', "not a baseline"),
        ('{"version": 3, "accepted": []}', "this program knows those up to version 2"),
    ],
)
def test_a_baseline_that_cannot_be_read_is_exit_code_2_and_stays(
    home: Path, text: str, why: str, capsys: pytest.CaptureFixture[str], *, is_update: bool
) -> None:
    Path("known.json").write_text(text)
    assert (update if is_update else check)("cap") == 2
    assert why in capsys.readouterr().err
    assert Path("known.json").read_text() == text


def test_a_baseline_that_is_no_file_is_exit_code_2_with_the_reason(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check("cap") == 2
    assert "no such file; --update-baseline writes it" in capsys.readouterr().err
    assert check("cap", baseline=home) == 2
    assert update("cap", baseline=home) == 2
    assert capsys.readouterr().err.count("Is a directory") == 2
    assert update("cap", baseline=home / "missing" / "known.json") == 2
    assert "No such file or directory" in capsys.readouterr().err


def test_a_baseline_that_cannot_be_written_stays_as_it_was(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    update("cap/a.log")
    before = rows()
    (home / f".known.json.{os.getpid()}.tmp").mkdir()  # where the new one is written first
    assert update("cap") == 2
    assert "known.json: Is a directory" in capsys.readouterr().err
    assert rows() == before


def test_a_link_to_a_baseline_stays_one(home: Path) -> None:
    (home / "real.json").write_text('{"version": 2, "accepted": []}')
    (home / "known.json").symlink_to("real.json")
    update("cap")
    assert (home / "known.json").is_symlink()
    assert len(rows("real.json")) == 2
    assert sorted(one.name for one in home.iterdir()) == ["cap", "known.json", "real.json"]
