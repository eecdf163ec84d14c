"""Screens of the directory: staff, departments, classes, who teaches where, and the two catalogues."""

from typing import Any

from flask import g, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import and_, or_, select
from sqlalchemy.orm import contains_eager, joinedload
from wtforms.fields.choices import Choice
from wtforms.validators import InputRequired, Optional

from admin_views.base import Panel, Row, Screen
from admin_views.forms import RowField
from admin_views.listing import by_choice, by_label, by_row
from admin_views.values import in_a_title, show, show_period
from school.db import db
from school.models import (
    Account,
    Classroom,
    Department,
    Enrolment,
    GoalTemplate,
    HardshipCategory,
    ProgressEvaluation,
    SchoolYear,
    Sponsorship,
    Staff,
    Student,
    SupportCase,
    Teaching,
)
from school.reports import overview
from school.rules.calendar import begun_months
from school.rules.policy import can
from school.services import directory
from school.vocabulary import Action, HardshipGroup, Horizon, YearState

MONTHS_SHOWN = 20
MAX_DIGITS = 18


def staff_named(word: str) -> Any:
    """Staff whose name or code holds the word."""
    return or_(Staff.search_name.contains(word, autoescape=True), Staff.code.icontains(word, autoescape=True))


def _without_account() -> Any:
    with_account = select(Account.staff_id).where(Account.staff_id.is_not(None))
    return and_(Staff.left_on.is_(None), Staff.id.not_in(with_account))


class DirectoryScreen(Screen):
    """A list of the directory: everybody reads, the administrator writes."""

    reads = Action.VIEW_DIRECTORY
    creates = edits = deletes = Action.EDIT_DIRECTORY


class StaffScreen(DirectoryScreen):
    intro = _("Cán bộ, giáo viên, nhân viên của trường.")
    new_label = _("Thêm cán bộ")
    column_list = ("full_name", "code", "department", "subject", "post")
    column_details_list = (
        "full_name",
        "code",
        "gender",
        "department",
        "subject",
        "post",
        "is_teacher",
        "email",
        "phone",
        "joined_on",
        "left_on",
    )
    column_export_extra = ("gender", "is_teacher", "email", "phone", "joined_on", "left_on")
    column_labels = {
        "full_name": _("Họ và tên"),
        "sort_name": _("Tên để xếp thứ tự"),
        "code": _("Mã"),
        "gender": _("Giới tính"),
        "department": _("Tổ"),
        "subject": _("Môn dạy"),
        "post": _("Chức vụ"),
        "is_teacher": _("Là giáo viên"),
        "email": _("Email"),
        "phone": _("Điện thoại"),
        "joined_on": _("Về trường ngày"),
        "left_on": _("Thôi công tác ngày"),
    }
    column_descriptions = {"sort_name": _("Chỉ điền khi tên gọi không phải từ cuối, ví dụ H'Linh Niê: H'Linh.")}
    column_sortable_list = (("full_name", "sort_key"), "code", ("department", "department.name"), "post")
    column_default_sort = "sort_key"
    form_columns = (
        "code",
        "full_name",
        "sort_name",
        "gender",
        "department",
        "subject",
        "post",
        "is_teacher",
        "email",
        "phone",
        "joined_on",
        "left_on",
    )
    loads = (joinedload(Staff.department),)
    searches = (staff_named,)
    filters = (
        by_row("department", _("Tổ"), Department, lambda id_: Staff.department_id == id_),
        by_choice(
            "sponsoring",
            _("Đỡ đầu"),
            {"none": (_("Chưa nhận em nào"), lambda: overview.idle(g.actor.today))},
            lambda: overview.sees_departments(g.actor),
        ),
        by_choice(
            "account",
            _("Tài khoản"),
            {"none": (_("Chưa có tài khoản"), _without_account)},
            lambda: bool(can(g.actor, Action.VIEW_ACCOUNT)),
        ),
    )

    def panels(self, obj: Staff) -> list[Panel]:
        """The students whom this person helps and the months written, as far as they may be seen."""
        return [panel for panel in (self._students(obj), self._months(obj)) if panel.rows]

    def _students(self, obj: Staff) -> Panel:
        statement = (
            select(Sponsorship)
            .where(Sponsorship.staff_id == obj.id)
            .options(joinedload(Sponsorship.case).joinedload(SupportCase.student))
            .order_by(Sponsorship.started_on.desc())
        )
        rows = [
            Row(
                s.id,
                self.get_url("sponsorship.details_view", id=s.id),
                [str(s.case), show(s.role), show(s.state), show(s.started_on), show(s.ended_on)],
            )
            for s in db.session.scalars(statement)
            if s.case is not None
        ]
        columns = [gettext("Học sinh"), gettext("Vai trò"), gettext("Trạng thái"), gettext("Từ"), gettext("Đến")]
        return Panel(gettext("Học sinh nhận đỡ đầu"), columns, rows, "")

    def _months(self, obj: Staff) -> Panel:
        statement = (
            select(ProgressEvaluation)
            .where(ProgressEvaluation.author_id == obj.id)
            .options(joinedload(ProgressEvaluation.case).joinedload(SupportCase.student))
            .order_by(ProgressEvaluation.period.desc())
            .limit(MONTHS_SHOWN)
        )
        rows = [
            Row(
                e.id,
                self.get_url("progress.details_view", id=e.id),
                [show_period(e.period), str(e.case), show(e.state), show(e.submitted_at)],
            )
            for e in db.session.scalars(statement)
            if e.case is not None
        ]
        columns = [gettext("Tháng"), gettext("Học sinh"), gettext("Trạng thái"), gettext("Gửi lúc")]
        return Panel(gettext("Đánh giá tháng đã viết"), columns, rows, "")

    def store(self, obj: Staff, values: dict[str, Any], version: int | None) -> Staff:
        return directory.save_staff(db.session, g.actor, obj, values, version)


