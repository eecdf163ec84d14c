"""Who brought which file: whoever takes lists in sees the history of all, but accounts are not for all to see."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from school.models import Account, ImportRun, Staff
from school.rules.actor import Actor
from school.rules.policy import require
from school.services.guard import UNSCOPED
from school.vocabulary import Action


def names(session: Session, actor: Actor) -> dict[int, str]:
    """By account: the name of its person, else the account's own, of all who ever brought a file."""
    require(actor, Action.IMPORT_LISTS)
    statement = (
        select(Account.id, Account.username, Staff.full_name)
        .outerjoin(Staff, Staff.id == Account.staff_id)
        .where(Account.id.in_(select(ImportRun.account_id)))
    )
    found = session.execute(statement, execution_options=UNSCOPED)
    return {account_id: full_name or username for account_id, username, full_name in found}
