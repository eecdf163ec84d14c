"""How the cases come about: nominated, surveyed, classified, approved, paired, handed over, closed (P2 to P4.3)."""

import datetime as dt
from collections.abc import Callable
from functools import partial

from sqlalchemy import select

from school.demo.agreeing import Agreeing
from school.demo.cast import HIGHLAND, School
from school.demo.parts import Part, Thread
from school.demo.profiles import PROFILES, Profile
from school.demo.stage import Person, Stage, at, school_hours
from school.demo.texts import AWAY_REASON, END_REASONS, FINDINGS, OPEN_REASONS, SECOND_VOICES, Deck
from school.models import Hardship, HardshipCategory, Sponsorship, Student, SurveyEntry
from school.services import cases, sponsorships, surveys
from school.vocabulary import CaseOutcome, Role, SponsorRole, SurveyChannel

LEAD, JOINT, SUPPORTING = SponsorRole.LEAD, SponsorRole.JOINT, SponsorRole.SUPPORTING
# The cases by number. The last two come after Tết.
FIRST_WAVE, SECOND_WAVE, THIRD_WAVE = range(14), range(14, 27), range(27, 33)
UNSPONSORED = range(33, 35)
JUST_NOMINATED, JUST_VERIFIED, JUST_REGISTERED, JUST_AGREED = (35, 36), (37,), (38,), (39,)
DAYS_AGO = {39: 20, 38: 16, 37: 8, 36: 6, 35: 3}  # so many days before the demo ends these are nominated
AFTER_TET = range(len(PROFILES) - 2, len(PROFILES))
SHARED = (8, 15, 21, 29)  # two equal sponsors
HELPED = (5, 9, 16, 19, 24, 30)  # a supporting sponsor besides
OWN_CLASS = (14, 22, 28)  # the homeroom teacher registered of one's own accord
HANDED_OVER = {10: (10, 9), 17: (11, 6), 12: (3, 10)}  # month and day on which another takes over
STOOD_IN = {20: ((11, 9), (11, 28))}  # first and last day on which somebody does the sponsor's part
CLOSED = {13: (11, 12)}
DAY = dt.timedelta(days=1)
# The sponsors whose own work others must see: a head, the union's president, a vice principal.
LEADS = {0: "giaovien", 1: "giaovien", 2: "totruong", 3: "congdoan", 4: "lanhdao"}
COLLEAGUES = {5: 1, 6: 3, 7: 5, 11: 6}  # of the same department as `totruong`: place in it


