"""An echo server on `wsproto`: its state machine, and as little asyncio as it takes."""

from __future__ import annotations

import asyncio
from asyncio import StreamReader, StreamWriter

from wsproto import ConnectionType, WSConnection
from wsproto.connection import ConnectionState
from wsproto.events import AcceptConnection, CloseConnection, Event, Message, Ping, Request
from wsproto.extensions import PerMessageDeflate
from wsproto.utilities import ProtocolError


async def serve(reader: StreamReader, writer: StreamWriter) -> None:
    try:
        await talk(reader, writer)
    except (ConnectionError, ProtocolError):
        pass
    finally:
        writer.close()


async def talk(reader: StreamReader, writer: StreamWriter) -> None:
    connection = WSConnection(ConnectionType.SERVER)
    while connection.state not in ENDED:
        connection.receive_data(await reader.read(1 << 16) or None)
        for event in connection.events():
            writer.write(answer(connection, event))
        await writer.drain()


def answer(connection: WSConnection, event: Event) -> bytes:
    """What is to be sent in reply; a piece of a message goes back as a fragment."""
    match event:
        case Request():
            return connection.send(AcceptConnection(extensions=[PerMessageDeflate()]))
        case Message():
            return connection.send(event)
        case Ping():
            return connection.send(event.response())
        case CloseConnection() if connection.state is not ConnectionState.CLOSED:
            return connection.send(event.response())
    return b""


ENDED = {ConnectionState.CLOSED, ConnectionState.LOCAL_CLOSING}
"""After a failure its parser is of no more use, so the client's reply is not awaited."""


async def main() -> None:
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
