import pytest

from builders import CaptureBuilder, binary, close, opened, text
from wirelog.reader import Capture
from wirelog.statistics import Statistics


def statistics(octets: bytes) -> Statistics:
    return Statistics.of(*opened(octets))


def test_reads_and_writes_are_counted_by_size_and_frames_by_opcode() -> None:
    made = CaptureBuilder().open().rx(text("Hello")).rx(text("Hello")).tx(binary(bytes(300)))
    found = statistics(made.rx(close(1000)).tx(close(1000)).finish())
    request, response = (len(record.octets) for record in opened(made.unfinished())[0].records[1:3])
    assert found.octets == {"rx": {request: 1, 11: 2, 8: 1}, "tx": {response: 1, 304: 1, 4: 1}}
    assert found.frames == {"rx": {1: 2, 8: 1}, "tx": {2: 1, 8: 1}}
    assert found.as_json()["frames"] == {"rx": {"1": 2, "8": 1}, "tx": {"2": 1, "8": 1}}


def test_cut_rows_count_with_their_true_length() -> None:
    made = CaptureBuilder().octets("RX", bytes(100), snaplen=9)
    made.line(b"001 +0.000100000 TX OCTETS: 8182 ...\n")
    assert statistics(made.finish()).octets == {"rx": {100: 1}, "tx": {2: 1}}


def test_sizes_rise_in_json() -> None:
    made = CaptureBuilder()
    for size in (300, 2, 10):
        made.octets("RX", bytes(size))
    assert list(statistics(made.finish()).as_json()["octets"]["rx"]) == ["2", "10", "300"]


def test_the_counts_of_the_source_win() -> None:
    counts = {"octets": {"rx": {"4": 1}, "tx": {"9": 2}}, "frames": {"rx": {"1": 3}, "tx": {}}}
    made = CaptureBuilder().open().rx(text("Hello"))
    assert statistics(made.finish(statistics=counts)).as_json() == counts


@pytest.mark.parametrize(
    "counts",
    [
        {},
        {"octets": 5, "frames": [1]},
        {"octets": {"rx": 7, "tx": None}},
        {"octets": {"rx": {"x": 1, "-1": 1, "٣": 1, "9" * 30: 1, "4": "1", "5": None, "6": 1.5}}},
        {"octets": {"rx": {"4": True, "5": [1]}}},
    ],
)
def test_what_is_no_count_is_left_out(counts: dict[str, object]) -> None:
    empty: dict[str, dict[str, int]] = {"rx": {}, "tx": {}}
    _, conversation = opened(b"#wirelog 1 {}\n")
    found = Statistics.of(Capture("", statistics=counts), conversation)
    assert found.as_json() == {"octets": empty, "frames": empty}
