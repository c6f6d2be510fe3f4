from __future__ import annotations

from pathlib import Path

import pytest

from builders import CaptureBuilder
from pilots import NARROW, at_desk
from wsinspect.widgets.view_tabs import VIEWS, View, ViewTabs


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
async def test_each_view_has_its_key_and_can_be_clicked(tmp_path: Path, view: View) -> None:
    judged = tmp_path / "judged.log"
    judged.write_bytes(CaptureBuilder(report={"behavior": "OK"}).open().finish())
    async with at_desk([judged], NARROW) as desk:
        line = next(line for line in desk.lines if "1 Log" in line)
        x = line.index(view.name)
        await desk.pilot.click(ViewTabs, offset=(x, 0))
        assert desk.inspect.view == view.id
        await desk.press("1")
        assert desk.inspect.view == "log"
        await desk.press(view.key)
        assert desk.inspect.view == view.id
