"""The command `remind` and the daily round: run as they are used, on a real mail server, by several at once."""

import datetime as dt
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from aiosmtpd.controller import Controller
from flask import Flask

from app import create_app
from school import cli, reminding
from school.daily import DailyRound
from school.db import db
from school.models import JobRun, Reminder, Staff
from school.rules.actor import Actor
from school.rules.calendar import SCHOOL_TIME
from school.services.guard import set_actor
from school.vocabulary import Role
from tests import factories as make
from tests.school.test_mail import SENDER, Box, free_port, serve

ROOT = Path(__file__).parent.parent.parent
DAY = "2025-10-15"


@pytest.fixture
def box() -> Box:
    return Box()


@pytest.fixture
def server(box: Box) -> Iterator[Controller]:
    controller = serve(box)
    yield controller
    controller.stop()


@pytest.fixture
def run(app: Flask, server: Controller) -> Any:
    """Runs the command on the app's own database, with mail set up."""
    cli.init_app(app)
    set_up_mail(app, server.port)
    return lambda *arguments: app.test_cli_runner().invoke(args=["remind", *arguments])


def set_up_mail(app: Flask, port: int) -> None:
    app.config.update(SMTP_URL=f"smtp://127.0.0.1:{port}", MAIL_FROM=SENDER, PUBLIC_URL="https://dodau.example.vn")


@pytest.fixture
def school(session: Any) -> dict[str, Staff]:
    """Three sponsors who owe September and October: one with an address, one without, one whom the server refuses."""
    people = {}
    for name, email in {"Lan": "lan@truong.vn", "Hoa": None, "Tài": "nobody@truong.vn"}.items():
        people[name] = make.make_staff(session, f"Nguyễn {name}", email=email)
        make.make_account(session, (Role.TEACHER,), people[name])
        make.make_sponsorship(session, make.make_case(session), people[name])
    idle = make.make_staff(session, "Trần Rảnh", email="ranh@truong.vn")
    make.make_account(session, (), idle)
    session.commit()
    return people


def mailed(session: Any) -> dict[str, set[Any]]:
    session.rollback()
    found: dict[str, set[Any]] = {}
    for row in session.query(Reminder):
        found.setdefault(row.staff.full_name, set()).add(row.mailed_on)
    return found


def test_it_writes_reminders_and_mails_nobody_unless_asked(run: Any, school: Any, box: Box, session: Any) -> None:
    answer = run("--date", DAY)
    assert (answer.exit_code, box.messages) == (0, [])
    assert answer.output == "Đang chờ: 6 việc; mới: 6; đã xong: 0.\n"
    assert mailed(session) == {f"Nguyễn {name}": {None} for name in ("Lan", "Hoa", "Tài")}


def test_it_mails_one_digest_a_person_names_whom_it_cannot_and_says_so_by_its_exit_code(
    run: Any, school: Any, box: Box, session: Any
) -> None:
    answer = run("--date", DAY, "--send", "--json")
    assert answer.exit_code == 1, "one address was refused"
    told = json.loads(answer.output)
    assert (told["open"], told["mailed"], told["without_address"]) == (6, 1, ["Nguyễn Hoa"])
    assert told["failed"] == [{"name": "Nguyễn Tài", "reason": "550"}]
    assert "@" not in answer.output
    (message,) = box.messages
    assert message["To"] == "lan@truong.vn"
    assert "15/10/2025" in message["Subject"]
    assert "tháng 9/2025: 1 em (hạn 20/09/2025, đã quá 25 ngày)" in message.get_content()
    assert "https://dodau.example.vn/admin/" in message.get_content()
    assert mailed(session) == {
        "Nguyễn Lan": {dt.date(2025, 10, 15)},
        "Nguyễn Hoa": {None},
        "Nguyễn Tài": {None},
    }


def test_the_same_day_never_mails_twice_and_the_next_only_when_there_is_news(run: Any, school: Any, box: Box) -> None:
    school["Tài"].email = None
    db.session.commit()
    assert run("--date", DAY, "--send").exit_code == 0
    assert run("--date", DAY, "--send").exit_code == 0
    assert run("--date", "2025-10-16", "--send").exit_code == 0
    assert len(box.messages) == 1
    run("--date", "2025-10-20", "--send")  # the last day of October
    assert len(box.messages) == 2
    run("--date", "21/10/2025", "--send")
    assert len(box.messages) == 3
    assert {message["To"] for message in box.messages} == {"lan@truong.vn"}


