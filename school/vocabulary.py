"""Every closed list as an enum of value and label; the labels are Vietnamese msgids, translated at the edge."""

import enum
from typing import Self


def N_(text: str) -> str:  # noqa: N802 - the name that pybabel looks for
    """Mark a text for translation without translating it."""
    return text


class LabelEnum(enum.StrEnum):
    """A closed list: the stored value, and the label that people read."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:  # by its value alone a member is looked up
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member


class Role(LabelEnum):
    """Roles of an account; a person may hold several. A homeroom teacher is a relation to a class, not a role."""

    ADMIN = "admin", N_("Quản trị hệ thống")
    COUNCIL = "council", N_("Hội đồng thi đua – khen thưởng")
    DEPARTMENT_HEAD = "department_head", N_("Tổ trưởng")
    LEADERSHIP = "leadership", N_("Ban giám hiệu")
    SECRETARY = "secretary", N_("Thư ký tổng hợp")
    TEACHER = "teacher", N_("Cán bộ, giáo viên, nhân viên")
    UNION = "union", N_("BCH Công đoàn")


class Action(LabelEnum):
    """The whole permission vocabulary, in alphabetical order; `rules/policy.py` grants each to roles."""

    ADJUST_SCORE = "adjust_score", N_("điều chỉnh điểm thi đua")
    AGREE_SPONSORSHIP = "agree_sponsorship", N_("thống nhất phân công đỡ đầu")
    ANNOUNCE_PLAN = "announce_plan", N_("công bố kế hoạch năm học")
    ANSWER_FOLLOW_UP = "answer_follow_up", N_("trả lời việc theo dõi")
    ANSWER_REMINDER = "answer_reminder", N_("ghi nhận nhắc việc của mình")
    APPROVE_CASE = "approve_case", N_("duyệt hồ sơ hỗ trợ")
    APPROVE_SPONSORSHIP = "approve_sponsorship", N_("duyệt phân công đỡ đầu")
    CLASSIFY_CASE = "classify_case", N_("phân loại hoàn cảnh")
    CLOSE_CASE = "close_case", N_("kết thúc hồ sơ hỗ trợ")
    CLOSE_FOLLOW_UP = "close_follow_up", N_("kết thúc việc theo dõi")
    CLOSE_YEAR = "close_year", N_("kết thúc năm học")
    COMMENT_SCORE = "comment_score", N_("góp ý, đề nghị xem lại phiếu điểm của mình")
    CONFIRM_ACTIVITY = "confirm_activity", N_("xác nhận hoạt động ngoài giờ")
    CONFIRM_CLASSIFICATION = "confirm_classification", N_("xác nhận phân loại")
    CONFIRM_EVALUATION = "confirm_evaluation", N_("xác nhận đánh giá")
    DECIDE_COMMENDATION = "decide_commendation", N_("quyết định khen thưởng")
    EDIT_ACCOUNT = "edit_account", N_("quản lý tài khoản")
    EDIT_ACTIVITY = "edit_activity", N_("ghi hoạt động ngoài giờ")
    EDIT_CALENDAR = "edit_calendar", N_("sửa mốc thời gian của năm học")
    EDIT_CASE = "edit_case", N_("sửa hồ sơ hỗ trợ")
    EDIT_CATALOGUE = "edit_catalogue", N_("sửa danh mục phân loại")
    EDIT_COMMENDATION = "edit_commendation", N_("lập danh sách đề nghị khen thưởng")
    EDIT_CONTACT = "edit_contact", N_("ghi nhật ký liên hệ")
    EDIT_CRITERIA = "edit_criteria", N_("sửa tiêu chí thi đua")
    EDIT_DEPARTMENT_REPORT = "edit_department_report", N_("viết báo cáo tháng của tổ")
    EDIT_DIRECTORY = "edit_directory", N_("sửa danh bạ, lớp, năm học")
    EDIT_EVALUATION = "edit_evaluation", N_("viết đánh giá tháng")
    EDIT_MEETING = "edit_meeting", N_("ghi cuộc họp phân công")
    EDIT_PLAN = "edit_plan", N_("lập kế hoạch, đặt mục tiêu cùng em")
    EDIT_SCHOOL_REPORT = "edit_school_report", N_("soạn báo cáo gửi Sở")
    EDIT_SETTINGS = "edit_settings", N_("sửa thông tin trường và mẫu văn bản")
    EDIT_STAFF_RATING = "edit_staff_rating", N_("ghi xếp loại cuối năm của cán bộ")
    EDIT_STUDENT = "edit_student", N_("sửa danh sách học sinh")
    EDIT_SUPPORT = "edit_support", N_("ghi hỗ trợ đã trao")
    END_SPONSORSHIP = "end_sponsorship", N_("kết thúc phân công đỡ đầu")
    ENTER_EVALUATION = "enter_evaluation", N_("nhập thay đánh giá tháng")
    EXPORT_EMULATION = "export_emulation", N_("xuất bảng thi đua")
    FREEZE_SCORE = "freeze_score", N_("chốt phiếu điểm thi đua")
    IMPORT_LISTS = "import_lists", N_("nhập danh sách từ tệp")
    INSPECT = "inspect", N_("kiểm tra")
    LOCK_EVALUATION = "lock_evaluation", N_("chốt đánh giá")
    MARK_READ = "mark_read", N_("xác nhận đã đọc kế hoạch")
    NOMINATE_STUDENT = "nominate_student", N_("đề xuất học sinh cần hỗ trợ")
    OPEN_IMPORT_FILE = "open_import_file", N_("mở tệp mình đã đưa lên")
    RAISE_FOLLOW_UP = "raise_follow_up", N_("nêu việc cần theo dõi")
    RATE_SPONSOR = "rate_sponsor", N_("nhận xét việc giúp đỡ")
    REGISTER_SPONSORSHIP = "register_sponsorship", N_("đăng ký đỡ đầu")
    REOPEN_EVALUATION = "reopen_evaluation", N_("mở lại đánh giá đã chốt")
    RETURN_DEPARTMENT_REPORT = "return_department_report", N_("trả lại báo cáo của tổ")
    REVIEW_EVALUATION = "review_evaluation", N_("xem và góp ý đánh giá của tổ")
    ROLL_OVER_YEAR = "roll_over_year", N_("chuyển năm học")
    SCREEN_STUDENTS = "screen_students", N_("sàng lọc danh sách học sinh")
    SUBMIT_SCHOOL_REPORT = "submit_school_report", N_("ký và gửi báo cáo Sở")
    VERIFY_CASE = "verify_case", N_("rà soát hồ sơ hỗ trợ")
    VIEW_ACCOUNT = "view_account", N_("xem tài khoản")
    VIEW_ACTIVITY = "view_activity", N_("xem hoạt động ngoài giờ")
    VIEW_AUDIT = "view_audit", N_("xem nhật ký hệ thống")
    VIEW_CASE = "view_case", N_("xem hồ sơ hỗ trợ")
    VIEW_CIRCUMSTANCES = "view_circumstances", N_("xem hoàn cảnh của học sinh")
    VIEW_COMMENDATION = "view_commendation", N_("xem danh sách khen thưởng")
    VIEW_CONTACT = "view_contact", N_("xem nhật ký liên hệ")
    VIEW_DEPARTMENT_REPORT = "view_department_report", N_("xem báo cáo của tổ")
    VIEW_DIRECTORY = "view_directory", N_("xem danh bạ, lớp, năm học")
    VIEW_EVALUATION = "view_evaluation", N_("xem đánh giá tháng")
    VIEW_FOLLOW_UP = "view_follow_up", N_("xem việc theo dõi")
    VIEW_HELP_RATING = "view_help_rating", N_("xem nhận xét việc giúp đỡ")
    VIEW_INSPECTION = "view_inspection", N_("xem kết quả kiểm tra")
    VIEW_MEETING = "view_meeting", N_("xem cuộc họp phân công")
    VIEW_NAMES = "view_names", N_("xem tên và lớp của học sinh")
    VIEW_OWN_ACCOUNT = "view_own_account", N_("xem tài khoản của mình")
    VIEW_PARTICIPANT = "view_participant", N_("xem học sinh tham gia hoạt động")
    VIEW_PLAN = "view_plan", N_("xem kế hoạch và mục tiêu")
    VIEW_READING = "view_reading", N_("xem ai đã đọc kế hoạch")
    VIEW_REGISTRATION = "view_registration", N_("xem đăng ký đỡ đầu")
    VIEW_REMINDER = "view_reminder", N_("xem nhắc việc của mình")
    VIEW_SCHOOL_REPORT = "view_school_report", N_("xem báo cáo gửi Sở")
    VIEW_SCORE = "view_score", N_("xem phiếu điểm thi đua")
    VIEW_SPONSORSHIP = "view_sponsorship", N_("xem phân công đỡ đầu")
    VIEW_STAFF_RATING = "view_staff_rating", N_("xem xếp loại cuối năm của cán bộ")
    VIEW_STUDENT = "view_student", N_("xem chi tiết học sinh")
    VIEW_SUPPORT = "view_support", N_("xem hỗ trợ đã trao")


class Gender(LabelEnum):
    MALE = "male", N_("Nam")
    FEMALE = "female", N_("Nữ")


class YearState(LabelEnum):
    PREPARING = "preparing", N_("Đang chuẩn bị")
    RUNNING = "running", N_("Đang thực hiện")
    CLOSED = "closed", N_("Đã kết thúc")


class EnrolmentOutcome(LabelEnum):
    PROMOTED = "promoted", N_("Lên lớp")
    REPEATED = "repeated", N_("Học lại lớp")
    MOVED = "moved", N_("Chuyển lớp")
    TRANSFERRED = "transferred", N_("Chuyển trường")
    DROPPED_OUT = "dropped_out", N_("Đã nghỉ học")
    GRADUATED = "graduated", N_("Tốt nghiệp")


class TermPeriod(LabelEnum):
    SEMESTER_1 = "semester_1", N_("Học kỳ I")
    SEMESTER_2 = "semester_2", N_("Học kỳ II")
    YEAR = "year", N_("Cả năm")


class Rating(LabelEnum):
    """Learning and conduct: Circular 22/2021 (first four) and the older scale that records still hold (P7)."""

    GOOD = "good", N_("Tốt")
    FAIR = "fair", N_("Khá")
    MET = "met", N_("Đạt")
    NOT_MET = "not_met", N_("Chưa đạt")
    OLD_EXCELLENT = "old_excellent", N_("Giỏi")
    OLD_AVERAGE = "old_average", N_("Trung bình")
    OLD_WEAK = "old_weak", N_("Yếu")
    OLD_POOR = "old_poor", N_("Kém")


class HardshipGroup(LabelEnum):
    """The three groups of P2.2."""

    A = "A", N_("Nhóm A: kinh tế, gia cảnh đặc biệt")
    B = "B", N_("Nhóm B: rèn luyện, học tập cần hỗ trợ")
    C = "C", N_("Nhóm C: nguy cơ nghỉ học giữa chừng")


class Severity(LabelEnum):
    WATCH = "watch", N_("Cần theo dõi")
    SUPPORT = "support", N_("Cần hỗ trợ")
    URGENT = "urgent", N_("Cần hỗ trợ ngay")


class SurveyChannel(LabelEnum):
    """Where a fact about a student comes from (P3.1)."""

    HOMEROOM_TEACHER = "homeroom_teacher", N_("Giáo viên chủ nhiệm")
    STUDENT = "student", N_("Học sinh")
    FAMILY = "family", N_("Gia đình")
    FRIENDS = "friends", N_("Bạn bè, ban cán sự lớp")
    SUBJECT_TEACHERS = "subject_teachers", N_("Giáo viên bộ môn")
    YOUTH_UNION = "youth_union", N_("Đoàn trường")
    COUNSELLING_TEAM = "counselling_team", N_("Tổ tư vấn học đường và công tác xã hội")
    LOCAL_AUTHORITY = "local_authority", N_("Thôn, bon, UBND xã")
    RECORDS = "records", N_("Kết quả học tập, chuyên cần")
    OTHER = "other", N_("Kênh khác")


class CaseState(LabelEnum):
    NOMINATED = "nominated", N_("Mới đề xuất")
    VERIFIED = "verified", N_("Đã rà soát")
    APPROVED = "approved", N_("Đã duyệt")
    ACTIVE = "active", N_("Đang được đỡ đầu")
    CLOSED = "closed", N_("Đã kết thúc")


class CaseOutcome(LabelEnum):
    PROGRESSED = "progressed", N_("Đã tiến bộ, không cần hỗ trợ thêm")
    CONTINUED = "continued", N_("Tiếp tục hỗ trợ năm sau")
    TRANSFERRED = "transferred", N_("Chuyển trường")
    DROPPED_OUT = "dropped_out", N_("Đã nghỉ học")
    GRADUATED = "graduated", N_("Hoàn thành chương trình")
    OTHER = "other", N_("Lý do khác")


class SponsorRole(LabelEnum):
    LEAD = "lead", N_("Đỡ đầu")
    JOINT = "joint", N_("Cùng đỡ đầu")
    SUPPORTING = "supporting", N_("Hỗ trợ")


# Those whose student it is: they plan, evaluate, and are counted; a supporting sponsor helps them.
LEADING = (SponsorRole.LEAD, SponsorRole.JOINT)


class SponsorshipState(LabelEnum):
    REGISTERED = "registered", N_("Đã đăng ký")
    AGREED = "agreed", N_("Đã thống nhất")
    APPROVED = "approved", N_("Đã phân công")
    ENDED = "ended", N_("Đã kết thúc")


class Horizon(LabelEnum):
    """How far ahead a goal looks (P3.5)."""

    WEEK = "week", N_("Tuần")
    MONTH = "month", N_("Tháng")
    SEMESTER = "semester", N_("Học kỳ")


class GoalState(LabelEnum):
    OPEN = "open", N_("Đang thực hiện")
    MET = "met", N_("Đạt")
    PARTLY = "partly", N_("Đạt một phần")
    NOT_MET = "not_met", N_("Chưa đạt")
    DROPPED = "dropped", N_("Không theo nữa")


class ContactKind(LabelEnum):
    """How a sponsor was in touch (P3.3, P3.4, P3.6)."""

    TALK = "talk", N_("Gặp, trò chuyện với học sinh")
    HOME_VISIT = "home_visit", N_("Thăm gia đình")
    MEET_FAMILY = "meet_family", N_("Gặp cha mẹ học sinh tại trường")
    CALL = "call", N_("Gọi điện")
    MESSAGE = "message", N_("Nhắn tin (Zalo, SMS)")
    TUTORING = "tutoring", N_("Kèm học, phụ đạo")
    HOMEROOM = "homeroom", N_("Trao đổi với GVCN")
    SUBJECT_TEACHER = "subject_teacher", N_("Trao đổi với giáo viên bộ môn")
    COUNSELLING = "counselling", N_("Tư vấn học đường")
    COMMUNITY = "community", N_("Làm việc với thôn, bon, UBND xã")
    RETURN_DRIVE = "return_drive", N_("Vận động trở lại lớp")
    MOTIVATION = "motivation", N_("Tuyên truyền, nêu gương học tập")
    OTHER = "other", N_("Khác")


class SupportKind(LabelEnum):
    """What help was given (P6); `SUPPORT_UNITS` says in what it is counted."""

    REMEDIAL_LESSON = "remedial_lesson", N_("Phụ đạo (không thu tiền)")
    BOOKS = "books", N_("Sách, vở")
    SCHOOL_SUPPLIES = "school_supplies", N_("Đồ dùng học tập")
    UNIFORM = "uniform", N_("Đồng phục")
    CASH = "cash", N_("Tiền mặt")
    SCHOLARSHIP = "scholarship", N_("Học bổng")
    FEE_RELIEF = "fee_relief", N_("Miễn, giảm khoản đóng góp")
    HEALTH_INSURANCE = "health_insurance", N_("Thẻ bảo hiểm y tế")
    FOOD = "food", N_("Gạo, nhu yếu phẩm")
    MEAL = "meal", N_("Bữa ăn")
    LODGING = "lodging", N_("Chỗ ở trọ")
    TRANSPORT = "transport", N_("Đưa đón, đi lại")
    BICYCLE = "bicycle", N_("Xe đạp")
    DEVICE = "device", N_("Thiết bị học tập")
    MEDICAL = "medical", N_("Khám, chữa bệnh")
    GIFT = "gift", N_("Quà lễ, Tết")
    CAREER_GUIDANCE = "career_guidance", N_("Hướng nghiệp")
    OTHER = "other", N_("Khác")


SUPPORT_UNITS = {
    SupportKind.REMEDIAL_LESSON: N_("tiết"),
    SupportKind.BOOKS: N_("bộ"),
    SupportKind.SCHOOL_SUPPLIES: N_("món"),
    SupportKind.UNIFORM: N_("bộ"),
    SupportKind.CASH: N_("đồng"),
    SupportKind.SCHOLARSHIP: N_("suất"),
    SupportKind.FEE_RELIEF: N_("khoản"),
    SupportKind.HEALTH_INSURANCE: N_("thẻ"),
    SupportKind.FOOD: N_("phần"),
    SupportKind.MEAL: N_("suất"),
    SupportKind.LODGING: N_("tháng"),
    SupportKind.TRANSPORT: N_("lượt"),
    SupportKind.BICYCLE: N_("chiếc"),
    SupportKind.DEVICE: N_("chiếc"),
    SupportKind.MEDICAL: N_("lần"),
    SupportKind.GIFT: N_("phần"),
    SupportKind.CAREER_GUIDANCE: N_("buổi"),
    SupportKind.OTHER: N_("lần"),
}
# Given in hours, not in money.
WITHOUT_VALUE = (SupportKind.REMEDIAL_LESSON, SupportKind.CAREER_GUIDANCE)


class ProgressStep(LabelEnum):
    """The steps of a student's progress; the kind words of `vocabulary.json`, in rising order."""

    DECLINED = "declined", N_("Cần quan tâm hơn")
    UNCHANGED = "unchanged", N_("Chưa chuyển biến")
    STEADY = "steady", N_("Giữ vững")
    IMPROVED = "improved", N_("Tiến bộ rõ")
    NOT_OBSERVED = "not_observed", N_("Chưa đủ thông tin")


