"""The truth matrix of design section 3: who of the cast may do what, to which cases. Tests ask the policy by it."""

from typing import Any

from school import models as m
from school.vocabulary import Action
from tests.cast import CASES, PEOPLE

ALL = frozenset(CASES)
SPONSORED = ALL - {"leaders_nominee"}  # the cases that have a sponsor, and so a sponsorship and a rating
TEACHERS = ("lan", "phuc", "vinh", "tam", "giang", "minh", "son", "hoa", "dung", "khoa", "uyen", "ly")

# Which row of a case's file the action is asked about.
ROW_OF = {
    Action.AGREE_SPONSORSHIP: (m.Sponsorship, "sponsorship"),
    Action.ANSWER_FOLLOW_UP: (m.FollowUp, "follow_up"),
    Action.APPROVE_CASE: (m.SupportCase, "case"),
    Action.APPROVE_SPONSORSHIP: (m.Sponsorship, "sponsorship"),
    Action.CLASSIFY_CASE: (m.Hardship, "hardship"),
    Action.CLOSE_CASE: (m.SupportCase, "case"),
    Action.CLOSE_FOLLOW_UP: (m.FollowUp, "follow_up"),
    Action.CONFIRM_ACTIVITY: (m.Activity, "activity"),
    Action.CONFIRM_CLASSIFICATION: (m.Hardship, "hardship"),
    Action.CONFIRM_EVALUATION: (m.ProgressEvaluation, "progress"),
    Action.EDIT_ACTIVITY: (m.Activity, "activity"),
    Action.EDIT_CASE: (m.SupportCase, "case"),
    Action.EDIT_CONTACT: (m.Contact, "contact"),
    Action.EDIT_EVALUATION: (m.ProgressEvaluation, "progress"),
    Action.EDIT_PLAN: (m.Goal, "goal"),
    Action.EDIT_SUPPORT: (m.SupportItem, "support"),
    Action.END_SPONSORSHIP: (m.Sponsorship, "sponsorship"),
    Action.ENTER_EVALUATION: (m.ProgressEvaluation, "progress"),
    Action.INSPECT: (m.Inspection, "inspection"),
    Action.LOCK_EVALUATION: (m.ProgressEvaluation, "progress"),
    Action.RAISE_FOLLOW_UP: (m.FollowUp, "follow_up"),
    Action.RATE_SPONSOR: (m.SponsorEvaluation, "rating"),
    Action.REGISTER_SPONSORSHIP: (m.Sponsorship, "sponsorship"),
    Action.REOPEN_EVALUATION: (m.ProgressEvaluation, "progress"),
    Action.REVIEW_EVALUATION: (m.ProgressEvaluation, "progress"),
    Action.SCREEN_STUDENTS: (m.ScreeningDecision, "screening"),
    Action.VERIFY_CASE: (m.SupportCase, "case"),
    Action.VIEW_ACTIVITY: (m.Activity, "activity"),
    Action.VIEW_CASE: (m.SupportCase, "case"),
    Action.VIEW_CIRCUMSTANCES: (m.CasePrivate, "private"),
    Action.VIEW_CONTACT: (m.Contact, "contact"),
    Action.VIEW_EVALUATION: (m.ProgressEvaluation, "progress"),
    Action.VIEW_FOLLOW_UP: (m.FollowUp, "follow_up"),
    Action.VIEW_HELP_RATING: (m.SponsorEvaluation, "rating"),
    Action.VIEW_INSPECTION: (m.Inspection, "inspection"),
    Action.VIEW_PARTICIPANT: (m.ActivityParticipant, "participant"),
    Action.VIEW_PLAN: (m.SupportPlan, "plan"),
    Action.VIEW_REGISTRATION: (m.Registration, "registration"),
    Action.VIEW_SPONSORSHIP: (m.Sponsorship, "sponsorship"),
    Action.VIEW_STUDENT: (m.Student, "student"),
    Action.VIEW_SUPPORT: (m.SupportItem, "support"),
}

