"""What holds for all tests."""

import signal

from hypothesis import settings

settings.register_profile("any machine", deadline=None)  # how long an example takes is no fault
settings.load_profile("any machine")


def pytest_configure() -> None:
    """A shell that starts the tests in the background has SIGINT ignored, and so would every
    process that they start to interrupt it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
