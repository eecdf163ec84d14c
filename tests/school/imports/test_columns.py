"""The names by which schools call their columns, as data."""

import pytest

from school.imports.columns import HARDSHIP, LISTS, ColumnMap, header_key
from school.imports.importing import COLUMNS
from school.vocabulary import ListKind


@pytest.mark.parametrize("columns", LISTS, ids=lambda columns: columns.title)
def test_no_header_names_two_columns(columns: ColumnMap) -> None:
    names = [synonym for column in columns.columns for synonym in column.synonyms]
    assert len(names) == len(set(names))
    assert all(header_key(name) == name for name in names)
    known = {column.name for column in columns.columns}
    assert all(name in known for group in columns.needs for name in group)


@pytest.mark.parametrize("columns", LISTS, ids=lambda columns: columns.title)
def test_no_column_of_a_list_is_foreign_to_it(columns: ColumnMap) -> None:
    assert not columns.synonyms().keys() & set(columns.foreign)


@pytest.mark.parametrize("columns", LISTS, ids=lambda columns: columns.title)
def test_a_columns_own_label_is_one_of_its_names(columns: ColumnMap) -> None:
    for column in columns.columns:
        if column.name != "note" or columns is not HARDSHIP:  # that label says what becomes of it
            assert header_key(column.label) in column.synonyms


def test_every_kind_of_list_has_its_columns() -> None:
    assert set(COLUMNS) == set(ListKind)


def test_a_header_is_folded_and_never_longer_than_what_is_kept_of_it() -> None:
    assert header_key("Họ và  tên (*)") == "ho va ten"
    assert header_key("a" * 199 + " b") == "a" * 199
