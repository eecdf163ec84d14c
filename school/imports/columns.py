"""The columns of each list as data, by the names that schools give them. `layout.py` finds them in a file."""

import re
from dataclasses import dataclass
from functools import cache

from school.names import fold
from school.vocabulary import N_

_PUNCTUATION = re.compile(r"[^a-z0-9]+")
_KEY_LENGTH = 200  # what the school's own names may hold


@dataclass(frozen=True)
class Column:
    """One thing a list may hold: the field it fills, its label, and header texts, folded, punctuation as spaces."""

    name: str
    label: str
    synonyms: tuple[str, ...]


@dataclass(frozen=True)
class ColumnMap:
    """The columns of one list.

    `needs`: the header must hold one column of each group, else this is no such list. `foreign`: headers that only
    another kind of list has; one of them and the file is refused as the wrong one.
    """

    title: str
    columns: tuple[Column, ...]
    needs: tuple[tuple[str, ...], ...]
    foreign: tuple[str, ...] = ()

    def labels(self) -> dict[str, str]:
        """Label of each field."""
        return {column.name: column.label for column in self.columns}

    @cache  # noqa: B019 - there are five, and they live as long as the program
    def synonyms(self) -> dict[str, str]:
        """Field by each of its usual names."""
        return {synonym: column.name for column in self.columns for synonym in column.synonyms}


# The last names of a column are those of our own exports in English.
_NUMBER = Column("number", N_("STT"), ("stt", "tt", "so tt", "so thu tu", "thu tu", "no"))
_FULL_NAME = Column(
    "full_name",
    N_("Họ và tên"),
    (
        "ho va ten", "ho ten", "hoten", "ho va ten hoc sinh", "ho ten hoc sinh", "ten hoc sinh", "hoc sinh",
        "ho va ten hs", "ho ten hs", "ten hs", "ho va ten giao vien", "ho ten giao vien", "ho ten gv", "ho va ten gv",
        "ten giao vien", "ho va ten can bo", "ho ten can bo", "ho ten cb gv nv", "ho va ten cb gv nv",
        "ho va ten can bo giao vien nhan vien", "ho ten can bo giao vien nhan vien", "ho ten cbgv", "ho ten cbgvnv",
        "ho ten cbql gv nv", "ho va ten nhan su", "ho ten nhan su", "ho ten khai sinh", "ho va ten khai sinh",
        "ho chu dem va ten", "ho chu dem va ten khai sinh", "ho ten day du", "thong tin hoc sinh ho va ten",
        "thong tin hoc sinh ho ten", "full name",
    ),
)  # fmt: skip
_FAMILY_NAME = Column(
    "family_name",
    N_("Họ và tên đệm"),
    (
        "ho dem", "ho va dem", "ho va ten dem", "ho ten dem", "ho chu dem", "ho va chu dem", "ho lot", "ho va ten lot",
        "ho va chu lot", "ho chu lot", "ho",
    ),
)  # fmt: skip
_GIVEN_NAME = Column("given_name", N_("Tên"), ("ten", "ten goi", "ten rieng"))
_GENDER = Column("gender", N_("Giới tính"), ("gioi tinh", "gioi", "phai", "nam nu", "gt", "gender"))
_FEMALE = Column("female_mark", N_("Nữ"), ("nu", "hoc sinh nu", "la nu", "gioi tinh nu", "phai nu"))
_MALE = Column("male_mark", N_("Nam"), ("nam", "hoc sinh nam", "la nam", "gioi tinh nam", "phai nam"))
_BIRTH = Column(
    "date_of_birth",
    N_("Ngày sinh"),
    (
        "ngay sinh", "sinh ngay", "ngay thang nam sinh", "ngay thang sinh", "ngay sinh hoc sinh", "ngay sinh hs",
        "ngay thang nam sinh hoc sinh", "sinh ngay thang nam", "ng sinh", "ngaysinh", "date of birth",
    ),
)  # fmt: skip
_CLASS = Column(
    "class_name",
    N_("Lớp"),
    ("lop", "lop hoc", "ten lop", "ten lop hoc", "lop hien tai", "dang hoc lop", "hoc lop", "hoc sinh lop", "class"),
)
_PHONE = (
    "dien thoai", "so dien thoai", "sdt", "dt", "so dt", "di dong", "dien thoai di dong", "so di dong",
    "dien thoai lien he", "sdt lien he", "dien thoai zalo", "so zalo", "so dien thoai lien he", "so dien thoai zalo",
    "so lien lac", "dien thoai phu huynh", "so dien thoai phu huynh", "sdt phu huynh", "sdt ph", "dt phu huynh",
    "dien thoai gia dinh", "sdt gia dinh", "so dien thoai gia dinh", "dien thoai cha me", "sdt cha me", "phone",
)  # fmt: skip
_STUDENT_CODE = Column(
    "code",
    N_("Mã học sinh"),
    (
        "ma hs", "ma hoc sinh", "ma dinh danh", "ma so hoc sinh", "ma so hs", "ma dinh danh hoc sinh",
        "ma dinh danh hs", "ma so", "ma", "mahs", "ma dinh danh bo gd dt", "ma dinh danh bo gd", "ma dinh danh bo",
        "ma dinh danh cua bo", "ma dinh danh bo giao duc", "ma bo gd dt", "ma hoc sinh bo gd dt", "ma csdl", "ma moet",
        "so dinh danh", "so dinh danh hoc sinh", "so dinh danh hs", "student code", "code",
    ),
)  # fmt: skip
_WHO = (_NUMBER, _STUDENT_CODE, _FULL_NAME, _FAMILY_NAME, _GIVEN_NAME, _BIRTH, _CLASS)
_NAMED = ("code", "full_name", "given_name")
_SPONSORS = Column(
    "sponsors",
    N_("GV nhận đỡ đầu"),
    (
        "gv nhan do dau", "giao vien nhan do dau", "nguoi nhan do dau", "nguoi do dau", "gv do dau", "giao vien do dau",
        "can bo giao vien nhan do dau", "can bo giao vien do dau", "cb gv nhan do dau", "cbgv nhan do dau",
        "cb gv nv nhan do dau", "cbgvnv nhan do dau", "thay co nhan do dau", "thay co do dau", "nhan do dau",
        "ho ten nguoi do dau", "ho va ten nguoi do dau", "phan cong do dau", "phan cong gv do dau",
        "nguoi duoc phan cong", "nguoi giup do", "giao vien giup do", "gv giup do", "sponsor", "sponsors",
        "sponsoring teachers",
    ),
)  # fmt: skip
_CIRCUMSTANCES = Column(
    "circumstances",
    N_("Hoàn cảnh gia đình, bản thân"),
    (
        "hoan canh gia dinh ban than", "hoan canh gia dinh", "hoan canh", "hoan canh gia dinh va ban than",
        "hoan canh cua em", "hoan canh hoc sinh", "hoan canh cu the", "mo ta hoan canh", "hoan canh kho khan",
        "tinh hinh gia dinh", "dac diem hoan canh", "circumstances", "family and personal circumstances",
    ),
)  # fmt: skip
_OWN_EFFORT = Column(
    "own_effort",
    N_("Sự rèn luyện của bản thân"),
    (
        "su ren luyen cua ban than", "su ren luyen", "ren luyen cua ban than", "ket qua ren luyen cua ban than",
        "su ren luyen cua hoc sinh", "su ren luyen phan dau", "su co gang cua ban than", "y thuc cua ban than",
        "tinh hinh hoc tap ren luyen", "own effort", "the student s own effort",
    ),
)  # fmt: skip
# What no other list has: a list of hardships must not be taken for one of students, nor for an agreed assignment.
_ONLY_HARDSHIP = ("muc phan loai", "phan loai hoan canh", "dien hoan canh kho khan", "kenh khao sat")

