"""The year's plan (Kế hoạch, P4.1) as a document: purpose, who is helped, tasks, and the year's cycle with its dates.

The words stand in the template, the dates come from the calendar as the school has them, moved or usual. Whoever may
read the announcement may print the plan; before it is announced, those who announce it.
"""

import datetime as dt
import re
from collections import Counter
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from school.models import Announcement, SchoolYear
from school.reports.documents import Paper
from school.rules.actor import Actor
from school.rules.calendar import YearPlan, month_start
from school.rules.policy import require
from school.services.calendar import plan_of
from school.services.profile import find_profile, lines
from school.vocabulary import N_, Action, Deadline, DocumentKind, HardshipGroup

VARIABLES = {
    "year": N_("Năm học"),
    "subject": N_("Tên kế hoạch, không có chữ “Kế hoạch” ở đầu"),
    "announced[]": N_("Nội dung Ban giám hiệu đã công bố, mỗi dòng một mục"),
    "groups[]": N_("Ba nhóm học sinh cần giúp đỡ, mỗi dòng một nhóm"),
    "cycle[]": N_("Các việc trong năm học, theo thứ tự"),
    "cycle[].number": N_("Số thứ tự"),
    "cycle[].content": N_("Việc trong năm học"),
    "cycle[].who": N_("Người thực hiện"),
    "cycle[].time": N_("Thời gian"),
}
NEEDED = ("cycle[].content", "cycle[].who", "cycle[].time")
ASKS = (Action.VIEW_DIRECTORY,)

# On paper, and so Vietnamese: the programme's own name, for a year whose plan is not announced yet.
SUBJECT = "Mỗi cán bộ, giáo viên nhận đỡ đầu một học sinh có nguy cơ bỏ học"
UNION = "Ban Chấp hành Công đoàn"


def paper(session: Session, actor: Actor, year: SchoolYear) -> Paper:
    """The plan of a year, with number and day of its announcement."""
    require(actor, Action.VIEW_DIRECTORY)
    announced = announcement_of(session, year)
    if announced is None:
        require(actor, Action.ANNOUNCE_PLAN)
    profile = find_profile(session)
    union = (profile.union_name if profile is not None else None) or UNION
    return Paper(
        DocumentKind.YEAR_PLAN,
        f"Kế hoạch năm học {year.name}",
        {
            "number": announced.plan_number if announced is not None else None,
            "date": announced.published_on if announced is not None else None,
            "year": year.name,
            "subject": subject_of(announced.title if announced is not None else "", year.name),
            "announced": lines(announced.body) if announced is not None else [],
            "groups": [group.label for group in HardshipGroup],
            "cycle": cycle(plan_of(session, year), union),
        },
        year_id=year.id,
    )


def announcement_of(session: Session, year: SchoolYear) -> Announcement | None:
    """The year's plan as it was announced: the newest that has a number, else the newest; one statement."""
    statement = (
        select(Announcement)
        .where(Announcement.school_year_id == year.id)
        .order_by(Announcement.plan_number.is_(None), Announcement.published_on.desc(), Announcement.id.desc())
    )
    return session.scalars(statement.limit(1)).first()


def subject_of(title: str, year: str) -> str:
    """What the plan is about: the heading above it says "Kế hoạch", and below it stands the year."""
    text = re.sub(rf"[\s,.–-]*\(?năm học\s*{re.escape(year)}\)?", "", title, flags=re.IGNORECASE)
    text = re.sub(r"^\s*kế hoạch\b(?!\s+hóa)[\s:.–-]*", "", text, flags=re.IGNORECASE).strip()
    return text[:1].upper() + text[1:] if text else SUBJECT


def cycle(plan: YearPlan, union: str = UNION) -> list[dict[str, Any]]:
    """The year's work in its order (P4): what, who and when."""
    return [
        {"number": number, "content": content, "who": who, "time": time}
        for number, (content, who, time) in enumerate(_cycle(plan, union), 1)
    ]


