"""The conformance case that a capture is of: expectation, outcome, expected beside observed."""

from __future__ import annotations

from collections.abc import Iterable

from wsinspect.present.case import CaseSheet
from wsinspect.present.case_lines import NOT_A_CASE, case_lines
from wsinspect.widgets.sheet import Line, OpenedSheet


class CaseView(OpenedSheet):
    """One sheet; what it shows stands in the report of the capture."""

    @property
    def has_case(self) -> bool:
        """Whether there is anything to show."""
        return bool(self.opened.capture.report)

    def build(self, width: int) -> Iterable[Line]:
        """As the headless program prints it."""
        sheet = CaseSheet.of(self.opened.capture, self.opened.closing)
        return [[(NOT_A_CASE, "faint")]] if sheet is None else case_lines(sheet, width)
