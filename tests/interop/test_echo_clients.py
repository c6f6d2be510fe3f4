"""Real clients go through cases at a real `wsconform serve`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fuzzing import Fuzzing, fuzzing_server
from interop.client_agreement import MISSING, RUNS

CASES = ("1.1.2", "1.2.2", "2.1", "3.1", "5.3", "7.7.1", "12.1.1")
WITHOUT_COMPRESSION = {"websocket-client"}
LIMIT = 60


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fuzzing]:
    folder = tmp_path_factory.mktemp("serve")
    with fuzzing_server(folder, "--cases", ",".join(CASES)) as server:
        yield server


@pytest.mark.parametrize("name", RUNS)
def test_each_case_is_played_and_ok(name: str, server: Fuzzing) -> None:
    if why := MISSING.get(name, str)():
        pytest.skip(why)
    RUNS[name](f"ws://127.0.0.1:{server.port}", name, LIMIT)
    expected = dict.fromkeys(CASES, ("OK", "OK"))
    if name in WITHOUT_COMPRESSION:
        expected["12.1.1"] = ("UNIMPLEMENTED", "OK")
    rows = server.index()[name]
    assert {case: (row["behavior"], row["behaviorClose"]) for case, row in rows.items()} == expected
    assert name in (server.out / "index.html").read_text()