class DepartmentScreen(DirectoryScreen):
    intro = _("Các tổ chuyên môn và tổ văn phòng.")
    new_label = _("Thêm tổ")
    column_list = ("name", "head", "deputy")
    column_details_list = ("name", "head", "deputy")
    column_labels = {"name": _("Tên tổ"), "head": _("Tổ trưởng"), "deputy": _("Tổ phó")}
    column_sortable_list = ("name", ("head", "head.sort_key"))
    column_default_sort = "name"
    form_columns = ("name", "head", "deputy")
    loads = (joinedload(Department.head), joinedload(Department.deputy))

    def store(self, obj: Department, values: dict[str, Any], version: int | None) -> Department:
        return directory.save_department(db.session, g.actor, obj, values, version)

    def ways(self, obj: Department) -> list[tuple[str, str]]:
        possible = [
            (Action.VIEW_DEPARTMENT_REPORT, "department_report.index_view", gettext("Báo cáo của tổ")),
            (Action.INSPECT, "inspection.create_view", gettext("Ghi lần kiểm tra")),
        ]
        return [
            (self.get_url(endpoint, department=obj.id), text)
            for action, endpoint, text in possible
            if can(g.actor, action)
        ]

    def panels(self, obj: Department) -> list[Panel]:
        people = db.session.scalars(select(Staff).where(Staff.department_id == obj.id).order_by(Staff.sort_key))
        rows = [
            Row(s.id, self.get_url("staff.details_view", id=s.id), [s.full_name, s.subject or "", s.post or ""])
            for s in people
        ]
        columns = [gettext("Họ và tên"), gettext("Môn dạy"), gettext("Chức vụ")]
        return [*self._month(obj), Panel(gettext("Người trong tổ"), columns, rows, gettext("Tổ chưa có ai."))]

    def _month(self, obj: Department) -> list[Panel]:
        """The department's month in figures, for those whose figures cover departments (P4.4)."""
        month = next(iter(begun_months(g.actor.today)), None)
        if month is None or not overview.sees_departments(g.actor):
            return []
        found = [row for row in overview.by_department(db.session, g.actor, month) if row.id == obj.id]
        rows = [
            Row(
                obj.id,
                self.get_url("case.index_view", department=obj.id),
                [str(row.due), str(row.on_time), str(row.late), str(row.missing)],
            )
            for row in found
        ]
        columns = [gettext("Số em"), gettext("Đúng hạn"), gettext("Muộn"), gettext("Chưa gửi")]
        title = gettext("Đánh giá %(month)s", month=in_a_title(month))
        return [Panel(title, columns, rows, gettext("Tổ chưa có em nào mà thầy cô xem được."))]


