from builders import opened
from judging import client, server
from wirelog.findings.docket import Docket
from wirelog.findings.scene import Scene, Watch, other
from wirelog.findings.source import Source


def scene_of(octets: bytes) -> Scene:
    capture, seen = opened(octets)
    return Scene(seen.is_server, seen.stream, Docket(), Source(capture.header), seen.handshake)


def test_directions_follow_from_who_records() -> None:
    assert scene_of(server().unfinished()).direction("client") == "RX"
    assert scene_of(client().unfinished()).direction("client") == "TX"
    assert (scene_of(client().unfinished()).me, other("client")) == ("client", "server")
    assert scene_of(client().unfinished()).peer == "server"


def test_a_watcher_that_looks_at_nothing_finds_nothing() -> None:
    scene = scene_of(server().unfinished())
    capture, _ = opened(server().unfinished())
    watch = Watch(scene)
    watch.record(capture.records[0])
    watch.finish()
    assert scene.docket.sorted() == []
    assert scene.stream_of("client").head_done
