"""Fixtures for connections in memory."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from twisted.internet.task import Clock

from connections import Connection
from wsecho.captures import Captures
from wsecho.factory import EchoFactory
from wsecho.options import Settings


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def captures(tmp_path: Path) -> Path:
    return tmp_path / "captures"


@pytest.fixture
def connect(clock: Clock, captures: Path) -> Callable[..., Connection]:
    """Make a connection to a server with the settings given."""

    def make(snaplen: int | None = None, **options: object) -> Connection:
        values = Settings(**options)  # type: ignore[arg-type]
        factory = EchoFactory(values, Captures(str(captures), snaplen), clock)
        return Connection(factory, clock, captures)

    return make
