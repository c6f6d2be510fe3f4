"""Templates for pages that stand alone: all text is escaped, and none of it is invisible."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from wirelog.escaping import disarm

FOLDER = Path(__file__).with_name("templates")
"""The templates of the reports; `style.css` there is for every page."""


def environment(*folders: Path) -> Environment:
    """Templates of these folders, and behind them those of the reports."""
    return Environment(
        loader=FileSystemLoader([*folders, FOLDER]),
        autoescape=True,
        finalize=_visible,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _visible(value: object) -> object:
    """What a template prints: text without characters that a reader cannot see."""
    return disarm(value) if type(value) is str else value
