"""What `make demo` records: a server, and one client that misbehaves."""

from __future__ import annotations

import socket
from argparse import ArgumentParser
from pathlib import Path

from interop.play import PLAYS
from servers import echo_server


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("captures", type=Path)
    parser.add_argument("--port", type=int, default=9000)
    args = parser.parse_args()
    port = usable(args.port)
    if port != args.port:
        print(f"Port {args.port} is taken, so this uses {port}.")
    play = PLAYS[0]
    capture = args.captures / f"{play.name}.log"
    capture.unlink(missing_ok=True)  # wsecho would keep it and write another beside it
    listen = f"tcp:{port}:interface=127.0.0.1"
    print(f"$ twistd -n wsecho --listen {listen} --captures {args.captures}", flush=True)
    with echo_server(args.captures, listen=listen):
        print(f"Case {play.name} is played at ws://127.0.0.1:{port}/{play.name}: {play.says}.")
        play.play(port)
    print(f"The server has stopped. It recorded {capture}.")


def usable(port: int) -> int:
    """The port itself, or another one if it is taken."""
    for candidate in (port, 0):
        with socket.socket() as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                sock.bind(("127.0.0.1", candidate))
            except OSError:
                continue
            return int(sock.getsockname()[1])
    raise SystemExit("no port of 127.0.0.1 can be had")


if __name__ == "__main__":
    main()
