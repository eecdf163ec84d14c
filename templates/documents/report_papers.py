"""What is reported: to the Sở (P4.11), by a department each month (P4.10), and the reviews (P4.9)."""

from docx.document import Document

from templates.documents import parts

_NONE = "Không có."


def school_report() -> Document:
    """One of the two reports of a year to the Sở, or a correction of it."""
    doc = _begin()
    parts.title(
        doc,
        "BÁO CÁO",
        "Kết quả thực hiện mỗi cán bộ, giáo viên nhận đỡ đầu một học sinh",
        "(lần {{ occasion }}) năm học {{ year }}{% if correction %} - {{ correction|upper }}{% endif %}",
    )
    parts.line(doc, "Kính gửi: {{ parent_body }}", align=parts.CENTRE, after=8)
    with parts.when(doc, "correction"):
        parts.paragraph(doc, "{{ correction }}. Lý do: {{ correction_reason }}")
    with parts.each(doc, "basis in legal_basis"):
        parts.paragraph(doc, "{{ basis }}", italic=True)
    parts.paragraph(
        doc,
        "{{ school_name }} báo cáo kết quả thực hiện, số liệu tính đến ngày {{ day }}. Kết quả học tập, rèn luyện và "
        "chuyển biến của các em là kết quả đã có đến ngày đó.",
    )
    _children(doc)
    _work(doc)
    _changes(doc)
    parts.heading(doc, "IV. Học sinh chưa có người đỡ đầu")
    with parts.when(doc, "left_over"):
        parts.paragraph(doc, "{{ left_over_count }} em, theo mã hồ sơ (để cân đối giữa các trường): {{ left_over }}.")
    with parts.when(doc, "not left_over"):
        parts.paragraph(doc, "Em nào trong danh sách cũng đã có người đỡ đầu.")
    _texts(doc, "V. Khó khăn, vướng mắc", "difficulties")
    _texts(doc, "VI. Đề xuất, kiến nghị", "proposals")
    parts.signature(doc, left="recipients", closing="Trên đây là báo cáo của {{ school_name }}./.")
    return doc


def _begin() -> Document:
    """Letterhead, and the mark of what nobody has signed yet."""
    doc = parts.begin()
    with parts.when(doc, "draft"):
        parts.line(doc, "{{ draft }}", align=parts.CENTRE, bold=True, before=8)
    return doc


def _figures(doc: Document, rows: str, what: str = "Nội dung", count: str = "Số lượng") -> None:
    """A table of figures, each with its name."""
    cells = ["{{ row.label }}", "{{ row.count }}"]
    parts.table(doc, [130, 35], [what, count], cells, f"row in {rows}", align=[parts.LEFT, parts.CENTRE])


def _of_department(doc: Document, closing: str, left: str | None = None) -> None:
    """The end of a document that the head of the department signs."""
    parts.signature(doc, left=left, right=("TỔ TRƯỞNG", "{{ head_name }}"), closing=closing)


def _children(doc: Document) -> None:
    parts.heading(doc, "I. Tình hình chung")
    _figures(doc, "general")
    with parts.when(doc, "children"):
        parts.heading(doc, "II. Học sinh trong danh sách được hỗ trợ")
        parts.table(
            doc,
            [45, 70, 22, 28],
            ["Phân theo", "Nội dung", "Số em", "Có người đỡ đầu"],
            ["{{ row.by }}", "{{ row.label }}", "{{ row.count }}", "{{ row.sponsored }}"],
            "row in children",
            align=[parts.LEFT, parts.LEFT, parts.CENTRE, parts.CENTRE],
        )
        parts.paragraph(
            doc, "Một em có thể thuộc nhiều nhóm hoàn cảnh nên tổng các nhóm có thể lớn hơn số em.", italic=True
        )


def _work(doc: Document) -> None:
    parts.heading(doc, "III. Kết quả thực hiện")
    with parts.when(doc, "departments"):
        parts.heading(doc, "1. Theo tổ")
        _department_table(doc)
    parts.heading(doc, "2. Gặp gỡ, hỗ trợ, hoạt động")
    _figures(doc, "work")
    with parts.when(doc, "supports"):
        parts.line(doc, "Hỗ trợ đã trao, theo loại", italic=True, after=4, keep=True)
        parts.table(
            doc,
            [75, 25, 30, 35],
            ["Loại", "Số lần", "Số lượng", "Trị giá (đồng)"],
            ["{{ row.label }}", "{{ row.times }}", "{{ row.count }}", "{{ row.value }}"],
            "row in supports",
            align=[parts.LEFT, parts.CENTRE, parts.CENTRE, parts.RIGHT],
        )


def _department_table(doc: Document) -> None:
    parts.table(
        doc,
        [50, 22, 18, 22, 22, 31],
        ["Tổ", "Thầy cô đỡ đầu", "Số em", "Lần liên hệ", "Tiết phụ đạo", "Hỗ trợ (đồng)"],
        [
            "{{ row.label }}",
            "{{ row.sponsors }}",
            "{{ row.count }}",
            "{{ row.contacts }}",
            "{{ row.lessons }}",
            "{{ row.value }}",
        ],
        "row in departments",
        align=[parts.LEFT, *[parts.CENTRE] * 4, parts.RIGHT],
    )


