"""Makes `twistd wsconform` known."""

from twisted.application.service import ServiceMaker

wsconform = ServiceMaker(
    "wsconform", "wsconform.tap", "A WebSocket server that judges its clients.", "wsconform"
)
