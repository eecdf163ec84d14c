"""Form fields for the panel's own column types, and how a refusal of a service reaches the field at fault."""

from collections.abc import Callable
from typing import Any

from flask_admin.contrib.sqla.form import AdminModelConverter
from flask_admin.model.form import converts
from flask_babel import gettext
from sqlalchemy import select
from wtforms import (
    BooleanField,
    DateField,
    Form,
    IntegerField,
    SelectField,
    SelectFieldBase,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import Choice
from wtforms.validators import Length, NumberRange
from wtforms.widgets import CheckboxInput, ListWidget, Select

from admin_views.pickers import PICKERS, PickField
from school.db import db
from school.errors import NotAllowed, PanelError, StaleRecord
from school.names import clean, clean_line
from school.vocabulary import LabelEnum

MAX_PROSE = 20_000  # characters
DATE_FORMATS = ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y"]  # the browser's own, and what people type


def show_error(form: Form, error: PanelError) -> None:
    """Put the sentence beside its field; without one, above the form."""
    text = gettext(error.msgid, **error.params)
    field = form[error.field] if error.field and error.field in form else None
    if field is None:
        form.form_errors.append(text)
    else:
        field.errors = [*field.errors, text]


def attempt(form: Form, write: Callable[[], Any]) -> tuple[Any, int]:
    """What `write` gives and 0; or nothing, and the status of the page that shows the form with what was typed."""
    return carry_out(form, write) if form.validate() else (None, 400)


def carry_out(form: Form, write: Callable[[], Any]) -> tuple[Any, int]:
    """The same for a form that was looked at: all of it is stored, or a refusal stands at its field."""
    try:
        result = write()
    except NotAllowed:
        raise
    except PanelError as error:
        db.session.rollback()
        show_error(form, error)
        return None, 409 if isinstance(error, StaleRecord) else 400
    db.session.commit()
    return result, 0


class LabelField(SelectField):
    """A closed list; `data` is the member. Starts empty unless a value or default says otherwise."""

    def __init__(
        self, label: Any = None, validators: Any = None, enum: type[LabelEnum] = LabelEnum, **options: Any
    ) -> None:
        self.enum = enum
        super().__init__(label, validators, choices=[], coerce=self._coerce, **options)

    def _coerce(self, value: Any) -> LabelEnum | None:
        return self.enum(value) if value else None

    def iter_choices(self) -> Any:
        yield Choice("", gettext("– Chọn –"), self.data is None, {})
        for member in self.enum:
            yield Choice(member.value, gettext(member.label), member is self.data, {})

    def pre_validate(self, form: Any) -> None:
        """`_coerce` has refused what is not on the list."""


class LabelsField(SelectMultipleField):
    """Several members of a closed list as check boxes; `data` is a list of members."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: Any = None, validators: Any = None, enum: type[LabelEnum] = LabelEnum, **options: Any):
        self.enum = enum
        super().__init__(label, validators, choices=[], coerce=enum, **options)

    def iter_choices(self) -> Any:
        for member in self.enum:
            yield Choice(member.value, gettext(member.label), member in (self.data or []), {})

    def pre_validate(self, form: Any) -> None:
        """`coerce` has refused what is not on the list."""


class RowsField(SelectMultipleField):
    """Several rows of a short list as check boxes; `data` is a list of rows."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(
        self,
        label: Any,
        validators: Any = None,
        model: Any = object,
        criterion: Any = None,
        text: Callable[[Any], str] = str,
        **options: Any,
    ) -> None:
        super().__init__(label, validators, choices=[], coerce=int, **options)
        self.model, self.criterion, self.text = model, criterion, text

    def rows(self) -> list[Any]:
        """The rows on offer, in order."""
        return list(db.session.scalars(select(self.model).where(self.criterion).order_by(*ordering(self.model))))

    def iter_choices(self) -> Any:
        chosen = {row.id for row in self.data or []}
        for row in self.rows():
            yield Choice(str(row.id), self.text(row), row.id in chosen, {})

    def process_formdata(self, valuelist: list[str]) -> None:
        on_offer = {str(row.id): row for row in self.rows()}
        self.data = [on_offer[value] for value in valuelist if value in on_offer]

    def pre_validate(self, form: Any) -> None:
        """`process_formdata` takes only what is on offer."""


