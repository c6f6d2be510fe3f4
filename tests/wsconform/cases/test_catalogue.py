"""All cases in order, and how some of them are picked."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

from wirelog.frames import Opcode
from wsconform.cases import s01_framing
from wsconform.cases.catalogue import (
    CASES,
    CATEGORIES,
    SECTIONS,
    gathered,
    natural_key,
    section_of,
    select,
)


def test_there_are_517_cases() -> None:
    sizes = Counter(case.category for case in CASES.values())
    assert sizes == {
        "1": 16, "2": 11, "3": 7, "4": 10, "5": 20, "6": 145, "7": 37, "9": 54, "10": 1,
        "12": 90, "13": 126,
    }  # fmt: skip


def test_each_case_says_something_of_its_own() -> None:
    spoken = defaultdict(set)
    for case in CASES.values():
        spoken[case.says].add(case.category)
    # 12.1 and 13.1 to 13.7 send the same; what differs is negotiated.
    assert len([said for said in spoken.values() if said == {"12", "13"}]) == 18
    assert len(spoken) == 517 - 7 * 18


def test_each_case_stands_in_a_section_and_names_its_paragraph() -> None:
    for case in CASES.values():
        section = section_of(case)
        assert case in section.cases
        assert case.category in CATEGORIES
        assert case.rfc.startswith(("RFC 6455 §", "RFC 7692 §"))
        assert len(section.rule) > 40


def test_cases_can_be_hashed_and_compared() -> None:
    assert len(set(CASES.values())) == 517


def test_the_cases_stand_in_natural_order() -> None:
    assert sorted(CASES, key=natural_key) == list(CASES)
    assert natural_key("4.2.10") > natural_key("4.2.9")
    assert natural_key("10.1.1") > natural_key("9.8.6")


def test_the_same_id_twice_is_refused() -> None:
    with pytest.raises(ValueError, match=r"1\.1\.1"):
        gathered([*s01_framing.SECTIONS, s01_framing.SECTIONS[0]])


def picked(*patterns: str, without: tuple[str, ...] = ()) -> list[str]:
    return [case.id for case in select(patterns, without).cases]


def test_a_star_stands_for_any_run_of_characters_and_nothing_else_does() -> None:
    assert picked("7.1.*") == [f"7.1.{n}" for n in range(1, 7)]
    assert picked("7.1*") == [*picked("7.1.*"), "7.13.1", "7.13.2"]
    assert picked("2.1") == ["2.1"]
    assert picked("*.1.1") == [
        "1.1.1", "4.1.1", "6.1.1", "7.1.1", "9.1.1", "10.1.1", "12.1.1", "13.1.1"
    ]  # fmt: skip
    assert len(picked("*")) == 517


def test_a_selection_keeps_the_order_of_the_ids_and_no_case_twice() -> None:
    assert picked("4.2.3", "1.1.1", "4.2.*", "2.10", "2.9")[:4] == ["1.1.1", "2.9", "2.10", "4.2.1"]
    assert Counter(picked("4.2.3", "4.2.*"))["4.2.3"] == 1


def test_excluded_cases_are_left_out() -> None:
    quick = picked("*", without=("9.*", "12.*", "13.*"))
    assert len(quick) == 247
    assert picked("4.1.*", without=("4.1.2", "4.1.4")) == ["4.1.1", "4.1.3", "4.1.5"]


def test_what_selects_nothing_is_named() -> None:
    assert select(["2.1.*", "4.2.3", "8.1"], ["5.99", "5.1"]).idle == ["2.1.*", "8.1", "5.99"]
    assert select(["7"]).idle == ["7"]
    assert select(["4x2x3", "4.2.3"]).idle == ["4x2x3"]


def test_every_section_has_a_title_and_its_cases_bear_its_number() -> None:
    for section in SECTIONS.values():
        assert section.title
        assert all(case.id.startswith(section.id + ".") for case in section.cases)


def test_no_case_masks_its_frames_itself() -> None:
    """The key is drawn when a client sends; a server sends none."""
    small = [case for case in CASES.values() if not case.is_bulk]
    assert all(frame.mask is None for case in small for frame in case.frames())
    assert any(frame.opcode == Opcode.CLOSE for case in small for frame in case.frames())
