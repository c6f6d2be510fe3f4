"""Run by a fresh environment's Python: does what was installed there record and inspect?"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from zipfile import ZipFile

import twisted.internet

import wirelog
from interop.play import PLAYS
from servers import echo_server

BIN = Path(sys.executable).parent
ROOTS = {"wirelog", "wsservice", "wsecho", "wsconform", "wsinspect", "twisted"}


def output_of(*command: str) -> str:
    run = subprocess.run(
        [BIN / command[0], *command[1:]], check=True, capture_output=True, text=True
    )
    return run.stdout


def main(wheel: Path) -> None:
    names = ZipFile(wheel).namelist()
    strangers = [name for name in names if name.endswith(("dropin.cache", "twisted/__init__.py"))]
    assert not strangers, f"in the wheel: {strangers}"
    assert set(ROOTS) <= {name.partition("/")[0] for name in names}, names
    assert Path(twisted.internet.__file__).is_relative_to(sys.prefix), twisted.internet.__file__

    assert "--captures" in output_of("twistd", "wsecho", "--help")
    assert "--as-published" in output_of("twistd", "wsconform", "--help")
    play = PLAYS[0]
    with tempfile.TemporaryDirectory() as folder, echo_server(Path(folder)) as server:
        play.play(server.port)
        server.capture(play.name)
        shown = output_of("wsinspect", "show", str(server.captures / f"{play.name}.log"))
        reports = Path(folder) / "reports"
        url = f"ws://127.0.0.1:{server.port}"
        output_of("wsconform", "run", url, "--cases", "4.2.3", "--out", str(reports))
        assert "4.2.3" in (reports / "index.html").read_text()
    assert "Hello, world!" in shown, shown
    version = output_of("wsinspect", "--version").strip()
    print(f"{version} records, inspects and judges; wirelog is {Path(wirelog.__file__).parent}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
