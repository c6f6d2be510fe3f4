"""Reference data that stands beside the checkout and is no part of it."""

from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "shared"


def reference(name: str) -> Path:
    """A file of the reference data; skips the test where there is none."""
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"no reference data: ../shared/{name}")
    return path
