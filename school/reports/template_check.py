"""Looks at a Word template before the school may use it (security row 11): what it is, what it asks for, what it does.

A template is a program that other people's documents run through. So nothing in it may reach out of the file, only
names that the panel knows may stand in it, and it must fill a sample.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import docx
from docx.oxml.ns import qn
from jinja2 import TemplateSyntaxError, nodes
from lxml import etree

from school.errors import RuleError
from school.imports.readers import MISNAMED
from school.imports.readers import check as check_file
from school.imports.tables import DAMAGED, MEBIBYTE, TOO_LARGE, Unreadable
from school.reports.documents import Document
from school.services.rendering import UNUSABLE, check_source, render, sources
from school.services.templates import CheckedTemplate
from school.vocabulary import N_, DocumentKind

NOT_WORD = N_("Mẫu phải là tệp Word .docx; thầy cô mở tệp, chọn Lưu thành, loại “Word Document (*.docx)”.")
TOO_HEAVY = N_("Mẫu lớn hơn %(limit)s MB; thầy cô bỏ bớt hình trong mẫu rồi tải lên lại.")
MACROS = N_("Mẫu có macro nên không nhận; thầy cô lưu lại thành “Word Document (*.docx)”.")
REACHES_OUT = N_(
    "Mẫu có liên kết ra ngoài tệp (%(what)s); thầy cô bấm chuột phải vào liên kết, chọn bỏ siêu liên kết, "
    "hoặc chèn hình vào thẳng tệp."
)
EMBEDS = N_("Mẫu có phần nhúng chưa nhận được (%(what)s); thầy cô xóa phần đó, chỉ để chữ, bảng và hình.")
FIELDS = N_("Mẫu có trường (field) “%(what)s”; ở đây chỉ dùng trường số trang. Thầy cô xóa trường đó.")
REVIEWED = N_("Mẫu còn bình luận hoặc sửa đổi đang theo dõi; thầy cô chấp nhận hết các sửa đổi, xóa bình luận.")
UNBALANCED = N_("Mẫu có dấu ngoặc của biến chưa đủ cặp, gần “%(near)s”; mỗi biến viết {{ tên }} trong một đoạn.")
TOO_MANY = N_("Mẫu có quá nhiều biến trong một phần; thầy cô dùng vòng lặp thay cho viết nhiều lần.")
BAD_SYNTAX = N_("Mẫu có lệnh viết chưa đúng (%(what)s); thầy cô so với mẫu của hệ thống.")
UNKNOWN = N_("Mẫu có tên biến mà văn bản này không có: %(names)s. Thầy cô xem bảng tên biến ở dưới.")
IS_LIST = N_("“%(name)s” là danh sách nên phải đi với “for”: thầy cô so với mẫu của hệ thống.")
OUT_OF_PLACE = N_("Có lệnh đứng sai chỗ nên chữ rơi ra ngoài đoạn (“%(near)s”); thầy cô so với mẫu của hệ thống.")

MAX_TEMPLATE = 2 * MEBIBYTE
MAX_STORY = MEBIBYTE  # one XML part with text
MAX_TAGS = 1000  # in one part
LOOP = ("first", "index", "last", "length")
# What a document may hold beside its text. Whatever Word knows else (macros, ActiveX, OLE, parts of web pages) may not.
_PARTS = frozenset({"core-properties", "custom-properties", "customXml", "customXmlProps", "endnotes", "font"})
_PARTS |= {"extended-properties", "fontTable", "footer", "footnotes", "glossaryDocument", "header", "image"}
_PARTS |= {"numbering", "officeDocument", "people", "settings", "styles", "stylesWithEffects", "theme", "thumbnail"}
_PARTS |= {"hyperlink", "webSettings"}
_FIELD = re.compile(r"\s*(PAGE|NUMPAGES|SECTIONPAGES)(\s+\\[*#@]\s*\S+)*\s*", re.IGNORECASE)
_REVIEW = tuple(qn(name) for name in ("w:ins", "w:del", "w:moveFrom", "w:moveTo", "w:commentReference"))
_WAYS_OUT = frozenset({"althref", "href", "manifestLocation", "src"})  # of old drawings and schemas
_TAG = re.compile(r"{{|}}|{%|%}|{#|#}")
_CLOSES = {"{{": "}}", "{%": "%}", "{#": "#}"}
_DOCTYPE = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)


def check(kind: DocumentKind, document: Document, file_name: str, data: bytes) -> CheckedTemplate:
    """The template as it may be taken; RuleError or Unreadable with one sentence when it may not."""
    _check_file(file_name, data)
    _check_package(data)
    names = _check_stories(data, document.known)
    _try(data, document.known)
    missing = [name for name in document.needed if name not in names]
    return CheckedTemplate(kind, Path(file_name).name, data, missing)


def _check_file(name: str, data: bytes) -> None:
    """A real .docx, not too large, no bomb."""
    if Path(name).suffix.lower() != ".docx":
        raise RuleError(MACROS if name.lower().endswith((".docm", ".dotm")) else NOT_WORD)
    if len(data) > MAX_TEMPLATE:
        raise RuleError(TOO_HEAVY, limit=MAX_TEMPLATE // MEBIBYTE)
    try:
        check_file(name, data)
    except Unreadable as error:
        raise RuleError(NOT_WORD if error.msgid == MISNAMED else error.msgid) from error


def _check_package(data: bytes) -> None:
    """Nothing in the file runs, embeds or reaches out; nothing in it is older than its last editor's decisions."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for entry in archive.infolist():
            name = entry.filename.lower()
            if "vba" in name or name.endswith(".bin"):
                raise RuleError(MACROS)
            if not name.endswith((".xml", ".rels")):
                continue
            content = archive.read(entry)
            if _DOCTYPE.search(content):
                raise RuleError(DAMAGED)
            if len(content) > MAX_STORY * (1 if name.startswith("word/") and "styles" not in name else 4):
                raise RuleError(TOO_LARGE)
            if name == "[content_types].xml" and b"macroenabled" in content.lower():
                raise RuleError(MACROS)
            if name.endswith(".rels"):
                _check_relations(content)


