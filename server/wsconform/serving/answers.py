"""The questions and wishes of a client: one message of JSON is answered, then the server closes."""

from __future__ import annotations

from typing import Any

from wsconform.report.entry import Entry
from wsconform.serving.channel import Channel
from wsconform.serving.control import Control
from wsconform.serving.urls import (
    Asked,
    CaseCount,
    CaseInfo,
    CaseStatus,
    Command,
    RunCase,
    StopServer,
    UpdateReports,
)


class TellsCount(Control):
    """`/getCaseCount`."""

    def onOpen(self) -> None:
        """Say how many cases there are."""
        self.answer(len(self.fuzzer.results.cases))


class TellsCase(Control):
    """`/getCaseInfo`."""

    def onOpen(self) -> None:
        """Say what the case is."""
        asked: CaseInfo = self.asked
        case = asked.case
        info = {"id": case.id, "description": " ".join(case.says.split()), "rfc": case.rfc}
        is_left_out = asked.agent is not None and not self.fuzzer.plays(case, asked.agent)
        self.answer(info | ({"excluded": True} if is_left_out else {}))


class TellsStatus(Control):
    """`/getCaseStatus`."""

    def onOpen(self) -> None:
        """Say the verdict, as soon as there is one."""
        asked: CaseStatus = self.asked
        if not self.fuzzer.plays(asked.case, asked.agent):
            self.answer({"error": f"case {asked.case.id} is left out for agents of this name"})
            return
        waiter = self.fuzzer.results.waiter(asked.agent, asked.case.id)
        self.wait_for(waiter, lambda entry: self.answer(status_of(entry)))


def status_of(entry: Entry) -> dict[str, Any]:
    """A verdict as clients are told of it."""
    return {
        "behavior": entry.behavior,
        "behaviorClose": entry.behavior_close,
        "remoteCloseCode": entry.code,
        "duration": entry.duration,
        "passed": entry.passed(),
        "result": entry.result,
        "resultClose": entry.result_close,
        "reportfile": entry.file,
    }


class UpdatesReports(Control):
    """`/updateReports`."""

    def onOpen(self) -> None:
        """Write the reports, and close when they are there."""
        self.wait_for(self.fuzzer.update_reports(self.asked.agent), self._written)

    def _written(self, _: object) -> None:
        self.sendClose(self.CLOSE_STATUS_CODE_NORMAL)

    def onClose(self, wasClean: bool, code: int, reason: str) -> None:
        """Stop the server behind the closing handshake, if that is asked for."""
        super().onClose(wasClean, code, reason)
        if self.asked.shuts_down:
            self.fuzzer.stop("a client has asked for it")


class Stops(Control):
    """`/stopServer`."""

    def onOpen(self) -> None:
        """Stop."""
        self.sendClose(self.CLOSE_STATUS_CODE_NORMAL)
        self.fuzzer.stop("a client has asked for it")


class LeavesOut(Control):
    """`/runCase` for a case that agents of this name do not play: there is nothing to say."""

    def onOpen(self) -> None:
        """Close."""
        self.sendClose(self.CLOSE_STATUS_CODE_NORMAL, "this case is left out for this agent")


KINDS: dict[type[Asked], type[Control]] = {
    CaseCount: TellsCount,
    CaseInfo: TellsCase,
    CaseStatus: TellsStatus,
    UpdateReports: UpdatesReports,
    StopServer: Stops,
    RunCase: LeavesOut,
    Command: Channel,
}
"""What is asked -> how it is answered."""
