"""The conformance cases of the WebSocket field, a judge, and the programs that play them.

Some rooms are values only. Nothing in these opens a socket, reads a clock or knows a reactor, so a
case can be printed, compared and judged again from a recording:

- `cases` says what each case sends and what must come back.
- `corpora` generates the five kinds of data that the compression cases send.
- `transcript` holds what was seen of a peer; `judge` compares it with what was wanted.

The others play them:

- `driver` plays one case on one connection, as either side.
- `plan` and `spec` say what is to be played; `runner` and `live` play it at a server.
- `serving` waits for clients, with `serve_plan`; `testee` is such a client.
- `report` makes files, pages and verdicts for builds of what came out; `record` makes captures.
- `commands` and `cli` are the command line, `tap` is the service for `twistd`.
"""

from wirelog import __version__

__all__ = ["__version__"]
