"""The only part of wsconform that touches the network: it plays cases and records what comes of it.

From the wire up:

- `incoming` cuts octets into frames and keeps the rules; `outgoing`, `masking` and `sender` make
  octets of frames, with control of every write.
- `tcp` and `connection` are one connection, with all its timers (`clock`) and closing facts. It
  begins with a handshake: `opening` is the client's part, `accepting` the server's.
- `dial` is how a server is reached, `arrival` what came of a client before a case took it over.
- `player` plays a script, `lockstep` its loops, `streams` knows what a loop over a corpus sends.
- `play` joins all that for one case, in either role; `settings` says whom to play against and how
  long to wait.

Above are the runner that plays at servers, `wsconform.runner`, and `wsconform.serving`, which
clients come to.
"""
