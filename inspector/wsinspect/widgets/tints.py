"""From the names of component classes to what a terminal is told, once for each theme."""

from __future__ import annotations

from rich.style import Style
from textual.widget import Widget


class Tints:
    """The styles of one widget; a colour that is see-through lets the widget's ground through."""

    def __init__(self, widget: Widget) -> None:
        self._widget = widget
        self._known: dict[str, Style] = {}

    def forget(self) -> None:
        """The theme changed."""
        self._known.clear()

    def __getitem__(self, names: str) -> Style:
        """What these classes, separated by spaces, add to a style."""
        style = self._known.get(names)
        if style is None:
            style = Style.combine(map(self._one, names.split())) if names else Style.null()
            self._known[names] = style
        return style

    def _one(self, name: str) -> Style:
        styles = self._widget.get_component_styles(name)
        ground = self._widget.background_colors[1]
        return (
            Style(
                color=(ground + styles.color).rich_color if styles.has_rule("color") else None,
                bgcolor=(ground + styles.background).rich_color
                if styles.has_rule("background")
                else None,
            )
            + styles.text_style
        )
