"""The writer of tables: opens right in Excel, runs nothing there, and reads back as what it was."""

import csv
import datetime as dt
import io
import os
import stat
import tempfile
import zipfile
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from school.errors import RuleError
from school.imports.readers import check, parse
from school.names import clean
from school.reports import xlsx_file
from school.reports.csv_file import csv_chunks, show
from school.reports.tables import Column, Format, Kind, choose, chunks, disarm, headed, pick, rearm
from school.reports.xlsx_file import MAX_UNITS, sheet_name
from school.rules.calendar import SCHOOL_TIME
from school.vocabulary import Rating
from tests.payloads import PAYLOADS, assert_csv_is_dead, assert_xlsx_is_dead, csv_cells, xlsx_cells, xlsx_values

ONE = (Column("a", "a"),)
# What the database may hold: cleaned on the way in.
STORED = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp", "Cn"]))


def written(rows, header=("a",), format_="csv"):
    return b"".join(chunks(format_, headed(header), rows))


def read(data):
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_file_begins_with_a_byte_order_mark_and_ends_lines_as_windows_does():
    data = written([["x"], ["y"]], ["Họ và tên"])
    assert data == "\ufeffHọ và tên\r\nx\r\ny\r\n".encode()


def test_a_table_without_rows_is_its_header():
    assert written([], ["a", "b"]) == "\ufeffa,b\r\n".encode()
    assert xlsx_values(written([], ["a", "b"], "xlsx")) == [["a", "b"]]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_cell_of_csv_begins_as_a_formula_and_each_reads_back(payload):
    data = written([[payload]], [payload])
    assert_csv_is_dead(data)
    assert [[rearm(cell) for cell in row] for row in csv_cells(data)] == [[payload], [payload]]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_cell_of_a_workbook_is_anything_but_the_text(payload):
    data = written([[payload, "x" * 40_000 + payload]], [payload, "b"], "xlsx")
    assert_xlsx_is_dead(data)
    header, row = xlsx_values(data)
    assert header[0] == row[0] == clean(payload)
    assert CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()[1][0] == row[0]


@pytest.mark.parametrize("payload", ["=1+1", "-2+3", "＝1", "\u200b=1"])
def test_a_text_that_looks_like_a_formula_stays_one_when_its_cell_is_edited(payload):
    (cell,) = xlsx_cells(written([[payload]], format_="xlsx"))[1]
    assert (cell.number_format, cell.quotePrefix) == ("@", True)


@pytest.mark.parametrize("payload", ["'=1", "''=1", "'", "''", "'a", "a=1", " =1", "' =1", "'\u200b＝", ""])
def test_apostrophes_of_ones_own_survive(payload):
    assert rearm(disarm(payload)) == payload


@pytest.mark.parametrize("text", ["Nguyễn Văn An", "a=1", "5-3", "(=)", "'a", "“=”", "– gạch đầu dòng", "3,5", ""])
def test_what_no_spreadsheet_runs_is_left_alone(text):
    assert disarm(text) == text


@given(st.text(alphabet="'=+-@＝＋－＠\t\r\n\u200b\xa0a ", max_size=6))
def test_rearm_undoes_disarm(text):
    assert rearm(disarm(text)) == text


@given(st.lists(st.lists(STORED)))
def test_tables_come_back_from_csv_as_they_were(rows):
    rows = [["x", *row] for row in rows]
    data = b"".join(csv_chunks(headed(["x"]), rows))
    assert [[rearm(cell) for cell in row] for row in read(data)[1:]] == rows


@given(st.lists(STORED.filter(clean), min_size=1, max_size=5))
def test_texts_come_back_from_a_workbook_as_they_were(texts):
    data = written([texts], [str(place) for place in range(len(texts))], "xlsx")
    assert_xlsx_is_dead(data)
    row = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python(skip_empty_area=False)[1]
    assert row == [clean(text) for text in texts]


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        (Decimal("3.5"), "3,5"),
        (3.25, "3,25"),
        (-2, "-2"),
        (0, "0"),
        (True, "Có"),
        (False, "Không"),
        (["a", 2], "a, 2"),
        (dt.date(2026, 1, 9), "09/01/2026"),
        (dt.datetime(2026, 1, 9, 6, 5, tzinfo=SCHOOL_TIME), "09/01/2026 06:05"),
        (dt.datetime(2026, 1, 8, 23, 5, tzinfo=dt.UTC), "09/01/2026 06:05"),
        (Rating.MET, "Đạt"),
        ("hai\ndòng", "hai\ndòng"),
    ],
)
def test_values_are_written_the_vietnamese_way(value, cell):
    assert show(value) == cell


