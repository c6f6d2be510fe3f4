"""The other end of a fuzzing server: an echo client, and how it goes through a server's cases.

The client is Autobahn's and shares nothing with the drivers that judge, so either side can be
tested with the other. From the inside out:

- `api` is the published URL API of fuzzing servers: what is asked, and what the answers mean.
- `client` is one connection: a question of that API, or a case with every message echoed.
- `drive` goes through the cases of one server, `live` does so in the foreground of a terminal.
"""
