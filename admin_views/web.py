"""What every answer carries: security headers, health checks, and error pages in Vietnamese that show no internals."""

import logging
import secrets

from flask import Flask, Response, g, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response as BaseResponse

from admin_views.listing import forget_short_lists
from school.db import db
from school.errors import NotAllowed, PanelError
from school.vocabulary import N_

log = logging.getLogger("panel")

_POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_TITLES = {
    400: N_("Yêu cầu chưa đúng"),
    401: N_("Thầy cô cần đăng nhập"),
    403: N_("Việc này không thuộc phần của thầy cô"),
    404: N_("Không có trang này"),
    405: N_("Trang này không nhận thao tác đó"),
    409: N_("Có người vừa lưu bản mới hơn"),
    413: N_("Dữ liệu gửi lên quá lớn"),
    429: N_("Thử lại sau ít phút"),
    500: N_("Máy chủ gặp lỗi"),
    503: N_("Cơ sở dữ liệu đang bận"),
}
_HINTS = {
    400: N_("Thầy cô quay lại trang trước, tải lại rồi thử lần nữa."),
    403: N_("Nếu thầy cô cần làm việc này, nhờ quản trị hệ thống xem lại vai trò."),
    404: N_("Địa chỉ có thể đã cũ, hoặc nội dung không thuộc phần thầy cô phụ trách."),
    405: N_("Thầy cô quay lại trang trước rồi thử lại."),
    413: N_("Thầy cô rút ngắn nội dung hoặc chia nhỏ tệp rồi gửi lại."),
    429: N_("Có nhiều lần đăng nhập chưa đúng. Thầy cô chờ ít phút rồi thử lại."),
    500: N_("Lỗi đã được ghi lại. Thầy cô thử lại sau; nếu còn gặp, báo quản trị hệ thống."),
    503: N_("Thầy cô thử lại sau ít giây."),
}


def nonce() -> str:
    """The request's own nonce for scripts."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return g.nonce


def add_headers(response: Response) -> Response:
    """Strict CSP and its companions; nothing with personal data stays in a cache."""
    response.headers["Content-Security-Policy"] = _POLICY.format(nonce=nonce())
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Frame-Options"] = "DENY"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    if not request.path.startswith(("/static/", "/bootstrap/", "/admin/static/")):
        response.headers["Cache-Control"] = "no-store"
    return response


def healthz() -> tuple[str, int]:
    """200 when the database answers."""
    try:
        with db.engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError:
        log.exception("health check failed")
        return "database unreachable", 503
    return "ok", 200


def front() -> BaseResponse:
    """The bare address leads to the panel."""
    return redirect(url_for("admin.index"))


def robots() -> Response:
    """Search engines stay out."""
    return Response("User-agent: *\nDisallow: /\n", mimetype="text/plain")


def show_http_error(error: HTTPException) -> tuple[str, int]:
    """The page of an HTTP error."""
    code = error.code or 500
    title = _TITLES.get(code, _TITLES[400] if code < 500 else _TITLES[500])
    page = render_template("school/error.html", title=gettext(title), hint=gettext(_HINTS.get(code, _HINTS[400])))
    return page, code


def show_refusal(error: PanelError) -> tuple[str, int]:
    """The page of a refusal that no form caught."""
    db.session.rollback()
    code = 403 if isinstance(error, NotAllowed) else 400
    page = render_template("school/error.html", title=gettext(_TITLES[code]), hint=gettext(error.msgid, **error.params))
    return page, code


def show_crash(error: Exception) -> tuple[str, int]:
    """The page of a fault of ours; the log has the rest."""
    db.session.rollback()
    log.exception("unhandled error on %s", request.endpoint)
    return show_http_error(InternalServerError())


def init_app(app: Flask) -> None:
    """Headers, health, errors; behind proxies only as many as the setting says."""
    if app.config["PROXIES"]:
        hops = app.config["PROXIES"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.after_request(add_headers)
    app.after_request(forget_short_lists)
    app.add_url_rule("/", "front", front)
    app.add_url_rule("/healthz", "healthz", healthz)
    app.add_url_rule("/readyz", "readyz", healthz)
    app.add_url_rule("/robots.txt", "robots", robots)
    app.register_error_handler(HTTPException, show_http_error)
    app.register_error_handler(PanelError, show_refusal)
    if not app.testing:  # a test wants the fault itself
        app.register_error_handler(Exception, show_crash)
