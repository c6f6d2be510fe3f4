"""Settings for these tests."""

from hypothesis import settings

settings.register_profile("any machine", deadline=None)  # how long an example takes is no fault
settings.load_profile("any machine")
