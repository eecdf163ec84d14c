"""What invented teachers write: surveys, comments, remarks on help. Kind, concrete, no label on a child (P1.3)."""

from random import Random

from school.vocabulary import ProgressStep, SurveyChannel

FINDINGS = {
    SurveyChannel.STUDENT: [
        "Em nói vẫn muốn đi học và mong được kèm thêm buổi chiều.",
        "Em kể ngại hỏi bài vì sợ làm phiền thầy cô.",
        "Em mong thầy cô đừng nhắc chuyện nhà em trước lớp.",
        "Em muốn học hết lớp 12 rồi học nghề gần nhà.",
        "Em nói buổi sáng khó dậy vì tối phụ việc nhà muộn.",
    ],
    SurveyChannel.FAMILY: [
        "Gia đình muốn cho em học tiếp, nhờ nhà trường nhắc em buổi sáng.",
        "Người nhà cho biết em phụ việc sau giờ học, tối mới ngồi vào bàn.",
        "Gia đình cảm ơn nhà trường và xin số điện thoại của người đỡ đầu.",
        "Người nhà lo khoản chi cho năm học, mong được giảm đóng góp.",
    ],
    SurveyChannel.FRIENDS: [
        "Bạn cùng bàn kể em hay giúp bạn, chỉ ít nói về chuyện nhà.",
        "Ban cán sự lớp sẵn sàng chép bài và gửi bài những hôm em vắng.",
        "Bạn cùng đường nhận rủ em đi học mỗi sáng.",
    ],
    SurveyChannel.SUBJECT_TEACHERS: [
        "Em hiểu bài khi được giảng chậm, còn thiếu tự tin khi lên bảng.",
        "Bài kiểm tra đầu năm còn bỏ trống phần vận dụng; phần nhận biết làm được.",
        "Giờ thực hành em rất chủ động; giờ lý thuyết ít tập trung hơn.",
        "Em nộp bài đủ nhưng thường muộn một, hai ngày.",
    ],
    SurveyChannel.LOCAL_AUTHORITY: [
        "Trưởng thôn xác nhận hoàn cảnh, sẽ đưa vào danh sách xét hỗ trợ cuối năm.",
        "Cán bộ xã cho biết gia đình đang chờ xét lại diện chính sách.",
    ],
    SurveyChannel.RECORDS: [
        "Sổ điểm danh: vắng bốn buổi trong tháng, hai buổi có phép.",
        "Kết quả năm trước: ba môn mức Đạt, còn lại Khá; chuyên cần tốt.",
    ],
    SurveyChannel.YOUTH_UNION: [
        "Đoàn trường ghi nhận em tham gia đều ngày chủ nhật xanh.",
        "Chi đoàn đề nghị xét tặng em góc học tập trong tháng tới.",
    ],
}

