"""What the invented school announces, agrees, reports and asks through the year: calm, kind, no label on a child."""

from school.rules.screening import ReasonKind
from school.vocabulary import FollowUpKind

PLAN_TITLE = "Kế hoạch mỗi cán bộ, giáo viên nhận đỡ đầu một học sinh, năm học %(year)s"
PLAN_NUMBER = "47/KH-THPT"
PLAN_BODY = """Kính gửi quý thầy cô,
Năm học này trường mình tiếp tục mỗi cán bộ, giáo viên, nhân viên nhận đỡ đầu một em đang gặp khó khăn trong học tập hoặc trong cuộc sống, trên tinh thần tự giác. Xin thầy cô tiếp cận các em thật nhẹ nhàng, kín đáo.
- Tất cả thầy cô: đăng ký đỡ đầu trước ngày 20/11; đăng ký chung hoặc ghi tên một em đều được.
- Giáo viên chủ nhiệm và giáo viên bộ môn: khảo sát từ %(opens)s đến %(closes)s. Em nào cần giúp ngay thì đề xuất bất cứ lúc nào.
- Họp phân công và lập danh sách báo cáo Sở: trước ngày 30/12.
- Người đỡ đầu: mỗi tháng gửi đánh giá chậm nhất ngày 20 (tháng 5: ngày 15), khoảng hai phút trên phần mềm.
- Tổ chuyên môn: báo cáo tháng trước ngày 25, riêng tháng 2 chậm nhất %(february)s vì có Tết; tháng 5 chậm nhất ngày 20.
- Công đoàn và Ban giám hiệu: theo dõi, động viên, giúp thầy cô tháo gỡ khó khăn.
Kết quả là một tiêu chí thi đua cuối năm. Thầy cô đọc xong xin bấm “Đã đọc” để nhà trường yên tâm."""  # noqa: E501

# How volunteers put their offer, and how they name a student.
OFFERS = [
    "",
    "",
    "",
    "Tôi kèm được chiều thứ Ba và thứ Năm.",
    "Nhà tôi gần bon, tiện ghé thăm gia đình.",
    "Tôi nhận em nào cần kèm môn của tôi.",
    "Nhận em học buổi sáng thì tiện gặp hơn.",
    "Năm trước tôi đã đỡ đầu một em, năm nay xin nhận tiếp.",
    "Tôi biết tiếng M'Nông, có thể nói chuyện với gia đình.",
    "Em nào thích thể thao, tôi rủ vào đội cho vui.",
]
OFFERS_BY_NAME = [
    "Em học lớp tôi, tôi xin được đồng hành cùng em.",
    "Tôi dạy em năm trước, em hay hỏi bài tôi.",
    "Nhà tôi cùng đường về với em.",
    "Em có năng khiếu, tôi muốn giúp em giữ lửa.",
    None,
    "Tôi quen gia đình, tiện trao đổi.",
]
# One a meeting, in turn.
PROCEEDINGS = [
    "Hội nghị nghe giáo viên chủ nhiệm giới thiệu từng em, không đọc hoàn cảnh trước đông người. Thống nhất: ưu tiên "
    "người đang dạy lớp hoặc ở gần nhà em; mỗi thầy cô nhận một em, em nào cần kèm hai môn thì hai thầy cô cùng nhận.",
    "Rà lại danh sách đợt trước: các em đã có người gặp. Phân công đợt này theo đăng ký tự nguyện; thầy cô ở xa "
    "được nhận em cùng xã. Công đoàn nhận hỗ trợ kinh phí mua sách cho các em cần.",
    "Hội nghị thống nhất danh sách bổ sung. Hai thầy cô xin đổi để dạy đúng môn em cần kèm, hội nghị đồng ý. "
    "Nhắc chung: gặp em nhẹ nhàng, báo giáo viên chủ nhiệm khi em vắng.",
    "Họp bổ sung cho các em mới được duyệt. Thống nhất phân công, đề nghị thầy cô gặp em ngay trong tuần đầu.",
]
# Circumstances and own effort of those whom the records point out, in the words of the homeroom teacher.
TAKEN_IN = [
    (
        "Gia đình thuộc diện chính sách; sức khỏe của ba giảm nhiều từ đầu năm, mẹ một mình lo vườn tiêu.",
        "Em ngoan, phụ mẹ chu đáo; hay mệt vào tiết cuối nhưng không bỏ buổi nào.",
    ),
    (
        "Học kỳ I em nghỉ nhiều hôm vì theo anh đi làm vườn; gia đình nay đã đồng ý ưu tiên việc học.",
        "Em nhanh nhẹn, làm nhóm tốt; cần bù phần bài đã lỡ.",
    ),
    (
        "Em ở trọ cùng bạn, tự nấu ăn và tự lo giờ giấc; cuối tuần mới về nhà.",
        "Em có chí, thích môn Sinh; cần người kèm cách ôn tập.",
    ),
    (
        "Nhà đông anh chị em, góc học tập chật; bà ngoại là người nhắc em học mỗi tối.",
        "Em viết chữ đẹp, chăm ghi bài; kết quả hai môn cần được kèm thêm.",
    ),
]
LEFT_OUT = {
    ReasonKind.POLICY: [
        "Em học ổn định, gia đình chăm lo đủ; giáo viên chủ nhiệm tiếp tục quan tâm.",
        "Gia đình và em cảm ơn, xin tự sắp xếp; nhà trường giữ liên lạc.",
        "Em đã nhận học bổng khuyến học, việc học vẫn đều.",
    ],
    ReasonKind.LEARNING: [
        "Em vừa ốm, đã đi học lại đều và bù xong bài; chưa cần người đỡ đầu.",
        "Em đã được Đoàn trường kèm học nhóm, kết quả đang lên.",
        "Đã trao đổi với em: em muốn tự cố gắng thêm một tháng rồi xem lại.",
        "Giáo viên bộ môn đã cho em làm bài bù, kết quả sẽ cập nhật lại.",
    ],
}

