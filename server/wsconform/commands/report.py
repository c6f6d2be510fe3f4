"""`wsconform report`: everything but the cases' own JSON, made anew from that JSON."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from wsconform.commands.groups import complain, tell
from wsconform.plan import PlanError
from wsconform.report.directory import ReportDirectory
from wsconform.report.files import check_deliverable, deliver
from wsconform.report.gate import Gate
from wsconform.report.junit import junit
from wsconform.report.pages import write_pages
from wsconform.report.summary import closing
from wsconform.terminal import Look

DESCRIPTION = """\
Write index.json, index.html and the page of each case anew from the JSON reports in a directory:
those of several runs and agents, put together by hand, and those of the Autobahn Testsuite, too."""
EPILOG = """\
examples:
  wsconform report reports/servers
  cp other-machine/reports/*.json reports/all && wsconform report reports/all

exit codes: 0 written, whatever the verdicts are; 2 wrong usage, or no report is there"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `wsconform report`."""
    parser.add_argument("directory", type=Path, metavar="DIR", help="a report directory")
    parser.add_argument("--junit", type=Path, metavar="FILE", help="write JUnit XML, too")


def run(options: argparse.Namespace) -> int:
    """Write; the exit code."""
    if options.junit:
        check_deliverable(options.junit)
    directory = ReportDirectory(options.directory, lambda words: complain(f"warning: {words}"))
    if not directory.names():
        raise PlanError(f"{options.directory}: no reports of cases are there")
    entries = write_pages(directory)
    directory.write_index()
    if options.junit:
        deliver(options.junit, junit(entries, Gate()))
    tell(closing(entries, Gate(), directory.path, None, Look.of(sys.stdout)))
    return 0
