"""What the headings of the school's own files mean: used at every import after, changed here at any time."""

from typing import Any

from flask import g
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import Form, SelectField
from wtforms.validators import InputRequired

from admin_views.base import Screen
from admin_views.listing import by_label
from school.db import db
from school.imports import names
from school.imports.importing import COLUMNS
from school.models import ColumnName
from school.vocabulary import Action, ListKind

PASSED_OVER = _("(bỏ qua cột này)")


class MeaningField(SelectField):
    """What a heading means: the columns of each kind of list in a group of its own; the value is "kind:field"."""

    def __init__(self, label: Any = None, validators: Any = None, **options: Any) -> None:
        super().__init__(label, validators, choices={}, coerce=str, **options)
        self.type = "SelectField"  # drawn like one
        self.offer(COLUMNS)

    def offer(self, kinds: Any) -> None:
        """Offer the columns of these kinds of list alone."""
        self.choices = {gettext("Chưa chọn"): [("", gettext("– Chọn –"))]} | {
            gettext(kind.label): [
                (f"{kind}:", str(PASSED_OVER)),
                *((f"{kind}:{field}", gettext(label)) for field, label in names.fields_of(kind).items()),
            ]
            for kind in kinds
        }


class ColumnNameScreen(Screen):
    reads = creates = edits = deletes = Action.IMPORT_LISTS
    intro = _(
        "Tên cột riêng trong các tệp của trường. Khi nhập danh sách, những tên này được hiểu trước các tên thường gặp."
    )
    new_label = _("Thêm tên cột")
    empty_message = _(
        "Chưa có tên cột nào của riêng trường. Khi thầy cô chọn cột bằng tay lúc nhập danh sách, "
        "tên cột được nhớ ở đây; cũng có thể thêm trước."
    )
    column_list = ("header", "kind", "field")
    column_details_list = column_list
    column_labels = {"header": _("Tên cột trong tệp"), "kind": _("Loại danh sách"), "field": _("Được hiểu là")}
    column_descriptions = {
        "header": _("Chép như trong tệp. Chữ hoa, dấu và dấu câu không phân biệt: “Phân hiệu” lưu thành “phan hieu”.")
    }
    column_formatters = {"field": lambda v, c, row, n: meaning(row)}
    column_sortable_list = ("header", "kind")
    column_default_sort = [("kind", False), ("header", False)]
    form_columns = ("header", "means")
    form_extra_fields = {"means": MeaningField(_("Được hiểu là"), [InputRequired(_("Thầy cô chọn ý nghĩa của cột."))])}
    searches = (lambda word: ColumnName.header.contains(word, autoescape=True),)
    filters = (by_label("kind", _("Loại danh sách"), ColumnName.kind, ListKind),)

    def title(self, obj: ColumnName) -> str:
        return f"{obj.header} · {gettext(obj.kind.label)}"

    def trim_form(self, form: Form, obj: ColumnName | None) -> None:
        if obj is not None:
            form.means.offer([obj.kind])

    def form_values(self, obj: ColumnName) -> dict[str, Any]:
        return {"means": f"{obj.kind}:{obj.field}"}

    def store(self, obj: ColumnName, values: dict[str, Any], version: int | None) -> ColumnName:
        kind, _colon, field = values["means"].partition(":")
        told = {"kind": ListKind(kind), "header": values["header"], "field": field}
        return names.save(db.session, g.actor, obj, told, version)


def meaning(row: ColumnName) -> str:
    """What the heading is taken as."""
    label = names.fields_of(row.kind).get(row.field)
    return gettext(label) if label else str(PASSED_OVER)
