"""Surveys (P3.1, P4.2): when one may have been made, how many channels were heard, what a case still lacks (P2)."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from school.errors import RuleError
from school.vocabulary import N_, CaseState, SurveyChannel

CHANNELS_WANTED = 2  # so many make a survey whole (vocabulary.json, criterion "survey")
SUMMER_BEGINS = 6  # month


def first_survey_day(year_starts_on: dt.date) -> dt.date:
    """The first day of the summer before the school year: what was seen then tells of the year."""
    return dt.date(year_starts_on.year, SUMMER_BEGINS, 1)


def check_survey_day(day: dt.date, year_starts_on: dt.date, year_ends_on: dt.date, today: dt.date) -> None:
    """RuleError unless `day` has come and lies in the school year or in the summer before it."""
    if day > today:
        raise RuleError(N_("Ngày khảo sát không thể sau hôm nay."), field="occurred_on")
    if not first_survey_day(year_starts_on) <= day <= year_ends_on:
        raise RuleError(N_("Ngày khảo sát nằm trong năm học của hồ sơ, hoặc mùa hè trước đó."), field="occurred_on")


def channels_heard(channels: Iterable[SurveyChannel]) -> int:
    """How many different channels were heard: the same one twice counts once."""
    return len(set(channels))


@dataclass(frozen=True)
class Known:
    """What is known of a case, as far as its next step asks."""

    channels: int = 0
    words: bool = False  # something was written when the student was nominated
    classified: bool = False
    confirmed: bool = False  # all of the classification
    sponsored: bool = False


@dataclass(frozen=True)
class Gap:
    """Something that is still missing; `required` where the next step is refused without it."""

    text: str
    required: bool = False


UNHEARD = N_("Chưa có khảo sát hay điều đã biết về em; thầy cô ghi ít nhất một nguồn.")
UNCLASSIFIED = N_("Chưa phân loại hoàn cảnh và mức độ cho em.")
ONE_CHANNEL = N_("Nên nghe ít nhất hai kênh khảo sát, ví dụ em và gia đình.")
UNCONFIRMED = N_("Phân loại còn chờ Ban giám hiệu xác nhận.")
UNSPONSORED = N_("Em chưa có người đỡ đầu.")


def gaps(state: CaseState, known: Known) -> list[Gap]:
    """What is still missing before the case's next step, the required first."""
    if state is CaseState.NOMINATED:
        found = [
            (not known.channels and not known.words, Gap(UNHEARD, required=True)),
            (not known.classified, Gap(UNCLASSIFIED, required=True)),
            (known.channels < CHANNELS_WANTED, Gap(ONE_CHANNEL)),
        ]
    elif state is CaseState.VERIFIED:
        found = [
            (known.channels < CHANNELS_WANTED, Gap(ONE_CHANNEL)),
            (known.classified and not known.confirmed, Gap(UNCONFIRMED)),
        ]
    else:
        found = [(state is CaseState.APPROVED and not known.sponsored, Gap(UNSPONSORED))]
    return [gap for missing, gap in found if missing]


def check_verifiable(known: Known) -> None:
    """RuleError, with the first sentence, while a nominated case lacks what verifying asks for (P2)."""
    for gap in gaps(CaseState.NOMINATED, known):
        if gap.required:
            raise RuleError(gap.text)