def test_a_failed_mail_is_tried_again_by_the_next_run(run: Any, school: Any, box: Box) -> None:
    run("--date", DAY, "--send")
    school["Tài"].email = "tai@truong.vn"
    db.session.commit()
    assert run("--date", DAY, "--send").exit_code == 0
    assert [message["To"] for message in box.messages] == ["lan@truong.vn", "tai@truong.vn"]


def test_a_mail_server_that_is_down_is_said_in_one_line_and_loses_nothing(
    run: Any, app: Flask, school: Any, session: Any
) -> None:
    app.config["SMTP_URL"] = f"smtp://127.0.0.1:{free_port()}"
    answer = run("--date", DAY, "--send")
    assert answer.exit_code == 1
    assert "Không dùng được máy chủ thư (ConnectionRefusedError)" in answer.output
    assert set().union(*mailed(session).values()) == {None}


def test_without_a_mail_server_it_says_so(run: Any, app: Flask, school: Any) -> None:
    app.config["SMTP_URL"] = None
    answer = run("--date", DAY, "--send")
    assert (answer.exit_code, "Chưa đặt SMTP_URL" in answer.output) == (0, True)


def test_a_wrong_day_is_refused(run: Any, school: Any) -> None:
    assert run("--date", "2025-02-29").exit_code == 2


def test_it_runs_as_a_command(school: Any, app: Flask, box: Box, server: Controller) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("DODAU_")}
    settings = {
        "DODAU_INSTANCE_PATH": app.instance_path,
        "DODAU_SMTP_URL": f"smtp://127.0.0.1:{server.port}",
        "DODAU_MAIL_FROM": SENDER,
        "PYTHONIOENCODING": "utf-8",
    }
    command = [sys.executable, "-m", "flask", "--app", "app", "remind", "--date", DAY, "--send"]
    ended = subprocess.run(command, cwd=ROOT, env=clean | settings, capture_output=True, text=True)
    assert (ended.returncode, ended.stderr) == (1, "")
    assert "Đã gửi 1 thư." in ended.stdout and "Chưa có email (1): Nguyễn Hoa" in ended.stdout
    assert [message["To"] for message in box.messages] == ["lan@truong.vn"]
    assert "http" not in box.messages[0].get_content(), "nobody has said where the panel is"


# The daily round -----------------------------------------------------------------------------------------------------

MORNING = dt.datetime(2025, 10, 15, 6, 30, tzinfo=SCHOOL_TIME)


def finished(session: Any) -> list[dt.date]:
    """The days whose round is done."""
    session.rollback()
    set_actor(session, Actor.running_commands(MORNING))
    found = [row.run_on for row in session.query(JobRun) if row.finished_at]
    session.rollback()  # SQLite has one writer, and the clock is another
    return found