class ClassroomScreen(DirectoryScreen):
    intro = _("Các lớp của từng năm học và giáo viên chủ nhiệm.")
    new_label = _("Thêm lớp")
    column_list = ("name", "school_year", "grade", "homeroom_teacher")
    column_details_list = ("name", "school_year", "grade", "homeroom_teacher")
    column_labels = {
        "name": _("Lớp"),
        "school_year": _("Năm học"),
        "grade": _("Khối"),
        "homeroom_teacher": _("Giáo viên chủ nhiệm"),
    }
    column_descriptions = {"grade": _("Để trống: lấy theo tên lớp, 10A1 là khối 10.")}
    column_sortable_list = (
        "name",
        ("school_year", "school_year.name"),
        "grade",
        ("homeroom_teacher", "homeroom_teacher.sort_key"),
    )
    column_default_sort = [("school_year.starts_on", True), ("name", False)]
    form_columns = ("school_year", "name", "grade", "homeroom_teacher")
    form_args = {"grade": {"validators": [Optional()]}}
    loads = (joinedload(Classroom.school_year), joinedload(Classroom.homeroom_teacher))
    filters = (by_row("school_year", _("Năm học"), SchoolYear, lambda id_: Classroom.school_year_id == id_),)

    def store(self, obj: Classroom, values: dict[str, Any], version: int | None) -> Classroom:
        return directory.save_classroom(db.session, g.actor, obj, values, version)

    def panels(self, obj: Classroom) -> list[Panel]:
        """Who teaches the class, and its students as far as this person may open them."""
        return [*self._teachers(obj), *self._students(obj)]

    def _teachers(self, obj: Classroom) -> list[Panel]:
        statement = (
            select(Teaching).join(Teaching.staff).where(Teaching.classroom_id == obj.id).order_by(Staff.sort_key)
        )
        rows = [
            Row(t.id, self.get_url("staff.details_view", id=t.staff_id), [str(t.staff), t.staff.subject or ""])
            for t in db.session.scalars(statement.options(contains_eager(Teaching.staff)))
        ]
        more = None
        if can(g.actor, Action.EDIT_DIRECTORY) and obj.school_year.state is not YearState.CLOSED:
            more = (self.get_url("teaching.create_view", classroom=obj.id), gettext("Thêm người dạy lớp"))
        if not rows and more is None:
            return []
        columns = [gettext("Người dạy"), gettext("Môn dạy")]
        return [Panel(gettext("Giáo viên dạy lớp"), columns, rows, gettext("Chưa ghi ai dạy lớp này."), more)]

    def _students(self, obj: Classroom) -> list[Panel]:
        inside = select(Enrolment.student_id).where(Enrolment.classroom_id == obj.id, Enrolment.ended_on.is_(None))
        students = db.session.scalars(select(Student).where(Student.id.in_(inside)).order_by(Student.sort_key))
        rows = [Row(s.id, self.get_url("student.details_view", id=s.id), [s.full_name, s.code]) for s in students]
        if not rows:
            return []
        return [Panel(gettext("Học sinh của lớp"), [gettext("Họ và tên"), gettext("Mã")], rows, "")]


class ClassField(RowField):
    """A class with its year: there is a 10A1 in each."""

    def __init__(self, label: Any = None, validators: Any = None, **options: Any) -> None:
        super().__init__(label, validators, model=Classroom, **options)
        self.type = "RowField"  # drawn like one

    def rows(self) -> list[Any]:
        """The classes of years that are not closed, the newest year first."""
        statement = (
            select(Classroom)
            .join(Classroom.school_year)
            .where(SchoolYear.state != YearState.CLOSED)
            .options(contains_eager(Classroom.school_year))
            .order_by(SchoolYear.starts_on.desc(), Classroom.name)
        )
        rows: list[Any] = list(db.session.scalars(statement))
        return rows if self.data is None or self.data in rows else [self.data, *rows]

    def iter_choices(self) -> Any:
        yield Choice("", gettext("– Chọn –"), self.data is None, {})
        for row in self.rows():
            yield Choice(str(row.id), f"{row.name} ({row.school_year})", row is self.data, {})


