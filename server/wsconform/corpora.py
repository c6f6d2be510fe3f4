"""Five kinds of data for the compression cases, generated and always the same.

They have the kinds, nearly the sizes and nearly the compressibility of the files that the published
suite sends, and none of their content. The sizes are round in binary, so that a window that goes
round a corpus is soon back at its start. All of it comes out of SHAKE-256 and integer arithmetic,
so it is the same on every machine and under every Python. A corpus is made when it is first asked
for and then kept.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import shake_256
from itertools import count
from math import gcd
from typing import TypeVar

Item = TypeVar("Item")
Data = TypeVar("Data", bytes, str)
BLOCK = 32768

LITTLE_WORDS = str.split("""
    und der die das in zu den nicht mit von es ich sie er ein so ist auf dem sich wie auch an als
    wenn aber du mir mich da nur aus im noch hat war dich doch dir nach ihr was für man bei wir des
    nun eine wird hier um vor über kann schon zum sein dann einen durch haben will uns mein soll gar
    ins dein wo muß ja nichts bin ohne sind weil einem bis ihm dort oder immer sehr ihn mehr unter
    diese alle zwei gegen weder während
""")
STEMS = str.split("""
    Wald Wort Licht Nacht Haus Herz Strom Stein Wind Freund Land Stimme Himmel Weg Feld Garten
    Mutter Brunnen Glück Vogel Tür Bruder König Ruhe Feuer Schritt Brücke Sommer Winter Regen
    Schatten Spiegel Traum Müller Berg Fluß Glocke Blume Hütte Straße geh komm sprech find trag
    bleib seh hör glaub wander sing brenn schlaf wart halt leucht schweig träum öffn führ klein groß
    still dunkel weit süß frei treu kühn müd gold tief hell schön fremd arm reich alt jung weiß
    schwarz grün wunder lieb leid freud angst fern nah laut leis bald ewig wild sanft zart rauh
    schlicht stolz klug blind
