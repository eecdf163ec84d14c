"""What people write about a score sheet: an adjustment, a comment or an appeal, an answer, a decision."""

import re
from collections.abc import Iterable
from typing import Any

from flask_admin.form import BaseForm
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, SelectField, StringField
from wtforms.fields.choices import Choice
from wtforms.validators import InputRequired, Length, ValidationError

from admin_views.forms import MAX_PROSE, DayField, LineField, ProseField
from school.models import Criterion
from school.names import clean_line
from school.rules.scheme import FULL

LONGEST_NUMBER = 32
NOT_APPLICABLE = "none"  # in place of a criterion: the whole year does not apply
_POINTS = re.compile(r"([+\-−–]?)([0-9]{1,3})(?:[.,]([0-9]))?")


class PointsField(StringField):
    """Points with at most one digit after the comma, plus or minus; `data` is tenths."""

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = clean_line(valuelist[0]).replace(" ", "") if valuelist else ""
        self.data: int | None = None
        if not typed:
            return
        found = _POINTS.fullmatch(typed)
        if found is None:
            raise ValueError(gettext("Số điểm chưa đúng. Thầy cô viết số như 1,5 hoặc -2."))
        sign, whole, tenth = found.groups()
        tenths = int(whole) * 10 + int(tenth or 0)
        if tenths > FULL * 10:
            raise ValueError(gettext("Số điểm trong khoảng từ -100 đến 100."))
        self.data = tenths if sign in ("", "+") else -tenths

    def _value(self) -> str:
        return self.raw_data[0] if self.raw_data else ""


class CriterionField(SelectField):
    """A criterion of the year, or that the year does not apply; nothing is chosen beforehand."""

    def __init__(self, label: Any = None, validators: Any = None, **options: Any) -> None:
        super().__init__(label, validators, choices=[], coerce=str, **options)
        self.type = "SelectField"  # drawn like one
        self.offered: dict[str, str] = {}

    def offer(self, criteria: Iterable[Criterion]) -> None:
        """Offer these criteria."""
        self.offered = {str(row.id): gettext(row.name) for row in criteria}
        self.offered[NOT_APPLICABLE] = gettext("Cả năm học: không áp dụng với người này")

    def iter_choices(self) -> Any:
        yield Choice("", gettext("– Chọn –"), not self.data, {})
        for value, text in self.offered.items():
            yield Choice(value, text, value == self.data, {})

    def pre_validate(self, form: Any) -> None:
        """What is not on offer, a criterion of another year for instance, is refused in our words."""
        if self.data and self.data not in self.offered:
            raise ValidationError(gettext("Mục đã chọn không còn trong danh sách."))


def _prose(label: Any, missing: Any, **options: Any) -> ProseField:
    return ProseField(label, [InputRequired(missing), Length(max=MAX_PROSE)], **options)


class AdjustForm(BaseForm):
    criterion = CriterionField(_("Tiêu chí"), [InputRequired(_("Thầy cô chọn tiêu chí."))])
    points = PointsField(
        _("Số điểm cộng hoặc trừ"),
        description=_("Ví dụ: 1,5 là cộng, -1 là trừ. Để trống nếu cả năm học không áp dụng."),
    )
    reason = _prose(
        _("Lý do"),
        _("Thầy cô ghi lý do điều chỉnh."),
        description=_("Người được chấm đọc được lý do này. Không ghi tên và hoàn cảnh của học sinh."),
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Points go with a criterion, and with nothing else."""
        valid = super().validate(extra_validators)
        whole_year = self.criterion.data == NOT_APPLICABLE
        if valid and whole_year and self.points.data is not None:
            self.points.errors = [gettext("Khi cả năm học không áp dụng thì không ghi điểm; thầy cô để trống ô này.")]
            return False
        if valid and not whole_year and not self.points.data:
            self.points.errors = [gettext("Thầy cô ghi số điểm cộng hoặc trừ.")]
            return False
        return valid


class CommentForm(BaseForm):
    text = _prose(
        _("Lời nhắn gửi Hội đồng"),
        _("Thầy cô ghi ý kiến của mình."),
        description=_("Hội đồng thi đua và Ban giám hiệu đọc được. Không ghi tên và hoàn cảnh của học sinh."),
    )
    appeal = BooleanField(_("Tôi đề nghị xem lại điểm"))


class AnswerForm(BaseForm):
    answer = _prose(
        _("Trả lời"),
        _("Thầy cô ghi câu trả lời."),
        description=_("Không ghi tên và hoàn cảnh của học sinh."),
    )


class ReopenForm(BaseForm):
    reason = _prose(_("Lý do mở lại"), _("Thầy cô ghi vì sao cần mở lại phiếu."))


class FreezeForm(BaseForm):
    decision_number = LineField(
        _("Số quyết định hoặc biên bản"),
        [InputRequired(_("Thầy cô ghi số quyết định.")), Length(max=LONGEST_NUMBER)],
        description=_("Ví dụ: 125/QĐ-THPT."),
    )
    decided_on = DayField(_("Ngày quyết định"), [InputRequired(_("Thầy cô chọn ngày quyết định."))])
