"""permessage-deflate on the client's side (RFC 7692 §7)."""

from __future__ import annotations

import zlib

from autobahn.websocket.compress_deflate import PerMessageDeflate

LEVEL = 1
"""Nobody gains by small echoes, and this takes a fraction of zlib's default of 6."""


class Deflate(PerMessageDeflate):
    """Autobahn's compressor at another level, and right about an empty message that follows another
    at once (RFC 7692 §7.2.3.6)."""

    def __init__(self, agreed: PerMessageDeflate) -> None:
        super().__init__(
            False,
            agreed.server_no_context_takeover,
            agreed.client_no_context_takeover,
            agreed.server_max_window_bits,
            agreed.client_max_window_bits,
            agreed.mem_level,
        )

    def start_compress_message(self) -> None:
        """Make the compressor where a message needs a new one."""
        if self._compressor is None or self.client_no_context_takeover:
            self._compressor = zlib.compressobj(
                LEVEL, zlib.DEFLATED, -self.client_max_window_bits, self.mem_level
            )

    def end_compress_message(self) -> bytes:
        """The rest of the message; zlib gives nothing where nothing is new since the last flush."""
        rest: bytes = super().end_compress_message()
        return rest or b"\x00"
