from __future__ import annotations

from collections.abc import Sequence

from textual.app import App, ComposeResult

from wsinspect.widgets.lines import Span
from wsinspect.widgets.ruler import Ruler


class Two(Ruler):
    def rows(self, width: int) -> Sequence[Sequence[Span]]:
        return [[("[red]a[/red] ", "strong"), ("b" * 50, ""), ("never", "")], [("second", "")]]


async def test_each_line_is_cut_and_markup_is_text() -> None:
    class One(App[None]):
        CSS = "Ruler { height: 2; }"

        def compose(self) -> ComposeResult:
            yield Two()

    app = One()
    async with app.run_test(size=(30, 4)):
        strips = app.screen._compositor.render_strips()
        first, second = ("".join(segment.text for segment in strip) for strip in strips[:2])
        assert first.startswith("[red]a[/red] bbb")
        assert first.endswith("…")
        assert second.rstrip() == "second"
