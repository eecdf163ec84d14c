"""Filling a Word template: what a value is stays a text, and what a template may do is little."""

import datetime as dt
import io

import docx
import pytest
from docx.shared import Mm
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import UndefinedError

from school.errors import RuleError
from school.names import clean
from school.services import rendering
from school.services.rendering import check_source, prepare, render
from school.vocabulary import Rating
from tests.documents.word_files import assert_is_dead, packed, template, texts
from tests.payloads import PAYLOADS

ODD = [
    *PAYLOADS,
    "{{ secret }}",
    "{% for x in y %}",
    "{# note #}",
    "{_{ x }_}",
    "{%p if a %}",
    "{{r rich}}",
    "</w:t></w:r></w:p><w:p/>",
    "&amp; &lt;b&gt; <b>",
    'DDEAUTO c:\\windows\\system32\\cmd.exe "/k calc"',
    '{ INCLUDETEXT "C:/x" }',
    "dòng một\ndòng hai\n\ndòng bốn",
    "  khoảng trắng ở hai đầu  ",
]


@pytest.mark.parametrize("text", ODD)
def test_a_value_is_the_text_that_it_is(text: str) -> None:
    data = render(template("trước", "[{{ value }}]", "sau"), {"value": text}, "", "")
    assert texts(data) == f"trước\n[{clean(text)}]\nsau"
    assert_is_dead(data)


@given(st.text())
@settings(max_examples=60)
def test_any_text_at_all_makes_a_file_that_opens(text: str) -> None:
    data = render(template("[{{ value }}]"), {"value": text}, text, text)
    assert texts(data) == f"[{clean(text)}]"
    assert docx.Document(io.BytesIO(data)).core_properties.language == "vi-VN"


def test_values_are_prepared_as_people_read_them() -> None:
    values = {"day": dt.date(2025, 12, 5), "none": None, "label": Rating.NOT_MET, "half": 3.5, "rows": [{"n": 1}]}
    assert prepare(values) == {"day": "05/12/2025", "none": "", "label": "Chưa đạt", "half": "3,5", "rows": [{"n": 1}]}


def test_a_part_of_a_value_is_never_a_method_of_python() -> None:
    made = render(template("{{ row.items }}, {{ row.values }}"), {"row": {"items": "mục", "values": "giá trị"}}, "", "")
    assert texts(made) == "mục, giá trị"
    for name in ("keys", "copy", "__class__"):
        with pytest.raises(UndefinedError):
            render(template(f"{{{{ row.{name} }}}}"), {"row": {}}, "", "")


def test_a_name_that_has_no_value_is_an_error_and_no_gap() -> None:
    with pytest.raises(UndefinedError):
        render(template("{{ nothing }}"), {}, "", "")


@pytest.mark.parametrize(
    "source",
    [
        "{{ x() }}",
        "{{ x.__class__.__mro__() }}",
        "{{ 7 * 7 }}",
        "{{ 'a' * 99999999 }}",
        "{{ range(10) }}",
        "{% set x = 1 %}",
        "{% import 'x' as y %}",
        "{% include 'x' %}",
        "{% macro m() %}{% endmacro %}",
        "{{ x|safe }}",
        "{{ x|attr('y') }}",
        "{{ x['y'] }}",
        "{{ x is defined }}",
        "{% for a in x recursive %}{% endfor %}",
        "{% for a in x if a %}{% endfor %}",
        "{% for a in x %}" * 4 + "{% endfor %}" * 4,
        "{{ " + "(" * 5000 + "x" + ")" * 5000 + " }}",
    ],
)
def test_a_template_may_only_show_loop_and_choose(source: str) -> None:
    with pytest.raises(RuleError):
        check_source(source)


def test_what_it_may_do() -> None:
    chosen = "{% if not loop.last and row.a == 'b' or c %}{{ row.a|upper }}{% else %}{{ rows|length }}{% endif %}"
    check_source("{% for row in rows %}" + chosen + "{% endfor %}")


def test_a_template_does_not_write_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = template("{%p for row in rows %}", "x" * 1000, "{%p endfor %}")
    assert len(render(lines, {"rows": [1] * 10}, "", "")) > 1000
    monkeypatch.setattr(rendering, "MAX_WRITTEN", 5000)
    with pytest.raises(RuleError):
        render(lines, {"rows": [1] * 10}, "", "")


@pytest.mark.parametrize("many", [1, 3, 11])
def test_columns_that_a_loop_makes_share_the_width_of_the_table(many: int) -> None:
    document = docx.Document()
    table = document.add_table(rows=1, cols=5)
    cells = ("TT", "{%tc for item in items %}", "{{ item }}", "{%tc endfor %}", "tổng")
    for column, width in zip(table.columns, (10, 20, 20, 20, 40), strict=True):
        column.width = Mm(width)
    for cell, text, width in zip(table.rows[0].cells, cells, (10, 20, 20, 20, 40), strict=True):
        cell.text, cell.width = text, Mm(width)
    (made,) = docx.Document(io.BytesIO(render(packed(document), {"items": ["12,5"] * many}, "", ""))).tables
    assert [cell.text for cell in made.rows[0].cells] == ["TT", *["12,5"] * many, "tổng"]
    widths = [column.width for column in made.columns]
    assert [cell.width for cell in made.rows[0].cells] == widths
    assert sum(widths) == pytest.approx(Mm(110), rel=0.01)
    assert len(set(widths[1:-1])) == 1
    assert widths[-1] == pytest.approx(2 * widths[1], rel=0.02) and widths[0] == pytest.approx(widths[1] / 2, rel=0.02)


def test_a_table_whose_columns_no_loop_makes_keeps_its_widths() -> None:
    document = docx.Document()
    table = document.add_table(rows=1, cols=2)
    for column, width in zip(table.columns, (30, 60), strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)
    merged = document.add_table(rows=2, cols=2)
    merged.rows[0].cells[0].merge(merged.rows[0].cells[1])
    for source, made in zip(
        document.tables, docx.Document(io.BytesIO(render(packed(document), {}, "", ""))).tables, strict=True
    ):
        assert [column.width for column in made.columns] == [column.width for column in source.columns]
        assert made._tbl.xml == source._tbl.xml
