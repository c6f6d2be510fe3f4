"""permessage-deflate on the server's side: which offer is taken, how we compress (RFC 7692 §7)."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from types import ModuleType
from typing import Any, NamedTuple

from autobahn.exception import PayloadCorruptError
from autobahn.websocket.compress import PerMessageDeflateOffer, PerMessageDeflateOfferAccept
from autobahn.websocket.compress_deflate import PerMessageDeflate

from wirelog.escaping import PREVIEW_OCTETS
from wirelog.handshake import DEFLATE, Extension
from wirelog.inflate import TAIL

isal: ModuleType | None = None
"""ISA-L under zlib's names: at level 1 three to ten times as fast as zlib, and as good."""
with suppress(ImportError):  # there is none for some machines
    from isal import isal_zlib as isal

_WINDOW = 1 << 15
FASTEST = 1
"""The level for which ISA-L is taken; the others are zlib's."""
Params = dict[str, list[str | bool]]
"""An extension's parameters as Autobahn's header parser gives them; True stands for no value."""


@dataclass(frozen=True, slots=True)
class DeflateOptions:
    """How the server compresses."""

    window_bits: int = 15
    """Largest window for what we send, 9 to 15."""
    no_context_takeover: bool = False
    """Start each message with an empty window, in both directions."""
    mem_level: int = 8
    level: int = 1
    """From 0 to 9. Nobody gains by small echoes, and 1 takes a fraction of zlib's default of 6."""


def sound_offers(extensions: Iterable[Extension]) -> list[tuple[str, Params]]:
    """The offers of permessage-deflate that can be accepted; others are declined (§7.1)."""
    offers = [_params(extension) for extension in extensions if extension.name == DEFLATE]
    return [(DEFLATE, params) for params in offers if _is_sound(params)]


def _params(extension: Extension) -> Params:
    params: Params = {}
    for name, value in extension.params:
        params.setdefault(name, []).append(True if value is None else value)
    if params.get("client_max_window_bits") == ["8"]:  # inflated with the largest window anyway
        params["client_max_window_bits"] = [True]
    return params


def _is_sound(params: Params) -> bool:
    values = [value for given in params.values() for value in given if isinstance(value, str)]
    if not all(re.fullmatch(r"[1-9]\d?", value, re.ASCII) for value in values):
        return False
    try:
        PerMessageDeflateOffer.parse(params)
    except Exception:  # Autobahn raises nothing more special
        return False
    return True


class Accept(PerMessageDeflateOfferAccept):
    """The answer to an offer; other than Autobahn's it says all that we restrict ourselves to."""

    def get_extension_string(self) -> str:
        """The value of the Sec-WebSocket-Extensions header."""
        parts = [DEFLATE]
        if self.no_context_takeover:
            parts.append("server_no_context_takeover")
        if self.window_bits and (self.window_bits < 15 or self.offer.request_max_window_bits):
            parts.append(f"server_max_window_bits={self.window_bits}")
        if self.request_no_context_takeover:
            parts.append("client_no_context_takeover")
        return "; ".join(parts)


def accept(offers: list[Any], options: DeflateOptions) -> Accept | None:
    """Accept the client's first offer of permessage-deflate."""
    for offer in offers:
        if isinstance(offer, PerMessageDeflateOffer):
            return Accept(
                offer,
                request_no_context_takeover=options.no_context_takeover,
                no_context_takeover=offer.request_no_context_takeover
                or options.no_context_takeover,
                window_bits=min(offer.request_max_window_bits or 15, options.window_bits),
                mem_level=options.mem_level,
            )
    return None


class Deflate(PerMessageDeflate):
    """Autobahn's compressor, with a level to choose, and right where Autobahn's is not.

    Two things that RFC 7692 has and Autobahn does not: an empty message that follows another one at
    once (§7.2.3.6), and a sender that ends its deflate stream and begins a new one (§7.2.3.4).

    What comes in is inflated by zlib: ISA-L takes some streams that are not sound.
    """

    def __init__(self, agreed: PerMessageDeflate, level: int) -> None:
        super().__init__(
            True,
            agreed.server_no_context_takeover,
            agreed.client_no_context_takeover,
            agreed.server_max_window_bits,
            agreed.client_max_window_bits,
            agreed.mem_level,
        )
        self._level = level
        self._library: Any = isal if isal and level == FASTEST else zlib
        self._decompressor: Any = None
        self._wire_head = b""
        self._past = bytearray()
        """What came out last: at least as much as a window holds, at most twice that."""

    def take_head(self) -> bytes:
        """The first octets of the current frame's payload, as they came."""
        head, self._wire_head = self._wire_head, b""
        return head

    def start_compress_message(self) -> None:
        """Make the compressor where a message needs a new one."""
        if self._compressor is None or self.server_no_context_takeover:
            self._compressor = self._library.compressobj(
                self._level, zlib.DEFLATED, -self.server_max_window_bits, self.mem_level
            )

    def end_compress_message(self) -> bytes:
        """The rest of the message; zlib gives nothing where nothing is new since the last flush."""
        rest: bytes = super().end_compress_message()
        return rest or b"\x00"

    def start_decompress_message(self) -> None:
        """Make the decompressor where a message needs a new one."""
        super().start_decompress_message()
        if self.client_no_context_takeover:
            self._past.clear()

    def decompress_message_data(self, data: bytes, max_output_len: int | None = None) -> bytes:
        """Inflate a part of a frame's payload."""
        if len(self._wire_head) < PREVIEW_OCTETS:
            self._wire_head += data[: PREVIEW_OCTETS - len(self._wire_head)]
        return self.inflate(data, max_output_len)

    def saved(self) -> Inflating:
        """What `restore` takes to undo what is inflated from now on."""
        return Inflating(self._decompressor.copy(), bytes(self._past[-_WINDOW:]))

    def restore(self, saved: Inflating) -> None:
        """Go back to where `saved` was called."""
        self._decompressor, self._past = saved.decompressor, bytearray(saved.past)

    def inflate(self, data: bytes, limit: int | None) -> bytes:
        """Inflate a part of a message, to `limit` octets at most.

        Raises PayloadExceededError if there would be more, PayloadCorruptError for wrong data.
        """
        inflated = self._inflate(data, limit)
        while self._decompressor.eof:
            data = self._decompressor.unused_data
            self._decompressor = zlib.decompressobj(
                -self.client_max_window_bits, zdict=bytes(self._past[-_WINDOW:])
            )
            left = None if limit is None else limit - len(inflated)
            inflated += self._inflate(data, left)
        return inflated

    def _inflate(self, data: bytes, limit: int | None) -> bytes:
        inflated: bytes = super().decompress_message_data(data, limit)
        self._past += inflated[-_WINDOW:]
        if len(self._past) > 2 * _WINDOW:
            del self._past[:-_WINDOW]
        return inflated

    def end_decompress_message(self) -> None:
        """Put back what the sender cut off; it only marks the end, so nothing may come of it."""
        try:
            surplus = self._decompressor.decompress(TAIL)
        except zlib.error as error:
            raise PayloadCorruptError(f"invalid permessage-deflate data: {error}") from error
        if surplus:
            raise PayloadCorruptError("permessage-deflate data ends within a block")


class Inflating(NamedTuple):
    """Where the inflation of a message stands."""

    decompressor: Any
    past: bytes
