"""The paragraph for the department's general report: what it says, and what it never says (P1.3, P4.10)."""

import datetime as dt
import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from school.reports.department_words import paragraph
from school.services.department_figures import Figures
from school.vocabulary import ProgressStep
from tests.test_wording import HARD_WORDS, hard_words

DAY = dt.date(2025, 10, 24)
COUNTS = st.integers(0, 400)
FIGURES = st.builds(
    Figures,
    day=st.just(DAY),
    trends=st.dictionaries(st.sampled_from([step.value for step in ProgressStep]), COUNTS),
    value=st.integers(0, 10**11),
    **dict.fromkeys(
        (
            *("cases", "sponsors", "contacts", "reached", "without_contact", "on_time", "late", "missing"),
            *("goals_met", "goals_partly", "goals_not_met", "risk_up", "risk_down", "supports", "lessons"),
        ),
        COUNTS,
    ),
)


def counted(figures: Figures) -> Figures:
    """The figures of a department that has students, each led by somebody."""
    return replace(figures, cases=max(figures.cases, 1), sponsors=max(figures.sponsors, 1))


def test_a_month_in_words() -> None:
    figures = Figures(
        day=DAY,
        cases=12,
        sponsors=9,
        contacts=31,
        reached=27,
        without_contact=1,
        on_time=9,
        late=2,
        missing=1,
        goals_met=7,
        goals_partly=3,
        goals_not_met=2,
        trends={"improved": 4, "steady": 5, "declined": 2},
        risk_up=1,
        risk_down=3,
        supports=6,
        lessons=14,
        value=1_250_000,
    )
    assert paragraph("Tổ Toán", "2025-10", figures, "Tổ đề nghị nhà trường\nhỗ trợ sách cho các em") == (
        "Thực hiện kế hoạch nhận đỡ đầu học sinh có nguy cơ bỏ học, trong tháng 10/2025 tổ Toán có 9 thầy cô đỡ đầu "
        "12 em. Các thầy cô đã liên hệ 31 lần với các em và gia đình, gặp được 27 lần; còn 1 em chưa gặp được lần "
        "nào. Trong 12 đánh giá tháng cần có: 9 gửi đúng hạn, 2 gửi muộn, 1 chưa gửi. Qua đánh giá của người đỡ đầu: "
        "4 em tiến bộ rõ, 5 em giữ vững, 2 em cần quan tâm hơn. So với tháng trước, 3 em đi học yên tâm hơn và 1 em "
        "cần để ý thêm. Các em cùng thầy cô đã xem lại 12 mục tiêu: đạt 7, đạt một phần 3, chưa đạt 2. Các thầy cô "
        "đã dạy phụ đạo 14 tiết và trao hỗ trợ trị giá 1.250.000 đồng. Tổ đề nghị nhà trường hỗ trợ sách cho các em."
    )


def test_a_month_in_which_all_went_well_is_short() -> None:
    figures = Figures(day=DAY, cases=2, sponsors=2, contacts=5, reached=5, on_time=2, supports=1)
    assert paragraph("Văn – Ngoại ngữ", "2026-02", figures) == (
        "Thực hiện kế hoạch nhận đỡ đầu học sinh có nguy cơ bỏ học, trong tháng 2/2026 tổ Văn – Ngoại ngữ có 2 thầy cô "
        "đỡ đầu 2 em. Các thầy cô đã liên hệ 5 lần với các em và gia đình, gặp được 5 lần. Đánh giá tháng của cả 2 em "
        "đã gửi đúng hạn. Các em đã nhận 1 lần hỗ trợ."
    )


def test_a_department_without_students_says_so_and_keeps_the_heads_words() -> None:
    assert paragraph("Văn phòng", "2025-09", Figures(day=DAY), "Sẽ nhận em mới!") == (
        "Thực hiện kế hoạch nhận đỡ đầu học sinh có nguy cơ bỏ học, trong tháng 9/2025 tổ Văn phòng chưa có thầy cô "
        "nhận đỡ đầu học sinh. Sẽ nhận em mới!"
    )


@given(FIGURES, st.text(max_size=80))
def test_whatever_the_figures_it_is_one_paragraph_of_whole_sentences_in_kind_words(figures: Figures, said: str) -> None:
    text = paragraph("Tổ Toán", "2025-10", figures, said)
    assert "\n" not in text
    assert "None" not in text
    assert not re.search(r"(?<![\d.])0 (em|lần|gửi|tiết|đồng|mục)", paragraph("Tổ Toán", "2025-10", counted(figures)))
    assert text.startswith("Thực hiện kế hoạch")
    assert hard_words(paragraph("Tổ Toán", "2025-10", figures), HARD_WORDS) == []