class Casework:
    """Plans the events of every case; `on_approved` is told when a pairing may begin its months."""

    def __init__(self, stage: Stage, school: School, on_approved: Callable[[Thread, Part], None]) -> None:
        self.stage, self.school, self.on_approved = stage, school, on_approved
        rng = stage.rng
        stage.enter_operator(at(school.year.starts_on, 6))
        found = stage.session.scalars(select(HardshipCategory))
        self.categories = {category.code: category for category in found}
        self.voices = Deck(rng, SECOND_VOICES)
        self.findings = {channel: Deck(rng, texts) for channel, texts in FINDINGS.items()}
        self.reasons = Deck(rng, OPEN_REASONS)
        self.teachers = [person for person in school.people if person.roles == {Role.TEACHER}]
        self._givers = self._deal_givers()
        self.threads: list[Thread] = []
        self.agreeing = Agreeing(stage, self._leaders(), self._begin_part)

    def plan_all(self, last_day: dt.date) -> None:
        """Plan every case, the youngest counted back from the day on which the demo ends."""
        first = self.school.year.starts_on
        order = self.stage.rng.sample(PROFILES[:-2], len(PROFILES) - 2)
        for number in (*FIRST_WAVE, *SECOND_WAVE, *THIRD_WAVE, *UNSPONSORED):
            self._plan_case(number, order[number], self._nomination_day(number))
        for number, days in DAYS_AGO.items():
            if last_day - days * DAY > first:
                self._plan_case(number, order[number], last_day - days * DAY)
        for number in AFTER_TET:
            self._plan_case(number, PROFILES[number], dt.date(first.year + 1, 2, 22 + number % 2))

    def _nomination_day(self, number: int) -> dt.date:
        first, rng = self.school.year.starts_on, self.stage.rng
        if number in FIRST_WAVE:
            return first + rng.randint(2, 5) * DAY
        if number in THIRD_WAVE:
            return first.replace(month=10, day=rng.randint(12, 22))
        return first + rng.randint(14, 24) * DAY

    def _first_day(self, number: int) -> dt.date:
        """When the pairing begins: after the meeting of the wave; urgent cases do not wait for December (P4.3)."""
        year = self.school.year.starts_on.year
        if number in FIRST_WAVE:
            return dt.date(year, 9, 14)
        if number in SECOND_WAVE:
            return dt.date(year, 10, 5)
        if number in THIRD_WAVE:
            return dt.date(year, 11, 5)
        return dt.date(year + 1, 3, 6)

    def _plan_case(self, number: int, profile: Profile, day: dt.date) -> None:
        rng = self.stage.rng
        room = self.school.rooms[number * 2 % len(self.school.rooms)]
        student = self._pick_student(room.name, profile)
        thread = Thread(number, profile, student, self.school.homeroom_teacher(room.name), day)
        thread.mood = rng.uniform(1.1, 2.6)
        self.threads.append(thread)
        nominated = school_hours(rng, day)
        day = nominated.date()
        self.stage.plan(nominated, lambda: self._nominate(thread))
        self._plan_surveys(thread, day)
        if number in JUST_NOMINATED:
            return
        verified = school_hours(rng, day + 3 * DAY)
        self.stage.plan(verified, lambda: self._verify(thread))
        if number in JUST_VERIFIED:
            return
        approved = max(verified + dt.timedelta(hours=3), school_hours(rng, day + 4 * DAY))
        self.stage.plan(approved, lambda: self._approve_case(thread))
        if number in UNSPONSORED:
            return
        if number in JUST_AGREED or number in JUST_REGISTERED:
            self._plan_youngest(thread, approved)
        else:
            self._plan_pairing(thread, self._first_day(number))

    def take_up(self, thread: Thread, first: dt.date) -> None:
        """Go on with a case that the screening has opened: surveyed, verified, approved, and sponsored from `first`."""
        self.threads.append(thread)
        day, rng = thread.nominated_on, self.stage.rng
        self._plan_surveys(thread, day)
        self.stage.plan(school_hours(rng, day + 2 * DAY), lambda: self._describe(thread))
        self.stage.plan(school_hours(rng, day + 4 * DAY), lambda: self._verify(thread))
        self.stage.plan(school_hours(rng, day + 7 * DAY), lambda: self._approve_case(thread))
        self._plan_part(thread, self._next_giver(thread), LEAD, first)

    def _pick_student(self, room: str, profile: Profile) -> Student:
        taken = {thread.student.code for thread in self.threads}
        free = [student for student in self.school.students[room] if student.code not in taken]
        fitting = [
            student
            for student in free
            if (profile.gender in (None, student.gender))
            and (not profile.highland or self.school.ethnicity[student.code] in HIGHLAND)
        ]
        return self.stage.rng.choice(fitting or free)

    def _deal_givers(self) -> list[Person]:
        """Everybody who may still be asked to sponsor, in an order of chance; each once before anybody twice."""
        fixed = {*LEADS.values(), *(self.school.homeroom_teacher(room).account.username for room in self._own_rooms())}
        fixed |= {self.school.in_place("Ngữ văn", place).account.username for place in COLLEAGUES.values()}
        able = [p for p in self.school.people if Role.TEACHER in p.roles and p.account.username not in fixed]
        return self.stage.rng.sample(able, len(able)) * 2

    def _own_rooms(self) -> list[str]:
        return [self.school.rooms[number * 2 % len(self.school.rooms)].name for number in OWN_CLASS]

    def _choose_lead(self, thread: Thread) -> Person:
        if thread.number in LEADS:
            return self.school.named(LEADS[thread.number])
        if thread.number in COLLEAGUES:
            return self.school.in_place("Ngữ văn", COLLEAGUES[thread.number])
        if thread.number in OWN_CLASS:
            return thread.homeroom
        return self._next_giver(thread)

    def _next_giver(self, thread: Thread) -> Person:
        """The next who neither sponsors the student yet nor keeps the class."""
        place = next(
            index
            for index, person in enumerate(self._givers)
            if person is not thread.homeroom and person.staff.id not in thread.sponsors()
        )
        return self._givers.pop(place)

    def _plan_pairing(self, thread: Thread, first: dt.date) -> None:
        role = JOINT if thread.number in SHARED else LEAD
        self._plan_part(thread, self._choose_lead(thread), role, first)
        if role is JOINT:
            self._plan_part(thread, self._next_giver(thread), role, first)
        if thread.number in HELPED:
            self._plan_part(thread, self._next_giver(thread), SUPPORTING, first)
        if thread.number in HANDED_OVER:
            self._plan_handover(thread, self._in_year(*HANDED_OVER[thread.number]))
        if thread.number in STOOD_IN:
            self._plan_substitute(thread, *(self._in_year(*day) for day in STOOD_IN[thread.number]))
        if thread.number in CLOSED:
            self._plan_end(thread, self._in_year(*CLOSED[thread.number]))

    def _in_year(self, month: int, day: int) -> dt.date:
        first = self.school.year.starts_on
        return dt.date(first.year + (month < first.month), month, day)

    def _plan_part(self, thread: Thread, person: Person, role: SponsorRole, first: dt.date) -> None:
        """Registered four days before it begins, agreed in the meeting the day after, approved the day after that."""
        part = Part(person, role, first)
        thread.parts.append(part)
        registered = school_hours(self.stage.rng, first - 4 * DAY)
        self.stage.plan(registered, lambda: self._register(thread, part))
        self._put_on_list(thread, part, first - 3 * DAY)

    def _put_on_list(self, thread: Thread, part: Part, day: dt.date, approved: bool = True) -> None:
        secretary, union = self.school.named("thuky"), self.school.named("congdoan")
        self.agreeing.put_on_list(thread, part, day, secretary, union, approved)

    def _plan_youngest(self, thread: Thread, approved: dt.datetime) -> None:
        """A volunteer registers; one pairing still waits for the meeting, another for the leadership."""
        first = min(approved.date() + 24 * DAY, self.school.year.ends_on)
        part = Part(self._next_giver(thread), LEAD, first)
        thread.parts.append(part)
        registered = school_hours(self.stage.rng, approved.date() + 3 * DAY)
        self.stage.plan(registered, lambda: self._register(thread, part))
        if thread.number in JUST_AGREED:
            self._put_on_list(thread, part, registered.date() + 4 * DAY, approved=False)

    def _plan_handover(self, thread: Thread, day: dt.date) -> None:
        old, reason = thread.parts[0], END_REASONS[list(HANDED_OVER).index(thread.number)]
        when = school_hours(self.stage.rng, day)
        new = Part(self._next_giver(thread), LEAD, when.date())
        thread.parts.append(new)
        self.stage.plan(when, lambda: self._hand_over(thread, old, new, reason))

    def _plan_substitute(self, thread: Thread, first: dt.date, last: dt.date) -> None:
        """Somebody does the sponsor's part for some weeks; the sponsor goes on afterwards."""
        away, when = thread.parts[0], school_hours(self.stage.rng, first)
        instead = Part(self._next_giver(thread), LEAD, when.date())
        again = Part(away.person, LEAD, last + DAY)
        thread.parts += [instead, again]
        self.stage.plan(when, lambda: self._stand_in(thread, away, instead, again))

    def _plan_end(self, thread: Thread, day: dt.date) -> None:
        reason = "Em đã ổn định, tự tin theo kịp lớp; kết thúc đỡ đầu theo nguyện vọng của em."

        def end() -> None:
            for part in thread.parts:
                self._end(thread, part, reason)
            cases.take_step(self.stage.session, self.stage.actor, thread.case, "close", CaseOutcome.PROGRESSED)

        self.stage.plan(school_hours(self.stage.rng, day), end)

    # What happens, each as the person who does it.

    def enter(self, person: Person, thread: Thread) -> None:
        """Act as this person, who sees the case as it stands now and not as somebody before saw it."""
        self.stage.enter(person)
        if "case" in vars(thread):
            self.stage.session.expire(thread.case, ["sponsorships"])

    def leader_for(self, thread: Thread) -> Person:
        """A member of leadership who neither sponsors nor nominated the student."""
        busy = thread.sponsors() | {thread.homeroom.staff.id}
        return next(person for person in self._leaders() if person.staff.id not in busy)

    def _leaders(self) -> list[Person]:
        first = self.school.named("lanhdao")
        return [first, *(person for person in self.school.holding(Role.LEADERSHIP) if person is not first)]

    def union_for(self, thread: Thread) -> Person:
        """A member of the union's committee who does not sponsor the student, else of the leadership."""
        members = [self.school.named("congdoan"), *self.school.holding(Role.UNION)]
        able = [person for person in members if person.staff.id not in thread.sponsors()]
        return able[0] if able else self.leader_for(thread)

    def _nominate(self, thread: Thread) -> None:
        self.enter(thread.homeroom, thread)
        code, severity = thread.profile.hardships[0]
        nominated = cases.nominate(
            self.stage.session,
            self.stage.actor,
            thread.student.id,
            self.school.year,
            {"circumstances": thread.profile.circumstances, "own_effort": thread.profile.own_effort},
            SurveyChannel.HOMEROOM_TEACHER,
            [self.categories[code]],
            severity,
        )
        assert nominated is not None, "the homeroom teacher sees the case"
        thread.case = nominated

    def _describe(self, thread: Thread) -> None:
        """The homeroom teacher puts into words what the records do not tell."""
        self.enter(thread.homeroom, thread)
        texts = {"circumstances": thread.profile.circumstances, "own_effort": thread.profile.own_effort}
        cases.edit_private(self.stage.session, self.stage.actor, thread.case, texts, thread.case.version)

    def _plan_surveys(self, thread: Thread, day: dt.date) -> None:
        rng = self.stage.rng
        channels = rng.sample(list(FINDINGS), rng.randint(1, 3))
        for days, channel in enumerate(channels, 1):
            when = school_hours(rng, day + days * DAY) + dt.timedelta(hours=2)
            self.stage.plan(when, partial(self._survey, thread, channel))
        if rng.random() < 0.3:
            voice = rng.choice([person for person in self.teachers if person is not thread.homeroom])
            when = school_hours(rng, day + 2 * DAY)
            self.stage.plan(when, lambda: self._hear_second_voice(thread, voice))

    def _survey(self, thread: Thread, channel: SurveyChannel) -> None:
        self.enter(thread.homeroom, thread)
        values = {
            "case": thread.case,
            "channel": channel,
            "occurred_on": self.stage.actor.today,
            "findings": self.findings[channel].draw(),
        }
        surveys.write_survey(self.stage.session, self.stage.actor, SurveyEntry(), values)

    def _hear_second_voice(self, thread: Thread, voice: Person) -> None:
        """A subject teacher proposes the same student: the words go into the standing case."""
        self.enter(voice, thread)
        if thread.case.id in self.stage.actor.reach.sponsored_cases:
            return
        said = {"circumstances": self.voices.draw()}
        cases.nominate(
            self.stage.session,
            self.stage.actor,
            thread.student.id,
            self.school.year,
            said,
            SurveyChannel.SUBJECT_TEACHERS,
        )

    def _verify(self, thread: Thread) -> None:
        self.enter(self.school.named("thuky"), thread)
        for code, severity in thread.profile.hardships[1:]:
            values = {
                "case": thread.case,
                "category": self.categories[code],
                "severity": severity,
                "source": self.stage.rng.choice([SurveyChannel.RECORDS, SurveyChannel.FAMILY, SurveyChannel.STUDENT]),
            }
            cases.classify(self.stage.session, self.stage.actor, Hardship(), values)
        cases.take_step(self.stage.session, self.stage.actor, thread.case, "verify")

    def _approve_case(self, thread: Thread) -> None:
        self.enter(self.leader_for(thread), thread)
        cases.open_circumstances(self.stage.session, self.stage.actor, thread.case, None)
        found = self.stage.session.scalars(select(Hardship).where(Hardship.case_id == thread.case.id))
        for hardship in found.all():
            cases.confirm_classification(self.stage.session, self.stage.actor, hardship)
        cases.take_step(self.stage.session, self.stage.actor, thread.case, "approve")

    def _register(self, thread: Thread, part: Part) -> None:
        self.enter(part.person if part.person is thread.homeroom else self.school.named("thuky"), thread)
        values = {"case": thread.case, "staff": part.person.staff, "role": part.role, "started_on": part.first}
        part.sponsorship = sponsorships.register(self.stage.session, self.stage.actor, Sponsorship(), values)

    def _begin_part(self, thread: Thread, part: Part) -> None:
        """A pairing has been approved: the sponsor opens the circumstances, and the months begin."""
        opened = at(part.first, 19, self.stage.rng.randint(0, 59))
        self.stage.plan(opened, lambda: self._open(thread, part.person))
        self.on_approved(thread, part)

    def _hand_over(self, thread: Thread, old: Part, new: Part, reason: str) -> None:
        self.enter(self.leader_for(thread), thread)
        session, actor = self.stage.session, self.stage.actor
        new.sponsorship = sponsorships.hand_over(session, actor, old.sponsorship, new.person.staff, new.first, reason)
        self._begin_part(thread, new)

    def _stand_in(self, thread: Thread, away: Part, instead: Part, again: Part) -> None:
        self.enter(self.leader_for(thread), thread)
        session, actor, last = self.stage.session, self.stage.actor, again.first - DAY
        instead.sponsorship, rest = sponsorships.substitute(
            session, actor, away.sponsorship, instead.person.staff, instead.first, last, AWAY_REASON
        )
        assert rest is not None, "the year goes on after the absence"
        again.sponsorship = rest
        self._begin_part(thread, instead)
        self._begin_part(thread, again)

    def _open(self, thread: Thread, person: Person, reason: str | None = None) -> None:
        self.enter(person, thread)
        cases.open_circumstances(self.stage.session, self.stage.actor, thread.case, reason)

    def _end(self, thread: Thread, part: Part, reason: str) -> None:
        self.enter(self.leader_for(thread), thread)
        sponsorships.take_step(
            self.stage.session, self.stage.actor, part.sponsorship, "end", self.stage.actor.today, reason
        )
