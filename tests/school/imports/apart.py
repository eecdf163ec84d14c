"""Parses one file after the other within the limits of the panel's child: `python -m tests.school.imports.apart`.

A parser that asks for more memory or time than it may have ends its process: the tests of strange files outlive that.
"""

import json
import math
import os
import selectors
import signal
import subprocess
import sys
import traceback
from pathlib import Path

from school.imports.child import MEMORY, SECONDS, limit
from school.imports.readers import ENVIRONMENT, from_json, parse, to_json
from school.imports.tables import Unreadable

WAIT = 300  # seconds, on however busy a machine
NO_MEMORY = 99
# How a process ends that asked for too much: the panel has a sentence for each.
ENDS = {
    -signal.SIGABRT: "too much memory",
    NO_MEMORY: "too much memory",
    -getattr(signal, "SIGXCPU", 0): "too much time",
}
ROOT = Path(__file__).parents[3]


class Apart:
    """A process that parses; a new one when the last has ended for want of memory or time."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None

    def parse(self, kind: str, data: bytes) -> str:
        """ "" for a file that was read, else the sentence; AssertionError for anything else."""
        process = self.process = self.process or self._start()
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(f"{kind} {len(data)}\n".encode() + data)
        process.stdin.flush()
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            if not selector.select(WAIT):
                self.end()
                raise AssertionError(f"a {kind} of {len(data)} bytes took longer than {WAIT} s")
        answer = process.stdout.readline()
        if answer:
            sentence, uncaught = json.loads(answer)
            assert not uncaught, uncaught
            return str(sentence)
        process.communicate()
        self.process = None
        assert process.returncode in ENDS, f"a {kind} ended its process: {process.returncode}"
        return ENDS[process.returncode]

    def _start(self) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-X", "utf8", "-m", "tests.school.imports.apart"]
        # As the panel's child it knows little of the environment. With RUST_BACKTRACE, calamine out of memory hangs.
        environment = {name: value for name, value in os.environ.items() if name in ENVIRONMENT}
        pipe = subprocess.PIPE
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL)

    def end(self) -> None:
        """End the process."""
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None


def main() -> None:
    """Answer each file with its sentence, or with the error that nobody caught."""
    import resource  # of Unix only, as the limits are

    limit("RLIMIT_AS", MEMORY)
    limit("RLIMIT_CORE", 0)
    while header := sys.stdin.buffer.readline():
        kind, size = header.split()
        used = resource.getrusage(resource.RUSAGE_SELF)
        allowed = math.ceil(used.ru_utime + used.ru_stime) + SECONDS
        resource.setrlimit(resource.RLIMIT_CPU, (allowed, resource.RLIM_INFINITY))
        try:
            answer = _answer(kind.decode(), sys.stdin.buffer.read(int(size)))
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()
        except MemoryError:
            os._exit(NO_MEMORY)


def _answer(kind: str, data: bytes) -> tuple[str, str]:
    try:
        from_json(to_json(parse(kind, data)))
    except Unreadable as error:
        return error.msgid, ""
    except MemoryError:
        raise
    except BaseException:
        return "", traceback.format_exc()
    return "", ""


if __name__ == "__main__":
    main()
