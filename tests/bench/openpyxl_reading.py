"""The same file read by openpyxl: `python -m tests.bench.openpyxl_reading FILE read-only|normal`."""

import sys

import openpyxl

from tests.bench.measuring import Clock, tell

if __name__ == "__main__":
    clock = Clock()
    with clock.time("read"):
        book = openpyxl.load_workbook(sys.argv[1], read_only=sys.argv[2] == "read-only", data_only=True)
        rows = [row for sheet in book for row in sheet.iter_rows(values_only=True)]
    tell({"seconds": clock.seconds["read"], "peak": clock.peaks["read"], "rows": len(rows)})
