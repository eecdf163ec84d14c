"""The panel as a whole: which screens there are, and in which group of the navigation each stands."""

from flask import Flask, g
from flask_admin import Admin, BaseView
from flask_admin.theme import Theme
from flask_babel import get_locale, lazy_pgettext
from flask_babel import lazy_gettext as _

from admin_views import import_worker
from admin_views.accounts import AccountScreen, AuditScreen
from admin_views.announcements import AnnouncementScreen
from admin_views.board import BoardPage
from admin_views.cases import CaseScreen, HardshipScreen
from admin_views.catalogues import install_catalogues
from admin_views.collective import CollectivePage
from admin_views.column_names import ColumnNameScreen
from admin_views.commendations import CommendationScreen
from admin_views.contacts import ContactScreen
from admin_views.criteria import CriterionScreen, SchemeScreen
from admin_views.department_reports import DepartmentReportScreen
from admin_views.directory import (
    CategoryScreen,
    ClassroomScreen,
    DepartmentScreen,
    GoalTemplateScreen,
    StaffScreen,
    TeachingScreen,
)
from admin_views.disclosures import DisclosureScreen
from admin_views.documents import DocumentsPage
from admin_views.early_raise import EarlyRaisePage
from admin_views.emulation import EmulationPage
from admin_views.evaluations import HelpScreen, ProgressScreen
from admin_views.feeds import RemindersPage
from admin_views.follow_ups import FollowUpScreen
from admin_views.grid import GridPage
from admin_views.guide import GuidePage
from admin_views.home import HomeScreen
from admin_views.imports import ImportScreen
from admin_views.inspections import InspectionScreen
from admin_views.meetings import MeetingScreen
from admin_views.plans import GoalScreen, PlanScreen
from admin_views.registrations import RegistrationScreen
from admin_views.review import ClosingPage, ReviewPage
from admin_views.rollover import RollOverPage
from admin_views.school_reports import SchoolReportScreen
from admin_views.scores import ScorePage
from admin_views.screening import ScreeningPage
from admin_views.search import SearchPage
from admin_views.settings import ProfilePage, TemplatesPage
from admin_views.shortcuts import shortcuts
from admin_views.sponsorships import SponsorshipScreen
from admin_views.staff_ratings import StaffRatingScreen
from admin_views.students import ResultScreen, StudentScreen
from admin_views.support import ActivityScreen, SupportScreen
from admin_views.surveys import SurveyScreen
from admin_views.term_help import TermHelpPage
from admin_views.values import show, show_number
from admin_views.web import nonce
from admin_views.what_if import WhatIfPage
from admin_views.years import DeadlinePage, YearScreen
from school import models as m

# As groups these two words mean something else in English than as a column or a role.
RECORDS, SPONSORING = lazy_pgettext("nhóm màn hình", "Hồ sơ"), lazy_pgettext("nhóm màn hình", "Đỡ đầu")
EVALUATING, INSPECTING, REPORTING = _("Đánh giá"), _("Kiểm tra"), _("Báo cáo")
EMULATION, DIRECTORY, ADMINISTRATION = _("Thi đua"), _("Danh mục"), _("Quản trị")


