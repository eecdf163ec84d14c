"""The template of a student's file: what is held on one student, year by year."""

from docx.document import Document

from templates.documents import parts

# The parts of a case in their order: what each is called, its heading for the first column, and its rows.
CASE_PARTS = (
    ("Phân loại hoàn cảnh", "hardships", ""),
    ("Khảo sát", "surveys", "Ngày"),
    ("Người đỡ đầu", "sponsors", "Thời gian"),
    ("Kế hoạch và mục tiêu", "goals", "Kỳ"),
    ("Nhật ký liên hệ", "contacts", "Ngày"),
    ("Hỗ trợ đã trao", "support", "Ngày"),
    ("Đánh giá", "evaluations", "Kỳ"),
    ("Kiểm tra và việc cần theo dõi", "oversight", "Ngày"),
)


def student_file() -> Document:
    """Identity, family, results, then each case with its parts."""
    doc = parts.begin(numbered=False)
    parts.title(
        doc,
        "HỒ SƠ HỌC SINH",
        "{{ full_name }}{% if classroom %}, lớp {{ classroom }}{% endif %}",
        small=[
            "Thông tin riêng của học sinh, chỉ dùng để giúp đỡ học sinh; không sao chép, không chuyển cho người khác."
        ],
    )
    with parts.when(doc, "not whole"):
        parts.paragraph(doc, "Bản này chỉ gồm những phần mà người in được xem.", italic=True)
    parts.heading(doc, "I. THÔNG TIN CHUNG")
    _facts(doc, "fact in identity")
    with parts.when(doc, "family"):
        parts.heading(doc, "II. GIA ĐÌNH VÀ LIÊN HỆ")
        _facts(doc, "fact in family")
    with parts.when(doc, "not family"):
        parts.heading(doc, "II. GIA ĐÌNH VÀ LIÊN HỆ")
        parts.paragraph(
            doc,
            "{% if family_closed %}Phần riêng của gia đình không có trong bản này.{% else %}Chưa ghi.{% endif %}",
        )
    parts.heading(doc, "III. LỚP VÀ KẾT QUẢ")
    with parts.when(doc, "results"):
        parts.table(
            doc,
            [24, 17, 44, 20, 21, 22, 24],
            ["Năm học", "Lớp", "Thời gian", "Kỳ", "Học tập", "Rèn luyện", "Vắng có phép / không phép"],
            [
                f"{{{{ row.{name} }}}}"
                for name in ("year", "classroom", "stay", "period", "learning", "conduct", "absences")
            ],
            "row in results",
            align=[parts.CENTRE, parts.CENTRE, parts.LEFT, parts.LEFT, parts.LEFT, parts.LEFT, parts.CENTRE],
            size=11,
        )
    with parts.when(doc, "not results"):
        parts.paragraph(doc, "Chưa ghi.")
    parts.heading(doc, "IV. SÀNG LỌC, ĐĂNG KÝ GIÚP ĐỠ, HOẠT ĐỘNG ĐÃ THAM GIA")
    _entries(doc, "around", "Ngày")
    parts.heading(doc, "V. HỒ SƠ HỖ TRỢ")
    with parts.when(doc, "not cases"):
        parts.paragraph(doc, "Không có hồ sơ hỗ trợ nào mà người in được xem.")
    with parts.each(doc, "case in cases"):
        _case(doc)
    with parts.when(doc, "papers"):
        parts.heading(doc, "VI. DANH SÁCH, VĂN BẢN VỀ HỌC SINH ĐÃ IN HOẶC XUẤT")
        _entries(doc, "papers", "Ngày")
    parts.signature(doc, right=("NGƯỜI IN HỒ SƠ", ""), closing="In ngày {{ printed_on }}.")
    return doc


def _facts(doc: Document, loop: str) -> None:
    """Labels and values, two columns without a header."""
    parts.table(doc, [50, 115], ["Mục", "Nội dung"], ["{{ fact.label }}", "{{ fact.value }}"], loop)


def _case(doc: Document) -> None:
    parts.heading(doc, "Năm học {{ case.year }}, hồ sơ {{ case.code }}")
    _facts(doc, "fact in case.facts")
    for label, name in (("Hoàn cảnh gia đình, bản thân", "circumstances"), ("Sự rèn luyện của bản thân", "own_effort")):
        with parts.when(doc, f"case.{name}"):
            parts.paragraph(doc, f"{label}: {{{{ case.{name} }}}}")
    with parts.when(doc, "case.closed"):
        parts.paragraph(doc, "Hoàn cảnh, phân loại, khảo sát và điều ghi riêng không có trong bản này.", italic=True)
    for label, name, first in CASE_PARTS:
        with parts.when(doc, f"case.{name}"):
            parts.line(doc, label, bold=True, italic=True, before=4, after=3, keep=True)
            _table(doc, f"case.{name}", first)


def _entries(doc: Document, name: str, first: str) -> None:
    with parts.when(doc, name):
        _table(doc, name, first)
    with parts.when(doc, f"not {name}"):
        parts.paragraph(doc, "Chưa ghi.")


def _table(doc: Document, name: str, first: str) -> None:
    """A day or a period, what it was and by whom, and what was written."""
    if not first:
        parts.table(
            doc,
            [65, 100],
            ["Mục phân loại", "Nội dung"],
            ["{{ row.title }}", "{{ row.text }}"],
            f"row in {name}",
            size=11.5,
        )
        return
    parts.table(
        doc,
        [28, 47, 90],
        [first, "Việc", "Nội dung"],
        ["{{ row.on }}", "{{ row.title }}", "{{ row.text }}"],
        f"row in {name}",
        size=11.5,
    )