REPORT_COMMENTS = [
    "Các thầy cô gặp em đều, phần lớn các em giữ được nền nếp. Tổ sẽ bố trí thêm một buổi phụ đạo chung.",
    "Tháng này thầy cô bận chấm bài giữa kỳ nhưng vẫn giữ lịch gặp em. Một em cần gia đình phối hợp thêm.",
    "Tổ dành mười phút đầu buổi sinh hoạt để trao đổi cách giúp từng em. Có ba em tiến bộ rõ về chuyên cần.",
    "Việc liên hệ gia đình còn chậm vì vào mùa thu hoạch; thầy cô chuyển sang gọi buổi tối.",
    "Các em mạnh dạn hỏi bài hơn. Tổ đề nghị nhà trường cho mượn thêm sách tham khảo.",
    "Thầy cô phối hợp tốt với giáo viên chủ nhiệm; mục tiêu tuần của các em gọn và làm được.",
    "Tổ đã dự một buổi kèm học, không khí thoải mái. Tháng tới tập trung vào môn các em còn vướng.",
    "Một thầy cô đi công tác, tổ đã nhờ đồng nghiệp gặp em thay. Các em khác ổn định.",
    "Chuyên cần tốt hơn tháng trước. Tổ sẽ khen các em trong buổi chào cờ, không nhắc chuyện riêng.",
    "Tổ thống nhất mỗi thầy cô gửi gia đình một tin vui trong tháng; phụ huynh phản hồi rất ấm áp.",
    "Sau kiểm tra, tổ chia nhóm ôn theo phần các em còn hổng. Thầy cô xin thêm phòng học buổi chiều.",
    "Các em giữ được thói quen tự học buổi tối. Tổ tiếp tục theo sát hai em hay nghỉ thứ Hai.",
]
DRAFT_COMMENTS = [
    "Các thầy cô đã gặp em đủ trong tháng; còn chờ thêm hai đánh giá để nhận xét chung.",
    "Nhìn chung các em đi học đều. Sẽ bổ sung sau buổi sinh hoạt tổ.",
]
REPORT_RETURNS = [
    "Tổ bổ sung giúp kết quả phối hợp với gia đình của các em vắng nhiều.",
    "Nhờ tổ ghi rõ đề nghị phòng học buổi chiều để nhà trường sắp xếp.",
]
REPORT_AGAIN = "Bổ sung: tổ đã gặp gia đình hai em, hai bên thống nhất nhắc em buổi tối."

# What was found, and each thing to be done: what, and what was answered.
DEPARTMENT_FINDINGS = (
    "Tổ sinh hoạt đều, có sổ theo dõi, thầy cô nắm được việc học của từng em. Một số đánh giá còn gửi sát hạn; "
    "đề nghị tổ nhắc sớm và chia sẻ cách làm hay."
)
DEPARTMENT_LINES = [
    (
        "Nhắc thầy cô trong tổ gửi đánh giá trước hạn hai ngày.",
        "Đã thống nhất trong buổi sinh hoạt tổ: mỗi thứ Hai nhắc một lần, có ghi biên bản.",
    ),
    (
        "Chọn một cách giúp em có kết quả để chia sẻ trong tổ.",
        "Đã chia sẻ cách chia nhỏ mục tiêu tuần; ba thầy cô áp dụng.",
    ),
]
CASE_FINDINGS = (
    "Đã xem kế hoạch, mục tiêu và nhật ký liên hệ. Em được gặp đều, lời ghi ân cần. Nên liên hệ gia đình thường hơn "
    "và hỏi thêm ý kiến giáo viên bộ môn."
)
CASE_LINE = (
    "Gặp hoặc gọi cho gia đình ít nhất một lần trong hai tuần tới.",
    "Đã đến thăm nhà cùng giáo viên chủ nhiệm; gia đình đồng ý cho em học nhóm thứ Bảy.",
)
SPONSOR_FINDINGS = (
    "Thầy cô giữ nhịp gặp em, hiểu em và được em tin. Nhật ký gọn, kế hoạch sát. Cần thêm sự phối hợp của lớp và tổ "
    "để thầy cô đỡ vất vả."
)
SPONSOR_LINES = {
    "sponsor": ("Cùng em xem lại mục tiêu tháng cho vừa sức, ghi vào kế hoạch.", None),
    "homeroom": ("Sắp xếp chỗ ngồi gần bạn kèm cho em.", None),
    "head": (
        "Sắp xếp để thầy cô có một tiết trống gặp em trong giờ.",
        "Đã đổi tiết thứ Năm với đồng nghiệp trong tổ, thầy cô có tiết 4 để gặp em.",
    ),
}

