"""Where the list stands in a file: its table, its header row, and which column holds what.

Recognised by the names of the columns (the school's own before the usual ones), or chosen by hand on the screen.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from school.errors import RuleError
from school.imports.columns import LISTS, ColumnMap, Listing, Record, header_key
from school.imports.tables import Row, Table, Unreadable
from school.names import clean_line
from school.vocabulary import N_

NO_HEADER = N_("Không thấy dòng tiêu đề của %(title)s; bảng cần các cột: %(columns)s.")
NO_ROWS = N_("Dưới dòng tiêu đề của %(title)s không có dòng nào; thầy cô kiểm tra lại tệp đã chọn.")
WRONG_LIST = N_("Tệp này có cột “%(column)s” nên không phải là %(title)s; thầy cô chọn lại tệp hoặc loại danh sách.")
NO_TABLE = N_("Tệp không có bảng đã chọn; thầy cô chọn lại bảng.")
NO_SUCH_ROW = N_("Dòng %(row)s nằm ngoài bảng hoặc là dòng trống nên không phải dòng tiêu đề; thầy cô chọn dòng khác.")
NO_SUCH_COLUMN = N_("Bảng không có cột đã chọn cho “%(label)s”; thầy cô chọn lại cột.")
NO_SUCH_FIELD = N_("Loại danh sách này không có mục đó; thầy cô chọn lại.")
COLUMN_TWICE = N_("Cột %(column)s được chọn cho cả “%(first)s” và “%(second)s”; mỗi cột dùng cho một mục.")
COLUMN_MISSING = N_("Thầy cô chọn cột cho %(columns)s.")
HALF_A_NAME = N_(
    "“Họ và tên đệm” và “Tên” cần đủ cả hai cột; nếu họ tên nằm trong một cột, thầy cô chọn cột đó cho “Họ và tên”."
)
BAD_LAYOUT = N_("Cách chọn cột không đọc được; thầy cô tải lại trang rồi chọn lại.")

_HEADER_WITHIN = 60  # rows that hold something, from the top
_LONGEST_HEADING = 200  # characters
_IN_BRACKETS = re.compile(r"\([^)]*\)")
_DIGIT = re.compile(r"\d")
# Below such a heading "Họ tên" and "Điện thoại" are not the student's own.
_OF_OTHERS = re.compile(r"\b(cha|bố|mẹ|phụ huynh|giám hộ|người thân)\b", re.IGNORECASE)
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
_KNOWN = frozenset(synonym for columns in LISTS for column in columns.columns for synonym in column.synonyms)
_NAMES = frozenset(s for columns in LISTS for c in columns.columns if c.name == "full_name" for s in c.synonyms)


@dataclass(frozen=True)
class Layout:
    """How a file is read: index of the table, the header's row as Excel numbers it, field -> column from 0."""

    table: int
    header_row: int
    columns: dict[str, int]

    def to_json(self) -> dict[str, Any]:
        """As `ImportRun.layout` keeps it."""
        return {"table": self.table, "header_row": self.header_row, "columns": dict(self.columns)}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Layout":
        """The inverse of `to_json`; RuleError for anything else."""
        try:
            columns = {str(name): int(index) for name, index in value["columns"].items()}
            return cls(int(value["table"]), int(value["header_row"]), columns)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise RuleError(BAD_LAYOUT) from error


def recognise(tables: Sequence[Table], columns: ColumnMap, names: Mapping[str, str] | None = None) -> Layout:
    """The layout of the list in the first table that holds one.

    `names`: header key -> field, "" for a column to pass over: the school's own, before the synonyms. Unreadable,
    naming the columns looked for, when no table holds the list; Unreadable too when it is a list of another kind.
    """
    names = names or {}
    for number, table in enumerate(tables):
        found = _find_header(table, columns, names)
        if found is not None:
            _check_kind(table, found, columns, names)
            return _layout(number, table, found, columns, names)
    raise Unreadable(NO_HEADER, title=columns.title, columns=_needed(columns, columns.needs))


def guess(tables: Sequence[Table], columns: ColumnMap, names: Mapping[str, str] | None = None) -> Layout:
    """What a screen may begin from where `recognise` finds nothing: the row that knows most columns, or is fullest.

    Unreadable when it is a list of another kind.
    """
    names, best = names or {}, (0, 0, 0, 0)
    for number, table in enumerate(tables):
        for index, row in enumerate(table.rows[:_HEADER_WITHIN]):
            known = len(_match(_alone(row), columns, names))
            best = max(best, (known, sum(map(bool, row.cells)), -number, -index))
    number, index = -best[2], -best[3]
    if tables[number].rows:
        _check_kind(tables[number], index, columns, names)
    return _layout(number, tables[number], index, columns, names)


def at(
    tables: Sequence[Table],
    table: int,
    header_row: int,
    columns: ColumnMap,
    names: Mapping[str, str] | None = None,
) -> Layout:
    """What a screen begins from where somebody says in which row of which table the header stands; else RuleError."""
    if not 0 <= table < len(tables):
        raise RuleError(NO_TABLE, field="table")
    index = _index(tables[table], header_row)
    if index is None:
        raise RuleError(NO_SUCH_ROW, field="header_row", row=header_row)
    return _layout(table, tables[table], index, columns, names or {})