class DropoutRisk(LabelEnum):
    LOW = "low", N_("Đi học đều, yên tâm")
    SOME = "some", N_("Cần để ý thêm")
    HIGH = "high", N_("Cần giúp ngay")
    NOT_OBSERVED = "not_observed", N_("Chưa đủ thông tin")


class HelpRating(LabelEnum):
    """How a sponsor's help is rated; worth 4, 3, 2 and 1 where a mean is asked for."""

    EXCELLENT = "excellent", N_("Rất tích cực")
    GOOD = "good", N_("Tích cực")
    REGULAR = "regular", N_("Đều đặn")
    MORE_TIME = "more_time", N_("Cần dành thêm thời gian")


class EvaluationState(LabelEnum):
    DRAFTED = "drafted", N_("Bản nháp")
    SUBMITTED = "submitted", N_("Đã gửi tổ")
    RETURNED = "returned", N_("Đề nghị bổ sung")
    REVIEWED = "reviewed", N_("Tổ đã xem")
    CONFIRMED = "confirmed", N_("Đã xác nhận")
    LOCKED = "locked", N_("Đã chốt")


class Deadline(LabelEnum):
    """The dates of P4 that a school may move: the last day on time, and the day on which the survey opens."""

    REGISTRATION = "registration", N_("Đăng ký đỡ đầu")
    SURVEY_OPENS = "survey_opens", N_("Mở khảo sát")
    SURVEY_CLOSES = "survey_closes", N_("Hết hạn khảo sát")
    ASSIGNMENT_LIST = "assignment_list", N_("Họp phân công, lập danh sách")
    SCHOOL_REPORT_1 = "school_report_1", N_("Báo cáo Sở lần 1")
    SPONSOR_MONTH = "sponsor_month", N_("Người đỡ đầu gửi đánh giá tháng")
    DEPARTMENT_MONTH = "department_month", N_("Tổ gửi báo cáo tháng")
    SEMESTER_1_REVIEW = "semester_1_review", N_("Sơ kết học kỳ I")
    SCHOOL_REPORT_2 = "school_report_2", N_("Báo cáo Sở lần 2")
    YEAR_REVIEW = "year_review", N_("Tổng kết năm học")


