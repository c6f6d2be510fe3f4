"""Section 13: permessage-deflate under seven sets of terms, with one kind of data in eighteen
sizes."""

from __future__ import annotations

from wsconform.cases.case import Ask, Rows, Section, section
from wsconform.cases.s12_deflate import compressed

CORPUS = "json"
TERMS: dict[str, tuple[Ask, ...]] = {
    "13.1": (Ask(),),
    "13.2": (Ask(no_context_takeover=True),),
    "13.3": (Ask(window_bits=9),),
    "13.4": (Ask(window_bits=15),),
    "13.5": (Ask(no_context_takeover=True, window_bits=9),),
    "13.6": (Ask(no_context_takeover=True, window_bits=15),),
    "13.7": (Ask(no_context_takeover=True, window_bits=9), Ask(no_context_takeover=True), Ask()),
}


def by_terms(prefix: str, asks: tuple[Ask, ...]) -> Section:
    """All sizes under one set of terms."""
    title = ", or with ".join(str(ask) for ask in asks)

    @section(prefix, f"Compression with {title}", "RFC 7692 §7.1")
    def rows() -> Rows:
        """server_no_context_takeover and client_no_context_takeover make that side start each
        message with an empty window; server_max_window_bits and client_max_window_bits limit
        that side's window to 2 to the power of 8 to 15 octets. A client offers, a server answers
        with what it takes of an offer."""
        yield from compressed(prefix, CORPUS, asks)

    return rows


SECTIONS = tuple(by_terms(prefix, asks) for prefix, asks in TERMS.items())
