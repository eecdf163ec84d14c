"""Reads one file as the panel does and tells what became of it: `python -m tests.school.imports.reading_apart FILE`."""

import json
import resource
import sys
import time
from pathlib import Path

from school.errors import PanelError
from school.imports.readers import read_file
from school.imports.tables import MEBIBYTE


def main(path: Path) -> None:
    """Print the sentence ("" for a file that was read), seconds, and peaks of memory in MiB: own and the child's.

    What a child is said to have held begins with what its parent held: this process has to be a small one.
    """
    start, sentence = time.perf_counter(), ""
    try:
        read_file(path)
    except PanelError as error:
        sentence = error.msgid
    seconds = time.perf_counter() - start
    status = Path("/proc/self/status").read_text().splitlines()
    own = next(int(line.split()[1]) * 1024 / MEBIBYTE for line in status if line.startswith("VmHWM:"))
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 / MEBIBYTE
    sys.stdout.write(json.dumps({"sentence": sentence, "seconds": seconds, "own": own, "child": child}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
