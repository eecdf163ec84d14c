"""A school's own Word template is looked at before it is used: what could reach out, run or break is refused."""

import os
import time
from pathlib import Path

import docx
import pytest

from school.errors import RuleError
from school.reports import template_check
from school.reports.documents import COMMON, Document, Paper, standard_template
from school.reports.registry import DOCUMENTS
from school.reports.template_check import check, sample
from school.services.rendering import REFUSED
from school.vocabulary import DocumentKind
from tests.documents.word_files import changed, packed, template

KIND = DocumentKind.ASSIGNMENT_LIST
NAMES = {
    "year": "Năm học",
    "rows[]": "",
    "rows[].name": "",
    "rows[].marks[]": "",
    "rows[].more[].text": "",
    "sum.all": "",
}


def no_paper(*_: object) -> Paper:
    raise AssertionError


DOCUMENT = Document(no_paper, object, NAMES, needed=("year", "rows[].name"))


def refusal(data: bytes, name: str = "mau.docx") -> str:
    with pytest.raises(RuleError) as refused:
        check(KIND, DOCUMENT, name, data)
    return refused.value.msgid


@pytest.mark.parametrize("kind", DocumentKind)
def test_the_panels_own_are_taken_as_they_are(kind: DocumentKind) -> None:
    taken = check(kind, DOCUMENTS[kind], "Mẫu của trường.docx", standard_template(kind))
    assert taken.file_name == "Mẫu của trường.docx" and taken.missing == []


def test_a_plain_template_is_taken_and_what_it_lacks_is_pointed_out() -> None:
    taken = check(KIND, DOCUMENT, "../a/mau.docx", template("Năm học {{ year }}, {{ school_name|upper }}"))
    assert (taken.file_name, taken.missing) == ("mau.docx", ["rows[].name"])


def test_loops_conditions_and_lists_within_lists() -> None:
    lines = [
        "{%p for row in rows %}",
        "{{ loop.index }}. {{ row.name }} / {{ rows|length }}",
        "{%p for m in row.marks %}",
        "{{ m }}",
    ]
    lines += ["{%p endfor %}", "{%p for m in row.more %}", "{{ m.text }}", "{%p endfor %}", "{%p endfor %}"]
    lines += ["{%p if year %}", "{{ year }} {{ sum.all }}", "{%p else %}", "-", "{%p endif %}"]
    assert check(KIND, DOCUMENT, "mau.docx", template(*lines)).missing == []


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("{{ secret }}", "secret"),
        ("{{ row.name }}", "row.name"),
        ("{{ year.name }}", "year.name"),
        ("{{ sum.none }}", "sum.none"),
        ("{{ sum }}", "sum"),
        ("{% for x in year %}{{ x }}{% endfor %}", "year"),
        ("{% for x in rows %}{{ x.secret }}{% endfor %}", "rows[].secret"),
        ("{% for x in rows %}{{ loop.changed }}{% endfor %}", "loop.changed"),
        ("{% if secret %}x{% endif %}", "secret"),
    ],
)
def test_a_name_that_the_document_does_not_have_is_named(line: str, named: str) -> None:
    with pytest.raises(RuleError) as refused:
        check(KIND, DOCUMENT, "mau.docx", template(line))
    assert refused.value.msgid == template_check.UNKNOWN and named in str(refused.value)


def test_a_list_is_not_printed_as_it_is() -> None:
    for line in ("{{ rows }}", "{{ recipients }}", "{% for row in rows %}{{ row }}{% endfor %}"):
        assert refusal(template(line)) in (template_check.IS_LIST, template_check.UNKNOWN)


@pytest.mark.parametrize(
    ("line", "msgid"),
    [
        ("{{ year", template_check.UNBALANCED),
        ("{% if year }}", template_check.UNBALANCED),
        ("}}", template_check.UNBALANCED),
        ("{% if year %}", template_check.BAD_SYNTAX),
        ("{% endfor %}", template_check.BAD_SYNTAX),
        ("{{ year year }}", template_check.BAD_SYNTAX),
        ("{{r year }}", template_check.OUT_OF_PLACE),
        ("{{p year }}", template_check.OUT_OF_PLACE),
    ],
)
def test_what_is_written_wrongly_is_said(line: str, msgid: str) -> None:
    assert refusal(template(line)) == msgid


