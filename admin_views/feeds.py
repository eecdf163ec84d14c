"""What a person is reminded of, with answers to it, and the personal calendar address at which a program reads it."""

from dataclasses import dataclass

from flask import Flask, Response, abort, current_app, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext

from admin_views import door
from admin_views.base import Page
from admin_views.listing import whole_number
from admin_views.values import show, show_period
from school import models as m
from school.db import db, writing
from school.errors import PanelError, RuleError
from school.reminding import panel_address
from school.rules import reminders as rules
from school.rules.actor import Actor
from school.services import feeds, reminders
from school.services.access import actor_for
from school.services.guard import set_actor
from school.vocabulary import N_, Action

MAX_TOKEN = 200


@dataclass(frozen=True)
class Shown:
    """One thing owed, as the page shows it."""

    reminder: int
    text: str
    due: str
    late: bool
    put_off: str
    acknowledged: bool
    choices: list[int]


def sentence(row: m.Reminder) -> str:
    """What is owed, in the reader's language."""
    period = show_period(row.key)
    words = {"key": row.key, "count": row.count, "period": period[:1].lower() + period[1:]}
    return gettext(reminders.SENTENCES[row.rule], **words)


class RemindersPage(Page):
    """Everybody's own: what waits by which day, "Đã rõ" and "Để sau", and the address for a calendar program."""

    reads = Action.VIEW_OWN_ACCOUNT

    def is_visible(self) -> bool:
        return False  # the frame and the home page have links to it

    @expose("/")
    def index(self) -> str:
        """What I owe, and whether a calendar reads it."""
        return self._show()

    @expose("/answer/", methods=("POST",))
    def answer(self) -> ResponseReturnValue:
        """Acknowledge one reminder, put it off or take it up again."""
        row = db.session.get(m.Reminder, whole_number(request.form.get("id")))
        if row is None or row.staff_id != g.actor.staff_id:
            abort(404)
        try:
            message = _take(g.actor, row, request.form.get("step", ""))
        except PanelError as error:
            db.session.rollback()
            flash(gettext(error.msgid, **error.params), "error")
        else:
            db.session.commit()
            flash(message, "success")
        home = url_for("admin.index")
        return redirect(home if request.form.get("next") == home else self.get_url(".index"), 303)

    @expose("/address/", methods=("POST",))
    def address(self) -> str:
        """Make the address, or a new one in place of the old: this page shows it, and no other ever again."""
        token = feeds.make_feed(db.session, g.actor)
        db.session.commit()
        return self._show(_feed_address(token))

    @expose("/revoke/", methods=("POST",))
    def revoke(self) -> ResponseReturnValue:
        """The address answers no more."""
        feeds.revoke_feed(db.session, g.actor)
        db.session.commit()
        flash(gettext("Đã bỏ địa chỉ lịch. Phần mềm lịch nào đang dùng địa chỉ cũ sẽ không đọc được nữa."), "success")
        return redirect(self.get_url(".index"), 303)

    def _show(self, address: str | None = None) -> str:
        return self.render(
            "school/feed.html",
            items=[_shown(row, g.actor) for row in reminders.due_for(db.session, g.actor)],
            feed=feeds.find_feed(db.session, g.actor),
            address=address,
        )


def _take(actor: Actor, row: m.Reminder, name: str) -> str:
    """Answer one reminder, and say what that means."""
    if name == "acknowledge":
        reminders.acknowledge(db.session, actor, row)
        return gettext("Đã ghi nhận. Việc vẫn ở đây đến khi xong, chỉ không gửi thư nhắc trước hạn nữa.")
    if name == "take_up":
        reminders.take_up(db.session, actor, row)
        return gettext("Việc đã trở lại danh sách đang chờ.")
    if name != "snooze":
        raise RuleError(N_("Thầy cô chọn “Đã rõ” hoặc “Để sau”."))
    days = request.form.get("days", "")
    reminders.snooze(db.session, actor, row, int(days) if days.isascii() and days.isdigit() and len(days) < 4 else 0)
    return gettext("Đã để sau; việc sẽ hiện lại ngày %(day)s.", day=show(row.snoozed_until))


def _shown(row: m.Reminder, actor: Actor) -> Shown:
    hidden = rules.is_hidden(row.snoozed_until, actor.today)
    return Shown(
        row.id,
        sentence(row),
        show(row.due_on),
        row.due_on < actor.today,
        show(row.snoozed_until) if hidden else "",
        row.acknowledged_on is not None,
        rules.snooze_choices(row.due_on, actor.today),
    )


def _feed_address(token: str) -> str:
    """The whole address, under the name by which the panel is known outside."""
    path = url_for("calendar", token=token)
    base = current_app.config["PUBLIC_URL"]
    return f"{base}{path}" if base else url_for("calendar", token=token, _external=True)


def calendar(token: str) -> ResponseReturnValue:
    """What the owner of the address owes, for a calendar program: nobody signs in, so it tells no student's name."""
    account = feeds.owner_of(db.session, token) if len(token) <= MAX_TOKEN else None
    if account is None:
        abort(404)
    actor = actor_for(db.session, account, door.now(), request.remote_addr)
    db.session.rollback()
    with writing():
        set_actor(db.session, actor)
        if feeds.note_reading(db.session, actor):
            db.session.commit()
    body = feeds.calendar_of(reminders.due_for(db.session, actor), panel_address(current_app.config))
    return Response(body, content_type="text/calendar; charset=utf-8")


def init_app(app: Flask) -> None:
    """The address stands outside the panel's own: it opens without signing in."""
    app.add_url_rule("/calendar/<token>.ics", "calendar", calendar)