def test_of_many_who_begin_at_once_one_does_the_round(
    app: Flask, school: Any, session: Any, box: Box, server: Controller
) -> None:
    set_up_mail(app, server.port)
    session.rollback()
    start, done = threading.Barrier(6), []

    def begin() -> None:
        start.wait()
        done.append(DailyRound(app).run())

    with time_machine.travel(MORNING, tick=False):
        threads = [threading.Thread(target=begin) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(done) == [False] * 5 + [True]
    assert finished(session) == [MORNING.date()]
    assert [message["To"] for message in box.messages] == ["lan@truong.vn"]


RACER = """
import sys, time
from app import create_app
from school.daily import DailyRound
app = create_app()
while time.time() < float(sys.argv[1]):
    pass
print(DailyRound(app).run())
"""


def test_of_two_processes_that_begin_at_once_one_does_the_round(school: Any, app: Flask) -> None:
    db.session.rollback()
    clean = {name: value for name, value in os.environ.items() if not name.startswith("DODAU_")}
    environment = clean | {"DODAU_INSTANCE_PATH": app.instance_path}
    at = str(dt.datetime.now().timestamp() + 6)
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", RACER, at], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    said = sorted(racer.communicate(timeout=120)[0].strip() for racer in racers)
    assert said == ["False", "True"]
    assert len(finished(db.session)) == 1


def test_a_round_that_was_cut_off_is_taken_over_later(app: Flask, school: Any, session: Any) -> None:
    session.rollback()
    day = MORNING.date()
    assert reminding.claim_run(MORNING, day)
    assert not reminding.claim_run(MORNING + reminding.GIVEN_UP, day)
    assert reminding.claim_run(MORNING + reminding.GIVEN_UP + dt.timedelta(minutes=1), day)
    reminding.finish_run(MORNING, day)
    assert not reminding.claim_run(MORNING + dt.timedelta(days=5), day)
    assert reminding.claim_run(MORNING + dt.timedelta(days=1), day + dt.timedelta(days=1))


def test_the_round_goes_on_after_a_fault_the_next_day(app: Flask, school: Any, session: Any) -> None:
    session.rollback()
    app.config["SMTP_URL"] = "no address at all"
    with time_machine.travel(MORNING, tick=False):
        assert DailyRound(app).run() is False
    app.config["SMTP_URL"] = None
    with time_machine.travel(MORNING + dt.timedelta(days=1), tick=False):
        assert DailyRound(app).run() is True


def test_a_round_that_found_no_mail_server_is_taken_up_again_the_same_day(
    app: Flask, school: Any, session: Any, box: Box, server: Controller
) -> None:
    session.rollback()
    set_up_mail(app, free_port())
    with time_machine.travel(MORNING, tick=False):
        assert DailyRound(app).run()
    assert finished(session) == []
    set_up_mail(app, server.port)
    with time_machine.travel(MORNING + dt.timedelta(hours=1), tick=False):
        assert not DailyRound(app).run()
    with time_machine.travel(MORNING + dt.timedelta(hours=3), tick=False):
        assert DailyRound(app).run()
        assert not DailyRound(app).run()
    assert finished(session) == [MORNING.date()]
    assert len(box.messages) == 1


def test_a_round_that_is_told_to_end_sends_nothing_more(
    app: Flask, school: Any, session: Any, box: Box, server: Controller
) -> None:
    set_up_mail(app, server.port)
    session.rollback()
    clock = DailyRound(app)
    clock.start()
    clock.stop()
    with time_machine.travel(MORNING, tick=False):
        clock.run()
    assert box.messages == []


@pytest.mark.parametrize(
    ("hour", "first"),
    [
        (0, MORNING.replace(hour=6, minute=0)),
        (5, MORNING.replace(hour=6, minute=0)),
        (6, MORNING),
        (23, MORNING.replace(hour=23)),
    ],
)
def test_a_server_that_starts_after_six_does_todays_round_at_once(
    hour: int, first: dt.datetime, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = DailyRound(app)
    ran = threading.Event()
    monkeypatch.setattr(DailyRound, "run", lambda self: ran.set())
    start = clock._scheduler.start
    monkeypatch.setattr(clock._scheduler, "start", lambda: start(paused=True))
    with time_machine.travel(MORNING.replace(hour=hour), tick=False):
        clock.start()
        (job,) = clock._scheduler.get_jobs()
        assert job.next_run_time == first
        evening, tomorrow = MORNING.replace(hour=21), MORNING.replace(day=16, hour=6, minute=0)
        assert job.trigger.get_next_fire_time(None, evening) == tomorrow, "and every morning after that"
    clock.stop()
    assert not ran.is_set()


def test_the_clock_runs_the_round_by_itself_and_stops(app: Flask, school: Any, session: Any) -> None:
    session.rollback()
    clock = DailyRound(app)
    with time_machine.travel(MORNING):
        clock.start()
        for _ in range(200):
            if finished(session):
                break
            threading.Event().wait(0.05)
        clock.stop()
    assert finished(session) == [MORNING.date()]
    assert not [thread for thread in threading.enumerate() if "APScheduler" in thread.name]


def test_neither_a_test_nor_a_command_starts_the_clock(tmp_path: Path) -> None:
    before = threading.active_count()
    create_app({"INSTANCE_PATH": str(tmp_path)})
    assert threading.active_count() == before
