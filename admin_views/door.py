"""The front door: signing in and out, first set-up, and the check before every request that somebody is signed in."""

import datetime as dt
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    flash,
    g,
    has_request_context,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from flask_wtf import FlaskForm
from itsdangerous import BadSignature, URLSafeTimedSerializer
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired

from admin_views.forms import show_error
from school.db import begin, db, writing
from school.errors import PanelError
from school.models import Account
from school.rules.actor import Actor
from school.services import accounts
from school.services.access import actor_for
from school.services.guard import acting, set_actor
from school.vocabulary import Role

# All that answers somebody who is not signed in.
OPEN_PATHS = (
    "/login",
    "/setup/",
    "/calendar/",
    "/healthz",
    "/readyz",
    "/static/",
    "/admin/static/",
    "/bootstrap/",
    "/lang",
)
OPEN_FILES = ("/robots.txt", "/favicon.ico", "/favicon.svg")
SETUP_HOURS = 24
LANGUAGES = ("vi", "en")

door = Blueprint("door", __name__)
login_manager = LoginManager()
login_manager.session_protection = None  # the session table decides, not the browser's name
limiter = Limiter(get_remote_address, storage_uri="memory://")


class SignedIn(UserMixin):
    """What Flask-Login keeps of a sign-in: the random token of the session table."""

    def __init__(self, token: str, account: Account | None = None) -> None:
        self.id, self.account = token, account


def now() -> dt.datetime:
    """The present moment: the one clock of the web."""
    return dt.datetime.now(dt.UTC)


@login_manager.user_loader
def load_user(token: str) -> SignedIn | None:
    """The person behind the cookie, if the session is still alive."""
    found = accounts.recognise(db.session, g.now, token)
    if found is None:
        return None
    if g.now - found.last_seen_at > accounts.TOUCH_EVERY:
        db.session.rollback()
        with writing():
            accounts.touch(db.session, g.now, token)
            db.session.commit()
        found = accounts.recognise(db.session, g.now, token)
        if found is None:
            return None
    return SignedIn(token, found.account)


def identify() -> ResponseReturnValue | None:
    """Before each request: who it is, as whom the database answers; nobody gets further than the door."""
    begin(writing=request.method not in ("GET", "HEAD", "OPTIONS"))
    g.now, g.actor = now(), None
    if request.path.startswith(("/static/", "/admin/static/", "/bootstrap/")):
        return None
    set_actor(db.session, None)
    if current_user.is_authenticated:
        account = current_user.account
        g.actor = actor_for(db.session, account, g.now, request.remote_addr)
        set_actor(db.session, g.actor)
        if account.must_change_password and request.endpoint not in ("door.password", "door.logout", "door.lang"):
            return redirect(url_for("door.password")) if not is_open(request.path) else None
        return None
    return None if is_open(request.path) else ask_to_sign_in()


def is_open(path: str) -> bool:
    """Whether the path answers the anonymous."""
    return path.startswith(OPEN_PATHS) or path in OPEN_FILES


def ask_to_sign_in() -> ResponseReturnValue:
    """A browser without a session goes to the sign-in page; a dead session is told so with 401."""
    asked = request.full_path.rstrip("?") if request.method == "GET" and request.path != "/admin/" else None
    if request.method == "GET" and "_user_id" not in cookie and request.accept_mimetypes.accept_html:
        return redirect(url_for("door.login", next=asked))
    cookie.pop("_user_id", None)
    return make_response(render_template("school/login.html", form=LoginForm(), next=asked, ended=True), 401)


class LoginForm(FlaskForm):
    username = StringField(
        lazy_gettext("Tên đăng nhập"),
        [InputRequired(lazy_gettext("Thầy cô điền tên đăng nhập."))],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        lazy_gettext("Mật khẩu"),
        [InputRequired(lazy_gettext("Thầy cô điền mật khẩu."))],
        render_kw={"autocomplete": "current-password"},
    )


class PasswordForm(FlaskForm):
    current = PasswordField(
        lazy_gettext("Mật khẩu hiện tại"),
        [InputRequired(lazy_gettext("Thầy cô điền mật khẩu hiện tại."))],
        render_kw={"autocomplete": "current-password"},
    )
    password = PasswordField(
        lazy_gettext("Mật khẩu mới"),
        [InputRequired(lazy_gettext("Thầy cô điền mật khẩu mới."))],
        description=lazy_gettext("Ít nhất 10 ký tự. Một câu dễ nhớ tốt hơn một từ khó nhớ."),
        render_kw={"autocomplete": "new-password"},
    )
    repeated = PasswordField(
        lazy_gettext("Nhập lại mật khẩu mới"),
        [InputRequired(lazy_gettext("Thầy cô nhập lại mật khẩu mới."))],
        render_kw={"autocomplete": "new-password"},
    )


class SetupForm(FlaskForm):
    username = StringField(
        lazy_gettext("Tên đăng nhập"),
        [InputRequired(lazy_gettext("Thầy cô điền tên đăng nhập."))],
        default="quantri",
        render_kw={"autocomplete": "username", "autocapitalize": "none"},
    )
    password = PasswordForm.password
    repeated = PasswordForm.repeated