STAFF = ColumnMap(
    N_("danh sách cán bộ, giáo viên, nhân viên"),
    (
        _NUMBER,
        Column(
            "code",
            N_("Mã"),
            (
                "ma", "ma cb", "ma can bo", "ma gv", "ma giao vien", "ma so", "ma nv", "ma nhan vien", "ma dinh danh",
                "so hieu", "so hieu cong chuc", "so hieu vien chuc", "ma cbgv", "ma cbgvnv", "ma can bo giao vien",
                "ma vien chuc", "ma cong chuc", "ma ccvc", "ma nhan su", "ma so can bo", "ma so giao vien",
                "ma dinh danh giao vien", "ma dinh danh can bo", "ma dinh danh bo gd dt", "ma dinh danh bo gd",
                "staff code", "code",
            ),
        ),
        _FULL_NAME,
        _FAMILY_NAME,
        _GIVEN_NAME,
        _GENDER,
        _FEMALE,
        _MALE,
        Column(
            "department",
            N_("Tổ chuyên môn"),
            (
                "to chuyen mon", "to", "to bo mon", "to cm", "to cong tac", "to chuyen mon phong ban", "bo phan",
                "to bo phan", "ten to", "thuoc to", "sinh hoat tai to", "department",
                "subject department",
            ),
        ),
        Column(
            "subject",
            N_("Môn dạy"),
            (
                "mon day", "mon", "bo mon", "chuyen mon", "mon giang day", "day mon", "mon hoc giang day",
                "mon day chinh", "mon day hien tai", "mon hoc", "phan mon", "chuyen mon giang day", "subject",
            ),
        ),
        Column(
            "post",
            N_("Chức vụ"),
            (
                "chuc vu", "chuc danh", "nhiem vu", "vi tri viec lam", "chuc vu hien tai", "nhom chuc vu",
                "chuc vu chuc danh", "cong viec", "kiem nhiem", "chuc vu kiem nhiem", "post",
            ),
        ),
        Column(
            "homeroom",
            N_("Chủ nhiệm lớp"),
            (
                "chu nhiem lop", "lop chu nhiem", "chu nhiem", "gvcn", "gvcn lop", "cn lop", "lop cn",
                "lop chu nhiem hien tai", "giao vien chu nhiem lop", "homeroom class", "homeroom teacher of",
            ),
        ),
        Column(
            "email",
            N_("Email"),
            ("email", "e mail", "thu dien tu", "mail", "dia chi email", "hop thu", "dia chi thu dien tu", "gmail"),
        ),
        Column("phone", N_("Điện thoại"), _PHONE),
    ),
    needs=(_NAMED, ("department", "subject", "post", "homeroom")),
    foreign=("ma hoc sinh", "ma hs", "gv nhan do dau", "ket qua hoc tap"),
)  # fmt: skip

