"""Keys of opening handshakes across captures: the same one twice is no random one (RFC 6455
§4.1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Keys:
    """Remembers which connection used which key.

    A connection may have been recorded at both ends, or a capture copied: only captures of the same
    role that started at another time count as another connection.
    """

    def __init__(self) -> None:
        self._name = ""
        self._who = ("", "")
        self._seen: dict[str, dict[tuple[str, str], str]] = {}

    def begin(self, name: str, header: Mapping[str, Any]) -> None:
        """The next key is of this capture."""
        self._name = name
        self._who = (str(header.get("role")), str(header.get("started")))

    def take(self, key: str) -> str | None:
        """The name of a capture that was read before, of another connection with the same key."""
        seen = self._seen.setdefault(key, {})
        role, started = self._who
        others = [name for (as_role, at), name in seen.items() if as_role == role and at != started]
        seen.setdefault(self._who, self._name)
        return others[0] if others else None
