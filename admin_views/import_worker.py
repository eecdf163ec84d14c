"""Long imports, one after another, in one thread beside the requests: how far each is, and how it ended.

What an import comes to stands in the database: `ImportRun.state`. Here is only what a person who waits may look at;
when the server stops in between, nothing of the import was kept, and the page offers to try again.
"""

import logging
from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from flask import Flask, current_app

from school.db import db, writing
from school.errors import PanelError
from school.imports import runs
from school.models import ImportRun
from school.rules.actor import Actor
from school.services.access import renewed
from school.services.guard import set_actor
from school.vocabulary import N_

CRASHED = N_("Máy chủ gặp lỗi khi nhập nên chưa có dòng nào được ghi. Thầy cô thử lại; nếu còn gặp, báo quản trị.")
KEPT = 20  # how many that have ended are remembered
_KEY = "import worker"

log = logging.getLogger("panel")


@dataclass
class Job:
    """One import under way, or ended: `error` says why nothing was written."""

    done: int = 0
    total: int = 0
    ended: bool = False
    error: PanelError | None = None

    def note(self, done: int, total: int) -> None:
        """So many rows of so many are written."""
        self.done, self.total = done, total


class ImportWorker:
    """The thread of this process; started with the first long import."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="import")
        self._jobs: OrderedDict[int, Job] = OrderedDict()
        self._last: Future[None] | None = None

    def start(self, actor: Actor, run_id: int, digest: str, confirmed: bool) -> None:
        """Write this import as soon as those before it are done; its state has been committed already."""
        job = Job()
        self._jobs[run_id] = job
        for old in [key for key, known in list(self._jobs.items()) if known.ended][:-KEPT]:
            self._jobs.pop(old, None)  # another request may have told of it just now
        self._last = self._pool.submit(self._run, job, actor, run_id, digest, confirmed)

    def job(self, run_id: int) -> Job | None:
        """The import that waits here or is under way; None where this process knows of none."""
        job = self._jobs.get(run_id)
        return job if job is not None and not job.ended else None

    def take_error(self, run_id: int) -> PanelError | None:
        """Why the import wrote nothing: told once."""
        job = self._jobs.get(run_id)
        return self._jobs.pop(run_id, job).error if job is not None and job.ended else None

    def wait(self, seconds: float = 60) -> None:
        """Until all that was begun has ended."""
        if self._last is not None:
            self._last.result(seconds)

    def _run(self, job: Job, actor: Actor, run_id: int, digest: str, confirmed: bool) -> None:
        with self._app.app_context(), writing():
            try:
                now = renewed(db.session, actor)  # rights may have been taken away while the import waited
                set_actor(db.session, now)
                runs.apply(db.session, now, db.session.get_one(ImportRun, run_id), digest, confirmed, job.note)
                db.session.commit()
            except Exception as error:
                db.session.rollback()
                if not isinstance(error, PanelError):
                    log.exception("import %s failed", run_id)
                job.error = error if isinstance(error, PanelError) else PanelError(CRASHED)
                self._give_back(actor, run_id)
            finally:
                job.ended = True

    def _give_back(self, actor: Actor, run_id: int) -> None:
        """Nothing was written: the file waits to be looked at again, by whoever began it."""
        try:
            set_actor(db.session, actor)
            runs.give_back(db.session, actor, db.session.get_one(ImportRun, run_id))
            db.session.commit()
        except Exception:
            db.session.rollback()
            log.exception("import %s stays as under way", run_id)


def init_app(app: Flask) -> None:
    """Give the panel its worker."""
    app.extensions[_KEY] = ImportWorker(app)


def worker() -> ImportWorker:
    """The worker of this panel."""
    found: ImportWorker = current_app.extensions[_KEY]
    return found
