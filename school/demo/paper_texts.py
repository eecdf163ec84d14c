"""What the invented school says in its official documents: calm, kind, nobody's name in it."""

from school.vocabulary import ReportOccasion

PROFILE: dict[str, str | None] = {
    "school_name": "Trường THPT Mẫu Hoa Dã Quỳ",
    "parent_body": "Sở Giáo dục và Đào tạo (mẫu)",
    "place": "Đức An",
    "symbol": "THPT",
    "signer_title": "KT. HIỆU TRƯỞNG\nPHÓ HIỆU TRƯỞNG",
    "union_name": "Ban Chấp hành Công đoàn trường",
    "legal_basis": ("Căn cứ nhiệm vụ năm học của nhà trường;\nTheo đề nghị của Ban Chấp hành Công đoàn trường,"),
    "recipients": "Sở GD&ĐT (báo cáo);\nBan giám hiệu;\nCác tổ, Công đoàn (thực hiện);\nLưu: VT.",
}
NUMBERS = {ReportOccasion.FIRST: "112/BC-THPT", ReportOccasion.SECOND: "58/BC-THPT"}
# Difficulties and proposals, after what the panel suggests.
REPORTS = {
    ReportOccasion.FIRST: (
        "Nhiều em ở xa trường, đường đi lại khó vào mùa mưa. Một số gia đình đi làm xa nên thầy cô gặp cha mẹ các em "
        "chủ yếu qua điện thoại.",
        "Đề nghị Sở phối hợp xét học bổng khuyến học cho các em có hoàn cảnh khó khăn và bồi dưỡng thêm cho thầy cô về "
        "tư vấn học đường.",
    ),
    ReportOccasion.SECOND: (
        "Sau Tết một số em nghỉ học vài ngày theo gia đình đi làm; thầy cô đã đến nhà và các em đã trở lại lớp. Kết "
        "quả cuối năm chưa có đủ nên số liệu tính đến ngày báo cáo.",
        "Đề nghị Sở hỗ trợ sách giáo khoa dùng chung cho năm học tới và giữ liên lạc với các em trong hè.",
    ),
}
SCHOOL_TITLE = "Giấy khen của Hiệu trưởng"
HIGHER_TITLE = "Giấy khen của Giám đốc Sở Giáo dục và Đào tạo"
DECISION = "87/QĐ-THPT"
ACHIEVEMENTS = (
    "Cả tổ cùng nhận đỡ đầu; báo cáo tháng đầy đủ, các em đi học đều.",
    "Gặp em đều mỗi tuần, kèm học ngoài giờ suốt năm học.",
    "Đến nhà động viên nhiều lần; em đã trở lại lớp và học chuyên cần.",
    "Tổ chức học nhóm cuối tuần cho các em, phối hợp tốt với gia đình.",
)
HIGHER_ACHIEVEMENT = "Nhiều năm nhận đỡ đầu; các em được đỡ đầu đều học hết cấp."