def _moves_table(doc: Document) -> None:
    parts.table(
        doc,
        [72, 31, 31, 31],
        ["Nội dung (nơi đã biết cả hai thời điểm)", "Cao hơn trước", "Như trước", "Thấp hơn trước"],
        ["{{ row.label }}", "{{ row.up }}", "{{ row.same }}", "{{ row.down }}"],
        "row in moves",
        align=[parts.LEFT, *[parts.CENTRE] * 3],
    )


def _changes(doc: Document) -> None:
    parts.heading(doc, "3. Chuyển biến của các em")
    _figures(doc, "trends")
    _moves_table(doc)
    parts.heading(doc, "4. Duy trì sĩ số của các em trong danh sách")
    _figures(doc, "staying", "Nội dung", "Số em")
    parts.heading(doc, "5. So với báo cáo trước")
    with parts.when(doc, "before"):
        parts.paragraph(doc, "So với {{ before }}:", keep=True)
        parts.table(
            doc,
            [72, 31, 31, 31],
            ["Nội dung", "Kỳ trước", "Kỳ này", "Tăng, giảm"],
            ["{{ row.label }}", "{{ row.before }}", "{{ row.now }}", "{{ row.change }}"],
            "row in difference",
            align=[parts.LEFT, *[parts.RIGHT] * 3],
        )
    with parts.when(doc, "not before"):
        parts.paragraph(doc, "Chưa có số liệu của kỳ báo cáo trước để so sánh.")


def _texts(doc: Document, heading: str, name: str) -> None:
    """A heading with the paragraphs of a list, or a word that there is nothing."""
    parts.heading(doc, heading)
    with parts.each(doc, f"text in {name}"):
        parts.paragraph(doc, "{{ text }}")
    with parts.when(doc, f"not {name}"):
        parts.paragraph(doc, _NONE)


def department_month() -> Document:
    """A department's monthly report."""
    doc = _begin()
    parts.title(
        doc,
        "BÁO CÁO THÁNG {{ month }}",
        "Công tác nhận đỡ đầu học sinh của {{ department }}",
        small=["(Năm học {{ year }}, số liệu tính đến ngày {{ day }})"],
    )
    parts.heading(doc, "1. Kết quả trong tháng")
    parts.paragraph(doc, "{{ paragraph }}")
    parts.table(
        doc,
        [50, 85, 30],
        ["Phần", "Nội dung", "Số lượng"],
        ["{{ row.group }}", "{{ row.label }}", "{{ row.count }}"],
        align=[parts.LEFT, parts.LEFT, parts.CENTRE],
    )
    _texts(doc, "2. Nhận xét của tổ, khó khăn và đề xuất", "comment")
    closing = "Trên đây là báo cáo tháng {{ month }} của {{ department }}./."
    _of_department(doc, closing, left="recipients")
    return doc


def review() -> Document:
    """The review of a semester or a year: the school's, or a department's."""
    doc = _begin()
    parts.title(
        doc,
        "BÁO CÁO {{ title|upper }} NĂM HỌC {{ year }}",
        "Công tác nhận đỡ đầu học sinh{% if department %} của {{ department }}{% endif %}",
        small=["(Số liệu từ ngày {{ first_day }} đến ngày {{ last_day }})"],
    )
    parts.heading(doc, "1. Toàn cảnh")
    _figures(doc, "general")
    parts.heading(doc, "2. Thay đổi của các em được đỡ đầu")
    _moves_table(doc)
    _figures(doc, "trends", "Chuyển biến chung ở tháng gần nhất", "Số em")
    with parts.when(doc, "departments"):
        parts.heading(doc, "3. Theo tổ")
        _department_table(doc)
    with parts.when(doc, "department"):
        closing = "Trên đây là báo cáo của {{ department }}./."
        _of_department(doc, closing, left="recipients")
    with parts.when(doc, "not department"):
        parts.signature(doc, left="recipients", closing="Trên đây là báo cáo của {{ school_name }}./.")
    with parts.when(doc, "rows"):
        _appendix(doc)
    return doc


def _appendix(doc: Document) -> None:
    """What changed for each child; it names them, so it stays within the school."""
    opening = parts.line(doc, "PHỤ LỤC: THAY ĐỔI CỦA TỪNG EM", align=parts.CENTRE, bold=True, after=2, keep=True)
    opening.paragraph_format.page_break_before = True
    parts.line(
        doc,
        "(Có tên học sinh: chỉ lưu hành nội bộ. Học tập, rèn luyện: {{ terms }})",
        align=parts.CENTRE,
        italic=True,
        after=6,
        keep=True,
    )
    parts.table(
        doc,
        [9, 30, 13, 30, 24, 24, 22, 11, 25],
        ["TT", "Học sinh", "Lớp", "Người đỡ đầu", "Học tập", "Rèn luyện", "Chuyển biến", "Liên hệ", "Ghi chú"],
        [
            "{{ row.number }}",
            "{{ row.full_name }}",
            "{{ row.class_name }}",
            "{{ row.sponsors }}",
            "{{ row.learning }}",
            "{{ row.conduct }}",
            "{{ row.trend }}",
            "{{ row.contacts }}",
            "{{ row.note }}",
        ],
        align=[parts.CENTRE, parts.LEFT, parts.CENTRE, *[parts.LEFT] * 4, parts.CENTRE, parts.LEFT],
        size=10,
    )
    closing = "Phụ lục gồm {{ rows|length }} em được đỡ đầu."
    with parts.when(doc, "department"):
        _of_department(doc, closing)
    with parts.when(doc, "not department"):
        parts.signature(doc, right=("NGƯỜI LẬP", "{{ drafter_name }}"), closing=closing)
