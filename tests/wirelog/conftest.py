"""Settings for these tests."""

from hypothesis import settings

settings.register_profile("shared machine", deadline=None)  # how long an example takes is no fault
settings.load_profile("shared machine")
