"""The only part of wsconform that touches the network: it plays cases and records what comes of it.

From the wire up:

- `incoming` cuts octets into frames and keeps the rules; `outgoing`, `masking` and `sender` make
  octets of frames, with control of every write.
- `tcp` and `connection` are one connection, with all its timers (`clock`) and closing facts;
  `opening` is the handshake that it begins with, `dial` how a server is reached.
- `player` plays a script, `lockstep` its loops, `streams` knows what a loop over a corpus sends.
- `play` joins all that for one case; `settings` says whom to play against and how long to wait.

The runner is above: `wsconform.runner`.
"""
