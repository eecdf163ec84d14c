"""The templates of what belongs to a whole year: its plan, the minutes of a meeting, the list of commendations."""

from docx.document import Document

from templates.documents import parts

BLANK = "……"


def year_plan() -> Document:
    """The year's plan (P4.1). The wording is the panel's own; a school replaces it by a template of its own."""
    doc = parts.begin()
    parts.title(doc, "KẾ HOẠCH", "{{ subject }}", "Năm học {{ year }}")
    with parts.each(doc, "basis in legal_basis"):
        made = parts.paragraph(doc, "{{ basis }}", italic=True)
        made.paragraph_format.keep_with_next = None
    parts.paragraph(
        doc,
        "Nhà trường xây dựng kế hoạch nhận đỡ đầu học sinh có nguy cơ bỏ học trong năm học {{ year }} như sau:",
    )
    _purpose(doc)
    _tasks(doc)
    parts.heading(doc, "IV. TIẾN ĐỘ THỰC HIỆN")
    parts.table(
        doc,
        [10, 72, 45, 43],
        ["TT", "Nội dung", "Người thực hiện", "Thời gian"],
        ["{{ row.number }}", "{{ row.content }}", "{{ row.who }}", "{{ row.time }}"],
        "row in cycle",
        align=[parts.CENTRE, parts.LEFT, parts.LEFT, parts.LEFT],
    )
    _who_does_what(doc)
    parts.signature(
        doc,
        left="recipients",
        closing=(
            "Trên đây là kế hoạch của nhà trường. Trong khi thực hiện, nếu có khó khăn, vướng mắc, các tổ và thầy cô "
            "trao đổi với Ban giám hiệu để cùng tháo gỡ./."
        ),
    )
    return doc


def _purpose(doc: Document) -> None:
    parts.heading(doc, "I. MỤC ĐÍCH, YÊU CẦU")
    parts.heading(doc, "1. Mục đích")
    for text in (
        "Đưa việc đỡ đầu học sinh vào phong trào thi đua “Dạy tốt, học tốt”, góp phần nâng cao chất lượng giáo dục "
        "đạo đức và văn hóa của nhà trường.",
        "Dành sự quan tâm nhiều hơn cho học sinh có hoàn cảnh đặc biệt khó khăn; giảm đến mức thấp nhất số học sinh "
        "bỏ học giữa chừng.",
    ):
        parts.item(doc, text)
    parts.heading(doc, "2. Yêu cầu")
    for text in (
        "Cách làm nhẹ nhàng, kín đáo, tôn trọng học sinh; không nêu tên và hoàn cảnh của học sinh ở nơi đông người.",
        "Giúp đỡ thường xuyên, bền bỉ trong cả năm học và trong hè, không làm theo đợt.",
        "Cán bộ, giáo viên, nhân viên đăng ký nhận đỡ đầu trên tinh thần tự giác.",
        "Thông tin riêng của học sinh và gia đình chỉ dùng để giúp học sinh, chỉ người có trách nhiệm được xem.",
    ):
        parts.item(doc, text)


def _tasks(doc: Document) -> None:
    parts.heading(doc, "II. HỌC SINH ĐƯỢC GIÚP ĐỠ")
    parts.paragraph(
        doc,
        "Những học sinh có nguy cơ bỏ học, được rà soát và phân loại theo ba nhóm dưới đây; một học sinh có thể thuộc "
        "nhiều nhóm.",
    )
    with parts.each(doc, "group in groups"):
        parts.item(doc, "{{ group }}")
    parts.heading(doc, "III. NHIỆM VỤ CỦA NGƯỜI ĐỠ ĐẦU")
    for number, text in enumerate(
        (
            "Tìm hiểu hoàn cảnh gia đình, bản thân và các mối quan hệ của học sinh qua nhiều kênh.",
            "Lập kế hoạch giúp đỡ riêng cho từng học sinh trong mỗi học kỳ, chọn cách làm hợp với học sinh.",
            "Trò chuyện với học sinh và gia đình về ý nghĩa của việc học; giới thiệu những tấm gương vươn lên.",
            "Gặp gỡ, tạo nhịp cầu để học sinh nói ra suy nghĩ, mong muốn, khó khăn của mình.",
            "Cùng học sinh đặt mục tiêu học tập, rèn luyện cho từng tuần, từng tháng, từng học kỳ và cùng xem lại.",
            "Phối hợp chặt chẽ với gia đình, giáo viên chủ nhiệm, giáo viên bộ môn; sớm nhận ra chuyển biến tốt hoặc "
            "chưa tốt để điều chỉnh cách giúp.",
            "Theo sát, khen ngợi, động viên học sinh kịp thời.",
            "Cùng Đoàn Thanh niên, Công đoàn và các tổ chức trong trường mở những hoạt động ngoài giờ để học sinh gắn "
            "bó với trường lớp.",
        ),
        1,
    ):
        parts.paragraph(doc, f"{number}. {text}")


