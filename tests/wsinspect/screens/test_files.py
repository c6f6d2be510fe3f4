from __future__ import annotations

from pathlib import Path

from builders import case_4_2_3
from pilots import NARROW, at_desk
from wsinspect.screens.files import FileList, FilesScreen


def folder(tmp_path: Path) -> Path:
    for name in ("4.2.10.log", "4.2.9.log", "9.1.log"):
        (tmp_path / name).write_bytes(case_4_2_3().finish())
    return tmp_path


async def test_files_stand_in_natural_order_and_the_open_one_is_marked(tmp_path: Path) -> None:
    async with at_desk([folder(tmp_path)]) as desk:
        await desk.press("ctrl+o")
        rows = [line for line in desk.lines if ".log" in line and "│" in line]
        assert ["● " in row for row in rows] == [True, False, False]
        assert [name for row in rows for name in ("4.2.9", "4.2.10", "9.1") if name in row] == [
            "4.2.9", "4.2.10", "9.1",
        ]  # fmt: skip


async def test_typing_narrows_and_enter_opens(tmp_path: Path) -> None:
    async with at_desk([folder(tmp_path)], NARROW) as desk:
        await desk.press("ctrl+o", *"2.10")
        assert len(desk.app.screen.query_one(FileList).shown) == 1
        await desk.press("enter")
        await desk.until("4.2.10.log", "file 2 of 3")


async def test_nothing_found_opens_nothing(tmp_path: Path) -> None:
    async with at_desk([folder(tmp_path)]) as desk:
        await desk.press("ctrl+o", *"zzz", "enter")
        assert isinstance(desk.app.screen, FilesScreen)
        await desk.press("escape")
        assert "4.2.9.log" in desk.lines[0]


async def test_arrows_choose_while_the_input_has_the_keys(tmp_path: Path) -> None:
    async with at_desk([folder(tmp_path)]) as desk:
        await desk.press("ctrl+o", "down", "down", "up", "pagedown", "enter")
        await desk.until("9.1.log", "file 3 of 3")
