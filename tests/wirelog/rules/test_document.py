from pathlib import Path

from wirelog.rules import RULES
from wirelog.rules.document import SUBJECTS, document

PAGE = Path(__file__).parents[3] / "server" / "wirelog" / "RULES.md"


def test_the_page_in_the_repository_is_current() -> None:
    made = document(RULES.values())
    assert PAGE.read_text("utf-8") == made, "run: wsinspect rules --format markdown"


def test_each_subject_has_one_section() -> None:
    made = document(RULES.values())
    assert made.count("\n## ") == len(SUBJECTS)
    assert all(f"### `{rule}`" in made for rule in RULES)
