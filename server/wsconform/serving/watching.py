"""What the outside is told of a server while it runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from twisted.logger import Logger

from wsconform.report.entry import Entry


class Watcher(Protocol):
    """Is told what happens."""

    def listens(self, web_socket: str, web: str) -> None:
        """The server can be reached at these URLs; they are alike where there are none."""

    def came(self, agent: str, peer: str, case_ids: Sequence[str]) -> None:
        """An agent plays its first case; these are all that there are for it."""

    def case_started(self, agent: str, case_id: str) -> None:
        """A case begins."""

    def case_ended(self, agent: str, case_id: str, entry: Entry | None) -> None:
        """A case is through; without an entry if it was broken off."""

    def updated(self, agent: str) -> None:
        """The reports were written because an agent asked for them."""

    def trouble(self, words: str) -> None:
        """Something that is to be known."""


class Shielded:
    """A watcher that does no harm: what goes wrong in the one that it stands before stays there,
    for nobody may lose a case because a terminal or a pipe is gone."""

    _log = Logger()

    def __init__(self, watcher: Watcher) -> None:
        self._watcher = watcher

    def listens(self, web_socket: str, web: str) -> None:
        """See `Watcher`."""
        self._tell(self._watcher.listens, web_socket, web)

    def came(self, agent: str, peer: str, case_ids: Sequence[str]) -> None:
        """See `Watcher`."""
        self._tell(self._watcher.came, agent, peer, case_ids)

    def case_started(self, agent: str, case_id: str) -> None:
        """See `Watcher`."""
        self._tell(self._watcher.case_started, agent, case_id)

    def case_ended(self, agent: str, case_id: str, entry: Entry | None) -> None:
        """See `Watcher`."""
        self._tell(self._watcher.case_ended, agent, case_id, entry)

    def updated(self, agent: str) -> None:
        """See `Watcher`."""
        self._tell(self._watcher.updated, agent)

    def trouble(self, words: str) -> None:
        """See `Watcher`."""
        self._tell(self._watcher.trouble, words)

    def _tell(self, what: Callable[..., None], *facts: Any) -> None:
        try:
            what(*facts)
        except OSError:  # nobody listens any more, or the disk is full
            pass
        except Exception:
            self._log.failure("Unexpected error while something is told")


class Log:
    """A watcher that writes Twisted's log."""

    _log = Logger()

    def listens(self, web_socket: str, web: str) -> None:
        """See `Watcher`."""
        self._log.info("Listening on {web_socket} and {web}", web_socket=web_socket, web=web)

    def came(self, agent: str, peer: str, case_ids: Sequence[str]) -> None:
        """See `Watcher`."""
        self._log.info(
            "{agent!r} has come from {peer}: {count} cases",
            agent=agent,
            peer=peer,
            count=len(case_ids),
        )

    def case_started(self, agent: str, case_id: str) -> None:
        """See `Watcher`."""

    def case_ended(self, agent: str, case_id: str, entry: Entry | None) -> None:
        """See `Watcher`."""
        if entry is not None and not entry.passed():
            self._log.info(
                "{agent!r} {case_id}: {verdict} / {close}: {why}",
                agent=agent, case_id=case_id, verdict=entry.behavior, close=entry.behavior_close,
                why=entry.why,
            )  # fmt: skip

    def updated(self, agent: str) -> None:
        """See `Watcher`."""
        self._log.info("Reports are written for {agent!r}", agent=agent)

    def trouble(self, words: str) -> None:
        """See `Watcher`."""
        self._log.warn("{words}", words=words)