class GroupedRowsField(RowsField):
    """Rows of a longer list as check boxes in groups; `group` says in which of them a row stands."""

    def __init__(self, label: Any, validators: Any = None, group: Callable[[Any], Any] = str, **options: Any) -> None:
        super().__init__(label, validators, **options)
        self.group = group
        self._rows: list[Any] | None = None

    def rows(self) -> list[Any]:
        """The rows on offer, read once a form."""
        if self._rows is None:
            self._rows = super().rows()
        return self._rows

    def groups(self) -> list[tuple[str, list[Any], int]]:
        """Each group's title, its check boxes, and how many of them are ticked."""
        found: dict[str, list[Any]] = {}
        for row, option in zip(self.rows(), self, strict=True):
            found.setdefault(str(self.group(row)), []).append(option)
        return [(title, options, sum(option.checked for option in options)) for title, options in found.items()]


class DayField(DateField):
    """A day: the browser's own date box; dd/mm/yyyy is understood too."""

    data: Any

    def __init__(self, label: Any = None, validators: Any = None, **options: Any) -> None:
        super().__init__(label, validators, format=DATE_FORMATS, **options)

    def _value(self) -> str:
        if self.raw_data:
            return " ".join(self.raw_data)
        return self.data.strftime("%Y-%m-%d") if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(gettext("Ngày chưa đúng. Thầy cô viết theo mẫu 05/09/2025.")) from None
        if self.data is not None and not 1900 <= self.data.year <= 2200:
            self.data = None
            raise ValueError(gettext("Năm chưa đúng. Thầy cô viết theo mẫu 05/09/2025."))


class LineField(StringField):
    """One line of text, cleaned; empty is None."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = clean_line(valuelist[0]) or None if valuelist else None


class ProseField(TextAreaField):
    """Free text, cleaned; blank is None."""

    def process_formdata(self, valuelist: list[str]) -> None:
        text = clean(valuelist[0]) if valuelist else ""
        self.data = text if text.strip() else None


class PanelConverter(AdminModelConverter):
    """From our column types to our fields: the one place (Flask-Admin's own enum fields select nothing on edit)."""

    @converts("school.db.Line")
    def convert_line(self, column: Any, field_args: dict[str, Any], **_extra: Any) -> StringField:
        field_args["validators"].append(Length(max=column.type.impl.length))
        return LineField(**field_args)

    @converts("school.db.Prose")
    def convert_prose(self, field_args: dict[str, Any], **_extra: Any) -> TextAreaField:
        field_args["validators"].append(Length(max=MAX_PROSE))
        return ProseField(**field_args)

    @converts("school.db.Label")
    def convert_label(self, column: Any, field_args: dict[str, Any], **_extra: Any) -> LabelField:
        return LabelField(enum=column.type.enum, **field_args)

    @converts("Date")
    def convert_day(self, field_args: dict[str, Any], **_extra: Any) -> DayField:
        return DayField(**field_args)

    @converts("Boolean")
    def convert_yes(self, field_args: dict[str, Any], **_extra: Any) -> BooleanField:
        return BooleanField(**field_args)

    @converts("Integer")
    def convert_number(self, field_args: dict[str, Any], **_extra: Any) -> IntegerField:
        field_args["validators"].append(NumberRange(min=0, max=100_000))
        return IntegerField(**field_args)

    def _model_select_field(self, prop: Any, multiple: bool, remote_model: type, **kwargs: Any) -> Any:
        """A picker for people and cases, a short select for the directory's lists."""
        kwargs.pop("allow_blank", None)
        if remote_model in PICKERS:
            return PickField(model=remote_model, **kwargs)
        return RowField(model=remote_model, **kwargs)


class RowField(SelectFieldBase):
    """One row of a short list of the directory; `data` is the row."""

    widget = Select()

    def __init__(self, label: Any = None, validators: Any = None, model: type = object, **options: Any) -> None:
        super().__init__(label, validators, **options)
        self.model = model

    def rows(self) -> list[Any]:
        """The rows on offer; the one that stands already stays on offer."""
        rows: list[Any] = list(db.session.scalars(select(self.model).order_by(*ordering(self.model))))
        return rows if self.data is None or self.data in rows else [self.data, *rows]

    def iter_choices(self) -> Any:
        yield Choice("", gettext("– Chọn –"), self.data is None, {})
        for row in self.rows():
            yield Choice(str(row.id), str(row), row is self.data, {})

    def process_formdata(self, valuelist: list[str]) -> None:
        wanted = valuelist[0] if valuelist else ""
        self.data = next((row for row in self.rows() if str(row.id) == wanted), None)
        if wanted and self.data is None:
            raise ValueError(gettext("Mục đã chọn không còn trong danh sách."))


def ordering(model: Any) -> list[Any]:
    """How a short list is ordered: by position, name, or newest first."""
    if hasattr(model, "position"):
        return [model.hardship_group, model.position]
    if hasattr(model, "starts_on"):
        return [model.starts_on.desc()]
    if hasattr(model, "school_year_id"):
        return [model.school_year_id.desc(), model.name]
    return [model.name]
