from __future__ import annotations

import pytest
from twisted.internet.testing import MemoryReactorClock

from wsservice.endpoints import Endpoint, EndpointError

EXAMPLE = "tcp:9000:interface=127.0.0.1"


def test_an_endpoint_keeps_its_words() -> None:
    assert Endpoint.of(MemoryReactorClock(), EXAMPLE, EXAMPLE).description == EXAMPLE


@pytest.mark.parametrize("words", ["", "nonsense", "tcp:nonsense", "ssl:0:privateKey=missing"])
def test_what_is_no_endpoint_is_refused_in_a_line_with_an_example(words: str) -> None:
    with pytest.raises(EndpointError) as refused:
        Endpoint.of(MemoryReactorClock(), words, EXAMPLE)
    (line,) = str(refused.value).splitlines()
    assert line.startswith(f"--listen {words}: this cannot be used (")
    assert line.endswith(EXAMPLE)