# Month and day, the case by number, what sort, to whom, what is asked, what was answered.
DIFFICULTIES = [
    (
        (10, 7),
        2,
        FollowUpKind.SUPPORT_REQUEST,
        "leader",
        "Em chưa có đủ sách giáo khoa học kỳ I, mong trường cho mượn một bộ.",
        "Thư viện đã cho em mượn trọn bộ đến hết năm học.",
    ),
    (
        (10, 22),
        8,
        FollowUpKind.DIFFICULTY,
        "head",
        "Lịch dạy của tôi trùng giờ ra về của em, khó gặp; nhờ tổ sắp xếp giúp.",
        "Tổ đổi tiết 5 thứ Tư cho thầy cô; hai bên đã gặp được.",
    ),
    (
        (11, 5),
        16,
        FollowUpKind.LOCAL_COORDINATION,
        "leader",
        "Nhờ trường cùng bon động viên gia đình cho em đi học đều mùa thu hoạch.",
        "Đã làm việc với trưởng bon; bon cử người rủ em đi học cùng.",
    ),
    (
        (12, 8),
        19,
        FollowUpKind.POLICY_REQUEST,
        "leader",
        "Em thuộc diện được miễn giảm nhưng thiếu giấy xác nhận, gia đình chưa biết làm ở đâu.",
        "Văn thư đã hướng dẫn gia đình, hồ sơ đã nộp ở xã.",
    ),
    (
        (1, 12),
        24,
        FollowUpKind.COUNSELLING_REFERRAL,
        "head",
        "Em hay lo trước giờ kiểm tra, nhờ tổ tư vấn trò chuyện thêm với em.",
        "Tổ tư vấn đã gặp em hai buổi, em nói thấy nhẹ hơn.",
    ),
    (
        (3, 9),
        30,
        FollowUpKind.RETURN_TO_CLASS,
        "leader",
        "Sau Tết em nghỉ mấy buổi theo gia đình, nhờ trường cùng đến thăm nhà.",
        "Ban giám hiệu và giáo viên chủ nhiệm đã đến nhà, thứ Hai em trở lại lớp.",
    ),
    (
        (4, 13),
        6,
        FollowUpKind.DIFFICULTY,
        "head",
        "Cuối năm nhiều môn kiểm tra cùng tuần, em khó ôn kịp; nhờ tổ phối hợp giãn lịch.",
        "Tổ đã trao đổi với các tổ khác, lịch kiểm tra của lớp được giãn ra hai tuần.",
    ),
]
# Month and day, the department, what its head advises, what leadership answers.
ADVICE = [
    (
        (10, 20),
        "Toán - Tin",
        "Đề nghị mở một lớp phụ đạo Toán chung chiều thứ Ba cho các em cần, tổ phân công người dạy.",
        "Nhà trường đồng ý, bố trí phòng B2 từ tuần sau.",
    ),
    (
        (12, 3),
        "Ngoại ngữ",
        "Đề nghị cho các em mượn máy tính phòng thực hành luyện nghe mỗi tuần một buổi.",
        "Đồng ý; phòng máy mở chiều thứ Sáu, có nhân viên thiết bị trực.",
    ),
    (
        (3, 16),
        "Lý - Công nghệ",
        "Đề nghị đưa các em lớp 12 tham quan trường nghề trước khi làm hồ sơ.",
        "Đã liên hệ, đi vào chuyến hướng nghiệp của Đoàn trường.",
    ),
]
# Of the teacher and the head whom the demo shows, a few days before it ends.
LATEST_ANSWERED = (
    "Em cần một bộ đồ dùng học tập mới, Công đoàn hỗ trợ được thì quý quá.",
    "Công đoàn đã chuẩn bị một phần quà, thầy cô nhận ở văn phòng giúp em.",
)
LATEST_DIFFICULTY = "Em chuyển chỗ trọ nên khó liên hệ buổi tối; nhờ tổ cho ý kiến cách giữ liên lạc với em."
LATEST_ADVICE = "Tổ đề nghị dành một tiết trống chung mỗi tuần để thầy cô gặp các em."
