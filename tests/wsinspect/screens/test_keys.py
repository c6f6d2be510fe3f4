from __future__ import annotations

from textual.binding import Binding

from wsinspect.screens.keys import APP_KEYS, INSPECT_KEYS, KEY_LINE, hints


def test_no_key_has_two_meanings() -> None:
    keys = [one.key for one in Binding.make_bindings([*INSPECT_KEYS, *APP_KEYS])]
    assert len(keys) == len(set(keys))


def test_every_key_says_what_it_does() -> None:
    assert all(one.tooltip and one.description for one in [*INSPECT_KEYS, *APP_KEYS])


def test_the_key_line_has_its_order_and_ends_with_help() -> None:
    shown = hints([*INSPECT_KEYS, *APP_KEYS])
    assert len(shown) == len(KEY_LINE)
    assert shown[0].words == "find"
    assert shown[-1].words == "help"
    assert [hint.keys for hint in shown if hint.words == "speed"] == ["[ ]"]
