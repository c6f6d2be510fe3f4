"""Reports of a run: what other programs parse, what people read, and what a build is gated by.

The rooms, from the file system up:

- `files` names the files and writes them whole or not at all.
- `case_report` makes the JSON of one case, with the keys of the published suite; `wirelog_rows` the
  log in it. `entry` is the part of it that lists need.
- `directory` is a report directory: cases come in one by one, `run_state` says how far a run came.
- `pages` makes the HTML, `page_log` the wire log in it.
- `junit` and `baseline` are for builds, `summary` is what a terminal shows at the end.

Everything but a case's own JSON is made from that JSON, so it can be made anew at any time.
"""