def _failed(response: Response) -> bool:
    return response.status_code == 401


def _account_key() -> str:
    return f"{request.form.get('username', '').strip().lower()[:64]}|{get_remote_address()}"


@door.route("/login", methods=["GET", "POST"])
@limiter.limit("10 per 15 minutes", key_func=_account_key, methods=["POST"], deduct_when=_failed)
@limiter.limit("200 per 15 minutes", methods=["POST"], deduct_when=_failed)
def login() -> ResponseReturnValue:
    """Sign in. Only failures count against the limits: a whole school shares one address."""
    form = LoginForm()
    if not form.validate_on_submit():
        status = 400 if form.is_submitted() else 200
        return render_template("school/login.html", form=form, next=_return_address()), status
    token = accounts.sign_in(
        db.session, g.now, form.username.data, form.password.data, request.remote_addr, request.user_agent.string
    )
    if token is None:
        db.session.rollback()
        form.password.errors = [gettext("Tên đăng nhập hoặc mật khẩu chưa đúng.")]
        return render_template("school/login.html", form=form, next=_return_address()), 401
    db.session.commit()
    language = cookie.get("language")
    cookie.clear()  # nothing of an earlier person stays
    if language:
        cookie["language"] = language
    login_user(SignedIn(token))
    return redirect(_return_address() or url_for("admin.index"))


@door.post("/logout")
def logout() -> ResponseReturnValue:
    """Sign out: the session dies in the table, so a copied cookie dies with it."""
    accounts.sign_out(db.session, g.actor, current_user.id)
    db.session.commit()
    logout_user()
    flash(gettext("Thầy cô đã đăng xuất."), "success")
    return redirect(url_for("door.login"))


@door.route("/password", methods=["GET", "POST"])
def password() -> ResponseReturnValue:
    """Change one's own password; all sessions end, and this one begins anew."""
    form = PasswordForm()
    account = current_user.account
    if form.validate_on_submit() and _same(form):
        try:
            accounts.change_password(db.session, g.actor, account, form.current.data, form.password.data)
            token = accounts.sign_in(
                db.session,
                g.now,
                account.username,
                form.password.data,
                request.remote_addr,
                request.user_agent.string,
            )
        except PanelError as error:
            db.session.rollback()
            show_error(form, error)
        else:
            db.session.commit()
            assert token is not None
            login_user(SignedIn(token))
            flash(gettext("Đã đổi mật khẩu. Các thiết bị khác đã đăng xuất."), "success")
            return redirect(url_for("admin.index"))
    first = account.must_change_password
    return render_template("school/password.html", form=form, first=first), 200 if request.method == "GET" else 400


def setup_link() -> str | None:
    """The one-time address that sets up the first administrator; None once there is an account."""
    if accounts.any_account(db.session):
        return None
    return url_for("door.setup", token=_setup_serializer().dumps("first administrator"), _external=False)


@door.route("/setup/<token>", methods=["GET", "POST"])
def setup(token: str) -> ResponseReturnValue:
    """Make the first administrator. The link works once, for a day, and only while there is no account."""
    try:
        _setup_serializer().loads(token, max_age=SETUP_HOURS * 3600)
    except BadSignature:
        abort(404)
    if accounts.any_account(db.session):
        abort(404)
    form = SetupForm()
    if form.validate_on_submit() and _same(form):
        try:
            with acting(db.session, Actor.at_the_gate(g.now, request.remote_addr)):
                accounts.create(
                    db.session,
                    Actor.at_the_gate(g.now, request.remote_addr),
                    form.username.data,
                    [Role.ADMIN],
                    password=form.password.data,
                    must_change=False,
                )
        except PanelError as error:
            db.session.rollback()
            show_error(form, error)
        else:
            db.session.commit()
            flash(gettext("Đã tạo tài khoản quản trị. Thầy cô đăng nhập để bắt đầu."), "success")
            return redirect(url_for("door.login"))
    return render_template("school/setup.html", form=form), 200 if request.method == "GET" else 400


@door.post("/lang")
def lang() -> ResponseReturnValue:
    """Change the language of this browser."""
    if request.form.get("language") in LANGUAGES:
        cookie["language"] = request.form["language"]
    return redirect(_return_address() or url_for("admin.index"))


def select_language() -> str:
    """Vietnamese, whatever the browser asks, until somebody chooses."""
    return cookie.get("language", "vi") if has_request_context() else "vi"


def _same(form: FlaskForm) -> bool:
    if form.password.data == form.repeated.data:
        return True
    form.repeated.errors = [gettext("Hai lần nhập mật khẩu mới chưa giống nhau.")]
    return False


def _setup_serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="setup")


def _return_address() -> str | None:
    """The page asked for, if it is one of the panel's own: a path that no browser reads as another host."""
    target = request.values.get("next", "")
    parts = urlsplit(target)
    safe = target.startswith("/admin/") and not parts.scheme and not parts.netloc and "\\" not in target
    return target if safe and target.isprintable() else None


def init_app(app: Flask) -> None:
    """Put the door in front of the app."""
    login_manager.init_app(app)
    limiter.init_app(app)
    app.register_blueprint(door)
    app.before_request(identify)
