"""What invented sponsors plan, agree with a student and note down: kind, concrete, no label on a child (P1.3)."""

from school.vocabulary import ContactKind, SupportKind

# Each a few lines.
METHODS = [
    (
        "Gặp em mỗi tuần một lần, ngắn thôi, ở thư viện.",
        "Kèm môn Toán chiều thứ Ba.",
        "Nhắn gia đình khi em có tiến bộ.",
    ),
    (
        "Cùng em lập thời gian biểu buổi tối.",
        "Nhờ bạn cùng bàn rủ em học nhóm.",
        "Cuối tháng xem lại và khen trước em.",
    ),
    (
        "Bắt đầu từ bài dễ để em có niềm tin.",
        "Trao đổi với giáo viên bộ môn hai tuần một lần.",
    ),
    (
        "Lắng nghe trước, góp ý sau.",
        "Giúp em chia việc lớn thành việc nhỏ cho từng tuần.",
        "Mời em vào câu lạc bộ em thích.",
    ),
    (
        "Gọi điện tối chủ nhật nhắc lịch tuần.",
        "Phụ đạo hai buổi một tuần khi em sắp xếp được.",
    ),
    (
        "Giữ liên lạc với gia đình đều, báo tin vui trước.",
        "Xin cho em mượn sách và máy tính của thư viện.",
    ),
    (
        "Giao em một việc vừa sức ở lớp để em tự tin.",
        "Kèm cách tự học: đọc lướt, gạch ý, tự hỏi.",
    ),
    (
        "Thống nhất với giáo viên chủ nhiệm cách nhắc nhẹ nhàng.",
        "Mỗi tháng kể em nghe một tấm gương học tập gần gũi.",
    ),
    (
        "Cùng em xem lại bài kiểm tra, sửa từng câu.",
        "Tìm học bổng phù hợp để gia đình yên tâm.",
    ),
    (
        "Hướng nghiệp: cho em gặp anh chị khóa trước.",
        "Giữ đều nhịp đi học, báo trước khi vắng.",
    ),
]
SEMESTER_GOALS = [
    "Đi học đủ, không vắng không phép buổi nào trong học kỳ",
    "Các môn đạt từ mức Đạt trở lên",
    "Nâng môn Toán lên một mức so với đầu năm",
    "Hết học kỳ tự học được mỗi tối một giờ",
    "Nói trước lớp ít nhất ba lần trong học kỳ",
    "Đọc xong bốn cuốn sách của thư viện",
]
MONTH_GOALS = [
    "Nộp đủ bài tập Toán cả tháng",
    "Không vào lớp trễ quá một lần trong tháng",
    "Đi đủ các buổi phụ đạo đã hẹn",
    "Ôn lại hai chương đầu môn Hóa",
    "Thuộc 80 từ Tiếng Anh mới",
    "Làm lại bài kiểm tra chưa tốt, tự sửa hết câu sai",
    "Ngồi vào bàn học trước tám giờ tối, năm ngày một tuần",
    "Giúp nhóm hoàn thành bài báo cáo Địa lý",
    "Đọc một truyện ngắn và kể lại cho cô nghe",
    "Ghi sổ nhỏ những điều chưa hiểu, mỗi tuần hỏi ba câu",
]
WEEK_GOALS = [
    "Nộp bài Toán đúng hạn",
    "Ghi bài đầy đủ cả sáu buổi",
    "Học thuộc bài Lịch sử trước thứ Năm",
    "Giơ tay phát biểu một lần trong giờ Ngữ văn",
    "Chép bù bài hôm vắng",
    "Đi học đúng giờ cả tuần",
    "Làm năm bài trong đề cương Vật lý",
    "Ôn 20 từ Tiếng Anh",
    "Hỏi thầy bộ môn một câu chưa hiểu",
    "Gửi điện thoại cho bà trước chín giờ tối",
    "Soạn sách vở từ tối hôm trước",
    "Học nhóm với bạn một buổi",
    "Viết xong đoạn văn 200 chữ",
    "Tập thể dục cùng đội bóng hai buổi",
]
# Of a contact: with whom, and what was said. Nothing here tells of circumstances.
SAID: dict[ContactKind, list[tuple[str | None, str]]] = {
    ContactKind.TALK: [
        (None, "Em vui, kể tuần này làm được bài Toán khó; hẹn thứ Ba gặp tiếp."),
        (None, "Hỏi thăm việc ôn bài, em xin thêm đề cương môn Hóa."),
        (None, "Em nói thích ngồi gần bảng hơn, sẽ thưa với cô chủ nhiệm."),
        (None, "Cùng em chọn hai mục tiêu nhỏ cho tuần tới."),
        (None, "Em ngại phát biểu, đã tập nói trước với cô một lần."),
        (None, "Khen em nộp đủ bài bốn ngày liền; em cười suốt buổi."),
        (None, "Em hỏi về nghề điện tử, hẹn cho gặp anh khóa trước."),
        (None, "Xem lại thời gian biểu, dời giờ học lên sớm hơn nửa tiếng."),
        (None, "Em hơi mệt đầu tuần, hai cô trò đi bộ một vòng sân rồi em vào lớp."),
    ],
    ContactKind.CALL: [
        ("mẹ em", "Gia đình báo tối nào em cũng ngồi vào bàn; cảm ơn nhà trường."),
        ("bà của em", "Nhắc lịch kiểm tra giữa kỳ, bà sẽ gọi em dậy sớm."),
        (None, "Gọi nhắc em mang vở bài tập thứ Hai; em đã soạn xong."),
        ("cha em", "Báo tin em được điểm khá; gia đình rất mừng."),
        (None, "Hỏi thăm vì hôm nay em vắng; em sốt nhẹ, mai đi học lại."),
    ],
    ContactKind.MESSAGE: [
        (None, "Gửi em đề cương và lời chúc cuối tuần; em trả lời ngay."),
        ("mẹ em", "Nhắn lịch phụ đạo tuần này, gia đình đã xem và đồng ý."),
        (None, "Em chụp bài gửi hỏi câu 3, đã gợi ý cách làm."),
    ],
    ContactKind.TUTORING: [
        (None, "Kèm hai tiết phương trình, em tự làm được ba bài cuối."),
        (None, "Ôn thì hiện tại hoàn thành, em đặt câu đúng 8 trên 10."),
        (None, "Sửa bài kiểm tra, em tìm ra chỗ sai và làm lại gọn hơn."),
        (None, "Tập vẽ sơ đồ tư duy cho bài Sinh học."),
        (None, "Em làm chậm mà chắc; buổi sau học tiếp phần vận dụng."),
    ],
    ContactKind.HOMEROOM: [
        ("giáo viên chủ nhiệm", "Cô cho biết em vào lớp đúng giờ cả tuần, đổi chỗ ngồi đã có kết quả."),
        ("giáo viên chủ nhiệm", "Thống nhất giao em việc trực thư viện lớp."),
        ("giáo viên chủ nhiệm", "Trao đổi về chuyên cần; tuần tới cùng nhắc em ghi sổ."),
    ],
    ContactKind.SUBJECT_TEACHER: [
        ("giáo viên Toán", "Thầy sẽ cho em thêm bài vừa sức, chấm riêng mỗi tuần."),
        ("giáo viên Tiếng Anh", "Em tiến bộ phần nghe; cần luyện viết câu ngắn."),
        ("giáo viên Hóa học", "Cô xếp cho em làm bù bài thực hành chiều thứ Năm."),
    ],
    ContactKind.HOME_VISIT: [
        ("gia đình", "Thăm nhà cùng giáo viên chủ nhiệm; gia đình dọn cho em một góc học tập."),
        ("bà của em", "Bà khoe em phụ việc nhà rất chu đáo; thống nhất giờ học buổi tối."),
    ],
    ContactKind.MEET_FAMILY: [
        ("mẹ em", "Gặp mẹ em sau giờ họp; mẹ đồng ý cho em học nhóm thứ Bảy."),
        ("cha em", "Cha em đến trường xem bảng điểm, hai bên cùng khen em cố gắng."),
    ],
    ContactKind.MOTIVATION: [
        (None, "Kể em nghe chuyện một cựu học sinh tự học thành kỹ sư; em hỏi rất nhiều."),
        (None, "Cùng xem thông tin học bổng và trường nghề; em ghi lại hai nơi muốn tìm hiểu."),
    ],
}
# These tell of circumstances: they are kept apart.
SAID_IN_PRIVATE: dict[ContactKind, list[tuple[str | None, str]]] = {
    ContactKind.TALK: [
        (None, "Em khóc khi nhắc chuyện ở nhà, nhờ cô giữ kín; chỉ cần có người nghe."),
        (None, "Em kể tối phải phụ việc đến khuya, đã bàn cách giảm bớt hai buổi."),
        (None, "Em lo gia đình không đủ tiền đóng học kỳ tới, tính xin nghỉ."),
    ],
    ContactKind.CALL: [
        ("mẹ em", "Mẹ báo nhà đang có người nằm viện, em ở với bác đến cuối tuần."),
        ("cha em", "Cha kể hai vợ chồng đang căng thẳng, mong thầy cô để ý em."),
    ],
    ContactKind.HOME_VISIT: [
        ("gia đình", "Nhà còn khó, mùa này nợ phân bón; gia đình muốn em đi làm, đã xin cho em học tiếp."),
        ("ông bà của em", "Ông mới mổ, bà lo thuốc thang; đề nghị Công đoàn thăm hỏi."),
    ],
    ContactKind.COUNSELLING: [
        ("tổ tư vấn", "Em hay mất ngủ, đã gặp thầy tư vấn hai lần, nhẹ hơn trước."),
    ],
    ContactKind.COMMUNITY: [
        ("trưởng bon", "Bon xác nhận hoàn cảnh, sẽ đưa gia đình vào danh sách xét hộ nghèo."),
    ],
    ContactKind.RETURN_DRIVE: [
        ("gia đình", "Em nghỉ một tuần theo người thân đi làm; gia đình hứa thứ Hai cho em quay lại."),
    ],
}
TRIED = [
    (ContactKind.CALL, "Gọi hai lần chưa ai nghe máy, tối gọi lại."),
    (ContactKind.CALL, None),
    (ContactKind.HOME_VISIT, "Đến nhà nhưng cả nhà đi rẫy, gửi lời nhắn bác hàng xóm."),
    (ContactKind.MEET_FAMILY, "Gia đình bận thu hoạch chưa đến được, hẹn tuần sau."),
    (ContactKind.TALK, "Em về sớm hôm nay, mai tìm em giờ ra chơi."),
    (ContactKind.MESSAGE, "Nhắn chưa thấy trả lời."),
]
# Kind, quantity, value in đồng, what exactly, who gave it.
GIVEN = [
    (SupportKind.REMEDIAL_LESSON, 2, None, "Toán", None),
    (SupportKind.REMEDIAL_LESSON, 4, None, "Tiếng Anh", None),
    (SupportKind.REMEDIAL_LESSON, 3, None, "Hóa học", None),
    (SupportKind.BOOKS, 1, 320_000, "bộ sách giáo khoa cũ còn tốt", "Thư viện trường"),
    (SupportKind.SCHOOL_SUPPLIES, 12, 96_000, "vở và bút", None),
    (SupportKind.CASH, None, 300_000, None, "Công đoàn trường"),
    (SupportKind.UNIFORM, 1, 250_000, "áo trắng, quần tây", "Ban đại diện cha mẹ học sinh"),
    (SupportKind.HEALTH_INSURANCE, 1, 884_000, None, "Hội khuyến học xã"),
    (SupportKind.FOOD, 1, 200_000, "gạo 10 kg", "Công đoàn trường"),
    (SupportKind.TRANSPORT, 4, None, "đi nhờ xe về bon cuối tuần", None),
    (SupportKind.CAREER_GUIDANCE, 1, None, "gặp cựu học sinh trường nghề", None),
    (SupportKind.BICYCLE, 1, 1_800_000, "xe đạp đã sửa", "Cựu học sinh khóa 2008"),
    (SupportKind.SCHOLARSHIP, 1, 1_000_000, None, "Quỹ khuyến học"),
]
TET_GIFT = (SupportKind.GIFT, 1, 350_000, "bánh, áo ấm", "Công đoàn trường")
# Month and day, what it was; by the youth union's teacher.
ACTIVITIES = [
    (9, 27, "Ngày chủ nhật xanh", "Dọn vườn trường, trồng hoa trước thư viện."),
    (10, 18, "Đêm sách và trà", "Đọc truyện, đổi sách cũ, mời cả các em ít dự sinh hoạt."),
    (11, 15, "Giải bóng chuyền chào mừng 20/11", "Mỗi chi đoàn một đội, ai cũng được vào sân."),
    (12, 20, "Phiên chợ Tết yêu thương", "Các em cùng gói quà và trông gian hàng."),
    (1, 24, "Gói bánh chưng cùng thầy cô", "Công đoàn và Đoàn trường cùng các em gói, nấu, chia phần mang về."),
    (3, 21, "Hành trình hướng nghiệp", "Thăm trường cao đẳng nghề, gặp cựu học sinh."),
    (4, 18, "Câu lạc bộ tự học cuối tuần", "Ôn thi nhóm nhỏ, anh chị lớp 12 kèm các em."),
]
ON_SUNDAYS = (ContactKind.CALL, ContactKind.MESSAGE, ContactKind.HOME_VISIT)
