from __future__ import annotations

from collections.abc import Callable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connections import Connection
from wirelog.capture import Kind, parse_line, parse_trailer
from wirelog.frames import Frame, Opcode
from wirelog.parser import FrameParser

Connect = Callable[..., Connection]

RUBBISH = st.one_of(
    st.binary(max_size=300),
    st.builds(
        Frame,
        opcode=st.sampled_from([0, 1, 2, 3, 8, 9, 10, 11]),
        payload=st.one_of(st.binary(max_size=130), st.text(max_size=20).map(str.encode)),
        fin=st.booleans(),
        rsv=st.sampled_from([0, 0, 0, 4, 1]),
    ),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(st.lists(RUBBISH, max_size=8), st.integers(0, 20), st.booleans())
def test_whatever_comes_there_is_at_most_one_close_frame_and_a_whole_capture(
    connect: Connect, sent: list[Frame | bytes], chop: int, deflate: bool
) -> None:
    offer = {"Sec_WebSocket_Extensions": "permessage-deflate"} if deflate else {}
    connection = connect(max_message=1000).open(**offer).send(*sent, chop=chop)
    opcodes = [frame.opcode for frame in connection.frames]
    assert opcodes.count(Opcode.CLOSE) <= 1
    assert Opcode.CLOSE not in opcodes[:-1]
    assert connection.protocol.localCloseCode != 1011
    lines = connection.end()
    records = [record for line in lines if (record := parse_line(line))]
    assert all(record.kind is not Kind.UNKNOWN for record in records)
    octets = {"RX": b"", "TX": b""}
    frames: dict[str, list[int]] = {"RX": [], "TX": []}
    for record in records:
        if record.dir and record.frame:
            frames[record.dir].append(record.frame.opcode)
        elif record.dir:
            octets[record.dir] += record.octets
    for direction in ("RX", "TX"):
        parser = FrameParser()
        parsed = [
            one.frame.opcode for one in parser.feed(octets[direction].partition(b"\r\n\r\n")[2])
        ]
        rest = parser.pending()
        assert frames[direction] == parsed + ([rest.frame.opcode] if rest else [])
    assert parse_trailer(lines[-1])["octets"]["rx"]["sum"] == len(octets["RX"])
    connection.path.unlink()
