"""What a list of hardships may call a category (P2.2), a severity, a source: by its label, or as schools shorten it."""

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from school.errors import RuleError
from school.imports.parsing import Parser
from school.models import HardshipCategory
from school.names import clean_line, fold
from school.vocabulary import N_, LabelEnum, Severity, SurveyChannel

UNKNOWN = N_("Danh mục phân loại không có mục “%(text)s”; có thể là: %(names)s.")
NOTHING_LIKE_IT = N_("Danh mục phân loại không có mục “%(text)s”; thầy cô ghi đúng tên mục trong danh mục.")
SEVERAL = N_("“%(text)s” có thể là nhiều mục: %(names)s; thầy cô ghi đủ tên mục hoặc ghi mã.")
BAD_SEVERITY = N_("Mức độ “%(text)s” không rõ; ghi một trong các mức: %(names)s.")
BAD_SOURCE = N_("Kênh khảo sát “%(text)s” không rõ; ghi một trong các kênh: %(names)s.")

# How schools shorten what the catalogue calls by its full name: code of the category -> texts, folded.
SHORT_FORMS: dict[str, tuple[str, ...]] = {
    "poor_household": ("hn", "ngheo", "nha ngheo", "gia dinh ngheo", "thuoc ho ngheo", "con ho ngheo", "dien ho ngheo"),
    "near_poor_household": ("hcn", "can ngheo", "thuoc ho can ngheo", "con ho can ngheo", "dien can ngheo"),
    "economic_hardship": (
        "kinh te kho khan", "kinh te gia dinh kho khan", "gia dinh kho khan", "hoan canh kho khan",
        "kho khan ve kinh te", "kho khan", "kt kho khan", "ktkk", "hckk", "hoan canh gia dinh kho khan",
    ),
    "orphan": (
        "mo coi", "mo coi cha", "mo coi bo", "mo coi me", "mo coi ca cha va me", "mo coi ca cha lan me",
        "mo coi cha me", "mo coi cha lan me", "cha mat", "bo mat", "me mat", "cha mat som", "me mat som",
    ),
    "parent_ill": ("cha om", "bo om", "me om", "cha me dau om", "cha me om dau", "bo me om dau", "bo me dau om"),
    "relative_needs_care": ("gia dinh co nguoi benh", "nguoi than benh nang", "gia dinh co nguoi khuyet tat"),
    "student_ill_or_disabled": (
        "khuyet tat", "hs khuyet tat", "hoc sinh khuyet tat", "benh hiem ngheo", "ban than benh hiem ngheo",
        "ban than khuyet tat",
    ),
    "parents_away": ("cha me di lam xa", "bo me di lam xa", "cha me lam an xa", "bo me di lam an xa"),
    "parents_separated": (
        "cha me ly hon", "bo me ly hon", "ly hon", "cha me ly than", "bo me ly than", "ly than", "cha me li hon",
    ),
    "lives_with_relatives": ("o voi ong ba", "song voi ong ba", "o voi nguoi than", "song voi nguoi than"),
    "works_for_living": ("di lam them", "lam them", "vua hoc vua lam", "phai lam them"),
    "far_from_school": ("nha xa", "nha xa truong", "o tro", "xa truong", "phai o tro"),
    "sudden_misfortune": ("thien tai", "tai nan", "bien co", "hoa hoan", "bien co gia dinh"),
    "learning_not_met": ("hoc tap chua dat", "hoc luc yeu", "hoc luc kem", "hoc yeu", "hoc kem", "ket qua hoc tap yeu"),
    "subject_not_met": ("can phu dao", "co mon can phu dao", "mon chua dat"),
    "knowledge_gap": ("hong kien thuc", "mat goc", "mat can ban", "hong kien thuc co ban"),
    "study_skills": ("chua biet cach hoc", "chua co phuong phap hoc", "chua co phuong phap hoc tap"),
    "language_barrier": ("yeu tieng viet", "kho khan tieng viet", "han che tieng viet", "rao can ngon ngu"),
    "conduct_not_met": ("ren luyen chua dat", "hanh kiem yeu", "ket qua ren luyen yeu"),
    "discipline_support": ("vi pham noi quy", "vi pham ne nep", "ne nep", "noi quy", "vi pham nen nep", "nen nep"),
    "repeated_year": ("luu ban", "o lai lop", "hoc lai"),
    "frequent_absence": ("nghi hoc nhieu", "hay nghi hoc", "vang nhieu", "nghi nhieu", "hay nghi"),
    "absence_near_limit": ("gan 45 buoi", "nghi gan 45 buoi", "nghi gan qua 45 buoi"),
    "wants_to_leave": ("muon nghi hoc", "y dinh nghi hoc", "co nguy co bo hoc", "nguy co bo hoc", "muon bo hoc"),
    "lost_motivation": ("chan hoc", "luoi hoc", "thieu dong luc", "mat dong luc", "giam dong luc"),
    "early_work": ("muon di lam", "y dinh di lam", "muon di lam som"),
    "early_marriage": ("tao hon", "ket hon som", "nguy co tao hon"),
    "family_wants_leave": ("gia dinh muon cho nghi", "gia dinh muon con nghi hoc", "gia dinh muon cho nghi hoc"),
    "not_back_after_break": ("chua tro lai lop", "chua di hoc lai", "chua tro lai truong"),
    "returned_student": ("moi tro lai", "di hoc lai", "da nghi hoc moi di hoc lai", "moi di hoc lai"),
    "psychological": ("tam ly", "van de tam ly", "tram cam", "kho khan ve tam ly", "khung hoang tam ly"),
    "peer_difficulty": ("bi bat nat", "kho hoa nhap", "bat nat"),
    "screen_overuse": ("nghien game", "nghien dien thoai", "nghien mang xa hoi", "choi game nhieu", "me game"),
}  # fmt: skip
_SEVERITIES = {
    "theo doi": Severity.WATCH,
    "nhe": Severity.WATCH,
    "ho tro": Severity.SUPPORT,
    "binh thuong": Severity.SUPPORT,
    "trung binh": Severity.SUPPORT,
    "ngay": Severity.URGENT,
    "ho tro ngay": Severity.URGENT,
    "gap": Severity.URGENT,
    "khan cap": Severity.URGENT,
    "nang": Severity.URGENT,
    "uu tien": Severity.URGENT,
    "to be followed": Severity.WATCH,  # our own exports in English
    "needs support": Severity.SUPPORT,
    "needs support at once": Severity.URGENT,
}
_SOURCES = {
    "gvcn": SurveyChannel.HOMEROOM_TEACHER,
    "chu nhiem": SurveyChannel.HOMEROOM_TEACHER,
    "giao vien cn": SurveyChannel.HOMEROOM_TEACHER,
    "hs": SurveyChannel.STUDENT,
    "ban than": SurveyChannel.STUDENT,
    "phu huynh": SurveyChannel.FAMILY,
    "ph": SurveyChannel.FAMILY,
    "cha me": SurveyChannel.FAMILY,
    "cha me hoc sinh": SurveyChannel.FAMILY,
    "cmhs": SurveyChannel.FAMILY,
    "ban be": SurveyChannel.FRIENDS,
    "ban can su": SurveyChannel.FRIENDS,
    "ban can su lop": SurveyChannel.FRIENDS,
    "gvbm": SurveyChannel.SUBJECT_TEACHERS,
    "giao vien bo mon": SurveyChannel.SUBJECT_TEACHERS,
    "doan": SurveyChannel.YOUTH_UNION,
    "doan thanh nien": SurveyChannel.YOUTH_UNION,
    "to tu van": SurveyChannel.COUNSELLING_TEAM,
    "tu van hoc duong": SurveyChannel.COUNSELLING_TEAM,
    "dia phuong": SurveyChannel.LOCAL_AUTHORITY,
    "thon": SurveyChannel.LOCAL_AUTHORITY,
    "bon": SurveyChannel.LOCAL_AUTHORITY,
    "xa": SurveyChannel.LOCAL_AUTHORITY,
    "ubnd xa": SurveyChannel.LOCAL_AUTHORITY,
    "chinh quyen dia phuong": SurveyChannel.LOCAL_AUTHORITY,
    "ho so": SurveyChannel.RECORDS,
    "hoc ba": SurveyChannel.RECORDS,
    "ket qua hoc tap": SurveyChannel.RECORDS,
    "khac": SurveyChannel.OTHER,
    "homeroom teacher": SurveyChannel.HOMEROOM_TEACHER,  # our own exports in English
    "student": SurveyChannel.STUDENT,
    "family": SurveyChannel.FAMILY,
    "friends, class officers": SurveyChannel.FRIENDS,
    "subject teachers": SurveyChannel.SUBJECT_TEACHERS,
    "youth union": SurveyChannel.YOUTH_UNION,
    "school counselling and social work team": SurveyChannel.COUNSELLING_TEAM,
    "village, hamlet or commune authority": SurveyChannel.LOCAL_AUTHORITY,
    "results and attendance records": SurveyChannel.RECORDS,
    "another channel": SurveyChannel.OTHER,
}
_BETWEEN = re.compile(r"[;\n]+")
_NUMBERED = re.compile(r"^\s*(?:(?:[A-Ca-c]\d{0,2}|\d{1,2})\s*[.):/](?=\s|\D)|[-–+•*])\s*")
_NEARBY = 3


