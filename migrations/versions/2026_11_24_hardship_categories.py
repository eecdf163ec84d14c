"""The default kinds of hardship, by group (P2.2); a school edits them afterwards."""

import datetime as dt

import sqlalchemy as sa
from alembic import op

revision = "hardship_categories"
down_revision = "first_tables"
branch_labels = None
depends_on = None

# code, group, name, position
CATEGORIES = [
    ("poor_household", "A", "Hộ nghèo", 1),
    ("near_poor_household", "A", "Hộ cận nghèo", 2),
    ("economic_hardship", "A", "Kinh tế gia đình khó khăn (chưa thuộc diện hộ nghèo)", 3),
    ("orphan", "A", "Mồ côi cha, mẹ hoặc cả hai", 4),
    ("parent_ill", "A", "Cha, mẹ đau ốm, mất sức lao động", 5),
    ("relative_needs_care", "A", "Gia đình có người bệnh nặng, khuyết tật", 6),
    ("student_ill_or_disabled", "A", "Bản thân bệnh hiểm nghèo hoặc khuyết tật", 7),
    ("parents_away", "A", "Cha mẹ đi làm ăn xa", 8),
    ("parents_separated", "A", "Cha mẹ ly hôn, ly thân", 9),
    ("lives_with_relatives", "A", "Ở với ông bà, người thân", 10),
    ("works_for_living", "A", "Phải đi làm thêm", 11),
    ("far_from_school", "A", "Nhà xa trường, phải ở trọ", 12),
    ("sudden_misfortune", "A", "Thiên tai, tai nạn, biến cố", 13),
    ("safety_concern", "A", "Cần được bảo vệ, an toàn (hạn chế người xem)", 14),
    ("learning_not_met", "B", "Kết quả học tập Chưa đạt (trước đây: Yếu, Kém)", 1),
    ("subject_not_met", "B", "Có môn học cần phụ đạo", 2),
    ("knowledge_gap", "B", "Hổng kiến thức nền", 3),
    ("study_skills", "B", "Chưa có phương pháp tự học", 4),
    ("language_barrier", "B", "Khó khăn về tiếng Việt", 5),
    ("conduct_not_met", "B", "Kết quả rèn luyện Chưa đạt (trước đây: hạnh kiểm Yếu)", 6),
    ("discipline_support", "B", "Cần hỗ trợ về nền nếp, nội quy", 7),
    ("repeated_year", "B", "Học lại lớp", 8),
    ("frequent_absence", "C", "Nghỉ học nhiều hoặc kéo dài", 1),
    ("absence_near_limit", "C", "Số buổi nghỉ gần giới hạn 45 buổi", 2),
    ("wants_to_leave", "C", "Có ý định nghỉ học", 3),
    ("lost_motivation", "C", "Giảm hứng thú, động lực học tập", 4),
    ("early_work", "C", "Có ý định đi làm sớm", 5),
    ("early_marriage", "C", "Nguy cơ kết hôn sớm", 6),
    ("family_wants_leave", "C", "Gia đình muốn cho nghỉ học", 7),
    ("not_back_after_break", "C", "Chưa trở lại lớp sau Tết, sau hè", 8),
    ("returned_student", "C", "Đã nghỉ học, mới trở lại", 9),
    ("psychological", "C", "Khó khăn tâm lý", 10),
    ("peer_difficulty", "C", "Khó hòa nhập, bị bắt nạt", 11),
    ("screen_overuse", "C", "Dùng trò chơi, mạng xã hội quá mức", 12),
]

table = sa.table(
    "hardship_category",
    *(sa.column(name, sa.String) for name in ("code", "hardship_group", "name")),
    sa.column("position", sa.Integer),
    sa.column("in_use", sa.Boolean),
    sa.column("created_at", sa.DateTime),
    sa.column("updated_at", sa.DateTime),
    sa.column("version", sa.Integer),
)


def upgrade() -> None:
    now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    fixed = {"in_use": True, "created_at": now, "updated_at": now, "version": 1}
    names = ("code", "hardship_group", "name", "position")
    op.bulk_insert(table, [dict(zip(names, row, strict=True)) | fixed for row in CATEGORIES])


def downgrade() -> None:
    op.execute(table.delete())
