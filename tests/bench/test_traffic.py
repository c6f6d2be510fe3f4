from __future__ import annotations

from pathlib import Path

import pytest

from bench.test_pcap import streams
from bench.traffic import Traffic
from wirelog.capture import Direction
from wirelog.conversation import Conversation
from wirelog.findings import check
from wsinspect.sources import load


@pytest.mark.parametrize("chopped", [False, True])
def test_capture_and_packets_have_the_same_octets(chopped: bool, tmp_path: Path) -> None:
    traffic = Traffic(20_000, chopped)
    frames = traffic.write_capture(tmp_path / "traffic.log")
    traffic.write_packets(tmp_path / "traffic.pcap")
    capture = load(tmp_path / "traffic.log")
    seen = Conversation.of(capture)
    ways: list[Direction] = ["RX", "TX"]
    sent = {seen.stream(way).octets(0, seen.stream(way).octets_seen) for way in ways}
    assert set(streams((tmp_path / "traffic.pcap").read_bytes()).values()) == sent
    assert (len(seen.frames), capture.notices) == (frames, [])
    assert (tmp_path / "traffic.log").stat().st_size < 22_000


def test_there_is_nothing_wrong_with_it_but_the_octets_that_come_one_by_one(tmp_path: Path) -> None:
    found = {}
    for chopped in (False, True):
        Traffic(20_000, chopped).write_capture(tmp_path / "traffic.log")
        report = check(load(tmp_path / "traffic.log"))
        found[chopped] = {one.rule.id for one in report.findings}
    assert found == {False: set(), True: {"shape.header-split", "shape.one-octet-pieces"}}