# A teacher: the cases sponsored today, and those of the own homeroom class.
_TEACHERS_OWN = {
    "lan": {"sponsored", "homeroom", "leaders_nominee"},  # sponsors the first, is homeroom teacher of the other two
    "phuc": {"sponsored"},  # supports
    "vinh": {"sponsored", "colleagues", "ended", "future", "registered"},  # homeroom teacher of 11A2
    "tam": {"homeroom", "colleagues"},
    "giang": {"departments"},
    "minh": {"departments", "heads", "outsiders", "unionists", "leaders"},  # homeroom teacher of 12A3
    "hoa": {"heads"},
    "uyen": {"unionists"},
    "ly": {"leaders"},
}
# A lead or joint sponsor, while it runs: not the supporting one, not the homeroom teacher.
_LED = {
    "lan": {"sponsored"},
    "tam": {"homeroom", "colleagues"},
    "giang": {"departments"},
    "minh": {"outsiders"},
    "hoa": {"heads"},
    "uyen": {"unionists"},
    "ly": {"leaders"},
}
# One's own sponsorships, whether they run or not (of each case the first sponsor's).
_SELF = _LED | {"lan": {"sponsored", "ended", "future", "registered"}}
_HEADS_DEPARTMENT = {
    "hoa": {"sponsored", "departments", "heads"},  # lan's, giang's and the own
    "dung": {"heads"},  # the deputy: the head's own
    "khoa": {"sponsored", "homeroom", "colleagues"},  # phuc supports the first, tam sponsors the others
}

# Those sponsored now, in whatever part: a supporting sponsor logs contacts and support too.
_SPONSORED_BY = _LED | {"phuc": {"sponsored"}}
_SEE_ALL = dict.fromkeys(("cuc", "uyen", "thu", "binh", "ly"), ALL)
# The organiser is the first sponsor; of the case without one, the homeroom teacher.
_ORGANISED = _SELF | {"lan": _SELF["lan"] | {"leaders_nominee"}}

# By whose work it is, the first sponsor's: one's own, the department's staff (a deputy: the head), or all.
_BY_WHOSE_WORK = (
    _SELF
    | {
        "hoa": {"sponsored", "ended", "future", "registered", "departments", "heads"},
        "dung": {"heads"},
        "khoa": {"homeroom", "colleagues"},
    }
    | dict.fromkeys(("cuc", "uyen", "thu", "binh", "ly"), SPONSORED)
)
_NOT_THE_OWN = {
    "cuc": SPONSORED,
    "uyen": SPONSORED - {"unionists"},
    "binh": SPONSORED,
    "ly": SPONSORED - {"leaders"},
}

