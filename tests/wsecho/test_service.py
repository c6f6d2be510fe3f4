from __future__ import annotations

import contextlib
import datetime
import resource
import signal
import socket
import ssl
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import DEVNULL, Popen

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from connections import Client
from servers import PLAIN, TWISTD, Server, echo_server, wait_for
from wirelog.capture import parse_header, parse_trailer
from wirelog.frames import Close, Frame, Opcode

HELLO = Frame(Opcode.TEXT, b"Hello")
CLOSE = Frame(Opcode.CLOSE, Close(1000).serialize())


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with echo_server(tmp_path_factory.mktemp("service") / "captures") as running:
        yield running


def test_it_echoes_and_records(server: Server) -> None:
    with Client.connect(server.port).open("/go/4.2.3") as client:
        client.send(HELLO)
        assert client.frames(1)[0].payload == b"Hello"
        client.send(CLOSE)
        assert [frame.payload for frame in client.rest()] == [b"Hello", Close(1000).serialize()]
    lines = server.capture("go/4.2.3").splitlines()
    assert parse_header(lines[0])["case"] == "4.2.3"
    assert lines[-2].endswith("TCP DROPPED BY ME (FIN)")
    assert parse_trailer(lines[-1])["wasClean"]
    assert stat.S_IMODE((server.captures / "go/4.2.3.log").stat().st_mode) == 0o600


def test_a_violation_leaves_the_close_frame_readable_whatever_is_sent_behind_it(
    server: Server,
) -> None:
    """Octets that the server left unread would make the kernel send an RST and drop the frame."""
    with Client.connect(server.port).open("/flood") as client:
        client.send(HELLO, Frame(3), *[Frame(Opcode.BINARY, bytes(60000))] * 50, CLOSE)
        echo, close = client.rest()
        assert (echo.payload, Close.parse(close.payload).code) == (b"Hello", 1002)
    assert server.capture("flood").count("RX FRAME : OPCODE=2, ") == 50


def test_the_peers_half_close_does_not_cost_it_its_echoes(server: Server) -> None:
    message = Frame(Opcode.BINARY, bytes(1 << 22))
    with Client.connect(server.port).open("/half") as client:
        client.send(message)
        client.sock.shutdown(socket.SHUT_WR)
        assert [frame.length for frame in client.rest()] == [1 << 22]
    assert "TCP DROPPED BY PEER (FIN)" in server.capture("half")


def test_an_rst_is_recorded_as_one(server: Server) -> None:
    client = Client.connect(server.port).open("/rst")
    client.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    client.sock.close()
    assert "TCP DROPPED BY PEER (RST)" in server.capture("rst")


def test_a_browser_is_told_what_this_is(server: Server) -> None:
    with Client.connect(server.port) as client:
        client.send(b"GET /page HTTP/1.1\r\nHost: localhost\r\n\r\n").rest()
        assert client.received.startswith(b"HTTP/1.1 426 Upgrade Required\r\n")
        assert b"new WebSocket(&quot;" in client.received or b"new WebSocket(" in client.received
    assert "HANDSHAKE REFUSED: 426" in server.capture("page")


