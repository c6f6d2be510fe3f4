from __future__ import annotations

from collections.abc import Sequence

from textual.app import App, ComposeResult
from textual.events import MouseScrollDown

from pilots import STYLES, resize, settle
from wsinspect.widgets.lines import Lines, Span


class Million(Lines):
    """A list that counts how many of its lines are asked for."""

    asked = 0

    def line_count(self) -> int:
        return 1_000_000

    def spans(self, index: int, width: int) -> Sequence[Span]:
        self.asked += 1
        return [(f"line {index} [red]{'x' * 300}", "faint")]


class One(App[None]):
    CSS_PATH = STYLES

    def __init__(self, lines: Lines) -> None:
        super().__init__()
        self.given = lines
        self.moves: list[int] = []
        self.chosen: list[int] = []

    def compose(self) -> ComposeResult:
        yield self.given

    def on_lines_moved(self, event: Lines.Moved) -> None:
        self.moves.append(event.index)

    def on_lines_chosen(self, event: Lines.Chosen) -> None:
        self.chosen.append(event.index)


def shown(app: App[None]) -> list[str]:
    strips = app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in strip) for strip in strips]


async def test_only_what_is_visible_is_drawn() -> None:
    lines = Million()
    app = One(lines)
    async with app.run_test(size=(40, 10)) as pilot:
        await settle(pilot)
        await pilot.press("G")
        assert lines.cursor == 999_999
        assert "line 999999" in shown(app)[-1]
    assert lines.asked < 100


async def test_a_line_is_cut_to_the_width_and_says_so() -> None:
    app = One(Million())
    async with app.run_test(size=(40, 5)) as pilot:
        await settle(pilot)
        assert shown(app)[0].startswith("line 0 [red]xxx")
        assert "…" in shown(app)[0]
        assert all(len(line) == 40 for line in shown(app))


async def test_arrow_and_vi_keys_move() -> None:
    lines = Million()
    app = One(lines)
    async with app.run_test(size=(40, 11)) as pilot:
        for keys, place in [
            (["down", "j"], 2), (["k"], 1), (["up"], 0), (["ctrl+d"], 5), (["ctrl+u"], 0),
            (["pagedown"], 10), (["ctrl+f"], 20), (["ctrl+b", "pageup"], 0), (["end"], 999_999),
            (["home"], 0), (["k"], 0),
        ]:  # fmt: skip
            await pilot.press(*keys)
            assert lines.cursor == place
        assert app.moves[-1] == 0


async def test_a_click_moves_and_two_choose() -> None:
    lines = Million()
    app = One(lines)
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.click(offset=(3, 4))
        assert app.moves == [4]
        await pilot.click(offset=(3, 6), times=2)
        assert app.chosen == [6]


async def test_the_wheel_scrolls_and_the_cursor_stays() -> None:
    lines = Million()
    async with One(lines).run_test(size=(40, 10)) as pilot:
        await pilot._post_mouse_events([MouseScrollDown], offset=(3, 3))
        await settle(pilot)
        assert lines.scroll_offset.y > 0
        assert lines.cursor == 0


async def test_a_smaller_screen_keeps_the_cursor_in_view() -> None:
    lines = Million()
    app = One(lines)
    async with app.run_test(size=(80, 30)) as pilot:
        await pilot.press("end")
        await resize(pilot, 20, 4)
        assert any("line 999999" in line for line in shown(app))


async def test_another_theme_paints_anew() -> None:
    lines = Million()
    app = One(lines)
    async with app.run_test(size=(40, 3)) as pilot:
        await settle(pilot)
        before = lines.render_line(1)
        app.theme = "textual-light"
        await settle(pilot)
        assert list(lines.render_line(1)) != list(before)
