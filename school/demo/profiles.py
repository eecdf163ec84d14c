"""Forty-odd invented circumstances as a homeroom teacher would write them: what is hard, what the child does well."""

from dataclasses import dataclass

from school.vocabulary import Gender, Severity

WATCH, SUPPORT, URGENT = Severity.WATCH, Severity.SUPPORT, Severity.URGENT


@dataclass(frozen=True)
class Profile:
    """The two free texts of the assignment list (P5) and the hardships that they tell of, the weightiest first."""

    circumstances: str
    own_effort: str
    hardships: tuple[tuple[str, Severity], ...]
    highland: bool = False  # of a people whose children speak another language at home
    gender: Gender | None = None


PROFILES = [
    Profile(
        "Cha mất sớm, mẹ làm rẫy thuê nuôi ba chị em ăn học; nhà thuộc diện hộ nghèo.",
        "Chăm chỉ, lễ phép; kết quả học tập mức Đạt, cần kèm thêm môn Toán.",
        (("poor_household", URGENT), ("orphan", SUPPORT), ("subject_not_met", SUPPORT)),
    ),
    Profile(
        "Mẹ chạy thận định kỳ ở bệnh viện tỉnh, cha theo chăm; em ở nhà lo cho em nhỏ.",
        "Có ý thức tự học; mấy tuần gần đây hay phải nghỉ tiết đầu.",
        (("parent_ill", URGENT), ("frequent_absence", SUPPORT)),
    ),
    Profile(
        "Cha mẹ làm công nhân ở Bình Dương, em ở với bà nội đã ngoài bảy mươi tuổi.",
        "Hiền, ít nói, việc nhà chu đáo; bài tập về nhà đôi khi chưa kịp làm.",
        (("parents_away", SUPPORT), ("lives_with_relatives", WATCH), ("study_skills", SUPPORT)),
    ),
    Profile(
        "Nhà ở bon cách trường hơn ba mươi cây số, em ở trọ một mình từ đầu năm học.",
        "Tự lập sớm, chữ viết cẩn thận; chưa quen sắp xếp giờ tự học buổi tối.",
        (("far_from_school", SUPPORT), ("study_skills", WATCH)),
        highland=True,
    ),
    Profile(
        "Cà phê mất mùa, nhà vay nợ để tái canh; cuối tuần em đi phụ hồ.",
        "Học khá các môn tự nhiên, gần đây hay mệt và ngủ gục giờ đầu.",
        (("economic_hardship", SUPPORT), ("works_for_living", SUPPORT), ("early_work", WATCH)),
    ),
    Profile(
        "Cha mẹ ly thân, em ở với mẹ; mẹ bán vé số ở chợ xã.",
        "Sống tình cảm, được bạn quý; môn Tiếng Anh còn nhiều chỗ trống.",
        (("near_poor_household", SUPPORT), ("parents_separated", SUPPORT), ("subject_not_met", WATCH)),
    ),
    Profile(
        "Em mới trở lại trường sau một học kỳ ở nhà phụ gia đình làm rẫy.",
        "Quyết tâm học tiếp, tự chép lại bài những tháng đã nghỉ.",
        (("returned_student", URGENT), ("knowledge_gap", SUPPORT), ("economic_hardship", SUPPORT)),
    ),
    Profile(
        "Họ hàng hỏi cưới, gia đình tính cho em nghỉ học; cô chủ nhiệm đã đến nhà hai lần.",
        "Em nói muốn học hết lớp 12; đi học đều, hát hay, giúp bạn nhiệt tình.",
        (("early_marriage", URGENT), ("family_wants_leave", URGENT), ("near_poor_household", SUPPORT)),
        highland=True,
        gender=Gender.FEMALE,
    ),
    Profile(
        "Em bị tai nạn giao thông cuối hè, đang tập đi lại, mỗi tháng tái khám hai lần.",
        "Lạc quan, nhờ bạn chép bài giúp; cần bù kiến thức những buổi vắng.",
        (("sudden_misfortune", SUPPORT), ("student_ill_or_disabled", SUPPORT), ("frequent_absence", WATCH)),
    ),
    Profile(
        "Nhà có em trai khuyết tật nặng, mẹ nghỉ việc để chăm; thu nhập dựa vào vài sào tiêu.",
        "Chững chạc hơn tuổi, học lực giữ ở mức Khá.",
        (("relative_needs_care", SUPPORT), ("economic_hardship", SUPPORT)),
    ),
    Profile(
        "Ở nhà em chỉ nói tiếng mẹ đẻ nên đọc đề và trình bày bằng tiếng Việt còn chậm.",
        "Ngại phát biểu nhưng ghi bài đầy đủ, thích môn Thể dục và Công nghệ.",
        (("language_barrier", SUPPORT), ("knowledge_gap", SUPPORT)),
        highland=True,
    ),
    Profile(
        "Cha mẹ đi làm xa; em hay thức khuya với trò chơi trên điện thoại, sáng vào lớp trễ.",
        "Tiếp thu nhanh, khi tỉnh táo làm bài tốt; đã đồng ý gửi điện thoại cho bà buổi tối.",
        (("screen_overuse", SUPPORT), ("parents_away", WATCH), ("discipline_support", WATCH)),
    ),
    Profile(
        "Bị vài bạn trêu vì giọng nói, gần đây em thường ngồi một mình giờ ra chơi.",
        "Vẽ đẹp, làm báo tường cho lớp; kết quả học tập ổn định.",
        (("peer_difficulty", SUPPORT), ("psychological", WATCH)),
    ),
    Profile(
        "Mẹ mất năm ngoái, từ đó em ít cười và nhiều lần muốn ở nhà.",
        "Vẫn giữ vở sạch, thương em; cần người trò chuyện thường xuyên.",
        (("psychological", URGENT), ("orphan", SUPPORT), ("wants_to_leave", SUPPORT)),
    ),
    Profile(
        "Ông bà nuôi từ nhỏ, lâu không có tin cha mẹ; ông vừa phải mổ mắt.",
        "Thật thà, chăm việc; kết quả học tập mức Đạt.",
        (("lives_with_relatives", SUPPORT), ("relative_needs_care", SUPPORT), ("poor_household", SUPPORT)),
    ),
    Profile(
        "Nhà đông anh em, em là con cả; mùa hái cà phê các em thay nhau nghỉ học.",
        "Khỏe mạnh, tháo vát; khi đi học đều thì theo kịp lớp.",
        (("frequent_absence", SUPPORT), ("poor_household", SUPPORT)),
        highland=True,
    ),
    Profile(
        "Em học lại lớp nên lớn hơn các bạn một tuổi, còn ngại với lớp mới.",
        "Đã chủ động xin ngồi bàn đầu; môn Toán và Hóa cần phụ đạo.",
        (("repeated_year", SUPPORT), ("subject_not_met", SUPPORT), ("lost_motivation", WATCH)),
    ),
    Profile(
        "Nhà bị tốc mái trong trận giông đầu mùa, cả nhà đang ở nhờ nhà bác.",
        "Bình tĩnh, vẫn đi học đầy đủ dù mất một phần sách vở.",
        (("sudden_misfortune", URGENT), ("economic_hardship", SUPPORT)),
    ),
    Profile(
        "Em ở trọ, buổi tối phụ quán ăn đến mười giờ để có tiền trọ.",
        "Có trách nhiệm, chưa vắng buổi nào; ít thời gian ôn bài.",
        (("works_for_living", SUPPORT), ("far_from_school", WATCH), ("study_skills", WATCH)),
    ),
    Profile(
        "Kiến thức lớp dưới còn trống, nhất là Toán và Tiếng Anh; em sợ bị gọi lên bảng.",
        "Ngoan, tham gia lao động tích cực; cần được động viên bắt đầu lại từ bài dễ.",
        (("knowledge_gap", SUPPORT), ("subject_not_met", SUPPORT), ("lost_motivation", WATCH)),
    ),
    Profile(
        "Cha hay uống rượu, nhà nhiều khi to tiếng; em thường sang nhà cô ruột ngủ nhờ.",
        "Kín đáo, học đều; mong chuyện nhà được giữ riêng.",
        (("safety_concern", URGENT), ("psychological", SUPPORT)),
    ),
    Profile(
        "Bạn cùng thôn rủ vào Đồng Nai làm công ty, em đang phân vân có học tiếp không.",
        "Khéo tay, thích sửa máy; các môn học thuộc lòng còn ngại.",
        (("wants_to_leave", URGENT), ("early_work", SUPPORT), ("lost_motivation", SUPPORT)),
    ),
    Profile(
        "Mẹ một mình nuôi con, bán rau ở chợ; em dậy từ bốn giờ sáng phụ mẹ lấy hàng.",
        "Tính toán nhanh, vui vẻ; hay buồn ngủ hai tiết đầu.",
        (("economic_hardship", SUPPORT), ("works_for_living", SUPPORT)),
    ),
    Profile(
        "Em đang uống thuốc theo dõi lâu dài, gia đình lo mỗi khi em đi xa.",
        "Cố gắng, không xin miễn giảm việc lớp; cần bạn đi cùng khi về.",
        (("student_ill_or_disabled", SUPPORT), ("frequent_absence", WATCH)),
    ),
    Profile(
        "Cha mẹ đi hái thuê theo mùa, hai chị em tự lo cơm nước; em nhỏ mới học lớp 6.",
        "Đảm đang, kết quả học tập mức Khá; thiếu thời gian học buổi tối.",
        (("parents_away", SUPPORT), ("near_poor_household", SUPPORT)),
    ),
    Profile(
        "Giá tiêu xuống, nhà chưa lo được các khoản đầu năm; em ngại vì đóng muộn.",
        "Học đều, có năng khiếu Ngữ văn.",
        (("economic_hardship", WATCH),),
    ),
    Profile(
        "Mùa sầu riêng em phụ nhà thu hái nên vắng nhiều buổi; số buổi vắng cần theo dõi sớm.",
        "Hứa đi học lại đều sau mùa; bài kiểm tra bù làm được.",
        (("absence_near_limit", URGENT), ("frequent_absence", SUPPORT)),
    ),
    Profile(
        "Không có xe, mỗi ngày em đi bộ gần sáu cây số; hôm mưa lớn phải nghỉ.",
        "Bền bỉ, ít khi than; các môn xã hội khá.",
        (("far_from_school", SUPPORT), ("economic_hardship", SUPPORT), ("frequent_absence", WATCH)),
        highland=True,
    ),
    Profile(
        "Em mới theo gia đình chuyển từ tỉnh khác về, chưa quen bạn và cách học ở trường.",
        "Lịch sự, chăm ghi chép; còn rụt rè khi làm việc nhóm.",
        (("peer_difficulty", WATCH), ("knowledge_gap", SUPPORT)),
    ),
    Profile(
        "Cha bị tai nạn lao động, nằm một chỗ hơn nửa năm nay; mẹ một mình lo việc rẫy.",
        "Thương cha mẹ, cuối tuần làm rẫy thay mẹ; kết quả học tập mức Khá.",
        (("parent_ill", SUPPORT), ("near_poor_household", SUPPORT)),
    ),
    Profile(
        "Nhà chín người ở chung một gian, em chưa có góc học tập riêng.",
        "Thường ở lại thư viện làm bài; cần hướng dẫn cách tự học.",
        (("poor_household", SUPPORT), ("study_skills", SUPPORT)),
        highland=True,
    ),
    Profile(
        "Giờ giấc, đồng phục còn thất thường; em nói chưa thấy học để làm gì.",
        "Chơi bóng chuyền tốt, có uy tín với bạn; rất hợp tác khi được giao việc.",
        (("discipline_support", SUPPORT), ("lost_motivation", SUPPORT)),
    ),
    Profile(
        "Bà ngoại nuôi em bằng tiền trợ cấp; sách giáo khoa xin lại của các anh chị khóa trước.",
        "Giữ sách rất kỹ, hiếu thảo; môn Vật lý cần kèm thêm.",
        (("poor_household", URGENT), ("lives_with_relatives", SUPPORT), ("subject_not_met", WATCH)),
    ),
    Profile(
        "Trước mỗi kỳ kiểm tra em lo nhiều, đau bụng, xin về giữa buổi.",
        "Cẩn thận, trách nhiệm; làm bài tốt khi được nhắc thở chậm và làm câu dễ trước.",
        (("psychological", SUPPORT),),
    ),
    Profile(
        "Chị gái vừa nghỉ học đi làm, em cũng muốn theo chị; gia đình chưa phản đối.",
        "Nhanh nhẹn, được các cô ở căn tin quý; kết quả học tập mức Đạt.",
        (("wants_to_leave", SUPPORT), ("family_wants_leave", SUPPORT), ("economic_hardship", WATCH)),
    ),
    Profile(
        "Sau hè em vào lớp trễ hai tuần vì còn làm thuê ở xa.",
        "Vào lớp là hỏi bài ngay; cần bù hai chương đầu các môn tự nhiên.",
        (("not_back_after_break", SUPPORT), ("works_for_living", SUPPORT), ("knowledge_gap", WATCH)),
    ),
    Profile(
        "Mắt em nhìn xa không rõ mà chưa có kính; ngồi cuối lớp thường chép sai đề.",
        "Chịu khó hỏi lại bạn; khi ngồi gần bảng làm bài tốt hơn hẳn.",
        (("student_ill_or_disabled", WATCH), ("economic_hardship", SUPPORT), ("subject_not_met", WATCH)),
    ),
    Profile(
        "Cha mẹ ít chữ nên không kèm được; em muốn học nghề sửa xe hơn học văn hóa.",
        "Siêng lao động, thật thà; hứng thú với bài học gắn với việc làm.",
        (("lost_motivation", SUPPORT), ("early_work", SUPPORT)),
        highland=True,
    ),
    Profile(
        "Năm trước em vắng không phép nhiều nên kết quả rèn luyện Chưa đạt; hè này đã hứa với cô.",
        "Đang giữ lời, tháng đầu mới trễ một buổi; phụ trách lau bảng rất đều.",
        (("conduct_not_met", SUPPORT), ("discipline_support", SUPPORT)),
    ),
    Profile(
        "Năm trước kết quả học tập Chưa đạt, em rèn luyện trong hè mới được lên lớp.",
        "Ôn hè nghiêm túc; cần giữ nhịp ở Toán và Hóa học.",
        (("learning_not_met", SUPPORT), ("knowledge_gap", SUPPORT)),
    ),
    Profile(
        "Nhà bên kia suối, mùa mưa nước lớn không qua được, có tuần vắng ba buổi.",
        "Hôm vắng tự đọc sách ở nhà; mong được bạn gửi bài.",
        (("far_from_school", SUPPORT), ("absence_near_limit", WATCH)),
        highland=True,
    ),
    Profile(
        "Em mê đội bóng của xã, tập nhiều nên lơ bài; mẹ lo em bỏ giữa chừng.",
        "Kỷ luật trong tập luyện, có thể chuyển sang việc học nếu có mục tiêu nhỏ hằng tuần.",
        (("lost_motivation", SUPPORT), ("study_skills", WATCH)),
        gender=Gender.MALE,
    ),
    Profile(
        "Sau Tết em chưa trở lại lớp ngay vì theo người thân đi làm; gia đình muốn em có thu nhập.",
        "Đã quay lại sau khi thầy cô đến nhà; hỏi mượn vở để chép bài.",
        (("not_back_after_break", URGENT), ("family_wants_leave", SUPPORT), ("early_work", SUPPORT)),
    ),
    Profile(
        "Nhà mới có người mất, kinh tế hụt hẳn; em nghĩ đến chuyện nghỉ học phụ mẹ.",
        "Trước nay học Khá, ngoan; cần thầy cô ở bên trong giai đoạn này.",
        (("sudden_misfortune", URGENT), ("wants_to_leave", SUPPORT)),
    ),
]