""")
ENDINGS = ("", "en", "e", "er", "t", "es", "lich", "ung", "st", "te", "lein", "keit", "heit", "los")


class Dice:
    """A stream of numbers that depends on its name alone."""

    def __init__(self, name: str) -> None:
        self._numbers = _numbers(name)

    def below(self, limit: int) -> int:
        """A number from 0 up to, not including, `limit`."""
        return next(self._numbers) % limit

    def among(self, items: Sequence[Item]) -> Item:
        """One of the items, all alike."""
        return items[self.below(len(items))]


def _numbers(name: str) -> Iterator[int]:
    for block in count():
        yield from struct.unpack(f"<{BLOCK}I", noise(f"{name} {block}", 4 * BLOCK))


def noise(name: str, octets: int) -> bytes:
    """Octets that nothing compresses."""
    return shake_256(name.encode()).digest(octets)


def json_document() -> bytes:
    """Readings of weather stations, indented; ASCII."""
    dice = Dice("json")
    rows = (_reading(dice, number) for number in count())
    return _filled(b"[\n", rows, b",\n", b"\n]\n", b" ", 196_608)


def _reading(dice: Dice, number: int) -> bytes:
    hour, minute = divmod(number * 10, 60)
    values = {
        "temperature": ("degree Celsius", f"{dice.below(30)}.{dice.below(100):02d}"),
        "pressure": ("hectopascal", f"10{dice.below(40):02d}.{dice.below(100):02d}"),
        "humidity": ("percent", f"{40 + dice.below(60)}.{dice.below(100):02d}"),
    }
    measured = ",\n".join(
        f'      "{name}": {{\n        "unit": "{unit}",\n        "value": {value},\n'
        '        "quality": "validated",\n        "instrument": "automatic"\n      }'
        for name, (unit, value) in values.items()
    )
    text = (
        f'  {{\n    "station": "weather-station-{1000 + dice.below(900)}",\n'
        f'    "measured_at": "2011-12-{1 + hour // 24:02d}T{hour % 24:02d}:{minute:02d}:00Z",\n'
        '    "operator": "regional meteorological office",\n'
        f'    "measurements": {{\n{measured}\n    }}\n  }}'
    )
    return text.encode()


def bitmap() -> bytes:
    """A picture of 512 by 509 grey pixels, as a BMP: hills in mist, with the grain of a film."""
    width, height, colours, start, size = 512, 509, 256, 1536, 262_144
    head = struct.pack("<2sIHHI", b"BM", size, 0, 0, start)
    info = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 8, 0, 0, 2835, 2835, colours, 0)
    palette = b"".join(bytes([grey, grey, grey, 0]) for grey in range(colours))
    return (head + info + palette).ljust(start, b"\0") + b"".join(_pixels(width, height))


def _pixels(width: int, height: int) -> Iterator[bytes]:
    """The rows of the picture: a landscape from a coarse grid, and grain upon it."""
    grid = [list(noise(f"hills {row}", 10)) for row in range(10)]
    for y in range(height):
        row, below = grid[y // 64], grid[y // 64 + 1]
        edge = [(a * (64 - y % 64) + b * (y % 64)) // 64 for a, b in zip(row, below, strict=True)]
        grain = noise(f"grain {y}", 2 * width)
        yield bytes(
            (edge[x >> 6] * (64 - (x & 63)) + edge[(x >> 6) + 1] * (x & 63)) * 3 // 320
            + (grain[x] >> 2) // 2 + (grain[width + x] >> 3)
            for x in range(width)
        )  # fmt: skip


def prose() -> bytes:
    """Sentences that read like German from afar, as UTF-8."""
    dice = Dice("prose")
    words = [stem + ending for ending in ENDINGS for stem in STEMS]
    sentences = (_sentence(dice, words) for _ in count())
    return _filled(b"", sentences, b" ", b"\r\n", b".", 229_376)


def _sentence(dice: Dice, words: Sequence[str]) -> bytes:
    chosen = [
        dice.among(LITTLE_WORDS if dice.below(3) else words) for _ in range(4 + dice.below(14))
    ]
    if len(chosen) > 8:
        chosen[len(chosen) // 2] += ","
    end = dice.among((".", ".", ".", ";", "!", "?", ".\r\n", ".\r\n\r\n"))
    text = " ".join(chosen)
    return (text[0].upper() + text[1:] + end).encode()


def html_page() -> bytes:
    """A page with one long table; UTF-8, most of it ASCII."""
    dice = Dice("html")
    head = (
        '<!DOCTYPE html>\n<html lang="de">\n<head><meta charset="utf-8">'
        "<title>Fahrpläne</title></head>\n<body><table>\n"
    )
    rows = (_table_row(dice, number) for number in count())
    return _filled(head, rows, "\n", "\n</table></body>\n</html>\n", "\n", 262_144).encode()


def _table_row(dice: Dice, number: int) -> str:
    place = "Köln" if number % 64 == 63 else "Hamburg"
    line = 100 + dice.below(900)
    hour, minute = divmod(300 + 3 * number + dice.below(3), 60)
    time = f"{hour % 24:02d}:{minute:02d}"
    town = f"/timetable/stations/{place.lower()}"
    return (
        f'  <tr class="{"odd" if number % 2 else "even"} departure" id="departure-{number}">\n'
        f'    <td class="column time"><time datetime="{time}">{time}</time></td>\n'
        f'    <td class="column line"><a href="/timetable/lines/{line}">Line {line}</a></td>\n'
        f'    <td class="column destination"><a href="{town}">{place}</a></td>\n'
        f'    <td class="column platform">Platform <strong>{1 + dice.below(24)}</strong></td>\n'
        f'    <td class="column remarks"><span class="remark-{dice.below(10000):04d}">on time'
        "</span></td>\n  </tr>"
    )


def pdf_document() -> bytes:
    """What a paper looks like inside: mostly compressed streams, between them dictionaries and
    tables."""
    dice, size = Dice("pdf"), 1_048_576
    body = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    starts: list[int] = []
    while len(body) + 20 * len(starts) < size - 5000:
        starts.append(len(body))
        body += _pdf_object(dice, len(starts))
    table = b"0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % start for start in starts)
    entries = len(starts) + 1
    end = b"xref\n0 %d\n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%%07d\n%%%%%%%%EOF\n"
    end = end % (entries, table, entries)
    body += b"%".ljust(size - len(body) - len(end % 0) - 1) + b"\n"  # a comment
    return bytes(body) + end % len(body)


def _pdf_object(dice: Dice, number: int) -> bytes:
    """A compressed stream, or, about as often, a dictionary with a list of widths."""
    if number < 5 or dice.below(2):
        stream = noise(f"stream {number}", 2000 + dice.below(2600))
        return (
            b"%d 0 obj\n<< /Length %d /Filter /FlateDecode >>\nstream\n" % (number, len(stream))
            + stream + b"\nendstream\nendobj\n"
        )  # fmt: skip
    widths = b" ".join(b"%d" % (250 + 25 * dice.below(12)) for _ in range(260))
    return (
        b"%d 0 obj\n<< /Type /Font /Subtype /Type1 /FirstChar 0 /LastChar 259 /Widths [ %s ] "
        b"/BaseFont /F%d /Encoding 7 0 R >>\nendobj\n" % (number, widths, number)
    )


def _filled(
    head: Data, pieces: Iterator[Data], joint: Data, tail: Data, pad: Data, size: int
) -> Data:
    """Head, as many pieces as fit, padding and tail: exactly `size` octets or code points."""
    data = head + next(pieces)
    for piece in pieces:
        if len(data) + len(joint) + len(piece) + len(tail) > size:
            break
        data += joint + piece
    return data.ljust(size - len(tail), pad) + tail


@dataclass(frozen=True, slots=True)
class Corpus:
    """One kind of data."""

    name: str
    title: str
    binary: bool
    """Whether it is sent as binary messages, and cut by octets; text is cut by code points."""
    generate: Callable[[], bytes]

    @property
    def octets(self) -> bytes:
        """All of it."""
        return _made(self.generate)

    @property
    def size(self) -> int:
        """Its length in what it is cut by: octets, or code points for text."""
        return len(self.octets) if self.binary else len(self.octets.decode())

    def period(self, length: int) -> int:
        """After how many slices of this length the window is back at the start."""
        return self.size // gcd(self.size, length)

    def slices(self, length: int, number: int) -> Iterator[bytes]:
        """Pieces of `length` code points or octets; each starts where the one before ended,
        round and round."""
        octets = self.octets
        if self.binary or octets.isascii():
            return _window(octets, length, number)
        return (piece.encode() for piece in _window(octets.decode(), length, number))


@cache
def _made(generate: Callable[[], bytes]) -> bytes:
    return generate()


def _window(data: Data, length: int, number: int) -> Iterator[Data]:
    """A window of `length` that goes round `data`."""
    size = len(data)
    ring = data * (length // size + 2)
    for index in range(number):
        start = index * length % size
        yield ring[start : start + length]


CORPORA: dict[str, Corpus] = {
    corpus.name: corpus
    for corpus in (
        Corpus("json", "JSON", False, json_document),
        Corpus("bitmap", "a grey bitmap", True, bitmap),
        Corpus("prose", "German prose", True, prose),
        Corpus("html", "HTML", False, html_page),
        Corpus("pdf", "a PDF document", True, pdf_document),
    )
}
"""The corpora by name, in the order of the sections 12.1 to 12.5."""
