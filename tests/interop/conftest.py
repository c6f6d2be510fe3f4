"""A real `twistd wsecho` for the tests here, plain and over TLS."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from certificates import self_signed
from servers import PLAIN, Server, echo_server


class Echo(NamedTuple):
    """A running echo server."""

    server: Server
    certificate: Path
    """What to trust at its second port."""

    def url(self, scheme: str) -> str:
        """For `ws` or `wss`."""
        return f"{scheme}://127.0.0.1:{self.server.ports[scheme == 'wss']}"


@pytest.fixture(scope="session")
def echo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Echo]:
    folder = tmp_path_factory.mktemp("interop")
    certified = self_signed(folder)
    with echo_server(folder / "captures", listen=[PLAIN, certified.endpoint]) as server:
        yield Echo(server, certified.certificate)