# Who may, to which cases. Whoever is not named may not. The operator, who runs the commands, may everything.
MAY: dict[Action, dict[str, Any]] = {
    # P4.3: the union and leadership agree pairings, never their own.
    Action.AGREE_SPONSORSHIP: {
        "cuc": SPONSORED,
        "uyen": SPONSORED - {"unionists"},
        "binh": SPONSORED,
        "ly": SPONSORED - {"leaders"},
    },
    Action.ANSWER_FOLLOW_UP: _SELF | {"binh": SPONSORED, "ly": SPONSORED},
    Action.APPROVE_CASE: {"binh": ALL, "ly": ALL - {"leaders_nominee"}},
    Action.APPROVE_SPONSORSHIP: {"binh": SPONSORED, "ly": SPONSORED - {"leaders"}},
    Action.CLASSIFY_CASE: _TEACHERS_OWN | {"thu": ALL, "binh": ALL, "ly": ALL},
    Action.CLOSE_CASE: {"binh": ALL, "ly": ALL},
    # Whoever raised it may close it too, but never the own; here nobody in particular raised it.
    Action.CLOSE_FOLLOW_UP: _NOT_THE_OWN,
    # By the organiser: the first sponsor, of the case without one the homeroom teacher.
    Action.CONFIRM_ACTIVITY: {"cuc": ALL, "uyen": ALL - {"unionists"}, "binh": ALL, "ly": ALL - {"leaders"}},
    Action.CONFIRM_CLASSIFICATION: {"binh": ALL, "ly": ALL - {"leaders_nominee"}},
    Action.CONFIRM_EVALUATION: {"cuc": ALL, "uyen": ALL - {"unionists"}, "binh": ALL, "ly": ALL - {"leaders"}},
    Action.EDIT_ACTIVITY: _ORGANISED | _SEE_ALL,
    Action.EDIT_CASE: _TEACHERS_OWN | {"thu": ALL, "binh": ALL, "ly": ALL},
    Action.EDIT_CONTACT: _SPONSORED_BY,
    Action.EDIT_EVALUATION: _LED,
    Action.EDIT_PLAN: _LED,
    Action.EDIT_SUPPORT: _SPONSORED_BY,
    Action.END_SPONSORSHIP: {"binh": SPONSORED, "ly": SPONSORED},
    Action.ENTER_EVALUATION: _HEADS_DEPARTMENT | {"cuc": ALL, "uyen": ALL, "thu": ALL},
    Action.INSPECT: _NOT_THE_OWN,
    Action.LOCK_EVALUATION: {"binh": ALL, "ly": ALL - {"leaders"}},
    Action.RAISE_FOLLOW_UP: _SELF | dict.fromkeys(("cuc", "uyen", "binh", "ly"), SPONSORED),
    Action.RATE_SPONSOR: {
        "cuc": SPONSORED,
        "uyen": SPONSORED - {"unionists"},
        "binh": SPONSORED,
        "ly": SPONSORED - {"leaders"},
    },
    Action.REGISTER_SPONSORSHIP: _SELF | {"thu": SPONSORED, "binh": SPONSORED, "ly": SPONSORED},
    Action.REOPEN_EVALUATION: {"binh": ALL, "ly": ALL - {"leaders"}},
    # The head for the department, the deputy for the head's own, leadership for all; nobody the own.
    Action.REVIEW_EVALUATION: {
        "hoa": {"sponsored", "departments"},
        "dung": {"heads"},
        "khoa": {"sponsored", "homeroom", "colleagues"},
        "binh": ALL,
        "ly": ALL - {"leaders"},
    },
    Action.SCREEN_STUDENTS: _TEACHERS_OWN | {"thu": ALL, "binh": ALL, "ly": ALL},
    Action.VERIFY_CASE: {"thu": ALL, "binh": ALL, "ly": ALL},
    Action.VIEW_ACTIVITY: dict.fromkeys((*TEACHERS, "cuc", "thu", "binh"), ALL),
    Action.VIEW_CASE: _TEACHERS_OWN | _HEADS_DEPARTMENT | {"cuc": ALL, "uyen": ALL, "thu": ALL, "binh": ALL, "ly": ALL},
    # Heads and the union only with a reason, which nobody here has given yet.
    Action.VIEW_CIRCUMSTANCES: _TEACHERS_OWN | {"thu": ALL, "binh": ALL, "ly": ALL},
    Action.VIEW_CONTACT: _TEACHERS_OWN | _HEADS_DEPARTMENT | _SEE_ALL,
    Action.VIEW_EVALUATION: _TEACHERS_OWN
    | _HEADS_DEPARTMENT
    | {"cuc": ALL, "uyen": ALL, "thu": ALL, "binh": ALL, "ly": ALL},
    Action.VIEW_FOLLOW_UP: _BY_WHOSE_WORK,
    # Seen by that person, union and leadership (design section 4).
    Action.VIEW_HELP_RATING: _SELF | {"cuc": SPONSORED, "uyen": SPONSORED, "binh": SPONSORED, "ly": SPONSORED},
    Action.VIEW_INSPECTION: _BY_WHOSE_WORK,
    # By the student who took part, or by who organised it.
    Action.VIEW_PARTICIPANT: _TEACHERS_OWN
    | _HEADS_DEPARTMENT
    | _SEE_ALL
    | {
        "lan": {"sponsored", "homeroom", "leaders_nominee", "ended", "future", "registered"},
        "hoa": {"sponsored", "departments", "heads", "ended", "future", "registered", "leaders_nominee"},
    },
    Action.VIEW_PLAN: _TEACHERS_OWN | _HEADS_DEPARTMENT | _SEE_ALL,
    Action.VIEW_REGISTRATION: _BY_WHOSE_WORK,
    Action.VIEW_SPONSORSHIP: {
        "lan": {"sponsored", "homeroom", "ended", "future", "registered"},
        "phuc": {"sponsored"},
        "vinh": {"sponsored", "colleagues", "ended", "future", "registered"},
        "tam": {"homeroom", "colleagues"},
        "giang": {"departments"},
        "minh": {"departments", "heads", "outsiders", "unionists", "leaders"},
        "hoa": {"sponsored", "ended", "future", "registered", "departments", "heads"},
        "dung": {"heads"},
        "khoa": {"sponsored", "homeroom", "colleagues"},
        "cuc": SPONSORED,
        "uyen": SPONSORED,
        "thu": SPONSORED,
        "binh": SPONSORED,
        "ly": SPONSORED,
    },
    Action.VIEW_STUDENT: _TEACHERS_OWN
    | _HEADS_DEPARTMENT
    | {"cuc": ALL, "uyen": ALL, "thu": ALL, "binh": ALL, "ly": ALL, "quan": ALL},
    Action.VIEW_SUPPORT: _TEACHERS_OWN | _HEADS_DEPARTMENT | _SEE_ALL,
}

