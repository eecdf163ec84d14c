"""Fills a Word template: Jinja in a sandbox that knows nothing but texts, lists and conditions (security row 11).

Values are texts: whatever looks like Jinja, XML or a field of Word in them stays the text that it is.
"""

import datetime as dt
import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError, nodes
from jinja2.runtime import LoopContext
from jinja2.sandbox import SandboxedEnvironment
from lxml import etree

from school.errors import RuleError
from school.names import clean
from school.vocabulary import N_, LabelEnum

# What a template may do: show, loop, choose. No calls, no arithmetic, no macros, no imports.
_NODES = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Getattr,
    nodes.Const,
    nodes.For,
    nodes.If,
    nodes.Not,
    nodes.And,
    nodes.Or,
    nodes.Compare,
    nodes.Operand,
    nodes.Filter,
)
FILTERS: dict[str, Callable[..., Any]] = {"upper": lambda text: str(text).upper(), "length": len}
# What goes wrong inside Word's file or Jinja when a template is not what it should be.
UNUSABLE = (
    AttributeError,
    KeyError,
    TemplateError,
    TypeError,
    ValueError,
    etree.LxmlError,
    zipfile.BadZipFile,
    PackageNotFoundError,
)
MAX_LOOPS = 3  # inside one another
MAX_WRITTEN = 32 * 1024 * 1024  # characters of one part: a list of 1000 students takes 5 million
ROUNDED = 20  # twentieths of a point by which Word's own widths may differ
REFUSED = N_(
    "Mẫu có lệnh chưa dùng được ở đây (%(what)s); thầy cô chỉ dùng tên biến, vòng lặp “for”, điều kiện “if” "
    "và hai bộ lọc “upper”, “length”."
)
TOO_DEEP = N_("Mẫu có quá nhiều vòng lặp lồng nhau; thầy cô dùng nhiều nhất %(most)s vòng.")
# Parts of a template that tell who made it, on which machine, or what it looked like.
_TELLING = ("custom-properties", "customXml", "glossaryDocument", "people", "thumbnail")
_APP = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>'
)


class _Sandbox(SandboxedEnvironment):
    """Attributes are the names of a value's parts, nothing of Python's."""

    def __init__(self) -> None:
        super().__init__(autoescape=True, undefined=StrictUndefined)
        self.globals.clear()
        self.filters = dict(FILTERS)
        self.tests.clear()

    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, LoopContext):
            return super().getattr(obj, attribute)
        return self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(obj, Mapping) and argument in obj:
            return obj[argument]
        return self.undefined(obj=obj, name=argument)


class _Word(DocxTemplate):
    """docxtpl without its second pass over the result: it would change texts such as "{_{"."""

    def render_xml_part(self, src_xml: str, part: Any, context: Any, jinja_env: Any = None) -> str:
        self.current_rendering_part = part
        check_source(src_xml)
        pieces, size = [], 0
        for piece in jinja_env.from_string(src_xml).generate(context):
            size += len(piece)
            if size > MAX_WRITTEN:
                raise RuleError(TOO_DEEP, most=MAX_LOOPS)
            pieces.append(piece)
        return self.resolve_listing("".join(pieces))

    def fix_tables(self, xml: str) -> Any:
        """A table whose columns a loop made: docxtpl counts them, here each becomes as wide as its cells are."""
        tree = super().fix_tables(xml)
        for table in tree.iter(qn("w:tbl")):
            _fit_columns(table)
        return tree

    def render_properties(self, context: Any, jinja_env: Any = None) -> None:
        """The properties are set anew afterwards."""


def _fit_columns(table: Any) -> None:
    """Set the columns by the widths of the cells below them, and those by the width of the whole table."""
    grid = table.findall(f"{qn('w:tblGrid')}/{qn('w:gridCol')}")
    cells = [row.findall(f"{qn('w:tc')}/{qn('w:tcPr')}/{qn('w:tcW')}") for row in table.findall(qn("w:tr"))]
    plain = [row for row in cells if len(row) == len(grid) and all(cell.get(qn("w:type")) == "dxa" for cell in row)]
    if not plain or table.find(f".//{qn('w:gridSpan')}") is not None:
        return
    told = [_twips(cell) for cell in plain[0]]
    now = [_twips(column) for column in grid]
    if not all(told) or not all(now) or all(abs(one - other) <= ROUNDED for one, other in zip(told, now, strict=True)):
        return
    for place, width in enumerate(told):
        fitting = str(round(width * sum(now) / sum(told)))
        for element in (grid[place], *(row[place] for row in plain)):
            element.set(qn("w:w"), fitting)


