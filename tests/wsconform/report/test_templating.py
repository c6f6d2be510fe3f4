"""Pages are escaped, and show what cannot be seen."""

from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import UndefinedError

from wsconform.report.templating import environment


def test_text_is_escaped_and_made_visible() -> None:
    template = environment().from_string("{{ words }} {{ number }}")
    assert template.render(words="<b>\x1b\u202e", number=3) == "&lt;b&gt;\\x1b\\u202e 3"


def test_a_name_that_is_not_given_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        environment().from_string("{{ nobody }}").render()


def test_templates_of_a_folder_stand_before_those_of_the_reports(tmp_path: Path) -> None:
    (tmp_path / "own.html").write_text('{% include "style.css" %}')
    assert "color-scheme" in environment(tmp_path).get_template("own.html").render()
