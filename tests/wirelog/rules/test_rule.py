import re

import pytest

from wirelog.rules import RULES, Problem, Rule
from wirelog.rules.closing import REASON
from wirelog.rules.frames import MASK_ZERO, UNMASKED
from wirelog.rules.rule import NEEDS, SEVERITIES, Need


@pytest.mark.parametrize("rule", RULES.values(), ids=str)
def test_each_rule_says_everything_in_sentences(rule: Rule) -> None:
    assert re.fullmatch(r"[a-z]+\.[a-z0-9]+(-[a-z0-9]+)*", rule.id)
    assert rule.severity in SEVERITIES
    assert re.fullmatch(r"RFC \d{4} §\d+(\.\d+)*|capture format|conformance case", rule.rfc)
    for text in (rule.summary, rule.gist, rule.remedy):
        assert text.endswith(".")
        assert "  " not in text
    assert rule.close_code in (None, 1002, 1007)
    assert set(rule.needs) <= set(Need)


def test_ids_are_unique_and_there_are_many() -> None:
    assert len(RULES) >= 85
    assert len({rule.summary for rule in RULES.values()}) == len(RULES)


def test_each_need_has_words() -> None:
    assert set(NEEDS) == set(Need)


def test_a_rule_is_called_by_its_id() -> None:
    assert str(UNMASKED) == "frame.unmasked"
    assert UNMASKED.subject == "frame"


def test_a_problem_names_its_paragraph_and_close_code() -> None:
    assert str(Problem(UNMASKED, "no mask")) == "no mask (RFC 6455 §5.1)"
    assert str(Problem(UNMASKED, "no mask", "RFC 1 §2")) == "no mask (RFC 1 §2)"
    assert Problem(REASON, "").close_code == 1007
    assert Problem(MASK_ZERO, "").close_code == 1002
