"""Reading a written document back."""

import io
from collections.abc import Iterator
from typing import Any

import docx
from docx.oxml.ns import qn


def text_of(data: bytes) -> str:
    """Every line of a .docx, those in tables too."""
    return "\n".join(lines_of(data))


def lines_of(data: bytes) -> Iterator[str]:
    """The paragraphs in the order of the document; a break within one begins a new line."""
    for paragraph in docx.Document(io.BytesIO(data)).element.body.iter(qn("w:p")):
        yield "".join(_said(paragraph))


def _said(paragraph: Any) -> Iterator[str]:
    for part in paragraph.iter(qn("w:t"), qn("w:br")):
        yield "\n" if part.tag == qn("w:br") else part.text or ""
