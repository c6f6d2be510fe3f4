from pathlib import Path
from xml.etree import ElementTree

import pytest

from builders import CaptureBuilder, case_4_2_3, close, text
from judging import server
from wsinspect.cli import main


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def junit(
    folder: Path, capsys: pytest.CaptureFixture[str], *options: str, **made: CaptureBuilder
) -> ElementTree.Element:
    """The report on a folder of captures."""
    for name, one in made.items():
        (folder / f"{name}.log").write_bytes(one.finish())
    main(["check", str(folder), "--format", "junit", *options])
    return ElementTree.fromstring(capsys.readouterr().out)


def dropped() -> CaptureBuilder:
    """With a warning and notes."""
    return server().rx(text("a")).event("TCP DROPPED BY PEER (FIN)")


def test_each_capture_is_a_test_case_and_the_wrong_ones_fail(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    suite = junit(folder, capsys, wrong=case_4_2_3(), doubtful=dropped())
    assert (suite.attrib["tests"], suite.attrib["failures"], suite.attrib["errors"]) == (
        "2", "1", "0"
    )  # fmt: skip
    names = [one.attrib["name"] for one in suite.findall("testcase")]
    assert names == [str(folder / "doubtful.log"), str(folder / "wrong.log")]
    failure = suite.find("testcase/failure")
    assert failure is not None
    assert failure.attrib["type"] == "frame.reserved-opcode"
    assert failure.attrib["message"].endswith("(RFC 6455 §5.2)")
    assert "[client]" in (failure.text or "")
    passed = suite.find("testcase/system-out")
    assert passed is not None
    assert "close.no-close-frame" in (passed.text or "")


def test_what_fails_is_what_makes_the_exit_code(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    suite = junit(folder, capsys, "--fail-on", "warning", doubtful=dropped())
    failure = suite.find("testcase/failure")
    assert failure is not None
    assert failure.attrib["type"] == "close.no-close-frame"
    quiet = server().rx(close(1000)).tx(close(1000)).event("TCP DROPPED BY ME")
    suite = junit(folder, capsys, "--ignore", "close", doubtful=quiet)
    assert suite.attrib["failures"] == "0"
    assert suite.find("testcase/system-out") is None


def test_what_cannot_be_read_is_an_error(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "garbage.log").write_bytes(b"\x00\x01<&")
    suite = junit(folder, capsys)
    assert (suite.attrib["tests"], suite.attrib["errors"]) == ("1", "1")
    error = suite.find("testcase/error")
    assert error is not None
    assert "not a capture" in error.attrib["message"]


def test_any_text_of_a_peer_may_stand_in_it(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = server().rx(close(1000, b"\x00<&\xff")).tx(close(1002, '\x1b]<&>"'))
    suite = junit(folder, capsys, made=made)
    assert suite.attrib["failures"] == "1"