def screens() -> list[BaseView]:
    """Every screen, in the order of the navigation."""
    return [
        AnnouncementScreen(m.Announcement, endpoint="announcement", name=_("Kế hoạch năm học")),
        StudentScreen(m.Student, endpoint="student", name=_("Học sinh"), category=RECORDS),
        ResultScreen(m.TermResult, endpoint="result", name=_("Kết quả học kỳ"), category=RECORDS),
        ScreeningPage(endpoint="screening", name=_("Danh sách sàng lọc"), category=RECORDS),
        CaseScreen(m.SupportCase, endpoint="case", name=_("Hồ sơ hỗ trợ"), category=RECORDS),
        SurveyScreen(m.SurveyEntry, endpoint="survey", name=_("Khảo sát"), category=RECORDS),
        HardshipScreen(m.Hardship, endpoint="hardship", name=_("Phân loại hoàn cảnh"), category=RECORDS),
        RegistrationScreen(m.Registration, endpoint="registration", name=_("Đăng ký giúp đỡ"), category=SPONSORING),
        BoardPage(endpoint="board", name=_("Bảng phân công"), category=SPONSORING),
        MeetingScreen(m.AssignmentMeeting, endpoint="meeting", name=_("Họp phân công"), category=SPONSORING),
        SponsorshipScreen(m.Sponsorship, endpoint="sponsorship", name=_("Phân công"), category=SPONSORING),
        PlanScreen(m.SupportPlan, endpoint="plan", name=_("Kế hoạch"), category=SPONSORING),
        GoalScreen(m.Goal, endpoint="goal", name=_("Mục tiêu"), category=SPONSORING),
        ContactScreen(m.Contact, endpoint="contact", name=_("Nhật ký liên hệ"), category=SPONSORING),
        SupportScreen(m.SupportItem, endpoint="support", name=_("Hỗ trợ đã trao"), category=SPONSORING),
        ActivityScreen(m.Activity, endpoint="activity", name=_("Hoạt động"), category=SPONSORING),
        ProgressScreen(m.ProgressEvaluation, endpoint="progress", name=_("Đánh giá tháng"), category=EVALUATING),
        GridPage(endpoint="grid", name=_("Đánh giá cả tháng"), category=EVALUATING),
        HelpScreen(m.SponsorEvaluation, endpoint="help", name=_("Việc giúp đỡ"), category=EVALUATING),
        TermHelpPage(endpoint="term_help", name=_("Việc giúp đỡ cả học kỳ"), category=EVALUATING),
        InspectionScreen(m.Inspection, endpoint="inspection", name=_("Kiểm tra"), category=INSPECTING),
        FollowUpScreen(m.FollowUp, endpoint="follow_up", name=_("Việc cần theo dõi"), category=INSPECTING),
        DepartmentReportScreen(
            m.DepartmentReport, endpoint="department_report", name=_("Báo cáo của tổ"), category=REPORTING
        ),
        ReviewPage(endpoint="review", name=_("Sơ kết, tổng kết"), category=REPORTING),
        SchoolReportScreen(m.SchoolReport, endpoint="school_report", name=_("Báo cáo gửi Sở"), category=REPORTING),
        DocumentsPage(endpoint="documents", name=_("Văn bản"), category=REPORTING),
        ClosingPage(endpoint="closing", name=_("Kết thúc năm học"), category=REPORTING),
        ScorePage(endpoint="score", name=_("Phiếu điểm của tôi"), category=EMULATION),
        CriterionScreen(m.Criterion, endpoint="criterion", name=_("Tiêu chí"), category=EMULATION),
        SchemeScreen(m.EmulationScheme, endpoint="scheme", name=_("Bộ tiêu chí"), category=EMULATION),
        WhatIfPage(endpoint="what_if", name=_("Thử thay đổi"), category=EMULATION),
        EmulationPage(endpoint="emulation", name=_("Bảng thi đua"), category=EMULATION),
        StaffRatingScreen(m.YearlyRating, endpoint="staff_rating", name=_("Xếp loại cuối năm"), category=EMULATION),
        CommendationScreen(m.Commendation, endpoint="commendation", name=_("Khen thưởng"), category=EMULATION),
        CollectivePage(endpoint="collective", name=_("Kết quả chung của tổ"), category=EMULATION),
        EarlyRaisePage(endpoint="early_raise", name=_("Minh chứng nâng lương"), category=EMULATION),
        StaffScreen(m.Staff, endpoint="staff", name=_("Cán bộ, giáo viên"), category=DIRECTORY),
        DepartmentScreen(m.Department, endpoint="department", name=_("Tổ"), category=DIRECTORY),
        ClassroomScreen(m.Classroom, endpoint="classroom", name=_("Lớp"), category=DIRECTORY),
        TeachingScreen(m.Teaching, endpoint="teaching", name=_("Ai dạy lớp nào"), category=DIRECTORY),
        YearScreen(m.SchoolYear, endpoint="year", name=_("Năm học"), category=DIRECTORY),
        DeadlinePage(endpoint="deadline", name=_("Mốc thời gian")),
        RollOverPage(endpoint="rollover", name=_("Chuyển năm học"), category=DIRECTORY),
        ImportScreen(m.ImportRun, endpoint="import", name=_("Nhập danh sách"), category=DIRECTORY),
        ColumnNameScreen(m.ColumnName, endpoint="column_name", name=_("Tên cột khi nhập"), category=DIRECTORY),
        CategoryScreen(m.HardshipCategory, endpoint="category", name=_("Mục phân loại"), category=DIRECTORY),
        GoalTemplateScreen(m.GoalTemplate, endpoint="template", name=_("Mục tiêu gợi ý"), category=DIRECTORY),
        AccountScreen(m.Account, endpoint="account", name=_("Tài khoản"), category=ADMINISTRATION),
        AuditScreen(m.AuditEntry, endpoint="audit", name=_("Nhật ký hệ thống"), category=ADMINISTRATION),
        DisclosureScreen(m.Disclosure, endpoint="disclosure", name=_("Tệp đã xuất"), category=ADMINISTRATION),
        ProfilePage(endpoint="profile", name=_("Thông tin trường trên văn bản"), category=ADMINISTRATION),
        TemplatesPage(endpoint="templates", name=_("Mẫu văn bản"), category=ADMINISTRATION),
        RemindersPage(endpoint="reminders", name=_("Lịch và nhắc việc")),
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
    import_worker.init_app(app)
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
