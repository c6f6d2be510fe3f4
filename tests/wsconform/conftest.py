"""Facts about the published suite, where they are at hand: its catalogue and a finished run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

FACTS = Path(__file__).parents[3] / "shared"


@pytest.fixture(scope="session")
def catalogue() -> dict[str, dict[str, Any]]:
    """Every case of the published suite, as data."""
    path = FACTS / "conformance" / "catalogue.json"
    if not path.is_file():
        pytest.skip("the catalogue of the published suite is not at hand")
    return {case["id"]: case for case in json.loads(path.read_text())["cases"]}


@pytest.fixture(scope="session")
def published_run() -> dict[str, dict[str, Any]]:
    """Every report of a run of the published suite against a plain echo server."""
    folder = FACTS / "reference" / "plain-autobahn-echo"
    if not folder.is_dir():
        pytest.skip("no run of the published suite is at hand")
    reports = [json.loads(path.read_text()) for path in folder.glob("*_case_*.json")]
    return {report["id"]: report for report in reports}
