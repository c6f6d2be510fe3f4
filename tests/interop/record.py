"""Records the examples in captures/ anew: `make captures`."""

from __future__ import annotations

import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from interop.play import PLAYS, Play
from servers import echo_server


def record(folder: Path) -> Iterator[tuple[Play, Path]]:
    """Play everything, and put the captures into `folder` in place of those that are there."""
    for options, plays in groupby(PLAYS, key=lambda play: play.options):
        with (
            tempfile.TemporaryDirectory() as fresh,  # wsecho overwrites nothing
            echo_server(Path(fresh), *options) as server,
        ):
            for play in plays:
                play.play(server.port)
                path = folder / f"{play.name}.log"
                path.write_text(server.capture(play.name))
                yield play, path


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    for play, path in record(parser.parse_args().folder):
        print(f"{path}: {play.says}")


if __name__ == "__main__":
    main()
