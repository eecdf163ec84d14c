"""All that the panel holds on one student, as one document (security-notes section 4).

It goes as far as the person who prints it may see: all of it for leadership, the own part for others. What is private
stands in it where the policy lets this person read it, and where it is not the document says so. Each printing is
entered with the student's name in the log of what left the panel.

A column that refers to a student or a case is either in `COVERED`, or in `LEFT_OUT` with the reason; a test keeps both
in step with the tables, so that a new one is not forgotten.
"""

from typing import Any

from sqlalchemy.orm import Session

from school.models import Student
from school.reports.documents import Paper
from school.reports.student_file_rows import Held, held
from school.reports.student_file_words import case_values, day, entries, facts, result_rows
from school.rules.actor import Actor
from school.rules.policy import can, require
from school.vocabulary import N_, Action, DocumentKind

# Every column that refers to the student, directly or through a row that does, and is in the file.
COVERED = frozenset(
    {
        "activity_participant.student_id",
        "case_private.case_id",
        "contact.case_id",
        "contact_private.contact_id",
        "disclosure.student_id",
        "enrolment.student_id",
        "follow_up.case_id",
        "goal.plan_id",
        "hardship.case_id",
        "inspection.case_id",
        "progress_evaluation.case_id",
        "registration.student_id",
        "screening_decision.student_id",
        "sponsorship.case_id",
        "student_private.student_id",
        "support_case.student_id",
        "support_item.case_id",
        "support_plan.case_id",
        "survey_entry.case_id",
        "term_result.enrolment_id",
    }
)
LEFT_OUT = {
    "follow_up.inspection_id": "what an inspection of a case asks for stands there by its case; the others are staff's",
    "goal.carried_from_id": "says which goal a goal goes on from: both are in the file",
    "inspection.sponsorship_id": "how a member of staff does the work: about that person, not about the student",
    "sensitive_view.case_id": "who opened the case: for leadership's page of who saw a student",
    "sponsor_evaluation.sponsorship_id": "the help of a member of staff is rated: about that person",
    "sponsorship.follows_id": "says whom a sponsor takes over from: both are in the file",
}

VARIABLES = {
    "whole": N_("Đúng nếu người in được xem mọi phần của hồ sơ"),
    "code": N_("Mã học sinh"),
    "full_name": N_("Họ và tên học sinh"),
    "classroom": N_("Lớp hiện nay"),
    "printed_on": N_("Ngày in"),
    "identity[]": N_("Các mục về em, mỗi mục một dòng"),
    "identity[].label": N_("Tên mục"),
    "identity[].value": N_("Nội dung"),
    "family[]": N_("Gia đình và liên hệ, mỗi mục một dòng"),
    "family[].label": N_("Tên mục"),
    "family[].value": N_("Nội dung"),
    "family_closed": N_("Đúng nếu người in không được xem phần gia đình"),
    "results[]": N_("Lớp và kết quả, mỗi kỳ một dòng"),
    **{
        f"results[].{name}": meaning
        for name, meaning in {
            "year": N_("Năm học"),
            "classroom": N_("Lớp"),
            "stay": N_("Học ở lớp từ ngày, đến ngày, kết quả khi rời lớp"),
            "period": N_("Kỳ"),
            "learning": N_("Kết quả học tập"),
            "conduct": N_("Kết quả rèn luyện"),
            "absences": N_("Vắng có phép, không phép"),
        }.items()
    },
    "around[]": N_("Sàng lọc, đăng ký giúp em, hoạt động đã tham gia"),
    "around[].on": N_("Ngày"),
    "around[].title": N_("Việc"),
    "around[].text": N_("Nội dung"),
    "cases[]": N_("Các hồ sơ hỗ trợ, năm gần nhất trước"),
    "cases[].code": N_("Mã hồ sơ"),
    "cases[].year": N_("Năm học của hồ sơ"),
    "cases[].closed": N_("Đúng nếu người in không được xem hoàn cảnh trong hồ sơ"),
    "cases[].facts[]": N_("Các mục chung của hồ sơ"),
    "cases[].facts[].label": N_("Tên mục"),
    "cases[].facts[].value": N_("Nội dung"),
    "cases[].circumstances": N_("Hoàn cảnh gia đình, bản thân"),
    "cases[].own_effort": N_("Sự rèn luyện của bản thân"),
    **{
        f"cases[].{part}{name}": meaning
        for part, whole in {
            "hardships": N_("Phân loại hoàn cảnh"),
            "surveys": N_("Khảo sát"),
            "sponsors": N_("Người đỡ đầu"),
            "goals": N_("Kế hoạch và mục tiêu"),
            "contacts": N_("Nhật ký liên hệ"),
            "support": N_("Hỗ trợ đã trao"),
            "evaluations": N_("Đánh giá"),
            "oversight": N_("Kiểm tra và việc cần theo dõi"),
        }.items()
        for name, meaning in {
            "[]": whole,
            "[].on": N_("Ngày hoặc kỳ"),
            "[].title": N_("Việc, người làm"),
            "[].text": N_("Nội dung"),
        }.items()
    },
    "papers[]": N_("Danh sách, văn bản về em đã in hoặc xuất"),
    "papers[].on": N_("Ngày"),
    "papers[].title": N_("Tên văn bản"),
    "papers[].text": N_("Dạng"),
}
NEEDED = ("full_name", "identity[].value", "cases[].evaluations[].text")
ASKS = (Action.VIEW_STUDENT,)


