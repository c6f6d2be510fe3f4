"""The WebSocket wire as values: captures, frames, handshakes, messages, closing (RFC 6455, RFC
7692).

Nothing here reads a clock, opens a socket or draws: octets and text go in, values come out. The
rooms, in the order in which a capture passes through them:

- `capture` is the text format, one line at a time, both ways; `reader` takes a whole file, `writer`
  makes one, `formats` reads foreign ones.
- `frames` owns the wire: opcodes, close codes, `Frame`, `Close`; `parser` cuts streams into frames.
- `heads` finds the opening handshake among other HTTP, `handshake` reads it; `inflate` reads
  permessage-deflate, `utf8` text.
- `conversation` joins them: `lane` the frames with the octets that carried them, `assembly` the
  messages with their frames and the pings with their pongs.
- `closing` tells how it ended, `statistics` counts, `dissect` names every octet of a frame.
- `rules` is the table of what can be broken; `findings` holds a conversation against it.
"""

__version__ = "0.1.0"
