"""The daily round inside the server: `python app.py` reminds once a day, whatever else runs beside it.

Every process may have this clock: whoever writes the day's `JobRun` first does the round, the others let it be. A round
that was cut off, or that found no mail server, is taken up again after a while; nobody gets two mails by that.
"""

import datetime as dt
import logging
import threading

from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask

from school import reminding
from school.rules.calendar import SCHOOL_TIME, school_day

HOUR = 6  # in the morning, school time
LAST_HOUR = 20  # until then each hour looks whether the day's round is still to be done: a mail server may come back
LATE = 3600  # seconds: a server that slept through an hour still does the round

log = logging.getLogger("panel")


class DailyRound:
    """The clock: started with the server, stopped with it."""

    def __init__(self, app: Flask, send: bool = True) -> None:
        self.app, self.send = app, send
        self._ending = threading.Event()
        self._scheduler = BackgroundScheduler(timezone=SCHOOL_TIME, daemon=True)

    def start(self) -> None:
        """Run every day at the hour, and now if it has passed; only the first run of a day finds something to do."""
        now = dt.datetime.now(SCHOOL_TIME)
        at_once = {"next_run_time": now} if now.hour >= HOUR else {}
        options = {"coalesce": True, "max_instances": 1, "misfire_grace_time": LATE}
        self._scheduler.add_job(self.run, "cron", hour=f"{HOUR}-{LAST_HOUR}", **options, **at_once)
        self._scheduler.start()

    def stop(self) -> None:
        """Begin nothing more; a round under way ends after the person it is at."""
        self._ending.set()
        self._scheduler.shutdown(wait=True)

    def run(self) -> bool:
        """Do today's round unless it is somebody else's; whether it was done here."""
        now = dt.datetime.now(dt.UTC)
        with self.app.app_context():
            try:
                if not reminding.claim_run(now, school_day(now)):
                    return False
                outcome = reminding.run(
                    now, school_day(now), self.app.config, self.send, lambda: not self._ending.is_set()
                )
                if not outcome.unreachable:
                    reminding.finish_run(dt.datetime.now(dt.UTC), school_day(now))
            except Exception:
                log.exception("the daily round failed")
                return False
        if outcome.failed or outcome.unreachable:
            log.warning("reminders: %s failed, server %s", len(outcome.failed), outcome.unreachable or "answers")
        return True
