"""Parses one file after the other within the memory of the panel's child: `python -m tests.school.imports.apart`.

A parser that asks for more memory than it may have ends its process: the tests of strange files outlive that.
"""

import json
import selectors
import subprocess
import sys
import traceback
from pathlib import Path

from school.imports.child import MEMORY, limit
from school.imports.readers import from_json, parse, to_json
from school.imports.tables import Unreadable

SECONDS = 60
ABORTED = -6
ROOT = Path(__file__).parents[3]


class Apart:
    """A process that parses; a new one when the last has ended for want of memory."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None
        self.deaths = 0

    def parse(self, kind: str, data: bytes) -> str:
        """ "" for a file that was read, else the sentence; AssertionError for anything else."""
        process = self.process = self.process or self._start()
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(f"{kind} {len(data)}\n".encode() + data)
        process.stdin.flush()
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            if not selector.select(SECONDS):
                self.end()
                raise AssertionError(f"a {kind} of {len(data)} bytes took longer than {SECONDS} s")
        answer = process.stdout.readline()
        if answer:
            sentence, uncaught = json.loads(answer)
            assert not uncaught, uncaught
            return str(sentence)
        self.deaths += 1
        process.stdin.close()
        process.stdout.close()
        self.process = None
        assert process.wait() == ABORTED, f"a {kind} ended its process: {process.returncode}"
        return "memory"

    def _start(self) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-X", "utf8", "-m", "tests.school.imports.apart"]
        return subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )

    def end(self) -> None:
        """End the process."""
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None


def main() -> None:
    """Answer each file with its sentence, or with the error that nobody caught."""
    limit("RLIMIT_AS", MEMORY)
    limit("RLIMIT_CORE", 0)
    while header := sys.stdin.buffer.readline():
        kind, size = header.split()
        answer = _answer(kind.decode(), sys.stdin.buffer.read(int(size)))
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _answer(kind: str, data: bytes) -> tuple[str, str]:
    try:
        from_json(to_json(parse(kind, data)))
    except Unreadable as error:
        return error.msgid, ""
    except BaseException:
        return "", traceback.format_exc()
    return "", ""


if __name__ == "__main__":
    main()
