"""The command channel: a client has the server send what it likes."""

from __future__ import annotations

from collections import deque
from typing import Any

from twisted.internet.interfaces import IPushProducer
from zope.interface import implementer

from wsconform.driver.clock import Timers
from wsconform.driver.outgoing import WriteQueue
from wsconform.serving.commands import Action, CommandError, Sending, actions
from wsconform.serving.control import Control


@implementer(IPushProducer)
class Channel(Control):
    """A connection that stays until somebody closes it.

    As long as the client has not read what it has asked for, no more commands are followed or
    read: a command of a few octets may ask for megabytes.
    """

    def __init__(self, asked: Any) -> None:
        super().__init__(asked)
        self._commands: deque[bytes | None] = deque()
        """That wait to be followed; None for one that is no text."""
        self._is_full = False
        """Whether the transport has more than the client takes."""
        self._is_reading = True

    def connectionMade(self) -> None:
        """The connection was handed over."""
        self._timers = Timers(self.factory.reactor)
        self._queue = WriteQueue(self.factory.reactor, self._write)
        super().connectionMade()

    def onOpen(self) -> None:
        """Commands may come."""
        self.transport.registerProducer(self, True)

    def onMessage(self, payload: bytes, isBinary: bool) -> None:
        """Follow a command, as soon as those before it are through."""
        self._commands.append(None if isBinary else payload)
        self._go_on()

    def onClose(self, wasClean: bool, code: int, reason: str) -> None:
        """The connection is gone."""
        self._timers.cancel_all()
        self._commands.clear()
        self._queue.discard()
        super().onClose(wasClean, code, reason)

    def sendData(self, data: bytes, sync: bool = False, chopsize: int | None = None) -> None:
        """Write, behind all that waits for its turn; Autobahn calls it, too."""
        self._queue.send(data, chop=chopsize, alone=sync)

    def _write(self, octets: bytes) -> None:
        self.transport.write(octets)
        if not self._is_reading and self._queue.is_empty:
            self._timers.set("turn", 0, self._go_on)

    @property
    def _is_busy(self) -> bool:
        return self._is_full or not self._queue.is_empty

    def _go_on(self) -> None:
        while self._commands and not self._is_busy:
            self._obey(self._commands.popleft())
        self._read_on(not self._is_busy)

    def _read_on(self, wanted: bool) -> None:
        if wanted != self._is_reading and self.state != self.STATE_CLOSED:
            self._is_reading = wanted
            if wanted:
                self.transport.resumeProducing()
            else:
                self.transport.pauseProducing()

    def _obey(self, command: bytes | None) -> None:
        """Follow a command; say what is wrong with it if that is not possible."""
        try:
            if command is None:
                raise CommandError("commands are text messages")
            for action in actions(command.decode()):
                self._follow(action)
        except CommandError as error:
            if self.state == self.STATE_OPEN:
                self.say({"error": str(error)})

    def _follow(self, action: Action) -> None:
        if isinstance(action, Sending):
            self.sendData(action.octets, action.alone, action.chop)
        else:
            self.sendCloseFrame(action.close.code, action.close.reason)

    def pauseProducing(self) -> None:
        """The client does not read."""
        self._is_full = True
        self._read_on(False)

    def resumeProducing(self) -> None:
        """It reads again."""
        self._is_full = False
        self._go_on()

    def stopProducing(self) -> None:
        """The connection is lost; `onClose` does what is to be done."""