def _check_relations(content: bytes) -> None:
    for relation in _tree(content):
        kind = relation.get("Type", "").rpartition("/")[2]
        if relation.get("TargetMode", "").lower() == "external":
            raise RuleError(REACHES_OUT, what=relation.get("Target", "")[:80])
        if kind == "vbaProject":
            raise RuleError(MACROS)
        if kind.startswith("comments"):
            raise RuleError(REVIEWED)
        if kind not in _PARTS:
            raise RuleError(EMBEDS, what=kind[:40])


def _tree(content: bytes) -> Any:
    try:
        return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise RuleError(DAMAGED) from error


def _check_stories(data: bytes, known: Mapping[str, str]) -> set[str]:
    """Check whatever holds text, and return the names of the variables that it uses."""
    try:
        package = docx.Document(io.BytesIO(data)).part.package
        assert package is not None
        stories = [_tree(part.blob) for part in package.iter_parts() if "wordprocessingml" in part.content_type]
    except UNUSABLE as error:
        raise RuleError(DAMAGED) from error
    for story in stories:
        _check_story(story)
    used: set[str] = set()
    unknown: list[str] = []
    try:
        for source in sources(data):
            names = _Names(known)
            names.visit(check_source(source), {})
            used |= names.used
            unknown += names.unknown
    except TemplateSyntaxError as error:
        raise RuleError(BAD_SYNTAX, what=str(error.message)[:120]) from error
    if unknown:
        raise RuleError(UNKNOWN, names=", ".join(dict.fromkeys(unknown[:10])))
    return used


def _check_story(story: Any) -> None:
    """One part with text: no fields but the page's number, nothing under review, every bracket in a pair."""
    if story.tag.startswith(qn("w:")) and next(story.iter(*_REVIEW), None) is not None:
        raise RuleError(REVIEWED)
    if next(story.iter(qn("w:altChunk"), qn("w:object"), qn("w:control"), qn("w:subDoc")), None) is not None:
        raise RuleError(EMBEDS, what="object")
    _check_ways_out(story)
    for code in _fields(story):
        if not _FIELD.fullmatch(code):
            raise RuleError(FIELDS, what=code.strip()[:60])
    count = 0
    for paragraph in story.iter(qn("w:p")):
        text = "".join(part.text or "" for part in paragraph.iter(qn("w:t")))
        count += _check_tags(text)
    if count > MAX_TAGS:
        raise RuleError(TOO_MANY)


def _check_ways_out(story: Any) -> None:
    """What reaches out of the file without a relation: a merge with a database, an address in an old drawing."""
    for element in story.iter(etree.Element):
        if element.tag == qn("w:mailMerge"):
            raise RuleError(REACHES_OUT, what="mail merge")
        for name, target in element.attrib.items():
            if etree.QName(name).localname in _WAYS_OUT:
                raise RuleError(REACHES_OUT, what=str(target)[:80])


def _fields(story: Any) -> Iterator[str]:
    """The code of every field; Word may cut a long one into several runs."""
    for simple in story.iter(qn("w:fldSimple")):
        yield simple.get(qn("w:instr"), "")
    code: list[str] | None = None
    for element in story.iter(qn("w:fldChar"), qn("w:instrText")):
        kind = element.get(qn("w:fldCharType"))
        if kind is None:
            code = [*(code or []), element.text or ""]
        elif code is not None:  # whatever mark comes next ends the code: one within another is two
            yield "".join(code)
            code = None
    if code is not None:
        yield "".join(code)


