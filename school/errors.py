"""What can go wrong, as sentences a person can act on: msgids with parameters, translated at the edge."""

from typing import TYPE_CHECKING

from school.vocabulary import N_

if TYPE_CHECKING:  # the process that parses one file needs these sentences, and a third of its time went into this
    from sqlalchemy.exc import IntegrityError


class PanelError(Exception):
    """A refusal with a sentence for the user; `params` fill the named places of `msgid`."""

    def __init__(self, msgid: str, field: str | None = None, **params: object) -> None:
        super().__init__(msgid % params if params else msgid)
        self.msgid = msgid
        self.field = field
        self.params = params


class RuleError(PanelError):
    """The programme or the data does not allow it; `field` names the form field at fault, if one is."""


class NotAllowed(PanelError):
    """The policy does not let this person do this."""


class StaleRecord(PanelError):
    """Somebody saved a newer version since the form was opened."""


CONSTRAINTS = {
    "ck_commendation_one": N_("Thầy cô chọn một trong hai: một cá nhân, hoặc một tập thể tổ."),
    "uq_announcement_reading_announcement_id_staff_id": N_("Thầy cô đã xác nhận đọc rồi."),
    "uq_goal_template_text": N_("Đã có mục tiêu gợi ý cùng lời."),
    "uq_moved_deadline_school_year_id_deadline_period": N_("Có người vừa dời mốc này. Thầy cô tải lại trang."),
    "uq_teaching_classroom_id_staff_id": N_("Người này đã có tên dạy lớp đó."),
    "uq_account_username": N_("Tên đăng nhập này đã có người dùng."),
    "uq_account_staff_id": N_("Người này đã có tài khoản."),
    "uq_classroom_school_year_id_name": N_("Năm học này đã có lớp cùng tên."),
    "uq_column_name_kind_header": N_("Tên cột này đã có trong danh sách."),
    "uq_commendation_quota_school_year_id_level": N_("Năm học này đã có chỉ tiêu của cấp đó."),
    "uq_criterion_school_year_id_code": N_("Năm học này đã có tiêu chí cùng mã."),
    "uq_department_name": N_("Đã có tổ cùng tên."),
    "uq_department_report_department_id_period": N_("Tháng này tổ đã có báo cáo."),
    "uq_emulation_scheme_school_year_id": N_("Năm học này đã có bộ tiêu chí."),
    "uq_goal_carried_from_id": N_("Mục tiêu này đã được chuyển tiếp."),
    "uq_hardship_case_id_category_id": N_("Hồ sơ này đã có mục phân loại đó."),
    "uq_hardship_category_code": N_("Đã có mục phân loại cùng mã."),
    "uq_progress_evaluation_case_id_period": N_("Tháng này đã có đánh giá cho em."),
    "uq_document_template_kind": N_("Văn bản này đã có mẫu riêng; thầy cô thay mẫu đó."),
    "uq_school_report_school_year_id_occasion_correction": N_("Báo cáo này đã có trong năm học."),
    "uq_school_year_name": N_("Năm học này đã có."),
    "uq_score_sheet_school_year_id_staff_id": N_("Người này đã có phiếu điểm trong năm học."),
    "uq_screening_decision_school_year_id_student_id": N_("Em này đã có kết quả sàng lọc trong năm học."),
    "uq_sponsor_evaluation_sponsorship_id_period": N_("Kỳ này đã có nhận xét cho người đỡ đầu."),
    "uq_staff_code": N_("Mã cán bộ này đã có."),
    "uq_student_code": N_("Mã học sinh này đã có."),
    "uq_support_case_student_id_school_year_id": N_("Em này đã có hồ sơ trong năm học."),
    "uq_support_plan_case_id_semester": N_("Học kỳ này đã có kế hoạch cho em."),
    "uq_term_result_enrolment_id_period": N_("Kỳ này đã có kết quả của em."),
    "uq_yearly_rating_school_year_id_staff_id": N_("Người này đã có xếp loại trong năm học."),
}
IN_USE = N_("Mục này đang được dùng ở nơi khác nên chưa xóa được.")
NOT_SAVED = N_("Chưa lưu được vì dữ liệu không khớp. Thầy cô kiểm tra lại các ô đã điền.")


def constraint_name(error: "IntegrityError") -> str:
    """Name of the violated constraint. PostgreSQL says it; for SQLite it follows from the naming convention."""
    diagnosis = getattr(error.orig, "diag", None)
    if diagnosis is not None:
        return str(diagnosis.constraint_name or "")
    _, _, check = str(error.orig).partition("CHECK constraint failed: ")
    if check:
        return check.strip()
    _, _, columns = str(error.orig).partition("UNIQUE constraint failed: ")
    if not columns:
        return ""
    pairs = [column.strip().split(".") for column in columns.split(",")]
    return "_".join(["uq", pairs[0][0], *(column for _, column in pairs)])


def explain(error: "IntegrityError") -> RuleError:
    """The user's sentence for a broken constraint; no SQL and no values (security row 13)."""
    name = constraint_name(error)
    if name in CONSTRAINTS:
        return RuleError(CONSTRAINTS[name])
    if "foreign key" in str(error.orig).lower():
        return RuleError(IN_USE)
    return RuleError(NOT_SAVED)
