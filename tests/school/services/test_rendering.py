"""Filling a Word template: what a value is stays a text, and what a template may do is little."""

import datetime as dt
import io

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import UndefinedError

from school.errors import RuleError
from school.names import clean
from school.services import rendering
from school.services.rendering import check_source, prepare, render
from school.vocabulary import Rating
from tests.documents.word_files import assert_is_dead, template, texts
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