@pytest.mark.parametrize(
    ("value", "kind", "stored", "looks"),
    [
        (dt.date(2026, 1, 9), Kind.DATE, dt.datetime(2026, 1, 9), "dd/mm/yyyy"),
        (dt.datetime(2026, 1, 8, 23, 5, tzinfo=dt.UTC), Kind.DATE, dt.datetime(2026, 1, 9, 6, 5), "dd/mm/yyyy hh:mm"),
        (1_250_000, Kind.AMOUNT, 1_250_000, "#,##0"),
        (12, Kind.NUMBER, 12, "General"),
        (Decimal("3.5"), Kind.AMOUNT, 3.5, "General"),
        (-2, Kind.NUMBER, -2, "General"),
        (0, Kind.NUMBER, 0, "General"),
        ("000012", Kind.TEXT, "000012", "@"),
        ("0912345678", Kind.NUMBER, "0912345678", "@"),
        ("TRUE", Kind.TEXT, "TRUE", "@"),
        (True, Kind.TEXT, "Có", "@"),
        (Rating.MET, Kind.TEXT, "Đạt", "@"),
        ("dài " * 100, Kind.TEXT, "dài " * 100, "General"),
        # What a spreadsheet would get wrong stays a text.
        (dt.date(1899, 5, 19), Kind.DATE, "19/05/1899", "@"),
        (12_345_678_901_234_567, Kind.NUMBER, "12345678901234567", "@"),
        (float("nan"), Kind.NUMBER, "nan", "@"),
        (float("inf"), Kind.NUMBER, "inf", "@"),
    ],
)
def test_cells_of_a_workbook_have_their_types(value, kind, stored, looks):
    (cell,) = xlsx_cells(b"".join(chunks(Format.XLSX, [Column("a", "a", kind)], [[value]])))[1]
    assert (cell.value, cell.number_format) == (stored, looks)


@pytest.mark.parametrize("value", [None, ""])
def test_nothing_is_an_empty_cell(value):
    assert xlsx_values(written([["a", value]], ["a", "b"], "xlsx"))[1] == ["a", None]


def test_control_characters_leave_and_the_file_opens():
    data = written([["a\x0bb\x00c\x07d\x1fe\ufffef"], ["dòng 1\r\ndòng 2"], ["_x000D_ là chữ"]], format_="xlsx")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert sheet == [["a"], ["abcdef"], ["dòng 1\ndòng 2"], ["_x000D_ là chữ"]]


@pytest.mark.parametrize("sign", ["ạ", "😀"])
@pytest.mark.parametrize("length", [MAX_UNITS, MAX_UNITS + 1, 100_000])
def test_a_text_longer_than_a_cell_is_told_to_go_on_and_nothing_is_lost(sign, length):
    long = "".join(f"{place % 10}" if place % 7 else sign for place in range(length))
    data = written([["x", "y"], ["ngắn", long]], ["a", "b"], "xlsx")
    assert_xlsx_is_dead(data)
    cell = xlsx_values(data)[2][1]
    if len(long.encode("utf-16-le")) // 2 <= MAX_UNITS:
        assert cell == long
        return
    assert cell.endswith("(còn tiếp ở trang tính “Phần còn lại”, ô C2)")
    header, *rest = xlsx_values(data, sheet=1)
    assert header == ["Ô", "Phần", "Nội dung"]
    assert [row[:2] for row in rest] == [["B3", part] for part in range(2, len(rest) + 2)]
    assert cell.removesuffix(" (còn tiếp ở trang tính “Phần còn lại”, ô C2)") + "".join(row[2] for row in rest) == long


def test_a_table_longer_than_a_sheet_goes_on_in_the_next(monkeypatch):
    monkeypatch.setattr(xlsx_file, "LAST_ROW", 3)
    data = b"".join(chunks("xlsx", ONE, [[number] for number in range(7)], title="Học sinh"))
    assert [xlsx_values(data, sheet) for sheet in range(3)] == [
        [["a"], [0], [1], [2]],
        [["a"], [3], [4], [5]],
        [["a"], [6]],
    ]


@pytest.mark.parametrize(
    ("title", "number", "name"),
    [
        ("Học sinh", 1, "Học sinh"),
        ("Học sinh", 2, "Học sinh (2)"),
        ("a/b\\c?d*e:f[g]", 1, "a b c d e f g"),
        ("'trích'", 1, "trích"),
        ("", 1, "Sheet1"),
        ("[]", 1, "Sheet1"),
        ("History", 1, "History_"),
        ("x" * 50, 12, "x" * 26 + " (12)"),
        ("x" * 31, 1, "x" * 31),
        ("một\nhai\x07", 1, "một hai"),
    ],
)
def test_a_sheet_may_be_called_anything(title, number, name):
    assert sheet_name(title, number) == name
    data = b"".join(chunks("xlsx", ONE, [], title=title))
    assert CalamineWorkbook.from_filelike(io.BytesIO(data)).sheet_names == [sheet_name(title)]