@pytest.mark.parametrize("sig", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_closes_with_1001_and_finishes_the_captures(
    tmp_path: Path, sig: signal.Signals
) -> None:
    with echo_server(tmp_path, "--close-timeout", "2") as server, contextlib.ExitStack() as stack:
        polite, mute, half = (stack.enter_context(Client.connect(server.port)) for _ in range(3))
        half.send(b"GET /half HTTP/1.1\r\n")
        mute.open("/mute")
        polite.open("/polite").send(HELLO).frames(1)
        server.process.send_signal(sig)
        _, close = polite.frames(2)
        assert Close.parse(close.payload).code == 1001
        polite.send(Frame(Opcode.CLOSE, close.payload))
        polite.rest()
        polite.sock.close()
        half.rest()
        assert half.received.startswith(b"HTTP/1.1 503 ")
        half.sock.close()
        server.process.wait(10)
        assert parse_trailer(server.capture("polite").splitlines()[-1])["wasClean"]
        assert "CLOSING HANDSHAKE TIMEOUT AFTER 2.000000 sec" in server.capture("mute")
        assert "503" in server.capture("half")
        with pytest.raises(ConnectionRefusedError):
            Client.connect(server.port)


def certificate(folder: Path) -> Path:
    """A certificate for 127.0.0.1 and its key in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(1))
        .not_valid_after(now + datetime.timedelta(1))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = folder / "server.pem"
    file.write_bytes(private + signed.public_bytes(pem))
    return file


def test_it_listens_on_several_endpoints_of_any_kind(tmp_path: Path) -> None:
    """TLS and a Unix socket (in a folder with a short name, as its address is limited)."""
    pem, path = certificate(tmp_path), tmp_path / "echo.sock"
    endpoints = [PLAIN, f"ssl:0:interface=127.0.0.1:privateKey={pem}", f"unix:{path}"]
    context = ssl.create_default_context(cafile=str(pem))
    context.check_hostname = False
    context.set_alpn_protocols(["h2", "http/1.1"])  # as browsers do
    with echo_server(tmp_path / "c", listen=endpoints) as server:
        plain, secure = server.ports
        raw = socket.create_connection(("127.0.0.1", secure))
        local = socket.socket(socket.AF_UNIX)
        local.connect(str(path))
        clients = {
            "plain": Client.connect(plain),
            "tls": Client(context.wrap_socket(raw)),
            "unix": Client(local),
        }
        assert isinstance(clients["tls"].sock, ssl.SSLSocket)
        assert clients["tls"].sock.selected_alpn_protocol() == "http/1.1"
        for name, client in clients.items():
            with client.open(f"/{name}"):
                assert client.send(HELLO).frames(1)[0].payload == b"Hello"
                client.send(Frame(3), CLOSE)
                assert Close.parse(client.rest()[1].payload).code == 1002
        facts = {name: parse_header(server.capture(name).splitlines()[0]) for name in clients}
        ends = [server.capture(name).splitlines()[-2] for name in clients]
    assert facts["tls"]["tls"]["version"].startswith("TLSv1.")
    assert facts["tls"]["tls"]["cipher"]
    assert facts["plain"]["tls"] is None
    assert facts["unix"]["local"] == f"unix:{path}"
    assert facts["unix"]["peer"] == "unix"
    assert all("TCP DROPPED BY ME" in end for end in ends)


def test_behind_a_proxy_the_capture_has_the_clients_address(tmp_path: Path) -> None:
    with echo_server(tmp_path, listen=f"haproxy:{PLAIN}") as server:
        with Client.connect(server.port) as client:
            client.send(b"PROXY TCP4 192.0.2.7 192.0.2.8 4711 9000\r\n").open("/proxied")
            assert client.send(HELLO).frames(1)[0].payload == b"Hello"
            client.send(CLOSE).rest()
        header = parse_header(server.capture("proxied").splitlines()[0])
    assert (header["peer"], header["local"]) == ("192.0.2.7:4711", "192.0.2.8:9000")


AS_SYSTEMD = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ |= {"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "1", "LISTEN_FDNAMES": "echo"}
os.execv(sys.argv[2], sys.argv[2:])
"""


def test_systemd_may_have_made_the_socket(tmp_path: Path) -> None:
    """It listens before the server does, so that the first client only waits."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        fd = listening.fileno()
        twistd = [TWISTD, "-n", "--pidfile=", "wsecho", "--captures", tmp_path]
        command = [sys.executable, "-c", AS_SYSTEMD, str(fd), *twistd]
        command += ["--listen", "systemd:INET:name=echo"]
        with Popen(command, pass_fds=[fd], stdout=DEVNULL, stderr=DEVNULL) as process:
            try:
                with Client.connect(listening.getsockname()[1]).open("/adopted") as client:
                    assert client.send(HELLO).frames(1)[0].payload == b"Hello"
                    client.send(CLOSE).rest()
            finally:
                process.terminate()
    assert (tmp_path / "adopted.log").exists()


def test_plain_text_at_a_tls_port_leaves_a_capture(tmp_path: Path) -> None:
    pem = certificate(tmp_path)
    endpoint = f"ssl:0:interface=127.0.0.1:privateKey={pem}"
    with echo_server(tmp_path / "c", listen=endpoint) as server:
        with Client.connect(server.port) as client:
            client.send(b"GET / HTTP/1.1\r\n\r\n")
            with contextlib.suppress(ConnectionResetError):
                client.rest()
        wait_for(lambda: any(server.captures.glob("*.log")), "the capture")
        (path,) = server.captures.glob("*.log")
        text = server.capture(path.stem)
    assert "TCP ACCEPTED" in text
    assert "TLS" in str(parse_trailer(text.splitlines()[-1])["wasNotCleanReason"])


def memory_of(server: Server) -> int:
    """Resident memory in KiB."""
    status = Path(f"/proc/{server.pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0])


def test_a_client_that_never_reads_does_not_fill_the_memory(tmp_path: Path) -> None:
    with echo_server(tmp_path, "--snaplen", "64") as server, Client.connect(server.port) as client:
        client.open("/deaf")
        before = memory_of(server)
        client.sock.settimeout(1)
        octets = memoryview(bytes([0x82, 0xFE, 0xFF, 0xFF, 0, 0, 0, 0]) + bytes(65535))
        sent = 0
        with contextlib.suppress(TimeoutError):
            while sent < 1 << 28:
                sent += client.sock.send(octets[sent % len(octets) :])
        assert sent < 1 << 27
        assert memory_of(server) - before < 32 << 10


def test_a_disk_that_is_full_ends_the_capture_and_not_the_connection(tmp_path: Path) -> None:
    limit = (1 << 16, resource.getrlimit(resource.RLIMIT_FSIZE)[1])
    with echo_server(tmp_path) as server:
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, limit)
        with Client.connect(server.port).open("/full") as client:
            for count in range(1, 30):
                client.send(Frame(Opcode.BINARY, bytes(2000)))
                assert len(client.frames(count)) == count
            client.send(CLOSE).rest()
        path = server.captures / "full.log"
        assert path.read_text().splitlines()[-1].endswith("CAPTURE STOPS: File too large")
        assert "Recording full.log stops: [Errno 27] File too large" in server.log.read_text()