def test_calls_arithmetic_and_imports_are_refused() -> None:
    for line in (
        "{{ year() }}",
        "{{ year * 9 }}",
        "{% set x = year %}",
        "{% include 'x' %}",
        "{{ year|safe }}",
        "{{ ''.join(rows) }}",
    ):
        assert refusal(template(line)) not in ("", template_check.UNKNOWN)


# What is no template at all -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["mau.doc", "mau.pdf", "mau", "mau.xlsx", "mau.dotx", ""])
def test_only_docx(name: str) -> None:
    assert refusal(template("x"), name) == template_check.NOT_WORD


@pytest.mark.parametrize(
    "data", [b"", b"PK", b"%PDF-1.7", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, b"PK\x03\x04" + b"x" * 99]
)
def test_what_is_no_word_file_is_a_sentence(data: bytes) -> None:
    assert refusal(data)


def test_a_workbook_by_another_name() -> None:
    data = (Path(__file__).parents[2] / "samples" / "danh-sach-can-bo-giao-vien.xlsx").read_bytes()
    assert refusal(data) == template_check.NOT_WORD


@pytest.mark.parametrize("cut", [100, 5000, -200, -2000])
def test_a_file_that_was_cut_short(cut: int) -> None:
    assert refusal(template("{{ year }}")[:cut])


def test_a_heavy_file_and_a_bomb() -> None:
    assert refusal(changed(template("x"), {"word/media/a.png": os.urandom(3_000_000)})) == template_check.TOO_HEAVY
    assert refusal(changed(template("x"), {"word/a.xml": b"<a>" + b" " * 30_000_000 + b"</a>"}))
    assert refusal(b"x" * (template_check.MAX_TEMPLATE + 1)) == template_check.TOO_HEAVY


def test_macros_by_name_type_or_part() -> None:
    assert refusal(template("x"), "mau.docm") == template_check.MACROS
    assert refusal(changed(template("x"), {"word/vbaProject.bin": b"x"})) == template_check.MACROS
    macro = {"[Content_Types].xml": lambda old: old.replace(b"document.main+xml", b"document.macroEnabled.main+xml")}
    assert refusal(changed(template("x"), macro)) == template_check.MACROS


def relation(kind: str, target: str, outside: bool = True) -> bytes:
    mode = ' TargetMode="External"' if outside else ""
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
    made = f'<Relationship Id="rIdX" Type="{base}{kind}" Target="{target}"{mode}/></Relationships>'
    return changed(
        template("x"), {"word/_rels/document.xml.rels": lambda old: old.replace(b"</Relationships>", made.encode())}
    )


@pytest.mark.parametrize("kind", ["attachedTemplate", "hyperlink", "image", "oleObject", "frame", "subDocument"])
def test_nothing_reaches_out_of_the_file(kind: str) -> None:
    assert refusal(relation(kind, "http://x.example/a.dotm")) == template_check.REACHES_OUT


VML = '<w:p><w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml">{}</v:shape></w:pict></w:r></w:p>'


@pytest.mark.parametrize("way", ['src="http://x.example/a.png"', 'href="\\\\x.example\\a"'])
def test_no_drawing_reaches_out_without_a_relation(way: str) -> None:
    assert refusal(body(VML.format(f"<v:imagedata {way}/>"))) == template_check.REACHES_OUT


def test_a_mail_merge_with_its_database_is_refused() -> None:
    merge = b'<w:mailMerge><w:connectString w:val="Data Source=\\\\x.example\\a.mdb"/></w:mailMerge></w:settings>'
    settings = {"word/settings.xml": lambda old: old.replace(b"</w:settings>", merge)}
    assert refusal(changed(template("x"), settings)) == template_check.REACHES_OUT


