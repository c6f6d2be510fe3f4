"""The replay's controls: state, speed, and a bar that shows and sets the position."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic

from textual import events
from textual.message import Message
from textual.timer import Timer

from wirelog.times import span
from wsinspect.opened import Opened
from wsinspect.playback import Playback
from wsinspect.present.safe import cells
from wsinspect.widgets.lines import Span
from wsinspect.widgets.ruler import Ruler

FRAMES_PER_SECOND = 30


class PlayBar(Ruler):
    """Owns the `Playback` and the timer that drives it."""

    @dataclass
    class Reached(Message):
        """The replay moved, or ended."""

        row: int | None
        """Index of the last event that has happened; None when no replay is on."""
        ended: bool = False

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.playback = Playback()
        self._timer: Timer | None = None
        self._left = 0

    def on_mount(self) -> None:
        self._timer = self.set_interval(1 / FRAMES_PER_SECOND, self._tick, pause=True)

    def show(self, opened: Opened) -> None:
        """Replay another capture, from the beginning."""
        self.playback = Playback(opened.index.moments, even=opened.index.untimed)
        self._changed()

    # What keys do

    def toggle(self) -> None:
        """Play, or pause."""
        if self.playback.playing:
            self.playback.pause()
        else:
            self.playback.play(monotonic())
        self._changed()

    def step(self, count: int) -> None:
        """One event on, or back."""
        self.playback.step(count)
        self._changed()

    def follow(self, row: int) -> None:
        """The reader chose a row: a replay goes there, otherwise the bar only points to it."""
        playback = self.playback
        if playback.event == row:
            return
        if playback.on:
            playback.seek(row)
            self._changed()
        else:
            playback.point(row)
            self.refresh()

    def seek_fraction(self, fraction: float) -> None:
        """Go to a place between start and end."""
        self.playback.seek_fraction(fraction)
        self._changed()

    def stop(self) -> None:
        """End the replay."""
        self.playback.stop()
        self._changed()

    def change_speed(self, *, faster: bool) -> None:
        """The next speed up or down."""
        if faster:
            self.playback.faster()
        else:
            self.playback.slower()
        self.refresh()

    def _tick(self) -> None:
        if self.playback.advance(monotonic()):
            self._changed(ended=not self.playback.on)

    def _changed(self, *, ended: bool = False) -> None:
        playback = self.playback
        if self._timer is not None:
            (self._timer.resume if playback.playing else self._timer.pause)()
        self.refresh()
        if ended:
            self.post_message(self.Reached(len(playback.times) - 1, ended=True))
        else:
            self.post_message(self.Reached(playback.event if playback.on else None))

    # Painting

    def rows(self, width: int) -> Sequence[Sequence[Span]]:
        """The one line."""
        playback = self.playback
        sign = "▶" if playback.playing else "‖" if playback.on else "■"
        left = f" {sign} {playback.speed:g}x  "
        right = f"  {self._where()} "
        self._left = cells(left)
        room = max(width - self._left - cells(right), 0)
        at = round(playback.fraction * (room - 3))
        bar = [("├" + "─" * at, "key"), ("●", "strong"), ("─" * (room - 3 - at) + "┤", "faint")]
        return [[(left, "strong"), *(bar if room > 6 else []), (right, "faint")]]

    def _where(self) -> str:
        playback = self.playback
        if playback.even:
            return (
                f"event {max(playback.event, 0)} of {len(playback.times) - 1}, no times: even steps"
            )
        return f"{span(playback.position)} of {span(playback.duration)}"

    # The mouse

    def on_mouse_down(self, event: events.MouseDown) -> None:
        if event.x < self._left:
            self.toggle()
        else:
            self.capture_mouse()
            self._drag(event.x)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self.app.mouse_captured is self:
            self._drag(event.x)

    def on_mouse_up(self) -> None:
        self.release_mouse()

    def _drag(self, x: int) -> None:
        room = self.size.width - self._left - cells(f"  {self._where()} ") - 3
        self.seek_fraction((x - self._left - 1) / max(room, 1))