STUDENTS = ColumnMap(
    N_("danh sách học sinh"),
    (
        *_WHO,
        _GENDER,
        _FEMALE,
        _MALE,
        Column("ethnicity", N_("Dân tộc"), ("dan toc", "thanh phan dan toc", "ten dan toc", "ethnicity")),
        Column(
            "policy_category",
            N_("Diện chính sách"),
            (
                "dien chinh sach", "doi tuong chinh sach", "chinh sach", "dien uu tien", "doi tuong uu tien",
                "doi tuong", "che do chinh sach", "con dien chinh sach", "thuoc dien chinh sach", "dien mien giam",
                "doi tuong mien giam", "dien ho", "ho ngheo can ngheo", "policy category",
            ),
        ),
        Column(
            "father_name",
            N_("Họ tên cha"),
            (
                "ho ten cha", "ho va ten cha", "ten cha", "cha", "ho ten bo", "ho va ten bo", "ten bo",
                "ho ten cha duong", "father s name", "father",
            ),
        ),
        Column(
            "mother_name",
            N_("Họ tên mẹ"),
            ("ho ten me", "ho va ten me", "ten me", "me", "mother s name", "mother"),
        ),
        Column("phone", N_("Điện thoại"), _PHONE),
        Column(
            "address",
            N_("Địa chỉ"),
            (
                "dia chi", "noi o", "cho o hien nay", "cho o", "cho o hien tai", "noi o hien nay", "noi o hien tai",
                "noi cu tru", "dia chi lien he", "dia chi lien lac", "dia chi thuong tru", "dia chi gia dinh",
                "dia chi hien nay", "dia chi hien tai", "ho khau thuong tru", "thuong tru", "ho khau", "noi thuong tru",
                "thon bon buon", "address",
            ),
        ),
        Column("note", N_("Ghi chú"), ("ghi chu", "ghi chu khac", "note", "notes")),
    ),
    needs=(
        _NAMED,
        ("class_name", "date_of_birth", "ethnicity", "policy_category", "father_name", "mother_name", "address"),
    ),
    foreign=("to chuyen mon", "mon day", "chu nhiem lop", *_SPONSORS.synonyms, *_ONLY_HARDSHIP),
)  # fmt: skip

