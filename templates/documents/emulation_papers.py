"""The templates of emulation (P4.5, P4.6): the list of scores, the evidence for a commendation, for an early raise."""

from docx.document import Document

from templates.documents import parts

_NOTHING = "Chưa có."


def score_list() -> Document:
    """The year's scores by department; its pages lie, for a column a criterion."""
    doc = parts.begin(numbered=False, wide=True)
    parts.title(
        doc,
        "BẢNG ĐIỂM THI ĐUA",
        "Tiêu chí nhận đỡ đầu học sinh, năm học {{ year }}",
        small=["({{ state }})"],
    )
    with parts.when(doc, "criteria"):
        parts.line(doc, "Các tiêu chí và điểm tối đa:", bold=True, size=12, after=2, keep=True)
        with parts.each(doc, "item in criteria"):
            parts.line(doc, "({{ item.number }}) {{ item.name }}: {{ item.max }} điểm{{ item.bonus }}", size=12)
    with parts.when(doc, "not departments"):
        parts.paragraph(doc, "Năm học {{ year }} chưa có ai trong danh sách.")
    with parts.each(doc, "group in departments"):
        parts.line(doc, "{{ group.name }}: {{ group.rows|length }} người", bold=True, before=8, after=3, keep=True)
        _scores(doc)
    with parts.when(doc, "levels"):
        parts.line(doc, "Tổng hợp", bold=True, before=4, after=2, keep=True)
        with parts.each(doc, "level in levels"):
            parts.line(doc, "- {{ level.name }}: {{ level.count }} người", keep=True)
    parts.signature(
        doc,
        left=("THƯ KÝ", "{{ drafter_name }}"),
        right=("TM. HỘI ĐỒNG THI ĐUA – KHEN THƯỞNG\nCHỦ TỊCH", ""),
        closing=(
            "Danh sách gồm {{ people }} người. Đây là điểm của một tiêu chí thi đua; danh hiệu và xếp loại cuối năm do "
            "quyết định riêng."
        ),
    )
    return doc


def _scores(doc: Document) -> None:
    """One department: a row a person, a column a criterion."""
    columns: parts.Columns = (
        (9, "TT", "{{ row.number }}"),
        (50, "Họ và tên, chức vụ", "{{ row.name }}{% if row.post %}, {{ row.post }}{% endif %}"),
        *parts.repeat("item in criteria", "({{ item.number }})", "points in row.points", "{{ points }}", 12),
        (15, "Tổng điểm", "{{ row.total }}"),
        (15, "Quy đổi", "{{ row.converted }}"),
        (26, "Mức", "{{ row.level }}"),
        (36, "Quyết định", "{{ row.decision }}"),
    )
    widths, header, cells = zip(*columns, strict=True)
    text = {1, len(columns) - 2, len(columns) - 1}
    align = [parts.LEFT if place in text else parts.CENTRE for place in range(len(columns))]
    parts.table(doc, widths, header, cells, "row in group.rows", align=align, size=11)


