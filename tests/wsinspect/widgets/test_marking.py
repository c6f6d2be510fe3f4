from __future__ import annotations

from wsinspect.search import Needle
from wsinspect.widgets.marking import marked


def test_every_place_is_marked() -> None:
    spans = marked("a.b A.B", "faint", Needle.parse("a.b"))
    assert [text for text, names in spans if names == "faint match"] == ["a.b", "A.B"]
    assert "".join(text for text, _ in spans) == "a.b A.B"


def test_octets_are_marked_in_their_hex() -> None:
    assert ("818d", " match") in marked("00818d", "", Needle.parse("x:81 8D"))


def test_without_a_search_the_text_stays_whole() -> None:
    assert marked("text", "strong", None) == [("text", "strong")]
