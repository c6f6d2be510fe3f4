from __future__ import annotations

import re
from typing import Any

import pytest

from wsecho.deflate import DeflateOptions
from wsecho.options import DEFAULT_ENDPOINT, Options, Settings


def parsed(*words: str) -> Options:
    options = Options()
    options.parseOptions(words)
    return options


def test_without_options_the_defaults_hold() -> None:
    options = parsed()
    assert options.settings == Settings()
    assert options.endpoints == [DEFAULT_ENDPOINT]
    assert (options.captures, options.snaplen) == ("captures", None)


@pytest.mark.parametrize(
    ("words", "name", "value"),
    [
        (["--max-message", "1024"], "max_message", 1024),
        (["--max-message", "16k"], "max_message", 16384),
        (["--max-message=2MiB"], "max_message", 2 << 20),
        (["--max-message", "1 GiB"], "max_message", 1 << 30),
        (["--max-connections", "7"], "max_connections", 7),
        (["--open-timeout", "0.5"], "open_timeout", 0.5),
        (["--close-timeout", "3"], "close_timeout", 3.0),
        (["--auto-ping", "30"], "auto_ping", 30.0),
        (["--no-deflate"], "deflate", None),
        (["--protocol", "a", "--protocol", "b"], "protocols", ("a", "b")),
        (["--server-name", ""], "server_name", ""),
        (
            ["--deflate-window-bits", "9", "--deflate-level", "1", "--deflate-mem-level", "9"],
            "deflate",
            DeflateOptions(9, False, 9, 1),
        ),
        (["--deflate-no-context-takeover"], "deflate", DeflateOptions(no_context_takeover=True)),
    ],
)
def test_an_option_sets_what_it_says(words: list[str], name: str, value: Any) -> None:
    settings = parsed(*words).settings
    assert getattr(settings, name) == value
    others = [slot for slot in Settings.__slots__ if slot != name]
    assert [getattr(settings, slot) for slot in others] == [
        getattr(Settings(), slot) for slot in others
    ]


def test_where_to_listen_and_where_to_record() -> None:
    options = parsed(
        "--listen", "tcp:1", "--listen", "unix:x", "--captures", "c", "--snaplen", "1k"
    )
    assert options.endpoints == ["tcp:1", "unix:x"]
    assert (options.captures, options.snaplen) == ("c", 1024)
    assert parsed("--no-captures").captures is None


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--bogus"], "--bogus not recognized"),
        (["extra"], "'extra' is not an option"),
        (["--max-message", "lots"], "--max-message: 'lots' is not a size"),
        (["--max-message", "-1"], "--max-message: '-1' is not a size"),
        (["--snaplen", "1x"], "--snaplen: '1x' is not a size"),
        (["--open-timeout", "-1"], "--open-timeout: '-1' is not a number of seconds"),
        (["--close-timeout", "nan"], "--close-timeout: 'nan' is not a number of seconds"),
        (["--close-timeout", "0"], "--close-timeout: it has to be more than 0"),
        (["--max-connections", "many"], "--max-connections: 'many' is not a number from 0"),
        (["--deflate-window-bits", "8"], "'8' is not a number from 9 to 15"),
        (["--deflate-level", "10"], "'10' is not a number from 0 to 9"),
        (["--protocol", "a,b"], "--protocol: 'a,b' is not a token"),
        (["--server-name", "a\r\nb"], "--server-name: 'a\\r\\nb' cannot stand in a header"),
    ],
)
def test_a_bad_option_is_one_line(words: list[str], message: str) -> None:
    with pytest.raises(SystemExit) as caught:
        parsed(*words)
    text = str(caught.value)
    assert text.startswith("wsecho: ")
    assert message in text
    assert "\n" not in text


def test_the_help_explains_every_option_with_its_default() -> None:
    options = Options()
    text = " ".join(options.getUsage(width=100).split())
    for long in options.longOpt:
        name = long.rstrip("=")
        assert re.search(rf"--{name}=? +[A-Z][^.]+\.", text), name
        if long.endswith("=") and name != "protocol":
            explained = text[text.index(f"--{name}=") :]
            assert "[default: " in explained[: explained.index(" --")], name
    assert f"[default: {DEFAULT_ENDPOINT}]" in text
    assert "wsinspect /var/tmp/ws/my-test.log" in text
    assert text.endswith("twistd -n --pidfile= wsecho")
