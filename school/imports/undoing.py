"""A whole import undone, or nothing of it (ImportRun): by whoever may take such a list in, unseen private texts too."""

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from school.errors import IN_USE, NotAllowed, RuleError
from school.imports.importing import may_import
from school.models import ImportContent, ImportRun
from school.rules.actor import Actor
from school.rules.policy import can
from school.services.guard import acting
from school.services.records import step
from school.services.undo_log import IN_USE_SINCE, check_untouched, put_back
from school.services.years import check_year_open
from school.vocabulary import N_, Action, ImportState, Origin

NOT_APPLIED = N_("Tệp này chưa được nhập nên không có gì để hoàn tác.")
UNDONE = N_("Lần nhập này đã được hoàn tác rồi.")
APPROVED = N_("Danh sách này đã được Ban giám hiệu duyệt khi nhập nên chỉ Ban giám hiệu hoàn tác được.")


def may_undo(session: Session, actor: Actor, run: ImportRun) -> RuleError | None:
    """Why the import cannot be undone; None when it can: nothing newer touched its rows, or stands on them."""
    if run.state is not ImportState.APPLIED:
        return RuleError(UNDONE if run.state is ImportState.UNDONE else NOT_APPLIED)
    if not (decision := may_import(actor, run.kind)):
        return RuleError(decision.reason)
    if run.counts.get("approved") and not can(actor, Action.APPROVE_SPONSORSHIP):
        return RuleError(APPROVED)
    try:
        check_year_open(run.school_year)
        check_untouched(session, run.id)
    except RuleError as refusal:
        return refusal
    return None


def undo(session: Session, actor: Actor, run: ImportRun) -> None:
    """Put everything back as it was before the import. The log names the person, whatever rows these are.

    Rejected rows go too: whoever takes the file in again gets them anew.
    """
    if not (decision := may_import(actor, run.kind)):
        raise NotAllowed(decision.reason)
    session.refresh(run, with_for_update=True)  # whoever comes second waits here, and finds it undone
    if (refusal := may_undo(session, actor, run)) is not None:
        raise refusal
    try:
        with acting(session, as_importer(actor)), step(session, "undo import"):
            put_back(session, run.id)
            for content in session.scalars(select(ImportContent).where(ImportContent.run_id == run.id)):
                session.delete(content)
            run.state, run.undone_at = ImportState.UNDONE, actor.now
    except RuleError as error:
        if error.msgid != IN_USE:
            raise
        raise RuleError(IN_USE_SINCE) from error


def as_importer(actor: Actor) -> Actor:
    """This person with the operator's reach, writing as an import does."""
    return replace(actor, operator=True, origin=Origin.IMPORT)
