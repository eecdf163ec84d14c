"""What a spreadsheet or Word might run, in every text of every kind of document: it stays the text that it is."""

from typing import Any

import pytest

from school.names import clean
from school.reports.documents import Paper
from school.reports.registry import DOCUMENTS
from school.vocabulary import DocumentKind
from tests.documents.conftest import written
from tests.documents.values import paper
from tests.documents.word_files import assert_is_dead, texts
from tests.payloads import PAYLOADS


def everywhere(value: Any, text: str) -> Any:
    """The value with every text and day in it replaced."""
    if isinstance(value, dict):
        return {name: everywhere(part, text) for name, part in value.items()}
    if isinstance(value, list):
        return [everywhere(part, text) for part in value]
    return value if isinstance(value, (int, bool)) else text


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_no_payload_runs_and_each_is_kept(kind: DocumentKind) -> None:
    plain = paper(kind, 1, long=False)
    for payload in PAYLOADS:
        data = written(Paper(kind, payload, everywhere(plain.values, payload)))
        assert_is_dead(data)
        assert clean(payload) in texts(data), payload
