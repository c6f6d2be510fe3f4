"""The pages that the fuzzing server makes itself, and the policies that say what runs in them.

A page stands alone, and its policy names the scripts in it by their hashes. Whatever else gets
into a page, by the name of an agent or the report of another program, a browser does not run.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from wsconform.cases import CATEGORIES, Case
from wsconform.report.case_report import GENERATOR
from wsconform.report.entry import LABELS
from wsconform.report.pages import index_page
from wsconform.report.templating import environment
from wsconform.serving.report_files import Item

AT_ONCE = 4
"""Cases that a browser plays side by side: it opens one connection to a host after the other, so
more would gain nothing, and a case should not be disturbed by what runs beside it."""
ALONE = ("9", "12", "13")
"""Categories of which one case is played at a time, as each keeps a browser busy."""
TEMPLATES = environment(Path(__file__).with_name("templates"))
_SCRIPT = re.compile("<script>(.*?)</script>", re.DOTALL)
_STYLE = re.compile("<style>(.*?)</style>", re.DOTALL)


class Page(NamedTuple):
    """A page, and the Content-Security-Policy that belongs to it."""

    text: str
    policy: str


def run_page(cases: Sequence[Case], url: str) -> Page:
    """The page that runs these cases in the browser that shows it; `url` is what a client calls
    this server, such as `ws://localhost:9001`."""
    plan = {
        "cases": [[case.id, case.says] for case in cases],
        "titles": CATEGORIES,
        "labels": LABELS,
        "atOnce": AT_ONCE,
        "alone": ALONE,
    }
    text = TEMPLATES.get_template("run.html").render(
        plan=plan, url=url, count=len(cases), generator=GENERATOR
    )
    return Page(text, _policy(text) + "; connect-src 'self'")


def listing_page(folder: str, items: Sequence[Item]) -> Page:
    """What is in a folder of the report directory."""
    text = TEMPLATES.get_template("listing.html").render(folder=folder, items=items)
    return Page(text, _policy(text))


@cache
def report_policy() -> str:
    """The policy for pages of the report directory, whoever wrote them: of all scripts only the
    one in our own index runs."""
    return f"{_BASE}; style-src 'unsafe-inline'; script-src {_hashes(_SCRIPT, index_page([]))}"


_BASE = (
    "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def _policy(page: str) -> str:
    return f"{_BASE}; style-src {_hashes(_STYLE, page)}; script-src {_hashes(_SCRIPT, page)}"


def _hashes(pattern: re.Pattern[str], page: str) -> str:
    """What a page has in these elements, as a policy names it."""
    found = [b64encode(sha256(text.encode()).digest()).decode() for text in pattern.findall(page)]
    return " ".join(f"'sha256-{one}'" for one in found) or "'none'"
