"""When a list looks wrong as a whole, though every row of it makes sense: asked about before anything is written.

One column moved by one row, or an old file taken for the new one, changes every child of a school and rejects nobody.
Every threshold leaves room for what schools do all the time: a class corrected, telephone numbers filled in, a list
brought class by class.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from school.errors import PanelError
from school.vocabulary import N_

REJECTED_SHARE, REJECTED_ROWS = 0.1, 5  # a list of 342 of a real school had 3 rows that could not be read
CHANGED_SHARE, CHANGED_ROWS = 0.5, 20  # lists are corrected in places; a class of 40 may well be corrected in half
COLUMN_SHARE, COLUMN_ROWS = 0.9, 20  # nearly all of a column at once: it is another column, or another list
EMPTIED_SHARE, EMPTIED_ROWS = 0.3, 5  # what a school knows it seldom wants to forget
NEW_SHARE, NEW_KNOWN = 0.8, 50  # as many again as are known: with other codes everybody comes in twice
RENAMED_SHARE, RENAMED_ROWS = 0.05, 3  # a name is corrected now and then; several at once, and codes have slipped
MOVED_SHARE, MOVED_ROWS = 0.2, 10  # a few change classes; a class is made anew at the start of the year alone
START_OF_YEAR = 45  # days in which classes are still being settled

REJECTED = N_("%(count)s trong %(rows)s dòng không nhập được, nhiều hơn thường lệ. Có thể chọn nhầm tệp hoặc nhầm cột.")
CHANGED = N_(
    "%(count)s trong %(rows)s dòng đã có trên trang sẽ bị thay nội dung, nhiều hơn thường lệ. "
    "Thầy cô so nội dung cũ và mới trước khi nhập."
)
COLUMN_CHANGED = N_(
    "Cột “%(column)s” sẽ thay nội dung của %(count)s trong %(rows)s dòng đã có. Có thể cột này bị lệch hoặc chọn nhầm."
)
COLUMN_EMPTIED = N_("Cột “%(column)s” sẽ bị xóa trống ở %(count)s trong %(rows)s dòng đã có.")
MANY_NEW = N_(
    "%(count)s dòng sẽ được thêm mới, trong khi trang đang có %(known)s và chỉ %(matched)s dòng khớp. "
    "Có thể mã trong tệp khác với mã đang dùng."
)
RENAMED = N_(
    "%(count)s trong %(rows)s dòng mang mã đã có nhưng tên người khác. Có thể cột mã hoặc cột tên bị lệch dòng."
)
MOVED = N_(
    "%(count)s trong %(rows)s em sẽ chuyển lớp giữa năm học, nhiều hơn thường lệ. Có thể đây là danh sách của năm khác."
)


@dataclass(frozen=True)
class ColumnFigures:
    """How many known rows lose what stood in a column: another value takes its place, or none does."""

    label: str
    replaced: int
    emptied: int = 0


@dataclass(frozen=True)
class Figures:
    """What an import would do, in numbers.

    `known`: rows of this list on the panel before. `replaced`: known rows in which some value gives way to another.
    `renamed`: known rows that get the name of somebody else. `moved`: students who change classes within the year.
    `day_of_year`: days since the school year began.
    """

    created: int = 0
    matched: int = 0
    rejected: int = 0
    known: int = 0
    replaced: int = 0
    renamed: int = 0
    moved: int = 0
    day_of_year: int = 0
    columns: tuple[ColumnFigures, ...] = ()


def find_alarms(figures: Figures) -> list[PanelError]:
    """What to ask about before the import is applied: a sentence each, with its figures."""
    told = [*_of_columns(figures.columns, figures.matched), *_of_people(figures)]
    if not told and _unusual(figures.replaced, figures.matched, CHANGED_SHARE, CHANGED_ROWS):
        told.append(PanelError(CHANGED, count=figures.replaced, rows=figures.matched))  # else these say why
    return [*_of_rows(figures), *told]


def _of_rows(figures: Figures) -> Iterator[PanelError]:
    rows = figures.created + figures.matched + figures.rejected
    if _unusual(figures.rejected, rows, REJECTED_SHARE, REJECTED_ROWS):
        yield PanelError(REJECTED, count=figures.rejected, rows=rows)
    if figures.known >= NEW_KNOWN and figures.created >= NEW_SHARE * figures.known and _hardly_matched(figures):
        yield PanelError(MANY_NEW, count=figures.created, known=figures.known, matched=figures.matched)


def _hardly_matched(figures: Figures) -> bool:
    """Whether most of the list is new: where as many are known again, a year's new classes have simply joined."""
    return figures.matched < figures.created / 2


def _of_columns(columns: Iterable[ColumnFigures], matched: int) -> Iterator[PanelError]:
    for column in columns:
        if _unusual(column.emptied, matched, EMPTIED_SHARE, EMPTIED_ROWS):
            yield PanelError(COLUMN_EMPTIED, column=column.label, count=column.emptied, rows=matched)
        elif _unusual(column.replaced, matched, COLUMN_SHARE, COLUMN_ROWS):
            yield PanelError(COLUMN_CHANGED, column=column.label, count=column.replaced, rows=matched)


def _of_people(figures: Figures) -> Iterator[PanelError]:
    if _unusual(figures.renamed, figures.matched, RENAMED_SHARE, RENAMED_ROWS):
        yield PanelError(RENAMED, count=figures.renamed, rows=figures.matched)
    settled = figures.day_of_year > START_OF_YEAR
    if settled and _unusual(figures.moved, figures.matched, MOVED_SHARE, MOVED_ROWS):
        yield PanelError(MOVED, count=figures.moved, rows=figures.matched)


def _unusual(count: int, rows: int, share: float, least: int) -> bool:
    """Whether so many rows, and such a share of them, are concerned."""
    return count >= least and count >= share * rows
