import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirelog.formats.html_text import is_html, text_of, without_tags

WORDS = st.text("abc<>&\"'/=! \n-", max_size=60)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>one</p> <p>two</p>", "one\ntwo\n"),
        ("one<br/>two<br>three", "one\ntwo\nthree"),
        ("<tr><td>a</td><td> b</td></tr><tr><td>c</td></tr>", "a\tb\nc\n"),
        ("<p>many \n  spaces</p>", "many spaces\n"),
        ("<pre>as  it\n stands</pre>", "as  it\n stands\n"),
        ("<p>x <b>Case 1</b> : y</p>", "x Case 1 : y\n"),
        ("<p>&lt;b&gt; &#233;</p>", "<b> é\n"),
        ("<style>p { }</style><script>1 < 2</script><title>t</title><p>seen</p>", "seen\n"),
        ("<div id='a'><pre>000 x</pre>\n   <pre>001 y</pre></div>", "000 x\n001 y\n"),
        ("</pre></p>text", "text"),
        ("<pre><b>unfinished", "unfinished"),
    ],
)
def test_a_page_becomes_what_a_browser_copies(html: str, text: str) -> None:
    assert text_of(html) == text


@given(WORDS)
def test_any_text_is_read_in_some_way(html: str) -> None:
    assert "\t" not in text_of(html)


@given(st.lists(st.text("abc xyz", min_size=1).map(str.strip).filter(bool), max_size=5))
def test_paragraphs_are_lines(words: list[str]) -> None:
    lines = text_of("".join(f"<p>{one}</p>\n" for one in words)).splitlines()
    assert lines == [" ".join(one.split()) for one in words]


def test_pages_are_told_by_how_they_begin() -> None:
    assert is_html(b"\n<!DOCTYPE html><html>")
    assert is_html(b"<HTML lang=en>")
    assert not is_html(b"<xml>")
    assert not is_html(b"#wirelog 1")
    assert without_tags(b"a <b>Case</b> < c") == b"a Case < c"