def commendation_evidence() -> Document:
    """What there is for one proposal: its words, the counts, the rating and the frozen sheet, or the team's work."""
    doc = parts.begin(numbered=False)
    parts.title(
        doc,
        "MINH CHỨNG ĐỀ NGHỊ KHEN THƯỞNG",
        "{{ name }}",
        "Năm học {{ year }}",
        small=["{{ kind }}{% if unit %}: {{ unit }}{% endif %}"],
    )
    parts.heading(doc, "I. ĐỀ NGHỊ")
    made = parts.table(doc, [50, 115], ["Mục", "Nội dung"], ["", ""], None)
    for label, value in (
        ("Danh hiệu, hình thức khen", "{{ title }}"),
        ("Loại", "{{ award }}"),
        ("Cấp khen", "{{ level }}"),
        ("Ngày đề nghị", "{{ proposed_on }}"),
        ("Quyết định", "{% if decision %}{{ decision }}{% else %}Chưa có quyết định{% endif %}"),
    ):
        parts.row(made, [label, value])
    with parts.when(doc, "achievement"):
        parts.paragraph(doc, "Thành tích do người đề nghị ghi: {{ achievement }}")
    parts.heading(doc, "II. SỐ LIỆU TRONG NĂM HỌC")
    parts.table(
        doc,
        [125, 40],
        ["Nội dung", "Số lượng"],
        ["{{ row.label }}", "{{ row.count }}"],
        "row in counts",
        align=[parts.LEFT, parts.CENTRE],
    )
    with parts.when(doc, "shares"):
        parts.heading(doc, "III. KẾT QUẢ CHUNG CỦA TỔ")
        parts.table(
            doc,
            [75, 30, 30, 30],
            ["Nội dung", "Đã đạt / cần", "Tỷ lệ của tổ", "Đã xét quy mô"],
            ["{{ row.label }}", "{{ row.counted }}", "{{ row.share }}", "{{ row.adjusted }}"],
            "row in shares",
            align=[parts.LEFT, parts.CENTRE, parts.CENTRE, parts.CENTRE],
        )
    with parts.when(doc, "not shares"):
        _rating_and_sheet(doc)
    parts.signature(doc, left="recipients", closing="Số liệu lấy từ phần mềm theo dõi việc nhận đỡ đầu học sinh.")
    return doc


def _rating_and_sheet(doc: Document) -> None:
    """Of a person: the yearly rating, and the sheet that the council froze."""
    parts.heading(doc, "III. XẾP LOẠI CUỐI NĂM")
    parts.paragraph(doc, f"{{% if rating %}}{{{{ rating }}}}.{{% else %}}{_NOTHING}{{% endif %}}")
    parts.heading(doc, "IV. PHIẾU ĐIỂM THI ĐUA ĐÃ CHỐT")
    with parts.when(doc, "sheet"):
        parts.paragraph(doc, "{{ sheet }}: {{ total }} điểm, mức {{ score_level }}.", keep=True)
    with parts.when(doc, "not sheet"):
        parts.paragraph(doc, _NOTHING)
    with parts.when(doc, "lines"):
        parts.table(
            doc,
            [12, 103, 25, 25],
            ["TT", "Tiêu chí", "Điểm", "Tối đa"],
            ["{{ row.number }}", "{{ row.name }}", "{{ row.points }}", "{{ row.max }}"],
            "row in lines",
            align=[parts.CENTRE, parts.LEFT, parts.CENTRE, parts.CENTRE],
        )


def early_raise() -> Document:
    """What stands on record of one person over several years: evidence, no verdict (P7)."""
    doc = parts.begin(numbered=False)
    parts.title(
        doc,
        "MINH CHỨNG XÉT NÂNG LƯƠNG TRƯỚC THỜI HẠN",
        "{{ full_name }}",
        small=["{{ code }}{% if post %}, {{ post }}{% endif %}{% if department %}, {{ department }}{% endif %}"],
    )
    with parts.when(doc, "years"):
        parts.paragraph(
            doc,
            "Kết quả đã có quyết định trong {{ years_count }} năm học, từ năm học {{ first_year }} đến năm học "
            "{{ last_year }}:",
            keep=True,
        )
        parts.table(
            doc,
            [22, 38, 38, 42, 30],
            [
                "Năm học",
                "Điểm thi đua của tiêu chí đỡ đầu",
                "Xếp loại cuối năm",
                "Danh hiệu, khen thưởng",
                "Số em đã giúp",
            ],
            ["{{ row.year }}", "{{ row.score }}", "{{ row.rating }}", "{{ row.awards }}", "{{ row.sponsored }}"],
            "row in years",
            align=[parts.CENTRE, parts.LEFT, parts.LEFT, parts.LEFT, parts.LEFT],
            size=11.5,
        )
    with parts.when(doc, "not years"):
        parts.paragraph(doc, "Chưa có năm học nào để liệt kê.")
    parts.signature(
        doc,
        left="recipients",
        closing=(
            "Văn bản chỉ liệt kê minh chứng để Hội đồng xem xét, không kết luận; ô trống là năm đó chưa có phiếu chốt, "
            "chưa ghi xếp loại hoặc không có khen thưởng."
        ),
    )
    return doc
