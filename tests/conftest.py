"""What holds for all tests."""

import signal


def pytest_configure() -> None:
    """A shell that starts the tests in the background has SIGINT ignored, and so would every
    process that they start to interrupt it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
