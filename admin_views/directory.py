"""Screens of the directory: staff, departments, classes, school years, and the catalogue of hardships."""

from typing import Any

from flask import g
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload
from wtforms.validators import Optional

from admin_views.base import Panel, Row, Screen
from admin_views.listing import by_choice, by_label, by_row
from admin_views.values import show, show_period
from school.db import db
from school.models import (
    Account,
    Classroom,
    Department,
    Enrolment,
    HardshipCategory,
    ProgressEvaluation,
    SchoolYear,
    Sponsorship,
    Staff,
    Student,
    SupportCase,
)
from school.reports import overview
from school.rules.calendar import begun_months
from school.rules.policy import can
from school.services import directory
from school.vocabulary import Action, HardshipGroup, YearState

MONTHS_SHOWN = 20


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
        title = gettext("Đánh giá %(month)s", month=show_period(month).lower())
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
        """The class's students, as far as this person may open them."""
        inside = select(Enrolment.student_id).where(Enrolment.classroom_id == obj.id, Enrolment.ended_on.is_(None))
        students = db.session.scalars(select(Student).where(Student.id.in_(inside)).order_by(Student.sort_key))
        rows = [Row(s.id, self.get_url("student.details_view", id=s.id), [s.full_name, s.code]) for s in students]
        if not rows:
            return []
        return [Panel(gettext("Học sinh của lớp"), [gettext("Họ và tên"), gettext("Mã")], rows, "")]


class YearScreen(DirectoryScreen):
    intro = _("Năm học và các mốc thời gian.")
    new_label = _("Thêm năm học")
    column_list = ("name", "state", "starts_on", "semester_2_starts_on", "ends_on")
    column_details_list = column_list
    column_labels = {
        "name": _("Năm học"),
        "state": _("Trạng thái"),
        "starts_on": _("Ngày bắt đầu"),
        "semester_2_starts_on": _("Học kỳ II từ ngày"),
        "ends_on": _("Ngày kết thúc"),
    }
    column_descriptions = {
        "name": _("Viết theo mẫu 2025-2026."),
        "starts_on": _("Để trống: 1 tháng 9."),
        "semester_2_starts_on": _("Để trống: 16 tháng 1."),
        "ends_on": _("Để trống: 31 tháng 5."),
    }
    column_sortable_list = ("name", "starts_on")
    column_default_sort = ("starts_on", True)
    form_columns = ("name", "state", "starts_on", "semester_2_starts_on", "ends_on")
    form_args = {name: {"validators": [Optional()]} for name in ("starts_on", "semester_2_starts_on", "ends_on")}
    filters = (by_label("state", _("Trạng thái"), SchoolYear.state, YearState),)

    def store(self, obj: SchoolYear, values: dict[str, Any], version: int | None) -> SchoolYear:
        return directory.save_year(db.session, g.actor, obj, values, version)


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