class ReportState(LabelEnum):
    """A department's report of a month (P4.10)."""

    DRAFTED = "drafted", N_("Đang viết")
    SUBMITTED = "submitted", N_("Đã nộp")


class ReportOccasion(LabelEnum):
    """The two reports of a year to the Sở (P4.11)."""

    FIRST = "first", N_("Lần 1, trước ngày 30/12")
    SECOND = "second", N_("Lần 2, trước ngày 25/5")


class ListKind(LabelEnum):
    """The lists that can be taken in from a file."""

    STAFF = "staff", N_("Cán bộ, giáo viên, nhân viên")
    STUDENTS = "students", N_("Học sinh")
    RESULTS = "results", N_("Kết quả học tập, rèn luyện")
    ASSIGNMENTS = "assignments", N_("Phân công đỡ đầu")
    HARDSHIP = "hardship", N_("Học sinh có hoàn cảnh cần hỗ trợ")


class ImportState(LabelEnum):
    """How far one file has come."""

    READ = "read", N_("Chờ xem và nhập")
    APPLYING = "applying", N_("Đang nhập")
    APPLIED = "applied", N_("Đã nhập")
    UNDONE = "undone", N_("Đã hoàn tác")
    DISCARDED = "discarded", N_("Đã bỏ")


class DocumentKind(LabelEnum):
    """The documents that the panel writes, each from a Word template that the school may replace."""

    YEAR_PLAN = "year_plan", N_("Kế hoạch năm học")
    ASSIGNMENT_LIST = "assignment_list", N_("Danh sách phân công hỗ trợ")
    NOTICE_BOARD = "notice_board", N_("Bản niêm yết (mã hồ sơ, không có tên học sinh)")
    MEETING_MINUTES = "meeting_minutes", N_("Biên bản họp phân công")
    SCHOOL_REPORT = "school_report", N_("Báo cáo gửi Sở")
    DEPARTMENT_MONTH = "department_month", N_("Báo cáo tháng của tổ")
    REVIEW = "review", N_("Sơ kết, tổng kết")
    STUDENT_FILE = "student_file", N_("Hồ sơ của một học sinh")
    COMMENDATION_LIST = "commendation_list", N_("Danh sách đề nghị khen thưởng")
    COMMENDATION_EVIDENCE = "commendation_evidence", N_("Minh chứng đề nghị khen thưởng")
    SCORE_LIST = "score_list", N_("Bảng điểm thi đua")
    EARLY_RAISE = "early_raise", N_("Minh chứng nâng lương trước thời hạn")


