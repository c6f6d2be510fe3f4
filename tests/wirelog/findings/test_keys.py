from wirelog.findings import Keys


def test_a_key_is_remembered_by_role_and_start() -> None:
    keys = Keys()
    keys.begin("a", {"role": "server", "started": "1"})
    assert keys.take("k") is None
    assert keys.take("k") is None
    keys.begin("b", {"role": "server", "started": "2"})
    assert keys.take("other") is None
    assert keys.take("k") == "a"
