"""Signals of a game with the score (P4.5): for people to look at, never automatic, and no point hangs on them.

Each could be nothing: a person who writes up a fortnight's talks on a Sunday, a student whose months are alike. So a
signal says what was counted and of which days, never a text, a level or a student, and leaves the rest to the council.
Texts come here as fingerprints only.
"""

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeVar

from school.names import fold
from school.rules.calendar import month_start
from school.rules.score_facts import Evidence
from school.vocabulary import N_, LabelEnum

BACKDATED_AFTER = 7  # days from a contact to its entry: later than this is late
BURST_DAYS = 4  # contacts of so many different days, entered late on one and the same day
BURST_SHARE = Fraction(1, 4)  # and they are so much of all that the person entered in the year
LEAST_LETTERS = 20  # shorter texts are alike without anybody copying: "gặp em ở lớp"
SAME_TEXTS = 3  # one text in so many different months or cases
ALIKE_MONTHS = 4  # so many confirmed months, and every level of every student the same in all of them
SHARED_COMMENTS = 2  # so many months of a person word for word like another person's of the same month


class SignalKind(LabelEnum):
    """What was noticed."""

    BACKDATED = "backdated", N_("Ghi bù nhiều lần liên hệ trong một ngày")
    SAME_CONTACTS = "same_contacts", N_("Nội dung liên hệ giống hệt nhau")
    SAME_COMMENTS = "same_comments", N_("Nhận xét tháng giống hệt nhau")
    ALIKE_LEVELS = "alike_levels", N_("Đánh giá các tháng như nhau")
    SHARED_COMMENTS = "shared_comments", N_("Nhận xét tháng giống của người khác")


@dataclass(frozen=True)
class Signal:
    """One thing to look at: a sentence with its numbers and days, and the records it comes from."""

    kind: SignalKind
    msgid: str
    params: Mapping[str, int | str] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class Talk:
    """A contact that reached somebody; `text` is the fingerprint of its words."""

    id: int
    staff_id: int
    case_id: int
    on: dt.date
    entered_on: dt.date
    text: str | None = None

    def evidence(self) -> Evidence:
        """Which contact, and of which day; not what stands in it."""
        return Evidence("contact", self.id, self.on, N_("Lần liên hệ"), self.case_id, counted=True)


@dataclass(frozen=True)
class Month:
    """A month's evaluation that was sent, by who wrote it; `text` is the fingerprint of its comment."""

    id: int
    staff_id: int
    case_id: int
    period: str
    levels: tuple[str | None, ...] = ()
    confirmed: bool = False
    text: str | None = None

    @property
    def on(self) -> dt.date:
        """The month's first day."""
        return month_start(self.period)

    def evidence(self) -> Evidence:
        """Which month; not what stands in it."""
        return Evidence(
            "progress_evaluation", self.id, None, N_("Nhận xét tháng"), self.case_id, counted=True, period=self.period
        )


Record = TypeVar("Record", Talk, Month)


def fingerprint(text: str | None) -> str | None:
    """What texts that read the same have in common, whatever their case, marks and punctuation; None for short ones."""
    letters = "".join(sign for sign in fold(text or "") if sign.isalnum())
    return hashlib.sha256(letters.encode()).hexdigest() if len(letters) >= LEAST_LETTERS else None


def signals(talks: Iterable[Talk], months: Iterable[Month]) -> dict[int, list[Signal]]:
    """By staff id what is worth a look; the order of records does not matter, nor does a record that comes twice."""
    talks_of = _by(sorted(set(talks), key=lambda talk: (talk.on, talk.id)), lambda talk: talk.staff_id)
    months_of = _by(sorted(set(months), key=_in_order), lambda month: month.staff_id)
    found: dict[int, list[Signal]] = {}
    shared = _shared(months_of)
    for staff_id in sorted({*talks_of, *months_of}):
        own_talks, own_months = talks_of.get(staff_id, []), months_of.get(staff_id, [])
        of_one = [
            *_bursts(own_talks),
            *_same(SignalKind.SAME_CONTACTS, own_talks),
            *_same(SignalKind.SAME_COMMENTS, own_months),
            *_alike(own_months),
            *shared.get(staff_id, ()),
        ]
        if of_one:
            found[staff_id] = of_one
    return found


def _said(month: Month) -> tuple[str, str | None]:
    return month.period, month.text


def _in_order(month: Month) -> tuple[str, int]:
    return month.period, month.id


def _by(records: Iterable[Record], key: Callable[[Record], Hashable]) -> dict:
    groups: dict[Hashable, list[Record]] = defaultdict(list)
    for record in records:
        groups[key(record)].append(record)
    return groups


def _shown(day: dt.date) -> str:
    return f"{day:%d/%m/%Y}"


