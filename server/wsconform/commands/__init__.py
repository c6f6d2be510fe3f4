"""The commands of `wsconform`, one file each: `add_arguments` and `run`, and words for `--help`."""
