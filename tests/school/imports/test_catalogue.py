"""Categories of hardship, severities and sources as schools call them."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from school import models as m
from school.errors import RuleError
from school.imports.catalogue import SHORT_FORMS, Catalogue, parse_severity, parse_source
from school.names import fold
from school.vocabulary import Severity, SurveyChannel


@pytest.fixture
def catalogue(session: Session) -> Catalogue:
    return Catalogue(session.scalars(select(m.HardshipCategory)))


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("HỘ NGHÈO", ["poor_household"]),
        ("ho can ngheo", ["near_poor_household"]),
        ("1. Hộ nghèo\n2. Nhà xa", ["poor_household", "far_from_school"]),
        ("- Mồ côi cha; - Mồ côi cha, mẹ hoặc cả hai", ["orphan"]),
        ("A1. Hộ nghèo", ["poor_household"]),
        ("hộ nghèo, mồ côi mẹ", ["poor_household", "orphan"]),
        ("Cha, mẹ đau ốm, mất sức lao động", ["parent_ill"]),
        ("poor_household", ["poor_household"]),
        (" ; \n", []),
    ],
)
def test_categories_are_known_by_name_short_form_and_code(catalogue: Catalogue, text: str, codes: list[str]) -> None:
    assert [category.code for category in catalogue.parser()(text)] == codes


def test_every_short_form_is_folded_and_means_one_category(session: Session, catalogue: Catalogue) -> None:
    forms = [form for known in SHORT_FORMS.values() for form in known]
    assert all(fold(form) == form for form in forms)
    assert len(forms) == len(set(forms))
    assert SHORT_FORMS.keys() <= set(session.scalars(select(m.HardshipCategory.code)))
    assert all(catalogue.find(form).code == code for code, known in SHORT_FORMS.items() for form in known)


def test_two_categories_of_one_name_are_told_apart_by_their_codes(session: Session) -> None:
    for code in ("K1", "K2"):
        session.add(m.HardshipCategory(code=code, hardship_group="A", name="Hoàn cảnh khác", position=99))
    session.flush()
    found = Catalogue(session.scalars(select(m.HardshipCategory)))
    with pytest.raises(RuleError, match="“K1”, “K2”"):
        found.find("hoàn cảnh khác")
    assert found.find("k2").code == "K2"


@pytest.mark.parametrize("severity", Severity)
def test_a_severity_is_known_by_its_label(severity: Severity) -> None:
    assert parse_severity(f" {severity.label.upper()}. ") is severity


@pytest.mark.parametrize(
    ("text", "severity"), [("theo dõi", "watch"), ("Khẩn cấp", "urgent"), ("Needs support", "support")]
)
def test_and_by_its_short_forms(text: str, severity: str) -> None:
    assert parse_severity(text) == severity


@pytest.mark.parametrize("channel", SurveyChannel)
def test_a_source_is_known_by_its_label(channel: SurveyChannel) -> None:
    assert parse_source(channel.label) is channel
    with pytest.raises(RuleError, match="một trong các kênh"):
        parse_source(f"{channel.label} và ai đó")
