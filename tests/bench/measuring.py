"""Times and peaks of memory, each part in a process of its own."""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


@dataclass
class Clock:
    """What took how long, in seconds, and how large this process was meanwhile, in MB."""

    seconds: dict[str, float] = field(default_factory=dict)
    peaks: dict[str, int] = field(default_factory=dict)

    @contextmanager
    def time(self, name: str) -> Iterator[None]:
        """Measure what happens inside."""
        forget_peak()
        start = time.perf_counter()
        yield
        self.seconds[name] = time.perf_counter() - start
        self.peaks[name] = peak()


def peak() -> int:
    """The most memory that this process has held since `forget_peak` (MB)."""
    return _status("VmHWM:")


def held() -> int:
    """The memory that this process holds (MB)."""
    return _status("VmRSS:")


def _status(name: str) -> int:
    """Of this process, where Linux tells it; elsewhere the most that it has held since it began."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) // 1024


def forget_peak() -> None:
    """Begin anew (Linux)."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return


def apart(module: str, *arguments: str) -> Any:
    """What `python -m tests.bench.MODULE` prints, as JSON."""
    command = [sys.executable, "-X", "utf8", "-m", f"tests.bench.{module}", *arguments]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def tell(answer: Any) -> None:
    """Print the answer that `apart` waits for."""
    sys.stdout.write(json.dumps(answer))
