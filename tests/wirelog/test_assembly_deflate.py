from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assembling import PLAIN, Talk, agreed, deflated
from builders import binary, cont, ping, request, response, text
from strategies import pieces
from wirelog import assembly
from wirelog.frames import RSV1
from wirelog.handshake import Handshake


class TestDeflate:
    def test_messages_are_inflated_with_their_context(self) -> None:
        first, second = deflated(b"Hello, Hello", b"Hello, Hello")
        talk = Talk(agreed()).client(text(first, rsv=RSV1), text(second, rsv=RSV1))
        assert talk.said == [(b"Hello, Hello", True)] * 2
        message = talk.messages[1]
        assert (message.compressed, message.wire) == (True, second)
        assert (message.length, message.wire_octets) == (12, len(second))
        assert talk.all_problems() == []

    def test_each_direction_has_its_own_context(self) -> None:
        first, second = deflated(b"Hello, Hello", b"Hello, Hello")
        talk = Talk(agreed()).client(text(first, rsv=RSV1)).server(text(second, rsv=RSV1))
        assert "does not inflate" in talk.problems()[0]

    def test_fragments_are_inflated_together(self) -> None:
        (octets,) = deflated(b"Hello, Hello, Hello")
        talk = Talk(agreed())
        talk.client(text(octets[:3], fin=False, rsv=RSV1), ping(), cont(octets[3:]))
        assert talk.said == [(b"Hello, Hello, Hello", True)]
        assert talk.all_problems() == []

    def test_a_message_may_go_uncompressed(self) -> None:
        talk = Talk(agreed()).client(text("plain"))
        assert (talk.said, talk.messages[0].compressed) == ([(b"plain", True)], False)

    def test_rsv1_without_deflate_is_wrong_and_nothing_is_inflated(self) -> None:
        talk = Talk().client(text(b"\xff\xff", rsv=RSV1))
        assert talk.problems()[0] == "RSV=100 without an extension that defines it"
        assert talk.said == [(b"\xff\xff", True)]

    @pytest.mark.parametrize(
        ("handshake", "rsv"), [(PLAIN, RSV1), (PLAIN, 2), (PLAIN, 7), (agreed(), 2)]
    )
    def test_what_rsv_bits_without_a_meaning_stand_on_is_no_text(
        self, handshake: Handshake, rsv: int
    ) -> None:
        talk = Talk(handshake).client(text(b"\xff", rsv=rsv))
        assert len(talk.problems()) == 1
        assert "RSV" in talk.problems()[0]
        talk = Talk(handshake).client(text(b"a", fin=False, rsv=rsv), cont(b"\xff"))
        assert len(talk.all_problems()) == 1
        talk = Talk(handshake).client(text(b"\xe2", fin=False), cont(b"a", rsv=rsv))
        assert len(talk.all_problems()) == 1
        talk = Talk(handshake).client(text(b"\xff", fin=False), cont(b"a", rsv=rsv))
        assert talk.problems(0) == ["octet 0xff at 0 is not UTF-8"]

    @pytest.mark.parametrize("payload", [b"\xff\xff", deflated(b"\xff")[0]])
    def test_with_more_bits_than_rsv1_nothing_is_said_of_what_a_message_holds(
        self, payload: bytes
    ) -> None:
        talk = Talk(agreed()).client(text(payload, rsv=RSV1 | 2))
        assert talk.problems() == ["RSV=110 without an extension that defines it"]

    @pytest.mark.parametrize("cut", [64, 120, -1])
    def test_a_response_that_is_not_whole_says_nothing_of_extensions(self, cut: int) -> None:
        (octets,) = deflated(b"Hello, Hello")
        for params in ("permessage-deflate; server_max_window_bits=9", "x-other"):
            head = response(Sec_WebSocket_Extensions=params)[:cut]
            talk = Talk(Handshake.parse(request(), head))
            talk.client(text(octets, rsv=RSV1)).server(text(octets, rsv=RSV1), text(b"\xff"))
            assert talk.all_problems() == ["octet 0xff at 0 is not UTF-8"]

    def test_rsv1_on_a_continuation_is_wrong(self) -> None:
        (octets,) = deflated(b"Hello, Hello, Hello")
        talk = Talk(agreed())
        talk.client(text(octets[:3], fin=False, rsv=RSV1), cont(octets[3:], rsv=RSV1))
        assert talk.problems() == ["RSV1 on a continuation frame"]
        assert talk.said == [(b"Hello, Hello, Hello", True)]

    def test_text_is_checked_after_inflation(self) -> None:
        (octets,) = deflated(b"ab\xff")
        talk = Talk(agreed()).client(text(octets, rsv=RSV1), binary(deflated(b"\xff")[0], rsv=RSV1))
        assert talk.problems(0) == ["octet 0xff at 2 is not UTF-8"]
        assert talk.problems(1) == []

    def test_what_does_not_inflate_is_said_on_the_last_frame(self) -> None:
        talk = Talk(agreed()).client(text(b"\xff", fin=False, rsv=RSV1), cont(b"\xff\xff"))
        assert talk.problems(0) == []
        assert talk.problems(1)[0].startswith("does not inflate")
        assert talk.frames[1].problems[0].close_code == 1007

    def test_a_message_with_missing_octets_loses_the_context(self) -> None:
        first, second = deflated(b"Hello, Hello", b"Hello, Hello")
        cut = replace(text(first[:4], rsv=RSV1), declared=len(first))
        talk = Talk(agreed()).client(cut, text(second, rsv=RSV1))
        inflated = talk.messages[0].inflated
        assert inflated is not None
        assert "missing from the capture" in inflated.fault
        after = talk.messages[1].inflated
        assert after is not None
        assert "does not inflate" in after.fault
        assert talk.all_problems() == []  # nobody is to blame for what was not recorded

    def test_a_message_that_never_ends_is_not_inflated(self) -> None:
        (octets,) = deflated(b"Hello, Hello")
        talk = Talk(agreed()).client(text(octets, fin=False, rsv=RSV1))
        assert talk.messages[0].inflated is None

    def test_a_message_that_is_too_large_on_the_wire_is_not_followed(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first, second = deflated(b"Hello, Hello", b"Hello, Hello")
        monkeypatch.setattr(assembly, "MAX_MESSAGE", len(first) - 1)
        talk = Talk(agreed()).client(text(first, rsv=RSV1), text(second, rsv=RSV1))
        faults = [one.inflated.fault for one in talk.messages if one.inflated]
        assert faults[0] == f"has more than {len(first) - 1} octets; not followed further"
        assert "does not inflate" in faults[1]
        assert talk.all_problems() == []

    @given(st.data(), st.text(max_size=40).map(lambda words: words.encode(errors="ignore")))
    def test_what_is_forgotten_changes_nothing(self, data: st.DataObject, octets: bytes) -> None:
        """Neither for a text, sound or broken, nor for one that is compressed."""
        octets += data.draw(st.sampled_from([b"", b"\xff", b"\xe2\x82"]))
        (packed,) = deflated(octets)
        for payload, rsv in ((octets, 0), (packed, RSV1)):
            parts = data.draw(pieces(payload, 6))
            frames = [text(parts[0], fin=False, rsv=rsv)]
            frames += [*(cont(part, fin=False) for part in parts[1:]), cont(b"")]
            whole, brief = Talk(agreed()).client(*frames), Talk(agreed())
            for one in frames:
                brief.client(one).assembly.forget()
            assert brief.said == whole.said
            assert brief.all_problems() == whole.all_problems()

    def test_only_so_much_is_kept_of_what_was_inflated(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(assembly, "KEPT_INFLATED", 150)
        monkeypatch.setattr(assembly, "KEPT_OF_EACH", 10)
        sent = deflated(*[bytes(100)] * 3)
        talk = Talk(agreed()).client(*(binary(one, rsv=RSV1) for one in sent))
        kept = [(len(one.data), one.length) for one in talk.messages]
        assert kept == [(100, 100), (10, 100), (10, 100)]