@pytest.mark.parametrize("between", ["row", "basis"])
def test_a_list_does_not_run_within_itself(between: str) -> None:
    lines = ["{%p for row in rows %}", f"{{%p for {between} in legal_basis %}}", "{%p for again in rows %}", "x"]
    assert refusal(template(*lines, *["{%p endfor %}"] * 3)) == template_check.BAD_SYNTAX


@pytest.mark.parametrize("kind", ["oleObject", "package", "control", "aFChunk", "chart", "unknown"])
def test_nothing_is_embedded(kind: str) -> None:
    assert refusal(relation(kind, "a.xml", outside=False)) == template_check.EMBEDS


def body(inner: str) -> bytes:
    return changed(
        template("x"), {"word/document.xml": lambda old: old.replace(b"<w:sectPr", inner.encode() + b"<w:sectPr", 1)}
    )


def field(*codes: str) -> str:
    runs = "".join(f"<w:r><w:instrText>{code}</w:instrText></w:r>" for code in codes)
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    return f"<w:p>{mark.format('begin')}{runs}{mark.format('separate')}{mark.format('end')}</w:p>"


@pytest.mark.parametrize(
    "inner",
    [
        field('DDEAUTO c:\\\\cmd.exe "/k calc"'),
        field("DD", "EAUTO x"),
        field(' INCLUDEPICTURE "http://x.example" '),
        field("{{ year }}"),
        field("PAGE {{ year }}"),
        '<w:p><w:fldSimple w:instr="LINK Excel.Sheet"><w:r/></w:fldSimple></w:p>',
        "<w:p><w:r><w:instrText>MACROBUTTON x</w:instrText></w:r></w:p>",
        field("PAGE").replace("</w:p>", "") + field("DDE x").removeprefix("<w:p>"),
    ],
)
def test_no_field_but_the_pages_number(inner: str) -> None:
    assert refusal(body(inner)) == template_check.FIELDS


@pytest.mark.parametrize("code", ["PAGE", " NUMPAGES ", " page \\* MERGEFORMAT "])
def test_the_pages_number_is_welcome(code: str) -> None:
    assert check(KIND, DOCUMENT, "mau.docx", body(field(code)))


def test_what_is_still_under_review_is_refused() -> None:
    change = '<w:p><w:ins w:id="1" w:author="A"><w:r><w:t>x</w:t></w:r></w:ins></w:p>'
    assert refusal(body(change)) == template_check.REVIEWED
    assert refusal(body('<w:p><w:r><w:commentReference w:id="1"/></w:r></w:p>')) == template_check.REVIEWED


def test_entities_are_refused() -> None:
    entity = {
        "word/document.xml": lambda old: old.replace(
            b"?>", b'?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>', 1
        )
    }
    assert refusal(changed(template("x"), entity))


def test_headers_and_footers_are_looked_at_too() -> None:
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "{{ secret }}"
    assert refusal(packed(document)) == template_check.UNKNOWN
    document.sections[0].header.paragraphs[0].text = "{{ school_name }}"
    document.sections[0].footer.paragraphs[0].text = "{{ year() }}"
    assert refusal(packed(document)) == REFUSED


def test_thousands_of_commands_are_refused_at_once() -> None:
    begun = time.monotonic()
    assert refusal(template(*["{{ year }} " * 30] * 50)) == template_check.TOO_MANY
    assert refusal(template("{{ " * 3000)) == template_check.UNBALANCED
    assert refusal(template("{{ year" + ".a" * 50_000 + " }}"))
    assert time.monotonic() - begun < 10


def test_the_sample_has_the_shape_of_the_names() -> None:
    made = sample({**COMMON, **NAMES})
    assert made["rows"][0]["marks"] == ["marks", "marks"] and made["rows"][1]["more"][0]["text"] == "text"
    assert made["sum"] == {"all": "all"} and made["recipients"] == ["recipients", "recipients"]
    assert sample(NAMES, 0)["rows"] == []