def _twips(element: Any) -> int:
    """A width as Word writes it; 0 where it is not in whole twentieths of a point."""
    text = element.get(qn("w:w"), "")
    return int(text) if text.isascii() and text.isdigit() else 0


def parse(source: str) -> nodes.Template:
    """The syntax of a part of a template; Jinja's TemplateSyntaxError when it is none."""
    return _Sandbox().parse(source)


def check_source(source: str) -> nodes.Template:
    """RuleError when the template asks for more than texts, lists and conditions."""
    try:
        tree = parse(source)
        _check(tree)
    except RecursionError:
        raise RuleError(TOO_DEEP, most=MAX_LOOPS) from None
    return tree


def _check(tree: nodes.Template) -> None:
    for node in _walk(tree):
        if not isinstance(node, _NODES):
            raise RuleError(REFUSED, what=type(node).__name__)
        if isinstance(node, nodes.Filter) and (node.name not in FILTERS or node.args or node.kwargs):
            raise RuleError(REFUSED, what=node.name)
        if isinstance(node, nodes.For) and (node.recursive or node.test):
            raise RuleError(REFUSED, what="for")
    if _depth(tree) > MAX_LOOPS:
        raise RuleError(TOO_DEEP, most=MAX_LOOPS)


def _walk(node: nodes.Node) -> Iterator[nodes.Node]:
    yield node
    for child in node.iter_child_nodes():
        yield from _walk(child)


def _depth(node: nodes.Node) -> int:
    inner = max((_depth(child) for child in node.iter_child_nodes()), default=0)
    return inner + isinstance(node, nodes.For)


def prepare(value: Any) -> Any:
    """A value as a template shows it: texts without control characters, days as dd/mm/yyyy, nothing for None."""
    if isinstance(value, LabelEnum):
        return prepare(value.label)
    if isinstance(value, Mapping):
        return {str(name): prepare(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [prepare(part) for part in value]
    if value is None:
        return ""
    if isinstance(value, (bool, int)):
        return value
    if isinstance(value, dt.date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, (float, Decimal)):
        return str(value).replace(".", ",")
    return clean(str(value))


def render(template: bytes, values: Mapping[str, Any], title: str, author: str) -> bytes:
    """The filled template as a .docx that tells nothing of the person or the machine."""
    word = _Word(io.BytesIO(template))
    word.render(prepare(values), _Sandbox())
    return pack(word.docx, title, author)


def pack(document: Document, title: str, author: str) -> bytes:
    """The document as bytes, its properties set anew."""
    properties = document.core_properties
    for name in ("category", "comments", "content_status", "identifier", "keywords", "subject", "version"):
        setattr(properties, name, "")
    properties.author, properties.title = clean(author)[:255], clean(title)[:255]
    properties.last_modified_by, properties.language, properties.revision = "", "vi-VN", 1
    package = document.part.package
    assert package is not None
    for relations in (package.rels, document.part.rels):
        for key, relation in list(relations.items()):
            if relation.reltype.rpartition("/")[2] in _TELLING:
                del relations[key]
            elif relation.reltype == RELATIONSHIP_TYPE.EXTENDED_PROPERTIES:
                relation.target_part._blob = _APP
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def sources(template: bytes) -> list[str]:
    """The parts of a template that hold Jinja, as `render` sees them: the text, headers, footers, footnotes."""
    word = _Word(io.BytesIO(template))
    word.render_init()
    found = [word.patch_xml(word.get_xml())]
    for uri in (word.HEADER_URI, word.FOOTER_URI):
        found += [word.patch_xml(word.get_part_xml(part)) for _, part in word.get_headers_footers(uri)]
    footnotes = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    parts = [part for part in word.docx.part.package.parts if part.content_type == footnotes]
    return found + [word.patch_xml(part.blob.decode()) for part in parts]
