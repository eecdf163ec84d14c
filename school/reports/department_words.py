"""The paragraph for the department's general report (P4.10): from the figures and the head's words, no child's name.

It goes into a Vietnamese document, so it is Vietnamese whatever the language of the panel.
"""

from collections.abc import Iterable

from school.rules.oversight import in_a_sentence
from school.services.department_figures import Figures
from school.vocabulary import ProgressStep

# How the steps of a student's progress read in a report, the best first.
_TRENDS = (
    (ProgressStep.IMPROVED, "{} em tiến bộ rõ"),
    (ProgressStep.STEADY, "{} em giữ vững"),
    (ProgressStep.UNCHANGED, "{} em chưa chuyển biến"),
    (ProgressStep.DECLINED, "{} em cần quan tâm hơn"),
    (ProgressStep.NOT_OBSERVED, "{} em chưa đủ thông tin"),
)
OPENING = "Thực hiện kế hoạch nhận đỡ đầu học sinh có nguy cơ bỏ học"


def number(value: int) -> str:
    """With its thousands apart, as in Vietnam: 1.250.000."""
    return f"{value:,}".replace(",", ".")


def paragraph(department: str, period: str, figures: Figures, comment: str | None = None) -> str:
    """The ready paragraph of the month."""
    year, _, month = period.partition("-")
    opening = f"{OPENING}, trong tháng {int(month)}/{year} {in_a_sentence(department)}"
    if not figures.cases:
        sentences = [f"{opening} chưa có thầy cô nhận đỡ đầu học sinh."]
    else:
        sentences = [
            f"{opening} có {figures.sponsors} thầy cô đỡ đầu {figures.cases} em.",
            *_contacts(figures),
            *_evaluations(figures),
            *_shown(figures),
            *_goals(figures),
            *_support(figures),
        ]
    words = " ".join((comment or "").split())
    return " ".join([*sentences, *([_ended(words)] if words else [])])


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def _listed(parts: Iterable[str]) -> str:
    return ", ".join(parts)


def _contacts(f: Figures) -> list[str]:
    if not f.contacts:
        return ["Trong tháng chưa ghi lần liên hệ nào; tổ sẽ cùng các thầy cô thu xếp gặp gỡ các em."]
    met = f"Các thầy cô đã liên hệ {f.contacts} lần với các em và gia đình"
    met += f", gặp được {f.reached} lần" if f.reached else ", nhưng chưa gặp được lần nào"
    left = f"; còn {f.without_contact} em chưa gặp được lần nào" if f.reached and f.without_contact else ""
    return [f"{met}{left}."]


def _evaluations(f: Figures) -> list[str]:
    if not f.due:
        return []
    if f.on_time == f.due:
        return [f"Đánh giá tháng của cả {f.due} em đã gửi đúng hạn."]
    parts = [f"{f.on_time} gửi đúng hạn"] if f.on_time else []
    parts += [f"{f.late} gửi muộn"] if f.late else []
    parts += [f"{f.missing} chưa gửi"] if f.missing else []
    return [f"Trong {f.due} đánh giá tháng cần có: {_listed(parts)}."]


def _shown(f: Figures) -> list[str]:
    trends = [words.format(f.trends[step.value]) for step, words in _TRENDS if f.trends.get(step.value)]
    said = [f"Qua đánh giá của người đỡ đầu: {_listed(trends)}."] if trends else []
    moves = [f"{f.risk_down} em đi học yên tâm hơn"] if f.risk_down else []
    moves += [f"{f.risk_up} em cần để ý thêm"] if f.risk_up else []
    return said + ([f"So với tháng trước, {' và '.join(moves)}."] if moves else [])


def _goals(f: Figures) -> list[str]:
    if not f.goals:
        return []
    parts = [f"đạt {f.goals_met}"] if f.goals_met else []
    parts += [f"đạt một phần {f.goals_partly}"] if f.goals_partly else []
    parts += [f"chưa đạt {f.goals_not_met}"] if f.goals_not_met else []
    return [f"Các em cùng thầy cô đã xem lại {f.goals} mục tiêu: {_listed(parts)}."]


def _support(f: Figures) -> list[str]:
    parts = [f"dạy phụ đạo {number(f.lessons)} tiết"] if f.lessons else []
    parts += [f"trao hỗ trợ trị giá {number(f.value)} đồng"] if f.value else []
    if not parts:
        return [f"Các em đã nhận {f.supports} lần hỗ trợ."] if f.supports else []
    return [f"Các thầy cô đã {' và '.join(parts)}."]
