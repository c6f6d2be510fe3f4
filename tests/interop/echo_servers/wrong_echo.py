"""One of the echo servers that are wrong on purpose, by the name of its class, or the right one."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import wrong_servers
from live import listening
from right_server import RightServer

if __name__ == "__main__":
    server = RightServer if len(sys.argv) == 1 else getattr(wrong_servers, sys.argv[1])
    with listening(server) as port:
        print(port, flush=True)
        signal.pause()