COMMENTS = {
    ProgressStep.IMPROVED: [
        "Em đi học đều cả tháng, đã chủ động hỏi bài sau giờ.",
        "Điểm kiểm tra môn Toán tăng rõ, em vui và bắt đầu tin mình làm được.",
        "Em mạnh dạn phát biểu hai lần trong giờ, các bạn vỗ tay cổ vũ.",
        "Hoàn thành đủ mục tiêu tuần, tự lập được thời gian biểu.",
        "Không còn vào lớp trễ; bà khen em dậy sớm.",
        "Em nhận làm nhóm phó, phân việc rõ ràng, được bạn tin.",
        "Nộp bài đúng hạn cả bốn tuần, chữ viết cẩn thận hơn.",
        "Sau buổi nói chuyện với gia đình, em quyết định học tiếp và rất hăng hái.",
        "Em kể chuyện nhiều hơn, đã có hai bạn thân cùng về.",
        "Phụ đạo đủ các buổi, làm được dạng bài tháng trước còn bỏ trống.",
        "Em tự xin làm lại bài kiểm tra và đạt mức Khá.",
        "Gia đình sắp xếp việc rẫy cuối tuần nên em không vắng buổi nào.",
    ],
    ProgressStep.STEADY: [
        "Em giữ nền nếp, đi học đủ, bài về nhà làm khá đều.",
        "Kết quả ổn định như tháng trước; em vẫn cần nhắc khi làm bài dài.",
        "Tinh thần tốt, hòa đồng; giữ được mức đã đạt ở các môn chính.",
        "Em đi học đều, thỉnh thoảng mệt nhưng không bỏ buổi phụ đạo.",
        "Việc nhà nhiều nhưng em vẫn giữ lời hứa học bài trước chín giờ.",
        "Mục tiêu tháng đạt hai trên ba, em tự nhận ra chỗ cần cố.",
        "Hai thầy trò gặp nhau mỗi tuần một lần, em chia sẻ thoải mái.",
        "Em giữ được thói quen ghi sổ nhỏ những điều chưa hiểu.",
        "Chuyên cần tốt; môn Tiếng Anh chậm nhưng chắc.",
        "Gia đình phối hợp đều, tối có người nhắc em ngồi vào bàn.",
    ],
    ProgressStep.UNCHANGED: [
        "Em lắng nghe nhưng chưa giữ được nhịp học, còn quên bài hai lần.",
        "Tháng này bận phụ gia đình nên chưa theo hết các buổi phụ đạo.",
        "Em vẫn ngại phát biểu; trò chuyện riêng thì cởi mở hơn.",
        "Việc học chưa thay đổi nhiều, em cần thêm thời gian và người kèm.",
        "Đã gặp gia đình một lần, hai bên thống nhất giảm việc buổi tối.",
        "Em còn vắng hai buổi có phép; bài đã chép bù.",
        "Mục tiêu tuần làm được một nửa, em xin chia nhỏ hơn.",
        "Em còn đi trễ vào thứ Hai; đã nhờ bạn gần nhà rủ đi cùng.",
    ],
    ProgressStep.DECLINED: [
        "Em vắng ba buổi trong hai tuần; đã đến nhà thăm và hẹn gặp lại.",
        "Em ít nói hơn trước, bài làm dở dang; cần thêm người trò chuyện cùng.",
        "Việc nhà dồn vào mùa thu hoạch, em mệt và ngủ gục nhiều tiết.",
        "Em nhắc lại ý định đi làm; đã báo Ban giám hiệu để cùng vận động.",
        "Điểm hai môn giảm vì vắng bài kiểm tra; đã xin cho em làm bù.",
    ],
    ProgressStep.NOT_OBSERVED: [
        "Mới nhận đỡ đầu nên đang làm quen, chưa đủ thông tin để nhận xét mức.",
        "Em nằm viện gần hết tháng; đã thăm và gửi bài, tháng sau nhận xét tiếp.",
        "Tháng này mới gặp em một lần; sẽ sắp xếp gặp đều hơn.",
    ],
}
NEXT = [
    "Tháng tới tiếp tục kèm thứ Ba và thứ Năm.",
    "Sẽ cùng em đặt mục tiêu nhỏ cho từng tuần.",
    "Đã nhờ giáo viên bộ môn cho em thêm bài vừa sức.",
    "Đã trao đổi với giáo viên chủ nhiệm để đổi chỗ ngồi.",
    "Hẹn gặp gia đình vào cuối tuần.",
    "Thư viện cho em mượn trọn bộ sách tham khảo.",
    "Chi đoàn mời em tham gia đội văn nghệ để gần bạn hơn.",
    "Đề nghị trường xét hỗ trợ thẻ bảo hiểm và đồ dùng học tập.",
    "Sẽ gọi điện nhắc em mỗi tối chủ nhật.",
    "Rất mong thầy cô bộ môn động viên em thêm.",
    "",
    "",
]
REVIEW_REMARKS = [
    "Tổ ghi nhận thầy cô theo sát em.",
    "Nhận xét cụ thể, tổ thống nhất.",
    "Tổ sẽ bố trí thêm một buổi phụ đạo.",
    "Tổ cảm ơn thầy cô.",
    "",
    "",
    "",
]
RETURN_REMARKS = [
    "Thầy cô bổ sung số buổi em vắng trong tháng giúp tổ.",
    "Nhờ thầy cô ghi rõ đã phối hợp với gia đình thế nào.",
    "Phần thái độ chưa khớp với nhận xét, thầy cô xem lại giúp.",
    "Thầy cô thêm một câu về kế hoạch tháng tới.",
]
AFTER_RETURN = [
    "Bổ sung: trong tháng em vắng hai buổi có phép.",
    "Bổ sung: đã gọi cho gia đình hai lần, gia đình hợp tác tốt.",
    "Bổ sung: tháng tới kèm thêm chiều thứ Tư.",
]
HELP_REMARKS = [
    "Thầy cô gặp em hằng tuần, gia đình rất cảm kích.",
    "Theo sát, báo tin kịp thời cho giáo viên chủ nhiệm.",
    "Đều đặn, nhẹ nhàng, em tin tưởng.",
    "Đã kèm em bốn buổi ngoài giờ trong tháng.",
    "Có thăm nhà, có hỗ trợ sách vở cho em.",
    "Công đoàn mong thầy cô gặp em thường xuyên hơn.",
    "Ghi chép rõ, phối hợp tốt với bộ môn.",
    "Bận công tác nhưng vẫn giữ liên lạc với em.",
    "Cách động viên khéo, em đã cởi mở hơn.",
]
OPEN_REASONS = [
    "Chuẩn bị trao đổi với người đỡ đầu về kế hoạch giúp em.",
    "Xem để đề nghị mức hỗ trợ của Công đoàn.",
    "Chuẩn bị thăm gia đình cùng giáo viên chủ nhiệm.",
    "Nắm hoàn cảnh trước khi góp ý đánh giá của tháng.",
]
END_REASONS = [
    "Được cử đi bồi dưỡng dài ngày, bàn giao cho đồng nghiệp.",
    "Nghỉ chế độ thai sản, bàn giao cho đồng nghiệp.",
    "Đổi người đỡ đầu để em có thầy cô dạy đúng môn cần kèm.",
]
AWAY_REASON = "Đi tập huấn chương trình mới; đồng nghiệp gặp em thay cho đến khi thầy cô về."
SECOND_VOICES = [
    "Em làm bài trên lớp chậm hơn đầu năm, trông mệt vào tiết đầu.",
    "Mấy tuần nay em hay ngồi một mình, hỏi thì trả lời nhỏ nhẹ.",
    "Em hứa bù bài nhưng còn thiếu hai bài thực hành.",
    "Giờ tôi em rất chăm; nên có người kèm thêm môn tự nhiên.",
    "Em từng kể muốn đi làm sớm, tôi đã khuyên em nói với cô chủ nhiệm.",
]


class Deck:
    """Texts in an order of chance, none a second time before all have been used."""

    def __init__(self, rng: Random, texts: list[str]) -> None:
        self.rng, self.texts = rng, texts
        self.left: list[str] = []

    def draw(self) -> str:
        """The next text."""
        if not self.left:
            self.left = self.rng.sample(self.texts, len(self.texts))
        return self.left.pop()