RESULTS = ColumnMap(
    N_("kết quả học tập, rèn luyện"),
    (
        *_WHO,
        Column("period", N_("Kỳ"), ("ky", "hoc ky", "ky hoc", "ki", "hoc ki", "period", "term")),
        Column(
            "learning",
            N_("Kết quả học tập"),
            (
                "ket qua hoc tap", "hoc tap", "hoc luc", "kqht", "kq ht", "kq hoc tap", "hl", "xep loai hoc luc",
                "xep loai hoc tap", "xlhl", "xl hoc luc", "danh gia ket qua hoc tap", "muc danh gia hoc tap",
                "muc hoc tap", "ket qua hoc tap ca nam", "ket qua hoc tap hk1", "ket qua hoc tap hk2",
                "ket qua danh gia hoc tap", "hoc luc ca nam", "learning", "learning result",
            ),
        ),
        Column(
            "conduct",
            N_("Kết quả rèn luyện"),
            (
                "ket qua ren luyen", "ren luyen", "hanh kiem", "kqrl", "kq rl", "kq ren luyen", "hk",
                "xep loai hanh kiem", "xep loai ren luyen", "xlhk", "xl hanh kiem", "danh gia ket qua ren luyen",
                "muc danh gia ren luyen", "muc ren luyen", "ket qua ren luyen ca nam", "ket qua ren luyen hk1",
                "ket qua ren luyen hk2", "ket qua danh gia ren luyen", "hanh kiem ca nam", "conduct", "conduct result",
            ),
        ),
        Column(
            "absences_excused",
            N_("Vắng có phép"),
            (
                "vang co phep", "nghi co phep", "co phep", "vang p", "nghi p", "vang cp", "nghi cp", "cp",
                "so buoi vang co phep", "so buoi nghi co phep", "so ngay nghi co phep", "so ngay vang co phep",
                "so buoi nghi hoc co phep", "nghi hoc co phep", "so buoi nghi p", "so buoi vang p", "so ngay nghi p",
                "so buoi nghi cp", "so ngay nghi cp", "excused absences", "absent with permission",
            ),
        ),
        Column(
            "absences_unexcused",
            N_("Vắng không phép"),
            (
                "vang khong phep", "nghi khong phep", "khong phep", "vang k", "vang kp", "nghi k", "nghi kp", "kp",
                "so buoi vang khong phep", "so buoi nghi khong phep", "so ngay nghi khong phep",
                "so ngay vang khong phep", "so buoi nghi hoc khong phep", "nghi hoc khong phep", "so buoi nghi k",
                "so buoi vang k", "so ngay nghi k", "so buoi nghi kp", "so ngay nghi kp", "unexcused absences",
                "absent without permission",
            ),
        ),
    ),
    needs=(_NAMED, ("learning", "conduct", "absences_excused", "absences_unexcused")),
)  # fmt: skip

ASSIGNMENTS = ColumnMap(
    N_("danh sách phân công đỡ đầu"),
    (*_WHO, _CIRCUMSTANCES, _OWN_EFFORT, _SPONSORS),
    needs=(_NAMED, ("circumstances", "own_effort", "sponsors")),
    foreign=_ONLY_HARDSHIP,
)

HARDSHIP = ColumnMap(
    N_("danh sách học sinh có hoàn cảnh cần hỗ trợ"),
    (
        *_WHO,
        Column(
            "categories",
            N_("Mục phân loại"),
            (
                "muc phan loai", "phan loai", "phan loai hoan canh", "dien hoan canh", "loai hoan canh",
                "nhom hoan canh", "dien kho khan", "loai kho khan", "nhom kho khan", "dien hoan canh kho khan",
                "thuoc dien", "dien", "doi tuong", "doi tuong kho khan", "dang kho khan", "kho khan", "ly do",
                "ly do can ho tro", "ly do de xuat", "nguyen nhan", "classification", "category", "hardship",
                "hardship category",
            ),
        ),
        Column(
            "severity",
            N_("Mức độ"),
            (
                "muc do", "muc do can ho tro", "muc do kho khan", "muc do uu tien", "muc do ho tro", "muc can ho tro",
                "severity",
            ),
        ),
        Column(
            "source",
            N_("Kênh khảo sát"),
            (
                "kenh khao sat", "kenh", "kenh thong tin", "nguon", "nguon thong tin", "nguon khao sat",
                "nguoi cung cap", "nguoi cung cap thong tin", "noi cung cap thong tin", "source", "survey channel",
            ),
        ),
        _CIRCUMSTANCES,
        _OWN_EFFORT,
        Column("note", N_("Ghi chú (ghi tiếp vào hoàn cảnh)"), ("ghi chu", "ghi chu khac", "note", "notes")),
    ),
    needs=(_NAMED, ("categories", "severity", "circumstances")),
    foreign=("to chuyen mon", "mon day", "chu nhiem lop", *_SPONSORS.synonyms),
)  # fmt: skip

LISTS = (STAFF, STUDENTS, RESULTS, ASSIGNMENTS, HARDSHIP)


@dataclass(frozen=True, slots=True)
class Record:
    """One row of the list: field -> text, only the columns that the file has. `unsaved`: formulas without a result."""

    row: int
    values: dict[str, str]
    unsaved: tuple[str, ...] = ()

    def get(self, name: str) -> str:
        """Text of the field; "" when the cell is empty or the column missing."""
        return self.values.get(name, "")


@dataclass(frozen=True)
class Listing:
    """A recognised list: where its header stood, its columns, its rows, and the titles above."""

    columns: dict[str, int]
    header_row: int
    records: tuple[Record, ...]
    titles: tuple[str, ...]


def header_key(text: str) -> str:
    """A header as the synonyms are written: "Họ và  tên (*)" -> "ho va ten"."""
    return _PUNCTUATION.sub(" ", fold(text)).strip()[:_KEY_LENGTH].rstrip()
