"""One line of coloured text on the screen that is not part of a list."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.widget import Widget

from wsinspect.present.safe import cells, fit
from wsinspect.widgets.lines import Span
from wsinspect.widgets.tints import Tints


class Ruler(Widget):
    """Lines made of spans, each cut to the width of the screen."""

    COMPONENT_CLASSES = {"faint", "strong", "good", "bad", "warn", "rx", "tx", "key", "title"}

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.tints = Tints(self)

    def rows(self, width: int) -> Sequence[Sequence[Span]]:
        """The lines, for so many columns."""
        raise NotImplementedError

    def render(self) -> Text:
        """What Textual puts on the screen."""
        width = self.size.width
        lines = [self._line(spans, width) for spans in self.rows(width)]
        return Text("\n").join(lines)

    def _line(self, spans: Sequence[Span], width: int) -> Text:
        line = Text(no_wrap=True, end="")
        room = width
        for text, names in spans:
            shown = fit(text, room)
            line.append(shown, self.rich_style + self.tints[names])
            room -= cells(shown)
            if shown is not text:
                break
        return line

    def notify_style_update(self) -> None:
        """Textual says that the theme changed."""
        super().notify_style_update()
        self.tints.forget()