# Who may, where the action is not about a case.
_WITH_A_ROLE = (*TEACHERS, "cuc", "thu", "binh", "hoi", "quan")
MAY_AT_ALL: dict[Action, tuple[str, ...]] = {
    Action.ADJUST_SCORE: ("binh", "ly", "hoi"),
    Action.ANNOUNCE_PLAN: ("binh", "ly"),
    Action.ANSWER_REMINDER: _WITH_A_ROLE,
    Action.CLOSE_YEAR: ("binh", "ly"),
    Action.COMMENT_SCORE: _WITH_A_ROLE,
    Action.DECIDE_COMMENDATION: ("binh", "ly"),
    Action.EDIT_COMMENDATION: ("thu", "binh", "ly"),
    Action.EDIT_CRITERIA: ("binh", "ly"),
    Action.EDIT_SCHOOL_REPORT: ("thu", "binh", "ly"),
    Action.EDIT_SETTINGS: ("binh", "ly", "quan"),
    Action.EDIT_STAFF_RATING: ("thu", "binh", "ly"),
    Action.FREEZE_SCORE: ("binh", "ly", "hoi"),
    Action.IMPORT_LISTS: ("thu", "binh", "ly", "quan"),
    Action.OPEN_IMPORT_FILE: ("thu", "binh", "ly", "quan"),
    Action.SUBMIT_SCHOOL_REPORT: ("binh", "ly"),
    Action.VIEW_COMMENDATION: ("cuc", "uyen", "thu", "binh", "ly", "hoi"),
    Action.VIEW_SCORE: _WITH_A_ROLE,
    Action.VIEW_STAFF_RATING: _WITH_A_ROLE,
    Action.VIEW_SCHOOL_REPORT: ("cuc", "uyen", "thu", "binh", "ly"),
    Action.EDIT_CALENDAR: ("binh", "ly", "quan"),
    Action.EDIT_DEPARTMENT_REPORT: ("hoa", "dung", "khoa"),
    Action.EDIT_MEETING: ("cuc", "uyen", "thu", "binh", "ly"),
    Action.MARK_READ: _WITH_A_ROLE,
    Action.RETURN_DEPARTMENT_REPORT: ("binh", "ly"),
    Action.ROLL_OVER_YEAR: ("binh", "ly"),
    Action.VIEW_DEPARTMENT_REPORT: ("hoa", "dung", "khoa", "cuc", "uyen", "thu", "binh", "ly"),
    Action.VIEW_MEETING: ("cuc", "uyen", "thu", "binh", "ly"),
    Action.VIEW_READING: _WITH_A_ROLE,
    Action.VIEW_REMINDER: _WITH_A_ROLE,
    Action.EDIT_ACCOUNT: ("quan",),
    Action.EDIT_CATALOGUE: ("binh", "ly", "quan"),
    Action.EDIT_DIRECTORY: ("quan",),
    Action.EDIT_STUDENT: ("thu", "quan"),
    Action.EXPORT_EMULATION: ("binh", "ly", "hoi"),
    Action.NOMINATE_STUDENT: (*TEACHERS, "thu", "binh"),
    Action.VIEW_ACCOUNT: ("quan",),
    Action.VIEW_AUDIT: ("binh", "ly", "quan"),
    Action.VIEW_DIRECTORY: _WITH_A_ROLE,
    Action.VIEW_NAMES: (*TEACHERS, "cuc", "thu", "binh", "quan"),
    Action.VIEW_OWN_ACCOUNT: tuple(PEOPLE),
}
