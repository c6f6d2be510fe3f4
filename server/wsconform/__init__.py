"""The conformance cases of the WebSocket field, a judge, and the programs that play them.

The rooms:

- `cases` says what each case sends and what must come back. Values only.
- `corpora` generates the five kinds of data that the compression cases send.
- `transcript` holds what was seen of a peer; `judge` compares it with what was wanted.

Nothing in these opens a socket, reads a clock or knows a reactor, so a case can be printed,
compared and judged again from a recording.
"""

from wirelog import __version__

__all__ = ["__version__"]
