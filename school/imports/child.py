"""The process that parses one file: `python -m school.imports.child KIND`, the file on stdin, JSON on stdout."""

import gc
import json
import sys
from contextlib import suppress

from school.imports.readers import parse, to_json
from school.imports.tables import MEBIBYTE, TOO_LARGE, Unreadable

MEMORY = 256 * MEBIBYTE  # of address space: what is resident stays below
SECONDS = 2  # of processor time for any file, and
SECONDS_A_MEBIBYTE = 2  # more: 20,000 rows are two of them, and a small file that takes long is no list


def main(kind: str) -> None:
    """Parse stdin within the limits and write the tables, or the refusal, to stdout."""
    gc.disable()  # it is over before rubbish matters
    limit("RLIMIT_AS", MEMORY)
    limit("RLIMIT_CORE", 0)
    data = sys.stdin.buffer.read()
    limit("RLIMIT_CPU", SECONDS + SECONDS_A_MEBIBYTE * len(data) // MEBIBYTE)
    try:
        answer = to_json(parse(kind, data))
    except Unreadable as error:
        answer = refusal(error.msgid, error.params)
    except MemoryError:
        answer = refusal(TOO_LARGE, {})
    sys.stdout.buffer.write(answer)


def refusal(msgid: str, params: dict[str, object]) -> bytes:
    """The answer that is no tables."""
    return json.dumps({"refused": msgid, "params": params}).encode()


def limit(name: str, value: int) -> None:
    """Set a limit for good, where the system has it: Windows has none, macOS not all."""
    with suppress(ImportError, AttributeError, ValueError, OSError):
        import resource

        resource.setrlimit(getattr(resource, name), (value, value))


if __name__ == "__main__":
    main(sys.argv[1])