def _who_does_what(doc: Document) -> None:
    parts.heading(doc, "V. TỔ CHỨC THỰC HIỆN")
    for number, (who, what) in enumerate(
        (
            (
                "Ban giám hiệu",
                "công bố kế hoạch, duyệt hồ sơ và danh sách phân công; kiểm tra, đôn đốc, tháo gỡ khó khăn; sơ kết, "
                "tổng kết, báo cáo Sở Giáo dục và Đào tạo và đề nghị khen thưởng.",
            ),
            (
                "{% if union_name %}{{ union_name }}{% else %}Ban Chấp hành Công đoàn{% endif %}",
                "vận động đoàn viên tham gia; cùng Ban giám hiệu và các tổ nhận xét sự tiến bộ của học sinh, việc "
                "giúp đỡ của thầy cô; động viên, khen thưởng kịp thời.",
            ),
            (
                "Các tổ",
                "theo dõi thầy cô trong tổ thực hiện; đưa nội dung này vào báo cáo tháng, báo cáo học kỳ và báo cáo "
                "năm học; kịp thời tham mưu cho Ban giám hiệu.",
            ),
            (
                "Giáo viên chủ nhiệm",
                "khảo sát, đề xuất học sinh cần giúp đỡ; là đầu mối giữa nhà trường, gia đình và người đỡ đầu.",
            ),
            (
                "Cán bộ, giáo viên, nhân viên nhận đỡ đầu",
                "thực hiện các nhiệm vụ ở mục III và gửi đánh giá hằng tháng đúng hạn.",
            ),
            (
                "Hội đồng thi đua – khen thưởng",
                "lấy kết quả thực hiện kế hoạch làm một tiêu chí thi đua cuối năm và một căn cứ khi xét nâng lương "
                "trước thời hạn.",
            ),
        ),
        1,
    ):
        parts.paragraph(doc, f"{number}. {who}: {what}")


