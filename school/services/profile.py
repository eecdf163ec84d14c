"""What official documents say about the school: one row, made when it is first saved (Decree 30/2020, P7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from school.models import SchoolProfile
from school.names import clean_line
from school.rules.actor import Actor
from school.services.records import save
from school.vocabulary import Action

BLANK = "……"  # on paper, where the school has not said what stands there
_PARENT_BODY, _SIGNER_TITLE = f"Sở Giáo dục và Đào tạo {BLANK}", "HIỆU TRƯỞNG"  # on paper: not texts of the panel
LINES = ("signer_title", "legal_basis", "recipients")


@dataclass(frozen=True)
class Letterhead:
    """The profile as documents print it: nothing is missing, texts of several lines are lists."""

    school_name: str
    parent_body: str
    place: str
    symbol: str
    signer_title: list[str]
    signer_name: str
    drafter_name: str
    union_name: str
    legal_basis: list[str]
    recipients: list[str]


def find_profile(session: Session) -> SchoolProfile | None:
    """The school's profile, if anybody has filled it in."""
    return session.scalar(select(SchoolProfile).order_by(SchoolProfile.id).limit(1))


def letterhead(session: Session, school_name: str) -> Letterhead:
    """What documents say of the school; `school_name` is the setting, for a school that has not said it here."""
    profile = find_profile(session) or SchoolProfile()
    return Letterhead(
        school_name=profile.school_name or school_name,
        parent_body=profile.parent_body or _PARENT_BODY,
        place=profile.place or BLANK,
        symbol=profile.symbol or BLANK,
        signer_title=lines(profile.signer_title) or [_SIGNER_TITLE],
        signer_name=profile.signer_name or "",
        drafter_name=profile.drafter_name or "",
        union_name=profile.union_name or "",
        legal_basis=lines(profile.legal_basis),
        recipients=lines(profile.recipients),
    )


def lines(text: str | None) -> list[str]:
    """The lines of a text that hold something."""
    return [line for line in map(clean_line, (text or "").split("\n")) if line]


def save_profile(session: Session, actor: Actor, values: Mapping[str, Any], version: int | None) -> SchoolProfile:
    """Say, or say anew, what documents print; `version` is None as long as there is no row."""
    profile = find_profile(session) or SchoolProfile()
    tidied = {name: "\n".join(lines(value)) or None if name in LINES else value for name, value in values.items()}
    return save(session, actor, Action.EDIT_SETTINGS, profile, tidied, version)
