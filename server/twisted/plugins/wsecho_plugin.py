"""Makes `twistd wsecho` known."""

from twisted.application.service import ServiceMaker

wsecho = ServiceMaker("wsecho", "wsecho.tap", "A WebSocket echo server that records.", "wsecho")
