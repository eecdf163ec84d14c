"""The form that takes a file in: which list it is, of which year, and the file itself."""

from dataclasses import dataclass
from pathlib import PureWindowsPath
from typing import Any

from flask import g, request
from flask_admin.form import BaseForm
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import select
from werkzeug.datastructures import CombinedMultiDict, FileStorage
from wtforms import FileField
from wtforms.fields.choices import Choice
from wtforms.validators import InputRequired, Optional

from admin_views.forms import LabelField, RowField
from school.db import db
from school.imports.importing import COLUMNS, may_import
from school.imports.tables import MAX_FILE, MEBIBYTE
from school.models import SchoolYear
from school.services import directory
from school.vocabulary import ListKind, TermPeriod, YearState

SUFFIXES = (".xlsx", ".xls", ".ods", ".csv", ".txt", ".docx")
TOO_LARGE = _(
    "Tệp nặng hơn %(most)s MB nên không gửi được. Thầy cô chép riêng phần danh sách sang một tệp mới rồi chọn tệp đó.",
    most=MAX_FILE // MEBIBYTE,
)
_UNTOLD = {"number", "female_mark", "male_mark"}  # other ways to write what is told already
# Where what was taken in is looked at, and the report that is read back as such a list.
SCREENS: dict[ListKind, str] = {
    ListKind.STAFF: "staff",
    ListKind.STUDENTS: "student",
    ListKind.RESULTS: "result",
    ListKind.ASSIGNMENTS: "sponsorship",
    ListKind.HARDSHIP: "case",
}
EXAMPLES: dict[ListKind, str] = {
    ListKind.STAFF: "staff",
    ListKind.STUDENTS: "students",
    ListKind.RESULTS: "results-1",
    ListKind.ASSIGNMENTS: "assignments",
    ListKind.HARDSHIP: "hardship",
}


class YearField(RowField):
    """A school year that is not closed."""

    def __init__(self, label: Any = None, validators: Any = None, **options: Any) -> None:
        super().__init__(label, validators, model=SchoolYear, **options)
        self.type = "RowField"  # drawn like one

    def rows(self) -> list[Any]:
        """The open years, the newest first."""
        statement = select(SchoolYear).where(SchoolYear.state != YearState.CLOSED)
        return list(db.session.scalars(statement.order_by(SchoolYear.starts_on.desc())))


class PeriodField(LabelField):
    """A semester, or the year; nothing: as the file says."""

    def iter_choices(self) -> Any:
        _first, *others = super().iter_choices()
        yield Choice("", gettext("– Như trong tệp –"), self.data is None, {})
        yield from others


class UploadForm(BaseForm):
    """What is asked of whoever brings a file."""

    kind = LabelField(_("Danh sách gì"), [InputRequired(_("Thầy cô chọn loại danh sách."))], enum=ListKind)
    year = YearField(
        _("Năm học"),
        [InputRequired(_("Thầy cô chọn năm học mà danh sách thuộc về."))],
        description=_("Chỉ những năm học chưa kết thúc."),
    )
    period = PeriodField(
        _("Kỳ"),
        [Optional()],
        enum=TermPeriod,
        description=_("Chỉ dùng cho kết quả học tập. Để trống: lấy theo tên tệp hoặc tiêu đề trong tệp."),
    )
    file = FileField(
        _("Tệp"),
        [InputRequired(_("Thầy cô chọn tệp cần nhập."))],
        description=_(
            "Excel (.xlsx, .xls), .ods, .csv hoặc Word (.docx), nặng nhất %(most)s MB. Chọn hoặc kéo thả vào."
        )
        % {"most": MAX_FILE // MEBIBYTE},
    )

    @classmethod
    def sent(cls) -> "UploadForm":
        """As it was sent."""
        return cls(CombinedMultiDict([request.files, request.form]))

    @classmethod
    def empty(cls) -> "UploadForm":
        """With the facts filled in: the running year; the kind where only one may be brought or a link named it."""
        allowed = kinds_of(g.actor)
        asked = [kind for kind in allowed if kind == request.args.get("kind")] or allowed
        year = directory.find_year(db.session, g.actor.today)
        open_year = year if year is not None and year.state is not YearState.CLOSED else None
        return cls(None, kind=asked[0] if len(asked) == 1 else None, year=open_year)

    def upload(self) -> tuple[str, bytes]:
        """The file's name, without the folders that some browsers put before it, and its bytes."""
        storage: FileStorage = self.file.data
        return PureWindowsPath(storage.filename or "").name, storage.read()


@dataclass(frozen=True)
class KindHelp:
    """One kind of list on the form, and what its file needs."""

    value: str
    label: str
    chosen: bool
    needs: list[list[str]]
    more: list[str]


def kinds_of(actor: Any) -> list[ListKind]:
    """The kinds of list that this person may take in."""
    return [kind for kind in ListKind if kind in COLUMNS and may_import(actor, kind)]


def helps(form: UploadForm) -> list[KindHelp]:
    """The kinds on offer with the help for each."""
    found = []
    for kind in kinds_of(g.actor):
        labels = {column.name: gettext(column.label) for column in COLUMNS[kind].columns}
        needed = {name for group in COLUMNS[kind].needs for name in group}
        found.append(
            KindHelp(
                kind.value,
                gettext(kind.label),
                kind is form.kind.data,
                [[labels[name] for name in group] for group in COLUMNS[kind].needs],
                [label for name, label in labels.items() if name not in needed | _UNTOLD],
            )
        )
    return found
