"""Word files for the tests: small templates, and what stands in a written file, from first principles."""

import io
import zipfile
from collections.abc import Callable, Mapping

import docx
from docx.document import Document
from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def packed(document: Document) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def template(*lines: str) -> bytes:
    """A template of these paragraphs."""
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    return packed(document)


def changed(data: bytes, parts: Mapping[str, bytes | Callable[[bytes], bytes]]) -> bytes:
    """The file with these parts put in its place, or changed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in [*old.namelist(), *(name for name in parts if name not in old.namelist())]:
            content = old.read(name) if name in old.namelist() else b""
            part = parts.get(name, content)
            new.writestr(name, part(content) if callable(part) else part)
    return buffer.getvalue()


def texts(data: bytes) -> str:
    """All that is read in the body, line breaks as such."""
    body = _parts(data)["word/document.xml"]
    lines = []
    for paragraph in body.iter(f"{W}p"):
        pieces = (piece for piece in paragraph.iter(f"{W}t", f"{W}br", f"{W}tab"))
        lines.append("".join({f"{W}br": "\n", f"{W}tab": "\t"}.get(piece.tag, piece.text or "") for piece in pieces))
    return "\n".join(lines)


def codes(data: bytes) -> list[str]:
    """The code of every field in the file."""
    found = []
    for part in _parts(data).values():
        found += [code.text or "" for code in part.iter(f"{W}instrText")]
        found += [field.get(f"{W}instr") for field in part.iter(f"{W}fldSimple")]
    return found


def assert_is_dead(data: bytes) -> None:
    """No field but the page's number, no link, nothing outside the file, no macro, no object."""
    assert {code.strip() for code in codes(data)} <= {"PAGE"}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        assert not [name for name in names if name.endswith(".bin") or "vba" in name.lower() or "embed" in name.lower()]
        assert not [name for name in names if name.endswith(".rels") and b'TargetMode="External"' in archive.read(name)]
    for part in _parts(data).values():
        assert not [*part.iter(f"{W}hyperlink", f"{W}object", f"{W}altChunk", f"{W}control")]


def _parts(data: bytes) -> dict[str, etree._Element]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [name for name in archive.namelist() if name.startswith("word/") and name.endswith(".xml")]
        return {name: etree.fromstring(archive.read(name)) for name in names}
