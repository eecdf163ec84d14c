"""Mail on a real SMTP server: what arrives, what is refused, and that no password crosses a network in the clear."""

import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from school import mail

SENDER = "dodau@truong.example.vn"
VERIFIED_BY_FILE = "SSL_CERT_FILE"


class Box:
    """Takes in messages; refuses recipients that are called so."""

    def __init__(self) -> None:
        self.messages: list[Any] = []

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if address.startswith("nobody@"):
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        message: Any = message_from_bytes(envelope.content, policy=policy.default)
        message.recipients = envelope.rcpt_tos
        self.messages.append(message)
        return "250 OK"


@pytest.fixture
def box() -> Box:
    return Box()


def serve(box: Box, **options: Any) -> Controller:
    controller = Controller(box, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    return controller


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def server(box: Box) -> Iterator[Controller]:
    controller = serve(box)
    yield controller
    controller.stop()


def mailer(controller: Controller, scheme: str = "smtp", login: str = "", query: str = "") -> mail.Mailer:
    return mail.Mailer(mail.parse_server(f"{scheme}://{login}127.0.0.1:{controller.port}{query}"), SENDER)


def test_a_message_arrives_as_it_was_written(box: Box, server: Controller) -> None:
    with mailer(server) as out:
        out.send("lan@truong.example.vn", "Đỡ đầu học sinh: việc đang chờ", "Kính gửi thầy cô,\n\n– 2 em\n")
    (message,) = box.messages
    assert message.recipients == ["lan@truong.example.vn"]
    assert (message["From"], message["To"]) == (SENDER, "lan@truong.example.vn")
    assert message["Subject"] == "Đỡ đầu học sinh: việc đang chờ"
    assert message.get_content() == "Kính gửi thầy cô,\n\n– 2 em\n"
    assert (message.get_content_type(), message["Auto-Submitted"]) == ("text/plain", "auto-generated")
    assert message["Date"] and message["Message-ID"].endswith("@truong.example.vn>")


def test_a_refused_recipient_leaves_the_others_alone(box: Box, server: Controller) -> None:
    with mailer(server) as out:
        out.send("lan@truong.example.vn", "một", "x")
        with pytest.raises(mail.NotSent, match="550"):
            out.send("nobody@truong.example.vn", "hai", "x")
        out.send("hoa@truong.example.vn", "ba", "x")
    assert [message["Subject"] for message in box.messages] == ["một", "ba"]


@pytest.mark.parametrize(
    "address",
    ["", "lan", "lan@", "@truong.vn", "a b@truong.vn", "a@b.vn, c@d.vn", "Lan <lan@truong.vn>", "a@b.vn\nBcc: c@d.vn"],
)
def test_what_is_no_address_never_reaches_the_server(box: Box, server: Controller, address: str) -> None:
    with mailer(server) as out, pytest.raises(mail.NotSent):
        out.send(address, "x", "x")
    assert box.messages == []


def test_an_address_that_the_server_cannot_spell_is_refused_alone(box: Box) -> None:
    controller = serve(box, enable_SMTPUTF8=False)
    try:
        with mailer(controller) as out:
            with pytest.raises(mail.NotSent):
                out.send("lân@truong.example.vn", "một", "x")
            out.send("hoa@truong.example.vn", "hai", "x")
    finally:
        controller.stop()
    assert [message["Subject"] for message in box.messages] == ["hai"]


def test_a_server_that_is_not_there_is_said_so_at_once() -> None:
    with (
        mail.Mailer(mail.parse_server(f"smtp://127.0.0.1:{free_port()}"), SENDER) as out,
        pytest.raises(mail.Unreachable),
    ):
        out.send("lan@truong.example.vn", "x", "x")


def test_a_server_without_starttls_gets_nothing_where_it_must_have_it(box: Box, server: Controller) -> None:
    with mailer(server, query="?starttls=1") as out, pytest.raises(mail.Unreachable):
        out.send("lan@truong.example.vn", "x", "x")
    assert box.messages == []


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A key, and a certificate for 127.0.0.1 that vouches for itself."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl makes the certificate")
    folder = tmp_path_factory.mktemp("tls")
    key, made = folder / "key.pem", folder / "made.pem"
    options = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650", "-subj", "/CN=127.0.0.1"]
    options += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(made)]
    subprocess.run(["openssl", "req", *options], check=True, capture_output=True)
    return key, made


def tls(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate[1], certificate[0])
    return context


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_mail_and_password_go_over_tls(
    scheme: str, box: Box, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[LoginPassword] = []

    def check(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: LoginPassword) -> AuthResult:
        seen.append(given)
        return AuthResult(success=given == LoginPassword(b"dodau@truong.vn", b"m:k/1"))

    options: dict[str, Any] = {"authenticator": check, "auth_required": scheme == "smtp"}
    options["ssl_context" if scheme == "smtps" else "tls_context"] = tls(certificate)
    if scheme == "smtps":
        options["auth_require_tls"] = False  # aiosmtpd knows only STARTTLS as such; the line is TLS from the start
    monkeypatch.setenv(VERIFIED_BY_FILE, str(certificate[1]))
    controller = serve(box, **options)
    try:
        with mailer(controller, scheme, "dodau%40truong.vn:m%3Ak%2F1@", "?starttls=1") as out:
            out.send("lan@truong.example.vn", "một", "x")
    finally:
        controller.stop()
    assert len(box.messages) == len(seen) == 1


def test_a_certificate_that_nobody_vouches_for_is_not_believed(box: Box, certificate: tuple[Path, Path]) -> None:
    controller = serve(box, tls_context=tls(certificate))
    try:
        with mailer(controller, query="?starttls=1") as out, pytest.raises(mail.Unreachable, match="SSL"):
            out.send("lan@truong.example.vn", "x", "x")
    finally:
        controller.stop()
    assert box.messages == []


# The setting -----------------------------------------------------------------------------------------------------


def test_the_address_of_the_server_says_all() -> None:
    server = mail.parse_server("smtp://dodau%40truong.vn:m%3Ak@mail.truong.vn")
    assert server == mail.Server("mail.truong.vn", 587, "dodau@truong.vn", "m:k", False, True)
    assert mail.parse_server("smtps://mail.truong.vn") == mail.Server("mail.truong.vn", 465, None, None, True, False)
    assert mail.parse_server("smtp://localhost:25") == mail.Server("localhost", 25, None, None, False, False)
    assert mail.parse_server("smtp://relay.truong.vn:25?starttls=0").starttls is False
    assert mail.parse_server("smtp://localhost?starttls=1").starttls is True


@pytest.mark.parametrize(
    "address",
    ["", "mail.truong.vn", "http://mail.truong.vn", "smtp://", "smtp://mail:cổng", "smtp://mail.vn:99999"],
)
def test_what_names_no_server_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="write an address"):
        mail.parse_server(address)


def test_no_password_in_the_clear_and_none_in_the_refusal() -> None:
    with pytest.raises(ValueError, match="TLS") as refusal:
        mail.parse_server("smtp://dodau:bimat@mail.truong.vn?starttls=0")
    assert "bimat" not in str(refusal.value)
    with pytest.raises(ValueError, match="letters"):
        mail.parse_server("smtps://dodau:m%E1%BA%ADt@mail.truong.vn")
    with pytest.raises(ValueError, match="write an address") as refusal:
        mail.parse_server("smtp://dodau:bimat@mail.truong.vn/hòm-thư")
    assert "bimat" not in str(refusal.value)
