"""The process that parses one file: `python -m school.imports.child KIND`, the file on stdin, JSON on stdout."""

import json
import resource
import sys

from school.imports.readers import parse, to_json
from school.imports.tables import MEBIBYTE, Unreadable

MEMORY = 320 * MEBIBYTE  # of address space; a list of 20,000 rows needs a third of it
SECONDS = 10  # of processor time


def main(kind: str) -> None:
    """Parse stdin within the limits and write the tables, or the refusal, to stdout."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    data = sys.stdin.buffer.read()
    try:
        answer = to_json(parse(kind, data))
    except Unreadable as error:
        answer = json.dumps({"refused": error.msgid, "params": error.params})
    sys.stdout.write(answer)


if __name__ == "__main__":
    main(sys.argv[1])