def test_a_workbook_looks_as_people_need_it():
    data = b"".join(chunks("xlsx", [Column("a", "Họ và tên"), Column("b", "Ghi chú")], [["An", "x" * 500]]))
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        sheet, book = (parts.read(f"xl/{name}.xml").decode() for name in ("worksheets/sheet1", "workbook"))
    for told in (
        '<pane ySplit="1"',
        '<autoFilter ref="A1:B2"',
        '<pageSetup paperSize="9" fitToHeight="0" orientation="landscape"',
        'numberStoredAsText="1"',
        "Trang &amp;P / &amp;N",
    ):
        assert told in sheet
    assert "$1:$1</definedName>" in book
    (heading, _), _row = xlsx_cells(data)
    assert heading.font.bold
    widths = [column.width for column in heading.parent.column_dimensions.values()]
    assert widths[0] < 14 < widths[1] <= 51


def test_a_row_is_as_tall_as_its_longest_text_and_no_taller_than_a_row_may_be():
    data = written([["x"], ["a " * 60], ["dòng\n" * 5], ["dài " * 5000], ["x"]], format_="xlsx")
    sheet = xlsx_cells(data)[0][0].parent
    assert [sheet.row_dimensions[row].height for row in range(1, 7)] == [None, None, 45, 90, 408.75, None]


def test_labels_and_headings_are_translated():
    english = {"Đạt": "Met", "Học tập": "Learning", "Trang %(page)s / %(pages)s": "Page %(page)s of %(pages)s"}
    columns, rows = [Column("learning", "Học tập")], [[Rating.MET]]
    assert read(b"".join(chunks("csv", columns, rows, english.__getitem__))) == [["Learning"], ["Met"]]
    assert xlsx_values(b"".join(chunks("xlsx", columns, rows, english.__getitem__))) == [["Learning"], ["Met"]]


def test_a_long_table_is_written_bit_by_bit():
    asked = []

    def rows():
        for number in range(1000):
            asked.append(number)
            yield [number]

    parts = csv_chunks(ONE, rows(), size=100)
    assert next(parts).startswith(b"\xef\xbb\xbfa\r\n0\r\n")
    assert len(asked) == 100
    assert sum(part.count(b"\r\n") for part in parts) == 900


def test_a_workbook_lies_in_a_private_folder_that_goes_with_it(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    seen = []

    def rows():
        yield ["a"]
        if os.name == "posix":
            found = list(tmp_path.rglob("*"))
            seen.extend(stat.S_IMODE(path.stat().st_mode) & 0o077 for path in found)
        yield ["b"]

    parts = chunks("xlsx", ONE, rows())
    assert next(parts)[:2] == b"PK"
    assert seen
    assert set(seen) == {0}
    assert [*tmp_path.iterdir()] != []
    parts.close()  # whoever asked has gone away
    assert [*tmp_path.iterdir()] == []


def test_a_workbook_that_fails_half_way_leaves_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def rows():
        yield ["a"]
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        b"".join(chunks("xlsx", ONE, rows()))
    assert [*tmp_path.iterdir()] == []


def test_columns_are_chosen_in_the_order_in_which_they_are_offered():
    assert choose(["a", "b", "c"], None) == [0, 1, 2]
    assert choose(["a", "b", "c"], ["c", "a", "c"]) == [0, 2]
    heads, rows = pick(headed(["x", "y"]), [["1", "2"], ["3", "4"]], ["1"])
    assert ([head.label for head in heads], list(rows)) == (["y"], [["2"], ["4"]])


@pytest.mark.parametrize(("wanted", "sentence"), [([], "Thầy cô chọn ít nhất một cột"), (["z"], "Không có cột z")])
def test_no_column_and_an_unknown_one_are_refused(wanted, sentence):
    with pytest.raises(RuleError, match=sentence):
        choose(["a", "b"], wanted)


@pytest.mark.parametrize("format_", [*Format])
def test_what_is_written_the_importer_reads(format_):
    rows = [("000012", "-5", "'=1", "hai dòng"), ("=1+1", "@a", "＝x", "x")]
    data = written(rows, ["Mã", "b", "c", "d"], format_)
    (table, *_) = parse(check(f"danh sách.{format_}", data), data)
    assert [row.cells for row in table.rows][1:] == rows
