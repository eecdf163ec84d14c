"""The panel as a whole: which screens there are, and in which group of the navigation each stands."""

from flask import Flask, g
from flask_admin import Admin, BaseView
from flask_admin.theme import Theme
from flask_babel import get_locale, lazy_pgettext
from flask_babel import lazy_gettext as _

from admin_views.accounts import AccountScreen, AuditScreen
from admin_views.cases import CaseScreen, HardshipScreen
from admin_views.catalogues import install_catalogues
from admin_views.contacts import ContactScreen
from admin_views.directory import CategoryScreen, ClassroomScreen, DepartmentScreen, StaffScreen, YearScreen
from admin_views.emulation import EmulationPage
from admin_views.evaluations import HelpScreen, ProgressScreen
from admin_views.guide import GuidePage
from admin_views.home import HomeScreen
from admin_views.plans import GoalScreen, PlanScreen
from admin_views.search import SearchPage
from admin_views.shortcuts import shortcuts
from admin_views.sponsorships import SponsorshipScreen
from admin_views.students import ResultScreen, StudentScreen
from admin_views.support import ActivityScreen, SupportScreen
from admin_views.values import show, show_number
from admin_views.web import nonce
from school import models as m

# As groups these two words mean something else in English than as a column or a role.
RECORDS, SPONSORING = lazy_pgettext("nhóm màn hình", "Hồ sơ"), lazy_pgettext("nhóm màn hình", "Đỡ đầu")
EVALUATING = _("Đánh giá")
EMULATION, DIRECTORY, ADMINISTRATION = _("Thi đua"), _("Danh mục"), _("Quản trị")


def screens() -> list[BaseView]:
    """Every screen, in the order of the navigation."""
    return [
        StudentScreen(m.Student, endpoint="student", name=_("Học sinh"), category=RECORDS),
        ResultScreen(m.TermResult, endpoint="result", name=_("Kết quả học kỳ"), category=RECORDS),
        CaseScreen(m.SupportCase, endpoint="case", name=_("Hồ sơ hỗ trợ"), category=RECORDS),
        HardshipScreen(m.Hardship, endpoint="hardship", name=_("Phân loại hoàn cảnh"), category=RECORDS),
        SponsorshipScreen(m.Sponsorship, endpoint="sponsorship", name=_("Phân công"), category=SPONSORING),
        PlanScreen(m.SupportPlan, endpoint="plan", name=_("Kế hoạch"), category=SPONSORING),
        GoalScreen(m.Goal, endpoint="goal", name=_("Mục tiêu"), category=SPONSORING),
        ContactScreen(m.Contact, endpoint="contact", name=_("Nhật ký liên hệ"), category=SPONSORING),
        SupportScreen(m.SupportItem, endpoint="support", name=_("Hỗ trợ đã trao"), category=SPONSORING),
        ActivityScreen(m.Activity, endpoint="activity", name=_("Hoạt động"), category=SPONSORING),
        ProgressScreen(m.ProgressEvaluation, endpoint="progress", name=_("Đánh giá tháng"), category=EVALUATING),
        HelpScreen(m.SponsorEvaluation, endpoint="help", name=_("Việc giúp đỡ"), category=EVALUATING),
        EmulationPage(endpoint="emulation", name=_("Bảng thi đua"), category=EMULATION),
        StaffScreen(m.Staff, endpoint="staff", name=_("Cán bộ, giáo viên"), category=DIRECTORY),
        DepartmentScreen(m.Department, endpoint="department", name=_("Tổ"), category=DIRECTORY),
        ClassroomScreen(m.Classroom, endpoint="classroom", name=_("Lớp"), category=DIRECTORY),
        YearScreen(m.SchoolYear, endpoint="year", name=_("Năm học"), category=DIRECTORY),
        CategoryScreen(m.HardshipCategory, endpoint="category", name=_("Mục phân loại"), category=DIRECTORY),
        AccountScreen(m.Account, endpoint="account", name=_("Tài khoản"), category=ADMINISTRATION),
        AuditScreen(m.AuditEntry, endpoint="audit", name=_("Nhật ký hệ thống"), category=ADMINISTRATION),
        GuidePage(endpoint="guide", name=_("Hướng dẫn")),
        SearchPage(endpoint="search", name=_("Tìm")),
    ]


def init_app(app: Flask) -> None:
    """Register the screens."""
    admin = Admin(
        app,
        name="panel",
        index_view=HomeScreen(name=_("Hôm nay"), url="/admin"),
        theme=Theme(folder="bootstrap4", base_template="admin/base.html"),
        csp_nonce_generator=nonce,
    )
    admin.add_views(*screens())
    install_catalogues(app)
    app.jinja_env.filters |= {"show": show, "number": show_number}

    @app.context_processor
    def give_frame() -> dict[str, object]:
        """What the frame around every page needs."""
        return {
            "actor": g.get("actor"),
            "language": str(get_locale()),
            "panel": admin,
            "school_name": app.config["SCHOOL_NAME"],
            "shortcuts": lambda: shortcuts(admin),
        }