def headings(table: Table, header_row: int) -> list[tuple[int, str]]:
    """The columns by which a screen offers the table: number from 0 and heading, of two header rows both ("Vắng: Có
    phép"), "" for one that has none but holds something. Nothing when there is no such row.
    """
    index = _index(table, header_row)
    if index is None:
        return []
    below = _second_header(table, index)
    named = {heading.column: heading.text for heading in _headings(table.rows[index], below)}
    first = index + (1 if below is None else 2)
    filled = {column for row in table.rows[first:] for column, cell in enumerate(row.cells) if cell}
    return [(column, named.get(column, "")) for column in sorted(named.keys() | filled)]


def take(tables: Sequence[Table], columns: ColumnMap, layout: Layout) -> Listing:
    """The rows of the list. RuleError, at the field, for a layout that does not fit; Unreadable when it has no rows."""
    if not 0 <= layout.table < len(tables):
        raise RuleError(NO_TABLE, field="table")
    table = tables[layout.table]
    index = _index(table, layout.header_row)
    if index is None:
        raise RuleError(NO_SUCH_ROW, field="header_row", row=layout.header_row)
    _check_columns(table, columns, layout.columns)
    below = _second_header(table, index)
    headers = [table.rows[index]] if below is None else [table.rows[index], below]
    rest = table.rows[index + len(headers) :]
    records = tuple(_records(headers, rest, layout.columns, table.unsaved))
    if not records:
        raise Unreadable(NO_ROWS, title=columns.title)
    titles = (table.name, *(" ".join(filter(None, row.cells)) for row in table.rows[:index]))
    return Listing(dict(layout.columns), layout.header_row, records, titles)


# The header


@dataclass(frozen=True)
class _Heading:
    """One column's heading: its text, and the keys by which it may be known, the surest first."""

    column: int
    text: str
    keys: tuple[str, ...]


def _find_header(table: Table, columns: ColumnMap, names: Mapping[str, str]) -> int | None:
    """Index of the header row: the one that knows most columns, alone or, where none is enough, with the next."""
    rows = table.rows[:_HEADER_WITHIN]
    found = [(index, _match(_alone(row), columns, names)) for index, row in enumerate(rows)]
    enough = [(index, places) for index, places in found if _suffices(places, columns)]
    if not enough:
        pairs = [(index, _match(_headings(rows[index], _second_header(table, index)), columns, names))
                 for index, places in found if places]  # fmt: skip
        enough = [(index, places) for index, places in pairs if _suffices(places, columns)]
    return max(enough, key=lambda one: (len(one[1]), -one[0]))[0] if enough else None


def _layout(number: int, table: Table, index: int, columns: ColumnMap, names: Mapping[str, str]) -> Layout:
    if not table.rows:
        return Layout(number, 0, {})
    header, below = table.rows[index], _second_header(table, index)
    places = _match(_headings(header, below), columns, names)
    rest = table.rows[index + (1 if below is None else 2) :]
    return Layout(number, header.number, _settle_names(header, rest, places, columns))


def _match(headings: Sequence[_Heading], columns: ColumnMap, names: Mapping[str, str]) -> dict[str, int]:
    """Field -> column of every heading that is known; of two alike the first counts, the school's own before both."""
    places: dict[str, int] = {}
    rest = []
    fields = {column.name for column in columns.columns}
    for heading in headings:
        own = next((names[key] for key in heading.keys if key in names), None)
        if own is None:
            rest.append(heading)
        elif own in fields:
            places.setdefault(own, heading.column)
    synonyms = columns.synonyms()
    for heading in rest:
        name = next((synonyms[key] for key in heading.keys if key in synonyms), None)
        if name:
            places.setdefault(name, heading.column)
    return places


def _alone(row: Row) -> list[_Heading]:
    return _headings(row, None)


def _headings(header: Row, below: Row | None) -> list[_Heading]:
    """The headings of a header row, and of the row below it where that belongs to the header."""
    found, group = [], ""
    for column in range(max(len(header.cells), len(below.cells) if below else 0)):
        first, second = header.cell(column), below.cell(column) if below else ""
        group = first or (group if second else "")
        if second and group and second != first:
            own = [f"{second} {group}"] if _OF_OTHERS.search(group) else [second, first]
            text, texts = f"{group}: {second}", [f"{group} {second}", *own]
        else:
            text, texts = first or second, [first or second]
        if text:
            found.append(_Heading(column, clean_line(text)[:_LONGEST_HEADING], _keys(texts)))
    return found


def _keys(texts: Sequence[str]) -> tuple[str, ...]:
    """The texts as names are written, each with and without what stands in brackets; prose is nobody's name."""
    short = [text for text in texts if text and len(text) <= _LONGEST_HEADING]
    keys = [header_key(form) for text in short for form in (text, _IN_BRACKETS.sub(" ", text))]
    return tuple(dict.fromkeys(filter(None, keys)))