def _cycle(plan: YearPlan, union: str) -> list[tuple[str, str, str]]:
    leadership, sponsors, departments = "Ban giám hiệu", "Thầy cô nhận đỡ đầu", "Các tổ"
    opens, closes = plan.last_day(Deadline.SURVEY_OPENS), plan.last_day(Deadline.SURVEY_CLOSES)
    return [
        (
            "Công bố kế hoạch; cán bộ, giáo viên, nhân viên đăng ký nhận đỡ đầu trên tinh thần tự giác",
            f"{leadership}; toàn thể cán bộ, giáo viên, nhân viên",
            _by(plan.last_day(Deadline.REGISTRATION)),
        ),
        (
            "Khảo sát, rà soát, phân loại học sinh cần giúp đỡ; em cần giúp ngay thì đề xuất vào bất cứ lúc nào",
            "Giáo viên chủ nhiệm; cán bộ, giáo viên",
            f"Từ ngày {_day(opens)} đến hết ngày {_day(closes)}",
        ),
        (
            "Họp thống nhất phân công, lập danh sách người đỡ đầu và học sinh được đỡ đầu",
            f"{leadership}, {union}, các tổ, giáo viên chủ nhiệm",
            _by(plan.last_day(Deadline.ASSIGNMENT_LIST)),
        ),
        (
            "Báo cáo Sở Giáo dục và Đào tạo lần thứ nhất, kèm danh sách phân công",
            leadership,
            _by(plan.last_day(Deadline.SCHOOL_REPORT_1)),
        ),
        (
            "Đánh giá sự tiến bộ của học sinh trong tháng, ghi lại việc đã giúp",
            sponsors,
            _monthly(plan, Deadline.SPONSOR_MONTH),
        ),
        (
            "Xem đánh giá của các thầy cô trong tổ, gửi báo cáo tháng của tổ",
            departments,
            _monthly(plan, Deadline.DEPARTMENT_MONTH),
        ),
        (
            "Nhận xét sự tiến bộ của học sinh và việc giúp đỡ; động viên, khen thưởng kịp thời",
            f"{union}, {leadership}, các tổ liên quan",
            "Cuối mỗi tháng, cuối mỗi học kỳ",
        ),
        (
            "Kiểm tra, đôn đốc; tháo gỡ khó khăn, tạo điều kiện thuận lợi cho người đỡ đầu",
            f"{leadership}, {union}",
            "Thường xuyên trong năm học",
        ),
        (
            "Sơ kết học kỳ I; các tổ báo cáo học kỳ",
            f"{leadership}, {union}, các tổ",
            _by(plan.last_day(Deadline.SEMESTER_1_REVIEW)),
        ),
        (
            "Báo cáo Sở Giáo dục và Đào tạo lần thứ hai",
            leadership,
            _by(plan.last_day(Deadline.SCHOOL_REPORT_2)),
        ),
        (
            "Tổng kết; xét thi đua, đề nghị khen thưởng tập thể, cá nhân tiêu biểu",
            f"{leadership}, Hội đồng thi đua – khen thưởng",
            _by(plan.last_day(Deadline.YEAR_REVIEW)),
        ),
        (
            "Giữ liên lạc với học sinh và gia đình trong hè, vận động học sinh trở lại lớp",
            "Thầy cô nhận đỡ đầu, giáo viên chủ nhiệm",
            f"Từ tháng 6 đến tháng 8 năm {plan.ends_on.year}",
        ),
    ]


def _day(day: dt.date) -> str:
    return f"{day:%d/%m/%Y}"


def _by(day: dt.date) -> str:
    return f"Chậm nhất ngày {_day(day)}"


def _monthly(plan: YearPlan, deadline: Deadline) -> str:
    """The day that most months share, then those that differ: May, and the months that were moved."""
    last_days = {month: plan.last_day(deadline, month) for month in plan.months()}
    shared = Counter(day.day for month, day in last_days.items() if day.replace(day=1) == month_start(month))
    usual = shared.most_common(1)[0][0] if shared else None
    others = [
        f"tháng {month_start(month).month} chậm nhất ngày {_day(day)}"
        for month, day in last_days.items()
        if day.day != usual or day.replace(day=1) != month_start(month)
    ]
    if usual is None:
        return "; ".join(others)
    first, last = month_start(plan.months()[0]), month_start(plan.months()[-1])
    span = f"Hằng tháng, từ tháng {first.month}/{first.year} đến tháng {last.month}/{last.year}"
    return "; ".join([f"{span}: chậm nhất ngày {usual}", *others])
