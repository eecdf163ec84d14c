"""The only writer of .docx: official documents in the layout of Decree 30/2020 (P7), from templates.

They are Vietnamese whatever the language of the screens: labels stay msgids, never translated.
"""

import dataclasses
import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from school.errors import NotAllowed, RuleError
from school.models import DocumentTemplate
from school.rules.actor import Actor
from school.rules.policy import can, require, scopes
from school.rules.tables import Scope
from school.services.profile import BLANK, Letterhead, letterhead
from school.services.rendering import UNUSABLE, render
from school.vocabulary import N_, Action, DocumentKind

OF_THE_WHOLE = N_("Văn bản này gồm mọi em của trường nên do người phụ trách chung lập.")
OWN_IS_OUTDATED = N_(
    "Mẫu riêng của trường cho văn bản này không dùng được nữa; người phụ trách vào “Mẫu văn bản” để thay mẫu khác, "
    "hoặc dùng lại mẫu của hệ thống."
)
TEMPLATES = Path(__file__).parents[2] / "templates" / "documents"

# After the number of a document: what kind it is (Decree 30/2020, appendix III).
ABBREVIATIONS = {
    DocumentKind.YEAR_PLAN: "KH",
    DocumentKind.ASSIGNMENT_LIST: "DS",
    DocumentKind.NOTICE_BOARD: "TB",
    DocumentKind.MEETING_MINUTES: "BB",
    DocumentKind.SCHOOL_REPORT: "BC",
    DocumentKind.DEPARTMENT_MONTH: "BC",
    DocumentKind.REVIEW: "BC",
    DocumentKind.STUDENT_FILE: "HS",
    DocumentKind.COMMENDATION_LIST: "TTr",
    DocumentKind.COMMENDATION_EVIDENCE: "BC",
    DocumentKind.SCORE_LIST: "DS",
    DocumentKind.EARLY_RAISE: "BC",
}

# What every template may say beside the variables of its own kind. "[]" marks a list: of texts, or of rows with names.
COMMON: dict[str, str] = {
    "parent_body": N_("Cơ quan chủ quản, trên tên trường"),
    "school_name": N_("Tên trường"),
    "number": N_("Số và ký hiệu, ví dụ 12/KH-THPTNT"),
    "place": N_("Địa danh"),
    "place_and_date": N_("Địa danh và ngày, tháng, năm"),
    "signer_title[]": N_("Chức vụ của người ký, mỗi dòng một mục"),
    "signer_name": N_("Họ tên người ký"),
    "drafter_name": N_("Họ tên người lập danh sách"),
    "union_name": N_("Tổ chức làm phần việc của Công đoàn"),
    "legal_basis[]": N_("Căn cứ, mỗi dòng một mục"),
    "recipients[]": N_("Nơi nhận, mỗi dòng một mục"),
}


@dataclass(frozen=True)
class Paper:
    """One document before it is written: its values are texts, days, numbers, and lists or dicts of them.

    `values["number"]` (the number alone, or with its symbol) and `values["date"]` (None: not signed yet) fill the
    letterhead; without them it has room for a number, and today. Any name of `COMMON` may be given anew.
    """

    kind: DocumentKind
    name: str  # of the file, without suffix
    values: dict[str, Any]
    student_id: int | None = None
    year_id: int | None = None
    rows: int | None = None


@dataclass(frozen=True)
class Document:
    """One kind of document: what makes its paper, of what it is, and what its template may and should say."""

    paper: Callable[..., Paper]  # of the session, the actor, the subject, and its part where there are parts
    model: type
    variables: Mapping[str, str]  # name -> meaning (a msgid); "rows[].name" for each of a list
    needed: tuple[str, ...] = ()  # a template without one of these is pointed out, not refused
    asks: tuple[Action, ...] = ()  # what its maker asks of the policy, for the page that offers documents
    whole: bool = False  # and for the whole school, as `require_whole` does
    parts: Mapping[str, str] = field(default_factory=dict)  # what there is of one subject: in the address, and on pages

    @property
    def known(self) -> dict[str, str]:
        """Every name that a template of this kind may say."""
        return {**COMMON, **self.variables}

    def make(self, session: Session, actor: Actor, subject: Any, part: str = "") -> Paper:
        """The paper of a subject, or of a part of it; its maker knows which one is meant where none is named."""
        return self.paper(session, actor, subject, part) if self.parts else self.paper(session, actor, subject)

    def offered_to(self, actor: Actor) -> bool:
        """Whether this person may make such documents at all; the maker itself decides on each."""
        return all(can(actor, action) and (not self.whole or has_whole(actor, action)) for action in self.asks)


def require_whole(actor: Actor, *actions: Action) -> None:
    """NotAllowed unless the actor may do these for the whole school: half a list is no official document."""
    for action in actions:
        require(actor, action)
        if not has_whole(actor, action):
            raise NotAllowed(OF_THE_WHOLE)


def has_whole(actor: Actor, action: Action) -> bool:
    """Whether what the actor may do reaches the whole school, and needs no reason first."""
    return actor.operator or Scope.ALL in scopes(actor, action)


def write(session: Session, actor: Actor, paper: Paper, school_name: str) -> bytes:
    """The document as a .docx: the school's own template if it has one, else the panel's.

    The paper's maker has asked the policy; what is read here everybody who is signed in may read.
    """
    head = letterhead(session, school_name)
    values = values_of(paper, head, actor.today)
    own = own_template(session, paper.kind)
    if own is None:
        return render(standard_template(paper.kind), values, paper.name, head.school_name)
    try:
        return render(own, values, paper.name, head.school_name)
    except (*UNUSABLE, RuleError) as error:  # it was looked at when it came in: the panel has changed since
        raise RuleError(OWN_IS_OUTDATED) from error


def own_template(session: Session, kind: DocumentKind) -> bytes | None:
    """The school's own template of this kind."""
    return session.scalar(select(DocumentTemplate.data).where(DocumentTemplate.kind == kind))


@cache
def standard_template(kind: DocumentKind) -> bytes:
    """The panel's template of this kind."""
    return (TEMPLATES / f"{kind.value}.docx").read_bytes()


def values_of(paper: Paper, head: Letterhead, today: dt.date) -> dict[str, Any]:
    """All that the template may say: what is known of the school, then what the paper says."""
    own = dict(paper.values)
    number, day = own.pop("number", None), own.pop("date", today)
    common: dict[str, Any] = dataclasses.asdict(head)
    symbol = common.pop("symbol")
    common["number"] = number_and_symbol(number, paper.kind, symbol)
    common["place_and_date"] = f"{own.get('place', head.place)}, {long_date(day)}"
    return common | own


def number_and_symbol(number: str | None, kind: DocumentKind, symbol: str) -> str:
    """ "12/KH-THPTNT": the number as it was given where it has a symbol, else with the symbol of the school."""
    if number and "/" in number:
        return number
    return f"{number or BLANK}/{ABBREVIATIONS[kind]}-{symbol}"


def long_date(day: dt.date | None) -> str:
    """ "ngày 05 tháng 02 năm 2026": Decree 30/2020 wants a zero before days below 10 and the months 1 and 2."""
    if day is None:
        return f"ngày {BLANK} tháng {BLANK} năm {BLANK}"
    month = f"{day.month:02}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02} tháng {month} năm {day.year}"


def file_name(paper: Paper) -> str:
    """The name of the file: Vietnamese letters stay, what a file system refuses does not."""
    return re.sub(r'[\\/:*?"<>|\s]+', " ", paper.name).strip(" .")[:120] or paper.kind.value
