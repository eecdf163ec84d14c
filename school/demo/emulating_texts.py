"""What the invented school says about its emulation: calm, kind, no student in it."""

CRITERIA_DECISION = "19/BB-HĐTĐ"
RATING_DECISION = "82/QĐ-THPT"
TITLE_DECISION = "88/QĐ-THPT"
SHEET_DECISION = "90/BB-HĐTĐ"

# Who says what to the own sheet: department and place in it, the words, the council's answer.
COMMENTS = (
    (("Ngữ văn", 2), "Tôi đã xem phiếu, các mục đúng với việc đã làm. Cảm ơn Hội đồng.", None),
    (
        ("Lý - Công nghệ", 3),
        "Cột phối hợp nên ghi cả các buổi gặp Đoàn trường, mong Hội đồng xem cho năm sau.",
        "Hội đồng ghi nhận và sẽ bàn khi soạn tiêu chí năm học tới.",
    ),
)
APPEAL = "Có tháng tôi gửi nhận xét muộn vài ngày vì đi tập huấn theo quyết định của trường. Mong Hội đồng xem lại."
APPEAL_REASON = "Gửi muộn do đi tập huấn theo quyết định của trường; Hội đồng thống nhất cộng lại."
APPEAL_ANSWER = "Hội đồng đã đối chiếu với quyết định cử đi tập huấn và cộng lại 0,5 điểm."
# Who the council adds to: department and place, criterion, tenths of points, why.
ADJUSTMENTS = (
    (("Ngữ văn", 2), "special_effort", 20, "Sổ tay tự học do thầy cô soạn được nhiều tổ dùng lại."),
    (("Thể dục - GDQP", 1), "special_effort", 10, "Giữ câu lạc bộ cuối tuần cho các em suốt cả năm học."),
    (("Hóa - Sinh", 4), "special_effort", 15, "Vận động được nguồn sách giáo khoa dùng chung cho cả khối."),
)
