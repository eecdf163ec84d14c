"""Departments, staff, and the accounts with which staff sign in."""

import datetime as dt

from sqlalchemy import ForeignKey, String, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column, relationship

from school.db import Line, Record, label_column, type_code, type_line, type_sort_key
from school.names import fold, sort_key
from school.vocabulary import Gender, Role

PRIVATE = {"sensitive": True}


class Named:
    """A person with a full name; search name and sort key follow it whenever it is set."""

    full_name: Mapped[type_line]
    sort_name: Mapped[type_line | None]  # given name by hand, where it is not the last word (P7: H'Linh Niê)
    search_name: Mapped[str] = mapped_column(String(400), index=True)
    sort_key: Mapped[type_sort_key] = mapped_column(index=True)


def _name_keys(_mapper: object, _connection: object, person: Named) -> None:
    person.search_name = fold(person.full_name)
    person.sort_key = sort_key(person.full_name, person.sort_name)


@event.listens_for(Named, "before_insert", propagate=True)
def _on_insert(mapper: object, connection: object, person: Named) -> None:
    _name_keys(mapper, connection, person)


@event.listens_for(Named, "before_update", propagate=True)
def _on_update(mapper: object, connection: object, person: Named) -> None:
    _name_keys(mapper, connection, person)


class Department(Record):
    """A department (tổ): its head follows the work of its staff (P4.4), the deputy the head's own."""

    name: Mapped[type_line] = mapped_column(unique=True)
    head_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", use_alter=True))
    deputy_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", use_alter=True))

    head: Mapped["Staff | None"] = relationship(foreign_keys=head_id, post_update=True)
    deputy: Mapped["Staff | None"] = relationship(foreign_keys=deputy_id, post_update=True)

    def __str__(self) -> str:
        return self.name


class Staff(Named, Record):
    """A member of staff: cán bộ, giáo viên, nhân viên."""

    code: Mapped[type_code] = mapped_column(unique=True)
    gender: Mapped[Gender | None] = label_column(Gender)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"), index=True)
    subject: Mapped[type_line | None]
    post: Mapped[type_line | None]
    is_teacher: Mapped[bool] = mapped_column(default=True)
    email: Mapped[type_line | None]
    phone: Mapped[str | None] = mapped_column(Line(32))
    commune: Mapped[type_line | None]
    joined_on: Mapped[dt.date | None]
    left_on: Mapped[dt.date | None]

    department: Mapped[Department | None] = relationship(foreign_keys=department_id)

    def __str__(self) -> str:
        return self.full_name


class Account(Record):
    """A sign-in. Without `staff` it belongs to nobody who sponsors, e.g. an outside administrator."""

    username: Mapped[str] = mapped_column(Line(64), unique=True)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), unique=True)
    password_hash: Mapped[str] = mapped_column(String(200), info=PRIVATE)
    must_change_password: Mapped[bool] = mapped_column(default=True)
    disabled_at: Mapped[dt.datetime | None]
    last_signed_in_at: Mapped[dt.datetime | None]

    staff: Mapped[Staff | None] = relationship()
    roles: Mapped[list["AccountRole"]] = relationship(
        back_populates="account", cascade="all, delete-orphan", order_by="AccountRole.role"
    )

    def __str__(self) -> str:
        return self.username


class AccountRole(Record):
    """One role of an account."""

    __table_args__ = (UniqueConstraint("account_id", "role"),)

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    role: Mapped[Role] = label_column(Role)

    account: Mapped[Account] = relationship(back_populates="roles")


class AccountSession(Record):
    """One sign-in on one device. The browser holds the token, the table only its hash (security row 6)."""

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True, info=PRIVATE)
    last_seen_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
    address: Mapped[str | None] = mapped_column(Line(64))
    device: Mapped[type_line | None]

    account: Mapped[Account] = relationship()


class CalendarFeed(Record):
    """A personal address at which a calendar program reads what is due; the table holds only the token's hash."""

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), unique=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True, info=PRIVATE)
    last_read_at: Mapped[dt.datetime | None]

    account: Mapped[Account] = relationship()
