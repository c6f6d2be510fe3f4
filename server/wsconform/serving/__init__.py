"""The fuzzing server: clients connect to it and are judged.

Every connection comes in by the `door`, which reads the head of the request; `urls` says what it
asks for. A case is played by the driver, for the `server`, which hands what has come of it to the
`results`; `turns` sees to it that many clients at once do not fill the memory. Other WebSocket
connections are `control`, with `answers` and the command `channel`; everything else is the `site`.
`ending` knows when it is over. The `service` puts all of it on endpoints, for twistd
(`wsconform.tap`) or for a terminal (`session`, `shown`).
"""