def meeting_minutes() -> Document:
    """The minutes of the meeting that agreed the pairings (P4.3)."""
    doc = parts.begin()
    parts.title(doc, "BIÊN BẢN", "Họp phân công nhận đỡ đầu học sinh", "Năm học {{ year }}")
    parts.heading(doc, "I. THỜI GIAN, ĐỊA ĐIỂM, THÀNH PHẦN")
    for text in (  # with room to write by hand
        f"1. Thời gian: bắt đầu lúc {BLANK} giờ {BLANK} phút, {{{{ held_on }}}}.",
        f"2. Địa điểm: {BLANK}{BLANK}{BLANK}{BLANK}, {{{{ school_name }}}}.",
        "3. Chủ trì: {{ chair }}{% if chair_post %}, {{ chair_post }}{% endif %}.",
        f"4. Thư ký: {{% if drafter_name %}}{{{{ drafter_name }}}}{{% else %}}{BLANK * 6}{{% endif %}}.",
        f"5. Tham dự: {BLANK} người, gồm {BLANK * 14}",
    ):
        parts.paragraph(doc, text).alignment = parts.LEFT
    parts.heading(doc, "II. NỘI DUNG CUỘC HỌP")
    with parts.each(doc, "part in proceedings"):
        parts.paragraph(doc, "{{ part }}")
    with parts.when(doc, "not proceedings"):
        parts.paragraph(doc, BLANK * 25)
    parts.heading(doc, "III. KẾT QUẢ THỐNG NHẤT")
    with parts.when(doc, "rows"):
        parts.paragraph(
            doc,
            "1. Cuộc họp thống nhất {{ sponsors }} thầy cô nhận đỡ đầu, hỗ trợ {{ students }} học sinh theo danh "
            "sách sau{% if decision_number %} (Quyết định số {{ decision_number }}){% endif %}:",
            keep=True,
        )
        parts.table(
            doc,
            [12, 55, 20, 83],
            ["TT", "Học sinh", "Lớp", "Người nhận đỡ đầu"],
            ["{{ row.number }}", "{{ row.student }}", "{{ row.classroom }}", "{{ row.sponsors }}"],
            align=[parts.CENTRE, parts.LEFT, parts.CENTRE, parts.LEFT],
        )
    with parts.when(doc, "not rows"):
        parts.paragraph(doc, "1. Cuộc họp chưa thống nhất phân công nào.")
    with parts.when(doc, "without_sponsor"):
        parts.paragraph(
            doc,
            "2. Còn {{ without_sponsor }} học sinh chưa có người đỡ đầu (mã hồ sơ: {{ codes }}); nhà trường tiếp tục "
            "vận động, phân công.",
        )
    with parts.when(doc, "not without_sponsor"):
        parts.paragraph(doc, "2. Không còn học sinh nào trong danh sách chưa có người đỡ đầu.")
    parts.signature(
        doc,
        left=("THƯ KÝ", "{{ drafter_name }}"),
        right=("CHỦ TRÌ", "{{ chair }}"),
        closing=(
            f"Cuộc họp kết thúc lúc {BLANK} giờ {BLANK} phút cùng ngày. Biên bản đã được đọc lại và cuộc họp nhất trí "
            "thông qua."
        ),
    )
    return doc


def commendation_list() -> Document:
    """The list of commendations by level (P4.6, P4.9): collectives, then individuals."""
    doc = parts.begin(numbered=False)
    parts.title(
        doc,
        "{{ heading }}",
        "Tập thể, cá nhân thực hiện tốt việc nhận đỡ đầu học sinh",
        "Năm học {{ year }}",
    )
    with parts.when(doc, "decision"):
        parts.line(doc, "(Kèm theo {{ decision }})", align=parts.CENTRE, italic=True, after=6)
    with parts.when(doc, "not levels"):
        parts.paragraph(doc, "Năm học {{ year }} chưa có đề nghị khen thưởng nào.")
    with parts.each(doc, "level in levels"):
        parts.heading(doc, "{{ level.name|upper }}")
        for title, loop, name in (
            ("Tập thể", "level.departments", "Tên tập thể"),
            ("Cá nhân", "level.people", "Họ và tên, chức vụ, tổ"),
        ):
            with parts.when(doc, loop):
                parts.line(doc, f"{title}: {{{{ {loop}|length }}}}", italic=True, after=3, keep=True)
                _commended(doc, loop, name)
    parts.signature(
        doc,
        left="recipients",
        closing="Danh sách gồm {{ collectives }} tập thể và {{ individuals }} cá nhân.",
    )
    return doc


def _commended(doc: Document, loop: str, name: str) -> None:
    """One table of a level; the words of the proposal, then what the panel counted."""
    parts.table(
        doc,
        [10, 42, 38, 58, 26],
        ["TT", name, "Danh hiệu, hình thức khen", "Thành tích", "Quyết định"],
        [
            "{{ row.number }}",
            "{{ row.name }}{% if row.unit %}, {{ row.unit }}{% endif %}",
            "{{ row.title }}",
            "{{ row.achievement }}{% if row.achievement %} {% endif %}{{ row.evidence }}",
            "{{ row.decision }}",
        ],
        f"row in {loop}",
        align=[parts.CENTRE, parts.LEFT, parts.LEFT, parts.LEFT, parts.LEFT],
        size=11.5,
    )
