"""What follows from a capture is worked out once, when it is asked for."""

from builders import case_4_2_3, opened
from wsinspect.shown import Shown


def test_everything_comes_from_one_conversation() -> None:
    shown = Shown(opened(case_4_2_3().unfinished())[0])
    assert shown.conversation is shown.conversation
    assert len(shown.rows) == 15
    assert shown.closing.my_code == 1002
    assert shown.statistics.frames["rx"] == {1: 1, 8: 1, 13: 1}
