"""The house keeps its shape: who may import whom, how long a file may be, where its test stands.

import-linter reads the imports of the source; here the interpreter has the last word on `wirelog`.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = {
    name: ROOT / place / name
    for place, name in [
        ("server", "wirelog"),
        ("server", "wsservice"),
        ("server", "wsecho"),
        ("server", "wsconform"),
        ("inspector", "wsinspect"),
    ]
}
MAX_LINES = 320
IMPURE = [
    "twisted",
    "autobahn",
    "zope",
    "textual",
    "rich",
    "asyncio",
    "socket",
    "threading",
    "subprocess",
]
UNTESTED = {
    "__init__.py": "nothing but a docstring and names of other modules",
    "__main__.py": "calls the command, which has its test",
}
"""Modules that need no test file of their own, and why."""


def modules(package: str) -> list[Path]:
    return sorted(PACKAGES[package].rglob("*.py"))


SOURCES = [path for package in PACKAGES for path in modules(package)]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def committed() -> list[str]:
    """Names of all files that git has, or would take."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=False, capture_output=True, text=True,
    )  # fmt: skip
    if listing.returncode:
        pytest.skip("not a git checkout")
    return [name for name in listing.stdout.split("\0") if name and (ROOT / name).is_file()]


def python_files() -> list[str]:
    return [name for name in committed() if name.endswith(".py")]


def imported_name(path: Path) -> str:
    package = next(root for root in PACKAGES.values() if path.is_relative_to(root))
    parts = path.relative_to(package.parent).with_suffix("").parts
    return ".".join(parts).removesuffix(".__init__")


@pytest.mark.parametrize("rooms", [["wirelog"], ["wsconform.cases", "wsconform.judge"]], ids=str)
def test_pure_modules_load_no_reactor_no_terminal_and_no_socket(rooms: list[str]) -> None:
    names = [
        name
        for name in map(imported_name, SOURCES)
        if any(name == room or name.startswith(f"{room}.") for room in rooms)
    ]
    program = (
        "import sys, json, importlib\n"
        "before = set(sys.modules)\n"
        f"for name in {names!r}: importlib.import_module(name)\n"
        "print(json.dumps(sorted(set(sys.modules) - before)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    loaded = json.loads(run.stdout)
    assert names
    assert set(names) <= set(loaded)
    assert [name for name in loaded if name.partition(".")[0] in IMPURE] == []


OPENS = {"open", "read_bytes", "read_text", "write_bytes", "write_text", "unlink", "mkdir"}


def opened_files(source: str) -> list[str]:
    """Calls in `source` that reach into the file system, and imports of what does."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
            found += [f"line {node.lineno}: {name}()"] if name in OPENS else []
        elif isinstance(node, ast.Import | ast.ImportFrom):
            taken = [alias.name for alias in node.names] + [getattr(node, "module", None)]
            found += [f"line {node.lineno}: import {n}" for n in taken if n in {"os", "pathlib"}]
    return found


@pytest.mark.parametrize("path", modules("wirelog"), ids=name_of)
def test_wirelog_opens_no_file(path: Path) -> None:
    assert opened_files(path.read_text()) == []


def test_an_opened_file_would_be_found() -> None:
    source = "from pathlib import Path\nwith open('x') as file: pass\nPath('x').read_text()"
    assert len(opened_files(source)) == 3


def places_for_tests(path: Path) -> list[Path]:
    """Where a module's tests may stand: in its own file, or in one for the folder that it is in."""
    package = next(root for root in PACKAGES.values() if path.is_relative_to(root))
    inside = ROOT / "tests" / path.relative_to(package.parent)
    own = inside.with_name(f"test_{inside.name}")
    folder = inside.parent.with_name(f"test_{inside.parent.name}.py")
    return [own] if path.parent == package else [own, folder]


def test_each_module_has_its_test_file() -> None:
    """`tests/wirelog/test_frames.py` for `frames.py`; `test_widgets.py` will do for `widgets/`."""
    tested = [path for path in SOURCES if path.name not in UNTESTED]
    missing = [
        name_of(path)
        for path in tested
        if not any(file.is_file() for file in places_for_tests(path))
    ]
    assert not missing, "no test file for " + ", ".join(missing)


def test_each_test_file_has_its_module() -> None:
    mirrored = [
        path for package in PACKAGES for path in (ROOT / "tests" / package).rglob("test_*.py")
    ]
    stems = {path.stem for path in SOURCES} | {path.parent.name for path in SOURCES}
    strangers = [name_of(path) for path in mirrored if not bears_a_name(path, stems)]
    assert strangers == []


def bears_a_name(path: Path, stems: set[str]) -> bool:
    """Whether a module bears the name after `test_`, or the first words of it."""
    words = path.stem.removeprefix("test_").split("_")
    return any("_".join(words[:count]) in stems for count in range(1, len(words) + 1))


def test_no_file_has_outgrown_its_room() -> None:
    long = {
        name: lines
        for name in committed()
        if name.endswith((".py", ".tcss"))
        and (lines := len((ROOT / name).read_text().splitlines())) > MAX_LINES
    }
    assert long == {}


# Built from pieces so that this file does not contain what it looks for.
FORBIDDEN = re.compile(
    "|".join(
        [
            r"(?<!var)/(home|root|Users|tmp|work)/\w",
            "TO" + "DO",
            "FIX" + "ME",
            "X" * 3 + r"\b",
            "HA" + r"CK\b",
        ]
    )
)


def test_nothing_is_left_undone_and_nobodys_home_is_named() -> None:
    found = [
        f"{name}:{number}: {line.strip()}"
        for name in committed()
        if name.endswith((".py", ".tcss", ".md", ".toml", "Makefile", "run"))
        for number, line in enumerate((ROOT / name).read_text().splitlines(), 1)
        if FORBIDDEN.search(line)
    ]
    assert found == []


def test_roots_and_the_plugin_folder_are_no_packages() -> None:
    """A package in place of server/twisted would hide the real Twisted."""
    pattern = re.compile(r"(server|inspector|server/twisted|server/twisted/plugins)/__init__\.py")
    assert [name for name in committed() if pattern.fullmatch(name)] == []


def test_nothing_installs_a_reactor_at_import() -> None:
    found = []
    for name in python_files():
        if not name.startswith("tests/"):
            module = ast.parse((ROOT / name).read_text())
            found += [name for node in module.body if "internet.reactor" in imported(node)]
    assert found == []


def imported(node: ast.stmt) -> str:
    """`twisted.internet.reactor` for either way to import it."""
    if isinstance(node, ast.Import):
        return " ".join(alias.name for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        return " ".join(f"{node.module}.{alias.name}" for alias in node.names)
    return ""


def test_all_text_has_unix_line_ends() -> None:
    """Captures and goldens are compared octet by octet."""
    text = [name for name in committed() if not name.endswith((".png", ".ico"))]
    assert [name for name in text if b"\r\n" in (ROOT / name).read_bytes()] == []


def test_the_only_configuration_is_pyproject() -> None:
    others = {
        "setup.py",
        "setup.cfg",
        "tox.ini",
        "pytest.ini",
        "mypy.ini",
        "ruff.toml",
        ".coveragerc",
    }
    assert [name for name in committed() if Path(name).name in others] == []
