"""Cases as JSON."""

from __future__ import annotations

import json

from wsconform.cases.catalogue import CASES
from wsconform.cases.export import case_as_json, ending_as_json, event_as_json


def test_a_case_as_json() -> None:
    assert case_as_json(CASES["3.3"]) == {
        "id": "3.3",
        "section": "Reserved bits",
        "says": CASES["3.3"].says,
        "rfc": "RFC 6455 §5.2",
        "script": [
            {"frame": {
                "opcode": 1, "fin": True, "rsv": rsv, "alone": True,
                "payload": {"text": "Hello, world!", "octets": 13},
            }}
            for rsv in (0, 3)
        ] + [
            {"frame": {
                "opcode": 9, "fin": True, "rsv": 0, "alone": True,
                "payload": {"text": "", "octets": 0},
            }},
            {"kill_after": 1},
        ],
        "rule": "events",
        "expected": {
            "OK": [{"message": {"text": "Hello, world!", "octets": 13}, "binary": False}],
            "NON-STRICT": [],
        },
        "expectedClose": {
            "closedByMe": False, "closeCode": [1002], "requireClean": False,
            "closedByWrongEndpointIsFatal": False,
        },
        "wanted": list(CASES["3.3"].wanted()),
    }  # fmt: skip


def script(id_: str) -> list[dict[str, object]]:
    return list(case_as_json(CASES[id_])["script"])


def test_every_kind_of_step_has_its_form() -> None:
    kinds = {kind for case in CASES.values() for step in script(case.id) for kind in step}
    assert kinds == {
        "frame", "message", "close", "start", "part", "pause", "tag", "kill_after", "close_after",
        "loop",
    }  # fmt: skip
    assert script("6.4.4")[0] == {"start": {"opcode": 1, "fin": False, "length": 21}}
    assert script("6.4.4")[2] == {"pause": 1, "tag": "A"}
    assert script("5.19")[3] == {"pause": 1}
    assert script("7.3.2")[0] == {"close": {"code": None, "payload": {"text": "a", "octets": 1}}}
    assert script("6.2.4")[0] == {
        "message": {
            "binary": False, "payload": {"text": "κ\u1f79σμε", "octets": 11}, "fragment": 1
        }
    }  # fmt: skip
    assert script("12.2.18")[1] == {
        "loop": {
            "count": 1000, "slices": {"corpus": "bitmap", "length": 131072, "fragment": 32768}
        }
    }  # fmt: skip
    assert script("9.8.2")[1]["loop"] == {
        "count": 1000,
        "frame": {
            "opcode": 2, "fin": True, "rsv": 0, "payload": {"repeat_hex": "fe", "octets": 16}
        },
    }  # fmt: skip


def test_special_rules_appear_where_they_apply() -> None:
    assert case_as_json(CASES["7.1.2"])["wrong_code_fails"] is True
    assert case_as_json(CASES["10.1.1"])["frames_sent"] == [[1, 1], [0, 50]]
    assert set(case_as_json(CASES["7.1.6"])["published"]) == {"OK", "NON-STRICT"}
    assert case_as_json(CASES["13.2.1"])["answers"] == [
        "permessage-deflate; client_no_context_takeover"
    ]
    assert not {"offers", "published", "holds_close"} & set(case_as_json(CASES["1.1.1"]))


def test_waits_are_events() -> None:
    assert [event_as_json(event) for event in CASES["6.4.1"].wants.outcomes[1].heard] == [
        {"timeout": "A"}, {"timeout": "B"}
    ]  # fmt: skip
    assert event_as_json(CASES["2.1"].wants.outcomes[0].heard[0]) == {
        "pong": {"text": "", "octets": 0}
    }


def test_the_end_has_the_keys_of_the_published_reports() -> None:
    assert ending_as_json(CASES["6.3.1"].wants.ending) == {
        "closedByMe": False, "closeCode": [1007], "requireClean": False,
        "closedByWrongEndpointIsFatal": True,
    }  # fmt: skip


def test_all_cases_are_json_of_a_handy_size() -> None:
    everything = [case_as_json(case) for case in CASES.values()]
    text = json.dumps(everything)
    assert json.loads(text) == everything
    assert len(text) < 1_000_000