def _check_tags(text: str) -> int:
    """How many commands a paragraph holds; RuleError unless each is closed in it."""
    open_tag: str | None = None
    count = 0
    for found in _TAG.finditer(text):
        tag = found.group()
        if open_tag is None and tag in _CLOSES:
            open_tag, count = tag, count + 1
        elif open_tag is not None and tag == _CLOSES[open_tag]:
            open_tag = None
        else:
            raise RuleError(UNBALANCED, near=text[max(found.start() - 20, 0) : found.start() + 40])
    if open_tag is not None:
        raise RuleError(UNBALANCED, near=text[:60])
    return count


@dataclass
class _Names:
    """The variables that a template uses, as paths such as "rows[].full_name", and those that nobody knows."""

    known: Mapping[str, str]
    used: set[str] = field(default_factory=set)
    unknown: list[str] = field(default_factory=list)

    def visit(self, node: nodes.Node, scope: Mapping[str, str]) -> None:
        """Walk the syntax; `scope` says what the names of the loops round it stand for."""
        if isinstance(node, nodes.For):
            self._visit_loop(node, scope)
        elif isinstance(node, (nodes.Name, nodes.Getattr)):
            self._use(node, scope)
        elif isinstance(node, nodes.Output):
            for shown in node.nodes:
                if isinstance(shown, (nodes.Name, nodes.Getattr)):
                    self._use(shown, scope, shows=True)
                else:
                    self.visit(shown, scope)
        else:
            for child in node.iter_child_nodes():
                self.visit(child, scope)

    def _visit_loop(self, node: nodes.For, scope: Mapping[str, str]) -> None:
        path = self._use(node.iter, scope, loops=True)
        target = node.target.name if isinstance(node.target, nodes.Name) else ""
        if (within := f"in {path}") in scope:  # a list within itself: of 300 students, 27 million lines
            raise RuleError(BAD_SYNTAX, what=f"for … {within}"[:120])
        inner = {**scope, target: f"{path}[]", "loop": "loop", within: path}
        for child in node.body:
            self.visit(child, inner)
        for child in node.else_:
            self.visit(child, scope)

    def _use(self, node: nodes.Node, scope: Mapping[str, str], shows: bool = False, loops: bool = False) -> str:
        """Note the variable; `shows` and `loops` tell what is done with it."""
        path = self._path(node, scope)
        if path.startswith("loop."):
            if path.removeprefix("loop.") not in LOOP:
                self.unknown.append(path)
            return path
        if self._is_list(path):
            if shows:
                raise RuleError(IS_LIST, name=path)
            self.used.add(f"{path}[]")
        elif loops or not self._is_known(path, shows):
            self.unknown.append(path or "?")
        else:
            self.used.add(path)
        return path

    def _is_list(self, path: str) -> bool:
        return any(name == f"{path}[]" or name.startswith(f"{path}[].") for name in self.known)

    def _is_known(self, path: str, shows: bool) -> bool:
        has_parts = any(name.startswith(f"{path}.") for name in self.known)
        return not shows if has_parts else path in self.known  # what has parts is looped over, not shown

    def _path(self, node: nodes.Node, scope: Mapping[str, str]) -> str:
        if isinstance(node, nodes.Name):
            return scope.get(node.name, node.name)
        if isinstance(node, nodes.Getattr):
            return f"{self._path(node.node, scope)}.{node.attr}"
        return ""


def sample(known: Mapping[str, str], rows: int = 2) -> dict[str, Any]:
    """Values of the shape that the names describe; every text is a name, each list has `rows` entries."""
    found: dict[str, Any] = {}
    heads = dict.fromkeys(re.split(r"\[\]|\.", name, maxsplit=1)[0] for name in known)
    for head in heads:
        entries = {name.removeprefix(f"{head}[].") for name in known if name.startswith(f"{head}[].")}
        parts = {name.removeprefix(f"{head}.") for name in known if name.startswith(f"{head}.")}
        if entries:
            found[head] = [sample(dict.fromkeys(entries, ""), rows)] * rows
        elif f"{head}[]" in known:
            found[head] = [head] * rows
        elif parts:
            found[head] = sample(dict.fromkeys(parts, ""), rows)
        else:
            found[head] = head
    return found


def _try(data: bytes, known: Mapping[str, str]) -> None:
    """Fill the template with samples, long and empty, and look whether Word could open what comes out."""
    for rows in (2, 0):
        try:
            made = docx.Document(io.BytesIO(render(data, sample(known, rows), "", "")))
        except RuleError:
            raise
        except UNUSABLE as error:
            raise RuleError(BAD_SYNTAX, what=str(error).splitlines()[0][:120] if str(error) else "for") from error
        for text in _stray(_tree(etree.tostring(made.element.body))):  # python-docx's elements have another `text`
            raise RuleError(OUT_OF_PLACE, near=text.strip()[:60])


def _stray(body: Any) -> Iterator[str]:
    """Texts outside Word's own elements for text: a command that tore one open leaves them."""
    for element in body.iter(etree.Element):
        if element.tag.startswith(qn("w:")) and element.tag not in (qn("w:t"), qn("w:instrText")):
            yield from (text for text in (element.text, *(child.tail for child in element)) if text and text.strip())
