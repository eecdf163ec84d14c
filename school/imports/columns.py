"""The columns of each list as data, by the names that schools give them; finds the header row and the rows below it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from school.imports.tables import Row, Table, Unreadable
from school.names import clean_line, fold
from school.vocabulary import N_


@dataclass(frozen=True)
class Column:
    """One thing a list may hold: the field it fills, its label, and header texts, folded, punctuation as spaces."""

    name: str
    label: str
    synonyms: tuple[str, ...]


@dataclass(frozen=True)
class ColumnMap:
    """The columns of one list.

    `needs`: the header must hold one column of each group, else this is no such list. `foreign`: headers that only
    another kind of list has; one of them and the file is refused as the wrong one.
    """

    title: str
    columns: tuple[Column, ...]
    needs: tuple[tuple[str, ...], ...]
    foreign: tuple[str, ...] = ()


_NUMBER = Column("number", N_("STT"), ("stt", "tt", "so tt", "so thu tu", "no"))
_FULL_NAME = Column(
    "full_name",
    N_("Họ và tên"),
    (
        "ho va ten", "ho ten", "ho va ten hoc sinh", "ho ten hoc sinh", "ten hoc sinh", "hoc sinh", "ho va ten hs",
        "ho ten hs", "ho va ten giao vien", "ho ten giao vien", "ho ten gv", "ho va ten gv", "ho va ten can bo",
        "ho ten can bo", "ho ten cb gv nv", "ho va ten cb gv nv", "ho va ten can bo giao vien nhan vien",
        "ho ten khai sinh",
    ),
)  # fmt: skip
_FAMILY_NAME = Column(
    "family_name",
    N_("Họ và tên đệm"),
    ("ho dem", "ho va dem", "ho va ten dem", "ho ten dem", "ho lot", "ho va chu lot", "ho chu lot", "ho"),
)
_GIVEN_NAME = Column("given_name", N_("Tên"), ("ten", "ten goi"))
_GENDER = Column("gender", N_("Giới tính"), ("gioi tinh", "gioi", "phai", "nam nu"))
_FEMALE = Column("female_mark", N_("Nữ"), ("nu",))
_MALE = Column("male_mark", N_("Nam"), ("nam",))
_BIRTH = Column("date_of_birth", N_("Ngày sinh"), ("ngay sinh", "sinh ngay", "ngay thang nam sinh", "ngay thang sinh"))
_CLASS = Column("class_name", N_("Lớp"), ("lop", "lop hoc", "ten lop", "lop hien tai"))
_PHONE = (
    "dien thoai", "so dien thoai", "sdt", "dt", "so dt", "di dong", "dien thoai di dong", "dien thoai lien he",
    "sdt lien he", "dien thoai zalo", "so dien thoai lien he", "dien thoai phu huynh", "sdt phu huynh", "sdt ph",
)  # fmt: skip
_STUDENT_CODE = Column(
    "code",
    N_("Mã học sinh"),
    (
        "ma hs", "ma hoc sinh", "ma dinh danh", "ma so hoc sinh", "ma so hs", "ma dinh danh hoc sinh",
        "ma dinh danh hs", "ma so", "ma", "ma dinh danh bo gd dt", "ma moet", "so dinh danh",
    ),
)  # fmt: skip
_SPONSORS = Column(
    "sponsors",
    N_("GV nhận đỡ đầu"),
    (
        "gv nhan do dau", "giao vien nhan do dau", "nguoi nhan do dau", "nguoi do dau", "gv do dau", "giao vien do dau",
        "can bo giao vien nhan do dau", "cb gv nhan do dau", "cbgv nhan do dau", "cb gv nv nhan do dau", "nhan do dau",
    ),
)  # fmt: skip

STAFF = ColumnMap(
    N_("danh sách cán bộ, giáo viên, nhân viên"),
    (
        _NUMBER,
        Column(
            "code",
            N_("Mã"),
            (
                "ma", "ma cb", "ma can bo", "ma gv", "ma giao vien", "ma so", "ma nv", "ma nhan vien", "ma dinh danh",
                "so hieu", "ma cbgv", "ma can bo giao vien", "ma vien chuc", "ma so can bo", "ma so giao vien",
            ),
        ),
        _FULL_NAME,
        _FAMILY_NAME,
        _GIVEN_NAME,
        _GENDER,
        _FEMALE,
        _MALE,
        Column("department", N_("Tổ chuyên môn"), ("to chuyen mon", "to", "to bo mon", "to cm", "bo phan")),
        Column("subject", N_("Môn dạy"), ("mon day", "mon", "bo mon", "chuyen mon", "mon giang day", "day mon")),
        Column("post", N_("Chức vụ"), ("chuc vu", "chuc danh", "nhiem vu", "vi tri viec lam", "chuc vu hien tai")),
        Column(
            "homeroom",
            N_("Chủ nhiệm lớp"),
            ("chu nhiem lop", "lop chu nhiem", "chu nhiem", "gvcn", "gvcn lop", "cn lop", "lop cn"),
        ),
        Column("email", N_("Email"), ("email", "e mail", "thu dien tu", "mail", "dia chi email", "hop thu")),
        Column("phone", N_("Điện thoại"), _PHONE),
    ),
    needs=(("code", "full_name", "given_name"), ("department", "subject", "post", "homeroom")),
    foreign=("ma hoc sinh", "ma hs", "gv nhan do dau", "ket qua hoc tap"),
)  # fmt: skip

STUDENTS = ColumnMap(
    N_("danh sách học sinh"),
    (
        _NUMBER,
        _STUDENT_CODE,
        _FULL_NAME,
        _FAMILY_NAME,
        _GIVEN_NAME,
        _BIRTH,
        _GENDER,
        _FEMALE,
        _MALE,
        _CLASS,
        Column("ethnicity", N_("Dân tộc"), ("dan toc", "thanh phan dan toc")),
        Column(
            "policy_category",
            N_("Diện chính sách"),
            ("dien chinh sach", "doi tuong chinh sach", "chinh sach", "dien uu tien", "doi tuong uu tien"),
        ),
        Column("father_name", N_("Họ tên cha"), ("ho ten cha", "ho va ten cha", "ten cha", "cha", "ho ten bo")),
        Column("mother_name", N_("Họ tên mẹ"), ("ho ten me", "ho va ten me", "ten me", "me")),
        Column("phone", N_("Điện thoại"), _PHONE),
        Column(
            "address",
            N_("Địa chỉ"),
            ("dia chi", "noi o", "cho o hien nay", "cho o", "noi o hien nay", "dia chi lien he", "dia chi thuong tru"),
        ),
        Column("note", N_("Ghi chú"), ("ghi chu",)),
    ),
    needs=(
        ("code", "full_name", "given_name"),
        ("class_name", "date_of_birth", "ethnicity", "policy_category", "father_name", "mother_name", "address"),
    ),
    foreign=("to chuyen mon", "mon day", "chu nhiem lop", *_SPONSORS.synonyms),
)  # fmt: skip

RESULTS = ColumnMap(
    N_("kết quả học tập, rèn luyện"),
    (
        _NUMBER,
        _STUDENT_CODE,
        _FULL_NAME,
        _FAMILY_NAME,
        _GIVEN_NAME,
        _BIRTH,
        _CLASS,
        Column(
            "learning",
            N_("Kết quả học tập"),
            ("ket qua hoc tap", "hoc tap", "hoc luc", "kqht", "hl", "xep loai hoc luc", "xep loai hoc tap"),
        ),
        Column(
            "conduct",
            N_("Kết quả rèn luyện"),
            ("ket qua ren luyen", "ren luyen", "hanh kiem", "kqrl", "hk", "xep loai hanh kiem", "xep loai ren luyen"),
        ),
        Column(
            "absences_excused",
            N_("Vắng có phép"),
            ("vang co phep", "nghi co phep", "co phep", "vang p", "nghi p", "so buoi vang co phep"),
        ),
        Column(
            "absences_unexcused",
            N_("Vắng không phép"),
            ("vang khong phep", "nghi khong phep", "khong phep", "vang k", "vang kp", "nghi k", "nghi kp",
             "so buoi vang khong phep", "so buoi nghi khong phep"),
        ),
    ),
    needs=(
        ("code", "full_name", "given_name"),
        ("learning", "conduct", "absences_excused", "absences_unexcused"),
    ),
)  # fmt: skip

ASSIGNMENTS = ColumnMap(
    N_("danh sách phân công đỡ đầu"),
    (
        _NUMBER,
        _STUDENT_CODE,
        _FULL_NAME,
        _FAMILY_NAME,
        _GIVEN_NAME,
        _BIRTH,
        _CLASS,
        Column(
            "circumstances",
            N_("Hoàn cảnh gia đình, bản thân"),
            ("hoan canh gia dinh ban than", "hoan canh gia dinh", "hoan canh", "hoan canh gia dinh va ban than"),
        ),
        Column(
            "own_effort",
            N_("Sự rèn luyện của bản thân"),
            ("su ren luyen cua ban than", "su ren luyen", "ren luyen cua ban than", "ket qua ren luyen cua ban than"),
        ),
        _SPONSORS,
    ),
    needs=(("code", "full_name", "given_name"), ("circumstances", "own_effort", "sponsors")),
)  # fmt: skip

NO_HEADER = N_("Không thấy dòng tiêu đề của %(title)s; bảng cần các cột: %(columns)s.")
NO_ROWS = N_("Dưới dòng tiêu đề của %(title)s không có dòng nào; thầy cô kiểm tra lại tệp đã chọn.")
WRONG_LIST = N_("Tệp này có cột “%(column)s” nên không phải là %(title)s; thầy cô chọn lại tệp hoặc loại danh sách.")

_HEADER_WITHIN = 60  # rows that hold something, from the top
_PUNCTUATION = re.compile(r"[^a-z0-9]+")
_IN_BRACKETS = re.compile(r"\([^)]*\)")
# With the tones on: "Tống" is a family name, and "tong" would take its bearers for totals.
_TOTALS = re.compile(
    r"^(tổng số|tổng cộng|cộng chung|(tổng|cộng)\s*([:.(\d–-]|$)|danh sách (này )?(có|gồm)|ấn định danh sách)",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(
    r"^(người lập|(phó )?hiệu trưởng|kt\.|tm\.|thủ trưởng|giáo viên chủ nhiệm|xác nhận|\(?ký|.*ngày .*tháng .*năm)",
    re.IGNORECASE,
)
_FEW = 3  # cells in a line of remarks
_IDENTITY = ("code", "full_name", "given_name", "family_name")


@dataclass(frozen=True, slots=True)
class Record:
    """One row of the list: field -> text, only the columns that the file has. `unsaved`: formulas without a result."""

    row: int
    values: dict[str, str]
    unsaved: tuple[str, ...] = ()

    def get(self, name: str) -> str:
        """Text of the field; "" when the cell is empty or the column missing."""
        return self.values.get(name, "")


@dataclass(frozen=True)
class Listing:
    """A recognised list: where its header stood, its columns, its rows, and the titles above."""

    columns: dict[str, int]
    header_row: int
    records: tuple[Record, ...]
    titles: tuple[str, ...]


def header_key(text: str) -> str:
    """A header as the synonyms are written: "Họ và  tên (*)" -> "ho va ten"."""
    return _PUNCTUATION.sub(" ", fold(text)).strip()


def recognise(tables: Iterable[Table], columns: ColumnMap) -> Listing:
    """The list in the first table that holds one; Unreadable, naming the columns looked for, when none does."""
    found = None
    for table in tables:
        for index, row in enumerate(table.rows[:_HEADER_WITHIN]):
            places = match_header(row.cells, columns)
            if _suffices(places, columns) and (found is None or len(places) > len(found[2])):
                found = table, index, places
        if found is not None:
            return _take(columns, *found)
    labels = {column.name: column.label for column in columns.columns}
    needed = ", ".join(" / ".join(f"“{labels[name]}”" for name in group) for group in columns.needs)
    raise Unreadable(NO_HEADER, title=columns.title, columns=needed)


def match_header(cells: Sequence[str], columns: ColumnMap) -> dict[str, int]:
    """Field -> column of every cell that bears one of its names; of two alike the first counts."""
    names = {synonym: column.name for column in columns.columns for synonym in column.synonyms}
    places: dict[str, int] = {}
    for index, cell in enumerate(cells):
        name = names.get(header_key(cell)) or names.get(header_key(_IN_BRACKETS.sub(" ", cell)))
        if name:
            places.setdefault(name, index)
    return places


def _suffices(places: dict[str, int], columns: ColumnMap) -> bool:
    return all(any(name in places for name in group) for group in columns.needs)


def _take(columns: ColumnMap, table: Table, index: int, places: dict[str, int]) -> Listing:
    header, rest = table.rows[index], table.rows[index + 1 :]
    if rest and (below := _second_header(rest[0], places, columns)):
        places, rest = places | below, rest[1:]
    for cell in header.cells:
        if header_key(cell) in columns.foreign:
            raise Unreadable(WRONG_LIST, column=clean_line(cell), title=columns.title)
    places = _settle_names(header, rest, places)
    records = tuple(_records(header, rest, places, table.unsaved))
    if not records:
        raise Unreadable(NO_ROWS, title=columns.title)
    titles = (table.name, *(" ".join(filter(None, row.cells)) for row in table.rows[:index]))
    return Listing(places, header.number, records, titles)


def _second_header(row: Row, places: dict[str, int], columns: ColumnMap) -> dict[str, int]:
    """Columns named only in the row below a merged header: "Vắng" over "Có phép", "Không phép"."""
    below = match_header(row.cells, columns)
    if len(below) < sum(bool(cell) for cell in row.cells):
        return {}  # somebody's data, in which "Nam" is no header
    return {name: index for name, index in below.items() if name not in places}


def _settle_names(header: Row, rows: Sequence[Row], places: dict[str, int]) -> dict[str, int]:
    """A lone "Tên" is the full name; a header "Họ và tên" over two columns of text holds family and given name."""
    places = dict(places)
    if "given_name" in places and "family_name" not in places and "full_name" not in places:
        places["full_name"] = places.pop("given_name")
    if places.get("full_name", -1) == places.get("family_name"):
        del places["full_name"]
    if "full_name" in places and "given_name" not in places:
        beside = places["full_name"] + 1
        filled = sum(bool(row.cell(beside)) for row in rows)
        if not header.cell(beside) and beside not in places.values() and filled * 2 > len(rows):
            places["family_name"], places["given_name"] = places.pop("full_name"), beside
    return places


def _records(
    header: Row, rows: Sequence[Row], places: dict[str, int], unsaved: frozenset[tuple[int, int]]
) -> Iterator[Record]:
    """The rows that are about somebody, without totals, what stands below them, and headers that come again."""
    ended = False
    for row in rows:
        values = {name: row.cell(index) for name, index in places.items()}
        if not _names_somebody(values):
            ended = ended or bool(_TOTALS.match(next(filter(None, row.cells))))
            if _is_remark(row, values, ended):
                continue
        if row.cells == header.cells or _is_numbering(row):
            continue
        if any(text for name, text in values.items() if name != "number"):
            gaps = tuple(name for name, index in places.items() if (row.number, index) in unsaved)
            yield Record(row.number, values, gaps)


def _names_somebody(values: dict[str, str]) -> bool:
    """Whether the row has a code or a class: "Tổng" in the one and "Hiệu trưởng" in the other are none."""
    code, class_name = values.get("code", ""), values.get("class_name", "")
    return bool((code and not _TOTALS.match(code)) or (class_name and not _SIGNATURE.match(class_name)))


def _is_remark(row: Row, values: dict[str, str], ended: bool) -> bool:
    """Whether a row without code and class is a total, a place and date, or a signature."""
    filled = [cell for cell in row.cells if cell]
    if _TOTALS.match(filled[0]) or (ended and len(filled) <= _FEW):
        return True
    if len(filled) <= _FEW and any(_SIGNATURE.match(cell) for cell in filled):
        return True
    return len(filled) == 1 and not values.get("number") and not any(values.get(name) for name in _IDENTITY)


def _is_numbering(row: Row) -> bool:
    """The row "(1) (2) (3)" that official forms put below the header."""
    numbers = [cell.strip("()") for cell in row.cells if cell]
    return len(numbers) > 2 and numbers == [str(number) for number in range(1, len(numbers) + 1)]