def paper(session: Session, actor: Actor, student: Student) -> Paper:
    """The file of one student whom the actor may see."""
    require(actor, Action.VIEW_STUDENT, student)
    found = held(session, actor, student)
    return Paper(
        DocumentKind.STUDENT_FILE,
        f"Hồ sơ {student.full_name} {student.code}",
        _values(actor, found),
        student_id=student.id,
    )


def _values(actor: Actor, found: Held) -> dict[str, Any]:
    student, stay = found.student, found.student.current_enrolment
    private = student.private
    return {
        "whole": found.whole,
        "code": student.code,
        "full_name": student.full_name,
        "classroom": stay.classroom.name if stay is not None else None,
        "printed_on": actor.today,
        "identity": facts(
            ("Họ và tên", student.full_name),
            ("Tên gọi", student.sort_name),
            ("Mã học sinh", student.code),
            ("Ngày sinh", day(student.date_of_birth)),
            ("Giới tính", student.gender),
            ("Lớp", stay.classroom.name if stay is not None else None),
            ("Giáo viên chủ nhiệm", stay.classroom.homeroom_teacher if stay is not None else None),
        ),
        "family": _family(private) if private is not None else [],
        "family_closed": not can(actor, Action.VIEW_CIRCUMSTANCES, private or student),
        "results": result_rows(found.stays),
        "around": entries(_around(found)),
        "cases": [case_values(case, found, bool(can(actor, Action.VIEW_CIRCUMSTANCES, case))) for case in found.cases],
        "papers": entries((paper.created_at, paper.name, paper.format) for paper in found.papers),
    }


def _family(private: Any) -> list[dict[str, Any]]:
    return facts(
        ("Dân tộc", private.ethnicity),
        ("Diện chính sách", private.policy_category),
        ("Họ tên cha", private.father_name),
        ("Họ tên mẹ", private.mother_name),
        ("Điện thoại", private.phone),
        ("Địa chỉ", private.address),
        ("Xã, phường", private.commune),
        ("Ghi chú", private.note),
    )


def _around(found: Held) -> list[tuple[Any, str, Any]]:
    """What stands beside the cases, in the order of days."""
    rows: list[tuple[Any, str, Any]] = []
    for decision in found.screenings:
        title = "Sàng lọc: đưa vào danh sách cần giúp" if decision.taken_in else "Sàng lọc: chưa đưa vào danh sách"
        rows.append((decision.decided_on, f"{title}, năm học {decision.school_year}", decision.reason))
    for offer in found.offers:
        taken_back = f" (rút ngày {day(offer.withdrawn_on)})" if offer.withdrawn_on else ""
        title = f"{offer.staff} đăng ký giúp em, năm học {offer.school_year}{taken_back}"
        rows.append((offer.registered_on, title, offer.note))
    for part in found.participations:
        activity = part.activity
        title = f"Tham gia hoạt động “{activity.title}”, {activity.organiser} phụ trách"
        rows.append((activity.held_on, title, activity.description))
    return sorted(rows, key=lambda row: row[0])
