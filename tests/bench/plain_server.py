"""The measure of all things here: an Autobahn echo server with its defaults, which records nothing.

Started with a port, or 0; says on its first line where it listens.
"""

from __future__ import annotations

import sys

from autobahn.twisted.websocket import WebSocketServerFactory, WebSocketServerProtocol


class Echo(WebSocketServerProtocol):
    def onMessage(self, payload: bytes, isBinary: bool) -> None:
        self.sendMessage(payload, isBinary)


def main(port: int) -> None:
    from twisted.internet import reactor

    factory = WebSocketServerFactory()
    factory.protocol = Echo
    listening = reactor.listenTCP(port, factory, interface="127.0.0.1")
    print(listening.getHost().port, flush=True)
    reactor.run()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