def _bursts(talks: list[Talk]) -> Iterable[Signal]:
    """Each day on which contacts of many earlier days were entered late, and are a good part of the year's."""
    late = [talk for talk in talks if (talk.entered_on - talk.on).days > BACKDATED_AFTER]
    for day, group in sorted(_by(late, lambda talk: talk.entered_on).items()):
        days = {talk.on for talk in group}
        share = Fraction(len(group), len(talks))
        if len(days) < BURST_DAYS or share < BURST_SHARE:
            continue
        params: dict[str, int | str] = {
            "day": _shown(day),
            "count": len(group),
            "days": len(days),
            "late": BACKDATED_AFTER,
            "share": int(share * 100),
        }
        msgid = N_(
            "Ngày %(day)s ghi %(count)d lần liên hệ của %(days)d ngày khác nhau, mỗi lần sau hơn %(late)d ngày; "
            "bằng %(share)d%% số lần liên hệ trong năm. Để Hội đồng xem."
        )
        yield Signal(SignalKind.BACKDATED, msgid, params, tuple(talk.evidence() for talk in group))


_SAME = {
    SignalKind.SAME_CONTACTS: N_(
        "Từ %(first)s đến %(last)s có %(count)d lần liên hệ, ở các tháng hoặc với các em khác nhau, "
        "ghi lại %(texts)d nội dung giống hệt nhau. Để Hội đồng xem."
    ),
    SignalKind.SAME_COMMENTS: N_(
        "Từ tháng %(first)s đến tháng %(last)s có %(count)d nhận xét tháng ghi lại %(texts)d nội dung giống hệt nhau. "
        "Để Hội đồng xem."
    ),
}


def _same(kind: SignalKind, records: list[Record]) -> Iterable[Signal]:
    """One text that stands in several months or cases of the same person."""
    groups = _by([record for record in records if record.text is not None], lambda record: record.text)
    repeated = [
        group
        for group in groups.values()
        if len({(record.case_id, record.on.year, record.on.month) for record in group}) >= SAME_TEXTS
    ]
    if not repeated:
        return
    found = sorted((record for group in repeated for record in group), key=lambda record: (record.on, record.id))
    show = _shown if kind is SignalKind.SAME_CONTACTS else _month
    params: dict[str, int | str] = {
        "first": show(found[0].on),
        "last": show(found[-1].on),
        "count": len(found),
        "texts": len(repeated),
    }
    yield Signal(kind, _SAME[kind], params, tuple(record.evidence() for record in found))


def _month(day: dt.date) -> str:
    return f"{day:%m/%Y}"


def _alike(months: list[Month]) -> Iterable[Signal]:
    """Every level of every student the same in all of the person's confirmed months."""
    confirmed = [month for month in months if month.confirmed]
    periods = sorted({month.period for month in confirmed})
    if len(periods) < ALIKE_MONTHS or len({month.levels for month in confirmed}) != 1:
        return
    params: dict[str, int | str] = {
        "first": _month(month_start(periods[0])),
        "last": _month(month_start(periods[-1])),
        "months": len(periods),
        "students": len({month.case_id for month in confirmed}),
    }
    msgid = N_(
        "Từ tháng %(first)s đến tháng %(last)s, %(months)d tháng đã xác nhận của %(students)d em đều chọn các mức "
        "như nhau. Để Hội đồng xem."
    )
    yield Signal(SignalKind.ALIKE_LEVELS, msgid, params, tuple(month.evidence() for month in confirmed))


def _shared(months_of: Mapping[int, list[Month]]) -> dict[int, list[Signal]]:
    """Months whose comments read word for word like another person's of the same month; the own ones as evidence.

    Of the same month: stock phrases come round at every school, and over a year everybody shares some with somebody.
    """
    written = [month for months in months_of.values() for month in months if month.text is not None]
    people = {said: {month.staff_id for month in group} for said, group in _by(written, _said).items()}
    found: dict[int, list[Signal]] = {}
    for staff_id, months in months_of.items():
        common = [month for month in months if month.text is not None and len(people[_said(month)]) > 1]
        if len({month.period for month in common}) < SHARED_COMMENTS:
            continue
        params: dict[str, int | str] = {
            "first": _month(common[0].on),
            "last": _month(common[-1].on),
            "count": len(common),
            "others": len(set().union(*(people[_said(month)] for month in common)) - {staff_id}),
        }
        msgid = N_(
            "Từ tháng %(first)s đến tháng %(last)s có %(count)d nhận xét tháng giống từng chữ với nhận xét "
            "cùng tháng của %(others)d thầy cô khác. Để Hội đồng xem."
        )
        evidence = tuple(month.evidence() for month in common)
        found[staff_id] = [Signal(SignalKind.SHARED_COMMENTS, msgid, params, evidence)]
    return found