class AwardKind(LabelEnum):
    """What a person or a department is commended with. Titles (danh hiệu) need the yearly rating (Law 06/2022/QH15)."""

    ADVANCED_WORKER = "advanced_worker", N_("Lao động tiên tiến")
    GRASSROOTS_FIGHTER = "grassroots_fighter", N_("Chiến sĩ thi đua cơ sở")
    ADVANCED_TEAM = "advanced_team", N_("Tập thể lao động tiên tiến")
    EXCELLENT_TEAM = "excellent_team", N_("Tập thể lao động xuất sắc")
    CERTIFICATE = "certificate", N_("Giấy khen, bằng khen")
    OTHER = "other", N_("Hình thức khác")


class StaffRating(LabelEnum):
    """The yearly rating of staff (xếp loại chất lượng viên chức, Decree 90/2020/NĐ-CP)."""

    EXCELLENT = "excellent", N_("Hoàn thành xuất sắc nhiệm vụ")
    GOOD = "good", N_("Hoàn thành tốt nhiệm vụ")
    DONE = "done", N_("Hoàn thành nhiệm vụ")
    NOT_DONE = "not_done", N_("Không hoàn thành nhiệm vụ")


class CriterionKind(LabelEnum):
    """How a criterion is counted; each is a pure function of `rules/emulation.py`."""

    PARTICIPATION = "participation", N_("Số tháng có phân công đỡ đầu")
    SURVEY = "survey", N_("Số kênh khảo sát ghi đúng hạn")
    PLAN_AND_GOALS = "plan_and_goals", N_("Kế hoạch đúng hạn và số tháng có xem lại mục tiêu")
    CONTACTS = "contacts", N_("Số tháng có gặp gỡ, trao đổi ở đủ số ngày")
    COORDINATION = "coordination", N_("Số học kỳ có phối hợp với gia đình và với giáo viên")
    MONTHLY_REMARKS = "monthly_remarks", N_("Số tháng gửi nhận xét đúng hạn")
    STUDENT_PROGRESS = "student_progress", N_("Em còn đi học, giữ vững hoặc tiến bộ so với điểm xuất phát")
    HELP_RECOGNISED = "help_recognised", N_("Nhận xét của Công đoàn, Ban giám hiệu ở hai học kỳ")
    EXTRA_SPONSORSHIP = "extra_sponsorship", N_("Số em giúp thêm ngoài em thứ nhất")
    ACTIVITY_RUN = "activity_run", N_("Số hoạt động ngoài giờ đã tổ chức, được xác nhận")
    BY_HAND = "by_hand", N_("Hội đồng chấm, có ghi lý do")


