"""Long lists of invented students, as files."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from random import Random

import xlsxwriter

from school.demo import names
from school.vocabulary import Gender

HEADER = [
    "STT", "Mã học sinh", "Họ và tên", "Ngày sinh", "Giới tính", "Lớp", "Dân tộc", "Diện chính sách", "Họ tên cha",
    "Họ tên mẹ", "Điện thoại", "Địa chỉ", "Ghi chú",
]  # fmt: skip
A_CLASS = 40
VILLAGES = ["Thôn 1", "Thôn 2", "Bon Đăk Prí", "Bon Jang Plei", "Tổ dân phố 3"]


def students(count: int) -> Iterator[list[object]]:
    """Rows of a student list, the same each time."""
    rng = Random(count)
    for number in range(1, count + 1):
        gender = rng.choice(list(Gender))
        room = (number - 1) // A_CLASS
        yield [
            number,
            f"24{number:08}",
            names.kinh(rng, gender).full,
            dt.date(2008 + room % 3, 1, 1) + dt.timedelta(days=rng.randrange(365)),
            gender.label,
            f"{12 - room % 3}A{room // 3 + 1}",
            rng.choice(names.ETHNICITIES),
            rng.choice(["", "", "", "Hộ nghèo", "Hộ cận nghèo"]),
            names.kinh(rng, Gender.MALE).full,
            names.kinh(rng, Gender.FEMALE).full,
            f"09{rng.randrange(10**8):08}",
            f"{rng.choice(VILLAGES)}, xã {rng.choice(['Đức An', 'Trường Xuân', 'Thuận Hạnh'])}",
            rng.choice(["", "", "", "ở trọ gần trường"]),
        ]


def write_students(path: Path, count: int) -> None:
    """The list as an .xlsx below two lines of title, its dates as dates."""
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Danh sách")
        as_date = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_string(0, 0, "TRƯỜNG THPT (MẪU)")
        sheet.write_string(1, 0, "DANH SÁCH HỌC SINH NĂM HỌC 2025-2026")
        sheet.write_row(3, 0, HEADER)
        for row, values in enumerate(students(count), 4):
            for column, value in enumerate(values):
                if isinstance(value, dt.date):
                    sheet.write_datetime(row, column, dt.datetime.combine(value, dt.time()), as_date)
                elif isinstance(value, str):
                    sheet.write_string(row, column, value)
                else:
                    sheet.write(row, column, value)
