"""An Autobahn-on-Twisted echo server that records every octet and frame to captures."""