class ScoreLevel(LabelEnum):
    """The level of this one criterion of emulation: no title and no yearly rating follows from it (P7)."""

    EXCELLENT = "excellent", N_("Xuất sắc")
    GOOD = "good", N_("Tốt")
    FULFILLED = "fulfilled", N_("Hoàn thành")
    NEEDS_EFFORT = "needs_effort", N_("Cần cố gắng")
    NOT_APPLICABLE = "not_applicable", N_("Không áp dụng")


class SchemeState(LabelEnum):
    DRAFTED = "drafted", N_("Đang soạn")
    FIXED = "fixed", N_("Đã chốt")


class SheetState(LabelEnum):
    OPEN = "open", N_("Đang tính")
    FROZEN = "frozen", N_("Đã chốt")


class CommendationLevel(LabelEnum):
    """Who commends (P4.6, P4.9)."""

    SCHOOL = "school", N_("Cấp trường")
    DEPARTMENT_OF_EDUCATION = "department_of_education", N_("Sở Giáo dục và Đào tạo")
    PROVINCE = "province", N_("Cấp tỉnh")
    MINISTRY = "ministry", N_("Cấp bộ và cao hơn")


class FollowUpKind(LabelEnum):
    """What is to be followed until it is closed (P4.4, P4.6, P4.7)."""

    ADJUST_PLAN = "adjust_plan", N_("Điều chỉnh kế hoạch giúp đỡ")
    DIFFICULTY = "difficulty", N_("Khó khăn, vướng mắc")
    ADVICE = "advice", N_("Tham mưu, đề xuất của tổ")
    FINDING = "finding", N_("Nội dung cần khắc phục sau kiểm tra")
    REMINDER = "reminder", N_("Đôn đốc thực hiện")
    SUPPORT_REQUEST = "support_request", N_("Đề nghị hỗ trợ kinh phí, hiện vật")
    POLICY_REQUEST = "policy_request", N_("Giải quyết chế độ, chính sách")
    COUNSELLING_REFERRAL = "counselling_referral", N_("Chuyển tổ tư vấn học đường")
    LOCAL_COORDINATION = "local_coordination", N_("Phối hợp với địa phương")
    SPONSOR_CHANGE = "sponsor_change", N_("Bổ sung, thay người đỡ đầu")
    RETURN_TO_CLASS = "return_to_class", N_("Vận động trở lại lớp")