class TeachingScreen(DirectoryScreen):
    intro = _("Ai dạy lớp nào: một căn cứ khi gợi ý phân công đỡ đầu.")
    new_label = _("Thêm người dạy lớp")
    empty_message = _("Chưa ghi ai dạy lớp nào. Giáo viên chủ nhiệm đã có ở danh sách lớp, không cần ghi lại.")
    column_list = ("classroom", "staff", "subject", "school_year")
    column_details_list = column_list
    column_labels = {
        "classroom": _("Lớp"),
        "staff": _("Người dạy"),
        "subject": _("Môn dạy"),
        "school_year": _("Năm học"),
    }
    column_formatters = {
        "subject": lambda v, c, teaching, n: teaching.staff.subject,
        "school_year": lambda v, c, teaching, n: teaching.classroom.school_year,
    }
    column_sortable_list = (("classroom", "classroom.name"), ("staff", "staff.sort_key"))
    column_default_sort = [("classroom.school_year.starts_on", True), ("classroom.name", False)]
    form_columns = ("classroom", "staff")
    form_extra_fields = {"classroom": ClassField(_("Lớp"), [InputRequired(_("Thầy cô chọn lớp."))])}
    loads = (joinedload(Teaching.staff), joinedload(Teaching.classroom).joinedload(Classroom.school_year))
    searches = (lambda word: Teaching.staff_id.in_(select(Staff.id).where(staff_named(word))),)
    filters = (by_row("classroom", _("Lớp"), Classroom, lambda id_: Teaching.classroom_id == id_),)

    def title(self, obj: Teaching) -> str:
        return f"{obj.staff} · {obj.classroom}"

    def defaults(self) -> dict[str, Any]:
        given = request.args.get("classroom", "")
        known = given.isascii() and given.isdigit() and len(given) < MAX_DIGITS
        return {"classroom": db.session.get(Classroom, int(given)) if known else None}

    def store(self, obj: Teaching, values: dict[str, Any], version: int | None) -> Teaching:
        return directory.save_teaching(db.session, g.actor, obj, values, version)

    def erase(self, obj: Teaching, version: int | None) -> None:
        directory.discard_teaching(db.session, g.actor, obj, version)


class GoalTemplateScreen(Screen):
    reads = Action.VIEW_DIRECTORY
    creates = edits = deletes = Action.EDIT_CATALOGUE
    intro = _("Những mục tiêu nhỏ để thầy cô và em bắt đầu; khi đặt, sửa lời cho hợp với từng em.")
    new_label = _("Thêm mục tiêu gợi ý")
    empty_message = _("Chưa có mục tiêu gợi ý. Thêm vài việc nhỏ mà em nào cũng làm được trong một tuần.")
    column_list = ("text", "horizon", "position", "in_use")
    column_details_list = column_list
    column_labels = {
        "text": _("Mục tiêu"),
        "horizon": _("Đặt cho"),
        "position": _("Thứ tự"),
        "in_use": _("Đang dùng"),
    }
    column_descriptions = {"text": _("Một việc nhỏ em làm được, ví dụ: nộp đủ bài Toán trong tuần.")}
    column_sortable_list = ("text", "horizon", "position")
    column_default_sort = [("position", False), ("text", False)]
    form_columns = ("horizon", "text", "position", "in_use")
    filters = (by_label("horizon", _("Đặt cho"), GoalTemplate.horizon, Horizon),)

    def defaults(self) -> dict[str, Any]:
        return {"in_use": True}

    def store(self, obj: GoalTemplate, values: dict[str, Any], version: int | None) -> GoalTemplate:
        return directory.save_goal_template(db.session, g.actor, obj, values, version)


class CategoryScreen(Screen):
    reads = Action.VIEW_DIRECTORY
    creates = edits = deletes = Action.EDIT_CATALOGUE
    intro = _("Các mục phân loại hoàn cảnh theo ba nhóm A, B, C; trường sửa được theo tình hình của mình.")
    new_label = _("Thêm mục phân loại")
    column_list = ("name", "hardship_group", "code", "position", "in_use")
    column_details_list = column_list
    column_labels = {
        "name": _("Mục phân loại"),
        "hardship_group": _("Nhóm"),
        "code": _("Mã"),
        "position": _("Thứ tự"),
        "in_use": _("Đang dùng"),
    }
    column_sortable_list = ("name", "hardship_group", "code", "position")
    column_default_sort = [("hardship_group", False), ("position", False)]
    form_columns = ("hardship_group", "name", "code", "position", "in_use")
    filters = (by_label("group", _("Nhóm"), HardshipCategory.hardship_group, HardshipGroup),)

    def store(self, obj: HardshipCategory, values: dict[str, Any], version: int | None) -> HardshipCategory:
        return directory.save_category(db.session, g.actor, obj, values, version)
