"""The keys of the inspector: tables, from which the key line, the palette and the help are made."""

from __future__ import annotations

from collections.abc import Iterable

from textual.binding import Binding

from wsinspect.widgets.key_line import Hint


def _key(
    keys: str,
    action: str,
    words: str,
    says: str,
    written: str | None = None,
    first: bool = False,
) -> Binding:
    """A key with few words for the key line and the palette, and a sentence for the help.

    Keys that say the same stand together in the help. `first` is for keys that open an input, so
    that what is typed behind them cannot arrive before it.
    """
    return Binding(keys, action, words, key_display=written, priority=first, tooltip=says)


FINDING = [
    _key("slash", "find", "find", "Find text, or octets in hex: x:81 8d", "/", first=True),
    _key("n", "find_next(1)", "next match", "Next match, previous match"),
    _key("N", "find_next(-1)", "previous match", "Next match, previous match"),
    _key("p", "problem(1)", "problem", "Next error or warning, previous one"),
    _key("P", "problem(-1)", "previous problem", "Next error or warning, previous one"),
    _key("g", "go", "go to", "Go to 7, +1.25ms, 1.2s, 1:05; gg first, G last", first=True),
    _key("w", "frame(1)", "next frame", "Next frame, previous frame"),
    _key("b", "frame(-1)", "previous frame", "Next frame, previous frame"),
    _key("J", "event(1)", "next event", "Next event, previous event; any pane"),
    _key("K", "event(-1)", "previous event", "Next event, previous event; any pane"),
]
PANES = [
    _key("enter", "details", "details", "To fields, octets and message", "⏎"),
    _key("right,l", "details", "details", "To fields, octets and message"),
    _key("left,h", "leave", "back", "Back to the log"),
    _key("escape", "leave", "back", "End what goes on; back to the log"),
    _key("tab", "pane(1)", "next pane", "Next pane, previous pane"),
    _key("shift+tab", "pane(-1)", "previous pane", "Next pane, previous pane"),
]
REPLAY = [
    _key("space", "play", "play", "Replay from here, or pause", "space"),
    _key("left_square_bracket", "speed(False)", "slower", "Slower, faster", "["),
    _key("right_square_bracket", "speed(True)", "speed", "Slower, faster", "]"),
    _key("comma", "step(-1)", "step back", "One event back, one on", ","),
    _key("full_stop", "step(1)", "step on", "One event back, one on", "."),
]
SHOWING = [
    _key("o", "octets", "octets", "Show or hide the rows of octets"),
    _key("t", "times", "times", "Show time and distance, time, or distance"),
    _key("u", "unmask", "unmask", "Payload as on the wire, or unmasked"),
    _key("y", "copy", "copy", "Copy octets as hex; a field's, in its pane"),
    _key("Y", "copy_content", "copy text", "Copy the decoded text, or the view"),
]
VIEWS = [
    _key("1", "view('log')", "log", "Wire log"),
    _key("2", "view('closing')", "closing", "Closing handshake"),
    _key("3", "view('handshake')", "handshake", "Opening handshake"),
    _key("4", "view('statistics')", "statistics", "Wire statistics"),
    _key("5", "view('findings')", "findings", "Findings: which rules are broken, and by whom"),
    _key("6", "view('case')", "case", "Conformance case, where a report came with the capture"),
    _key("0", "view('about')", "about", "What the capture says of itself"),
]
INSPECT_KEYS = [*FINDING, *PANES, *REPLAY, *SHOWING, *VIEWS]
APP_KEYS = [
    _key("ctrl+o", "files", "files", "Choose another capture"),
    _key("left_curly_bracket", "file(-1)", "previous file", "Previous capture, next capture", "{"),
    _key("right_curly_bracket", "file(1)", "next file", "Previous capture, next capture", "}"),
    _key("r", "reload", "reload", "Read this capture again: it may have grown"),
    _key("q", "quit", "quit", "Quit"),
    _key("question_mark", "help", "help", "All keys", "?"),
]
KEY_LINE = ("/", "p", "g", "⏎", "space", "o", "t", "u", "y", "r", "q", "]", "}", "?")
"""What stands on the key line, what matters most first, for there may be little room."""
WRITTEN = {"]": "[ ]", "}": "{ }"}
"""Keys that stand there together with their opposite."""


def hints(bindings: Iterable[Binding]) -> list[Hint]:
    """The bindings that have a place on the key line."""
    shown = {one.key_display or one.key: one for one in bindings}
    return [
        Hint(WRITTEN.get(key, key), shown[key].description, shown[key].key)
        for key in KEY_LINE
        if key in shown
    ]