class FollowUpState(LabelEnum):
    OPEN = "open", N_("Đang làm")
    ANSWERED = "answered", N_("Đã làm, chờ xem")
    CLOSED = "closed", N_("Đã xong")


class RollOverChange(LabelEnum):
    """What a roll-over did to a row; each is undone in its own way."""

    MADE = "made", N_("Đã lập")
    ENDED = "ended", N_("Đã kết thúc")


class ReminderRule(LabelEnum):
    """What a person owes (P4); each rule is worked out in `rules/reminders.py`."""

    READ_PLAN = "read_plan", N_("Đọc kế hoạch năm học")
    REGISTER = "register", N_("Đăng ký đỡ đầu")
    WRITE_MONTH = "write_month", N_("Gửi đánh giá tháng")
    REVIEW_MONTH = "review_month", N_("Xem đánh giá của tổ")
    DEPARTMENT_REPORT = "department_report", N_("Nộp báo cáo tháng của tổ")
    CONFIRM_MONTH = "confirm_month", N_("Xác nhận đánh giá")
    RATE_HELP = "rate_help", N_("Nhận xét việc giúp đỡ của học kỳ")
    SURVEY = "survey", N_("Khảo sát, đề xuất học sinh")
    ASSIGNMENT_LIST = "assignment_list", N_("Họp phân công, duyệt danh sách")
    FOLLOW_UP = "follow_up", N_("Việc cần theo dõi")
    SCHOOL_REPORT = "school_report", N_("Báo cáo Sở")
    YEAR_REVIEW = "year_review", N_("Tổng kết năm học")


class Origin(LabelEnum):
    """Where a change came from."""

    PANEL = "panel", N_("Trên trang")
    IMPORT = "import", N_("Nhập danh sách")
    COMMAND = "command", N_("Dòng lệnh")
    DEMO = "demo", N_("Dữ liệu mẫu")