def _second_header(table: Table, index: int) -> Row | None:
    """The row below the header where it is part of it: "Vắng" over "Có phép", "Không phép"."""
    if index + 1 >= len(table.rows):
        return None
    header, below = table.rows[index], table.rows[index + 1]
    if all(cell == header.cell(column) for column, cell in enumerate(below.cells)):
        return None  # the header come again, as on every page of a long list
    new = [cell for column, cell in enumerate(below.cells) if cell and cell != header.cell(column)]
    if all(any(key in _KNOWN for key in _keys([cell])) for cell in new):
        return below
    return below if _is_divided(header, below, new) else None


def _is_divided(header: Row, below: Row, new: Sequence[str]) -> bool:
    """Whether the row divides merged headings above it and leaves the others alone; somebody's data does neither."""
    if any(_DIGIT.search(cell) or len(cell) > _LONGEST_HEADING for cell in new):
        return False
    undivided = divided = 0
    for column, first in enumerate(header.cells):
        if not first:
            continue
        second = below.cell(column)
        if not second or second == first:
            undivided += 1
        elif header.cell(column + 1) or not below.cell(column + 1) or header_key(first) in _NAMES:
            return False
        else:
            divided += 1
    return bool(undivided and divided)


def _suffices(places: Mapping[str, int], columns: ColumnMap) -> bool:
    return all(any(name in places for name in group) for group in columns.needs)


def _check_kind(table: Table, index: int, columns: ColumnMap, names: Mapping[str, str]) -> None:
    """Unreadable when a heading is one that only another kind of list has."""
    for heading in _headings(table.rows[index], _second_header(table, index)):
        if any(key in columns.foreign and key not in names for key in heading.keys):
            raise Unreadable(WRONG_LIST, column=heading.text, title=columns.title)


def _settle_names(header: Row, rows: Sequence[Row], places: dict[str, int], columns: ColumnMap) -> dict[str, int]:
    """A lone "Tên" is the full name; a header "Họ và tên" over two columns of text holds family and given name."""
    places = dict(places)
    if "given_name" in places and "family_name" not in places and "full_name" not in places:
        places["full_name"] = places.pop("given_name")
    if "full_name" in places and "given_name" not in places:
        beside = places["full_name"] + 1
        filled = sum(bool(row.cell(beside)) for row in rows)
        if not header.cell(beside) and beside not in places.values() and filled * 2 > len(rows):
            places["family_name"], places["given_name"] = places.pop("full_name"), beside
    if "family_name" in places and "given_name" not in places:
        del places["family_name"]  # half a name would take the place of the whole
    return {column.name: places[column.name] for column in columns.columns if column.name in places}


def _needed(columns: ColumnMap, groups: Sequence[Sequence[str]]) -> str:
    labels = columns.labels()
    return ", ".join(" / ".join(f"“{labels[name]}”" for name in group) for group in groups)


def _index(table: Table, header_row: int) -> int | None:
    return next((index for index, row in enumerate(table.rows) if row.number == header_row), None)


def _check_columns(table: Table, columns: ColumnMap, places: Mapping[str, int]) -> None:
    """RuleError unless every column is there, is used once, and what the list needs is among them."""
    labels = columns.labels()
    width = max(len(row.cells) for row in table.rows)
    owners: dict[int, str] = {}
    for name, column in places.items():
        if name not in labels:
            raise RuleError(NO_SUCH_FIELD, field="columns")
        if not 0 <= column < width:
            raise RuleError(NO_SUCH_COLUMN, field=name, label=labels[name])
        if column in owners:
            first = labels[owners[column]]
            raise RuleError(COLUMN_TWICE, field=name, column=column_letters(column), first=first, second=labels[name])
        owners[column] = name
    if ("family_name" in places) != ("given_name" in places) and "full_name" not in places:
        raise RuleError(HALF_A_NAME, field="given_name" if "family_name" in places else "family_name")
    for group in columns.needs:
        if not any(name in places for name in group):
            raise RuleError(COLUMN_MISSING, field=group[0], columns=_needed(columns, [group]))


def column_letters(column: int) -> str:
    """The column as Excel names it: 0 -> "A", 26 -> "AA"."""
    letters, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


# The rows below it


def _records(
    headers: Sequence[Row], rows: Sequence[Row], places: Mapping[str, int], unsaved: frozenset[tuple[int, int]]
) -> Iterator[Record]:
    """The rows that are about somebody, without totals, what stands below them, and headers that come again."""
    ended = False
    again = {header.cells for header in headers}
    for row in rows:
        values = {name: row.cell(index) for name, index in places.items()}
        if not _names_somebody(values):
            ended = ended or bool(_TOTALS.match(next(filter(None, row.cells))))
            if _is_remark(row, values, ended):
                continue
        if row.cells in again or _is_numbering(row):
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
    if next(filter(None, row.cells)).strip("()") != "1":
        return False
    numbers = [cell.strip("()") for cell in row.cells if cell]
    return len(numbers) > 2 and numbers == [str(number) for number in range(1, len(numbers) + 1)]
