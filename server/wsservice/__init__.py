"""What the services of this project share: endpoints to listen on, addresses in words, and leaving
with one line instead of a traceback. It knows nothing of WebSocket.
"""