def _label_parser(enum: type[LabelEnum], others: Mapping[str, LabelEnum], msgid: str) -> Parser:
    """A parser of one member of a closed list, by its label or as people shorten it."""
    known = dict(others) | {fold(member.label): member for member in enum}
    labels = ", ".join(f"“{member.label}”" for member in enum)

    def parse(text: str) -> LabelEnum:
        member = known.get(fold(text).strip(" ."))
        if member is None:
            raise RuleError(msgid, text=clean_line(text)[:40], names=labels)
        return member

    return parse


parse_severity = _label_parser(Severity, _SEVERITIES, BAD_SEVERITY)
parse_source = _label_parser(SurveyChannel, _SOURCES, BAD_SOURCE)


class Catalogue:
    """The categories by code, by name and by the usual short forms."""

    def __init__(self, categories: Iterable[HardshipCategory]) -> None:
        self._named: dict[str, list[HardshipCategory]] = defaultdict(list)
        self._short: dict[str, list[HardshipCategory]] = defaultdict(list)
        self._codes: dict[str, HardshipCategory] = {}
        for category in sorted(categories, key=lambda category: (not category.in_use, category.id)):
            self._codes[category.code.casefold()] = category
            self._named[fold(category.name)].append(category)
            for short in SHORT_FORMS.get(category.code, ()):
                self._short[short].append(category)

    def parser(self) -> Parser:
        """A parser of one cell that names one category or several, one a line or with ";" between them."""
        return lambda text: list(
            dict.fromkeys(found for part in _BETWEEN.split(text) if clean_line(part) for found in self._read(part))
        )

    def _read(self, text: str) -> list[HardshipCategory]:
        """The category of that name, or those between commas where each is one: some names hold commas themselves."""
        try:
            return [self.find(text)]
        except RuleError:
            parts = [part for part in text.split(",") if clean_line(part)]
            if len(parts) == 1:
                raise
            try:
                return [self.find(part) for part in parts]
            except RuleError:
                pass
            raise

    def find(self, text: str) -> HardshipCategory:
        """The category of that name; RuleError, telling the names nearby, when there is none or several."""
        for form in (text, _NUMBERED.sub("", text)):
            if category := self._codes.get(clean_line(form).casefold()):
                return category
            found = self._named.get(fold(form)) or self._short.get(fold(form).strip(" ."), [])
            found = [category for category in found if category.in_use] or found
            if len(found) == 1:
                return found[0]
            if found:
                raise RuleError(SEVERAL, text=clean_line(text)[:40], names=_quoted(one.code for one in found))
        near = self._near(fold(_NUMBERED.sub("", text)))
        if near:
            raise RuleError(UNKNOWN, text=clean_line(text)[:40], names=_quoted(near))
        raise RuleError(NOTHING_LIKE_IT, text=clean_line(text)[:40])

    def _near(self, folded: str) -> list[str]:
        """Names in use that look like the text, or share most of its words."""
        used = {name: found[0].name for name, found in self._named.items() if found[0].in_use}
        used |= {short: found[0].name for short, found in self._short.items() if found[0].in_use}
        close = difflib.get_close_matches(folded[:200], used, n=_NEARBY, cutoff=0.6)
        words = {word for word in folded.split() if len(word) > 2}
        sharing = sorted(used, key=lambda name: -len(words & set(name.split())))
        close += [name for name in sharing if len(words & set(name.split())) >= max(2, len(words) / 2)]
        return list(dict.fromkeys(used[name] for name in close))[:_NEARBY]


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f"“{name}”" for name in names)
