"""Invented names of people: Kinh, Ê Đê, M'Nông, Tày, Nùng and Mông, as a school of the Central Highlands has them."""

from dataclasses import dataclass
from random import Random

from school.vocabulary import Gender

SURNAMES = (
    ["Nguyễn"] * 9
    + ["Trần"] * 5
    + ["Lê"] * 4
    + ["Phạm"] * 3
    + ["Hoàng", "Huỳnh", "Phan", "Vũ", "Võ"] * 2
    + ["Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý", "Đinh", "Mai", "Trịnh", "Hà", "Cao", "Tạ", "Đoàn", "Lương"]
)
MIDDLE = {
    Gender.MALE: ["Văn", "Hữu", "Đức", "Minh", "Quang", "Thanh", "Gia", "Công", "Xuân", "Tuấn", "Anh", "Quốc", "Trọng"],
    Gender.FEMALE: ["Thị", "Ngọc", "Thanh", "Thu", "Bích", "Kim", "Hồng", "Phương", "Mỹ", "Thùy", "Khánh", "Diệu"],
}
_MEN = """
Đạt Huy Khang Bảo Long Nam Phúc Quân Sơn Thắng Tài Tùng Vũ Hiếu Hải Dũng Cường Kiên Khoa Lâm Lộc Mạnh Nghĩa Nhật Phong
Thịnh Toàn Trung Tú Việt An Bình Chiến Duy Giang Hưng
"""
_WOMEN = """
Anh Ánh Châu Chi Dung Duyên Giang Hà Hạnh Hân Hiền Hoa Huệ Hương Huyền Lan Linh Loan Ly Mai My Nga Ngân Nhi Như Oanh
Phương Quyên Quỳnh Thảo Thơ Thương Thủy Trang Trâm Tuyết Uyên Vân Vy Xuân Yến
"""
GIVEN = {Gender.MALE: _MEN.split(), Gender.FEMALE: _WOMEN.split()}
EDE_FAMILY = ["Niê", "Êban", "Mlô", "Ayŭn", "Kbuôr", "Byă", "Hđơk", "Knul"]
EDE_GIVEN = {
    Gender.MALE: ["Thiên", "Khánh", "Bảo", "Sơn", "Wil", "Ngọc", "Đăm", "Luyn", "Phong", "Thương"],
    Gender.FEMALE: ["Linh", "Mai", "Nga", "Hương", "Bích", "Lan", "Juin", "Thảo", "Yến", "Duyên"],
}
MNONG_GIVEN = {
    Gender.MALE: ["K'Lâm", "K'Brơi", "K'Tuân", "Khánh", "Sơn", "Huy", "Phong", "Đức"],
    Gender.FEMALE: ["Mai", "Brông", "Hạnh", "Nhung", "Đào", "Phương", "Sen", "Ngọc"],
}
TAY_FAMILY = ["Nông", "Hoàng", "Lương", "Triệu", "Lộc", "Vi", "Bế", "Lâm"]
MONG_FAMILY = ["Giàng", "Sùng", "Vàng", "Thào", "Lầu", "Mùa"]
MONG_GIVEN = {
    Gender.MALE: ["Páo", "Sử", "Dế", "Chua", "Dũng", "Của", "Hồ", "Tủa", "Sinh", "Thắng"],
    Gender.FEMALE: ["Mỷ", "Dua", "Pà", "Chi", "Xuân", "Mai", "Sông", "Dở", "Hoa"],
}
# Out of a hundred students.
ETHNICITIES = ["Kinh"] * 70 + ["Ê Đê"] * 9 + ["M'Nông"] * 10 + ["Tày"] * 4 + ["Nùng"] * 4 + ["Mông"] * 3


@dataclass(frozen=True)
class Name:
    """A full name and, where the given name is not the last word, the name to sort by (P7)."""

    full: str
    sort: str | None = None


def kinh(rng: Random, gender: Gender) -> Name:
    """A name of three words, now and then of four."""
    middle = [rng.choice(MIDDLE[gender])]
    if rng.random() < 0.2:
        middle.append(rng.choice([word for word in MIDDLE[gender] if word not in ("Văn", "Thị", *middle)]))
    given = rng.choice([word for word in GIVEN[gender] if word not in middle])
    return Name(" ".join([rng.choice(SURNAMES), *middle, given]))


def of(rng: Random, ethnicity: str, gender: Gender) -> Name:
    """A name as the people of this ethnicity bear it."""
    female = gender is Gender.FEMALE
    if ethnicity == "Ê Đê":
        given = rng.choice(EDE_GIVEN[gender])
        called = f"H'{given}" if female else f"Y {given}"
        return Name(f"{called} {rng.choice(EDE_FAMILY)}", given)
    if ethnicity == "M'Nông":
        given = rng.choice(MNONG_GIVEN[gender])
        middle = [] if "'" in given or rng.random() < 0.3 else [rng.choice(MIDDLE[gender][1:])]
        full = " ".join(["Thị" if female else "Điểu", *middle, given])
        return Name(full, given.removeprefix("K'") if "'" in given else None)
    if ethnicity in ("Tày", "Nùng"):
        return Name(f"{rng.choice(TAY_FAMILY)} {rng.choice(MIDDLE[gender])} {rng.choice(GIVEN[gender])}")
    if ethnicity == "Mông":
        return Name(f"{rng.choice(MONG_FAMILY)} {'Thị' if female else 'A'} {rng.choice(MONG_GIVEN[gender])}")
    return kinh(rng, gender)


def parent(rng: Random, ethnicity: str, gender: Gender, child: Name) -> str:
    """A parent's name; a Kinh father has his child's family name."""
    name = of(rng, ethnicity, gender).full
    if ethnicity == "Kinh" and gender is Gender.MALE:
        return " ".join([child.full.split()[0], *name.split()[1:]])
    return name


class Namer:
    """Gives each name once: people of one name would be mistaken for one another in lists that know no codes."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.taken: set[str] = set()

    def __call__(self, ethnicity: str, gender: Gender) -> Name:
        for _ in range(200):
            name = of(self.rng, ethnicity, gender)
            if name.full not in self.taken:
                break
        self.taken.add(name.full)
        return name
