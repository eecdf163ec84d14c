"""Which role may do what, and how far: the one table of permissions (design section 3). `policy.py` decides by it."""

from school.rules.tables import Scope
from school.vocabulary import Action, Role

_EVERYBODY = {
    Action.ANSWER_FOLLOW_UP: Scope.SELF,
    Action.ANSWER_REMINDER: Scope.SELF,
    Action.MARK_READ: Scope.SELF,
    Action.VIEW_DIRECTORY: Scope.ALL,
    Action.VIEW_FOLLOW_UP: Scope.SELF,
    Action.VIEW_OWN_ACCOUNT: Scope.SELF,
    Action.VIEW_READING: Scope.SELF,
    Action.VIEW_REMINDER: Scope.SELF,
}

# What union, secretary and leadership all see: the work of the whole school, circumstances apart.
_WHOLE_SCHOOL = dict.fromkeys(
    (
        Action.VIEW_ACTIVITY,
        Action.VIEW_CASE,
        Action.VIEW_CONTACT,
        Action.VIEW_DEPARTMENT_REPORT,
        Action.VIEW_EVALUATION,
        Action.VIEW_FOLLOW_UP,
        Action.VIEW_INSPECTION,
        Action.VIEW_MEETING,
        Action.VIEW_NAMES,
        Action.VIEW_PARTICIPANT,
        Action.VIEW_PLAN,
        Action.VIEW_READING,
        Action.VIEW_REGISTRATION,
        Action.VIEW_SPONSORSHIP,
        Action.VIEW_STUDENT,
        Action.VIEW_SUPPORT,
    ),
    Scope.ALL,
)

GRANTS: dict[Role, dict[Action, Scope]] = {
    Role.TEACHER: _EVERYBODY
    | {
        Action.CLASSIFY_CASE: Scope.OWN,
        Action.CLOSE_FOLLOW_UP: Scope.SELF,
        Action.EDIT_ACTIVITY: Scope.SELF,
        Action.EDIT_CASE: Scope.OWN,
        Action.EDIT_CONTACT: Scope.SPONSORED,
        Action.EDIT_EVALUATION: Scope.LED,
        Action.EDIT_PLAN: Scope.LED,
        Action.EDIT_SUPPORT: Scope.SPONSORED,
        Action.NOMINATE_STUDENT: Scope.ALL,
        Action.RAISE_FOLLOW_UP: Scope.SELF,
        Action.REGISTER_SPONSORSHIP: Scope.SELF,
        Action.SCREEN_STUDENTS: Scope.OWN,
        Action.VIEW_ACTIVITY: Scope.ALL,
        Action.VIEW_CASE: Scope.OWN,
        Action.VIEW_CIRCUMSTANCES: Scope.OWN,
        Action.VIEW_CONTACT: Scope.OWN,
        Action.VIEW_EVALUATION: Scope.OWN,
        Action.VIEW_HELP_RATING: Scope.SELF,
        Action.VIEW_INSPECTION: Scope.SELF,
        Action.VIEW_NAMES: Scope.ALL,
        Action.VIEW_PARTICIPANT: Scope.OWN,
        Action.VIEW_PLAN: Scope.OWN,
        Action.VIEW_REGISTRATION: Scope.SELF,
        Action.VIEW_SPONSORSHIP: Scope.OWN,
        Action.VIEW_STUDENT: Scope.OWN,
        Action.VIEW_SUPPORT: Scope.OWN,
    },
    Role.DEPARTMENT_HEAD: _EVERYBODY
    | {
        Action.CLOSE_FOLLOW_UP: Scope.SELF,
        Action.EDIT_DEPARTMENT_REPORT: Scope.DEPARTMENT,
        Action.ENTER_EVALUATION: Scope.DEPARTMENT,
        Action.RAISE_FOLLOW_UP: Scope.SELF,
        Action.REVIEW_EVALUATION: Scope.DEPARTMENT,
        Action.VIEW_ACTIVITY: Scope.ALL,
        Action.VIEW_CASE: Scope.DEPARTMENT,
        Action.VIEW_CIRCUMSTANCES: Scope.DEPARTMENT_OPENED,
        Action.VIEW_CONTACT: Scope.DEPARTMENT,
        Action.VIEW_DEPARTMENT_REPORT: Scope.DEPARTMENT,
        Action.VIEW_EVALUATION: Scope.DEPARTMENT,
        Action.VIEW_FOLLOW_UP: Scope.DEPARTMENT,
        Action.VIEW_INSPECTION: Scope.DEPARTMENT,
        Action.VIEW_NAMES: Scope.ALL,
        Action.VIEW_PARTICIPANT: Scope.DEPARTMENT,
        Action.VIEW_PLAN: Scope.DEPARTMENT,
        Action.VIEW_READING: Scope.DEPARTMENT,
        Action.VIEW_REGISTRATION: Scope.DEPARTMENT,
        Action.VIEW_SPONSORSHIP: Scope.DEPARTMENT,
        Action.VIEW_STUDENT: Scope.DEPARTMENT,
        Action.VIEW_SUPPORT: Scope.DEPARTMENT,
    },
    Role.UNION: _EVERYBODY
    | _WHOLE_SCHOOL
    | {
        Action.AGREE_SPONSORSHIP: Scope.ALL,
        Action.CLOSE_FOLLOW_UP: Scope.ALL,
        Action.CONFIRM_EVALUATION: Scope.ALL,
        Action.EDIT_ACTIVITY: Scope.ALL,
        Action.EDIT_MEETING: Scope.ALL,
        Action.ENTER_EVALUATION: Scope.ALL,
        Action.INSPECT: Scope.ALL,
        Action.RAISE_FOLLOW_UP: Scope.ALL,
        Action.RATE_SPONSOR: Scope.ALL,
        Action.VIEW_CIRCUMSTANCES: Scope.ALL_OPENED,
        Action.VIEW_HELP_RATING: Scope.ALL,
    },
    Role.SECRETARY: _EVERYBODY
    | _WHOLE_SCHOOL
    | {
        Action.CLASSIFY_CASE: Scope.ALL,
        Action.EDIT_ACTIVITY: Scope.ALL,
        Action.EDIT_CASE: Scope.ALL,
        Action.EDIT_MEETING: Scope.ALL,
        Action.EDIT_STUDENT: Scope.ALL,
        Action.ENTER_EVALUATION: Scope.ALL,
        Action.NOMINATE_STUDENT: Scope.ALL,
        Action.REGISTER_SPONSORSHIP: Scope.ALL,
        Action.SCREEN_STUDENTS: Scope.ALL,
        Action.VERIFY_CASE: Scope.ALL,
        Action.VIEW_CIRCUMSTANCES: Scope.ALL,
    },
    Role.LEADERSHIP: _EVERYBODY
    | _WHOLE_SCHOOL
    | {
        Action.AGREE_SPONSORSHIP: Scope.ALL,
        Action.ANNOUNCE_PLAN: Scope.ALL,
        Action.ANSWER_FOLLOW_UP: Scope.ALL,
        Action.APPROVE_CASE: Scope.ALL,
        Action.APPROVE_SPONSORSHIP: Scope.ALL,
        Action.CLASSIFY_CASE: Scope.ALL,
        Action.CLOSE_CASE: Scope.ALL,
        Action.CLOSE_FOLLOW_UP: Scope.ALL,
        Action.CLOSE_YEAR: Scope.ALL,
        Action.CONFIRM_CLASSIFICATION: Scope.ALL,
        Action.CONFIRM_EVALUATION: Scope.ALL,
        Action.EDIT_ACTIVITY: Scope.ALL,
        Action.EDIT_CALENDAR: Scope.ALL,
        Action.EDIT_CASE: Scope.ALL,
        Action.EDIT_CATALOGUE: Scope.ALL,
        Action.EDIT_MEETING: Scope.ALL,
        Action.END_SPONSORSHIP: Scope.ALL,
        Action.EXPORT_EMULATION: Scope.ALL,
        Action.INSPECT: Scope.ALL,
        Action.LOCK_EVALUATION: Scope.ALL,
        Action.NOMINATE_STUDENT: Scope.ALL,
        Action.RAISE_FOLLOW_UP: Scope.ALL,
        Action.RATE_SPONSOR: Scope.ALL,
        Action.REGISTER_SPONSORSHIP: Scope.ALL,
        Action.REOPEN_EVALUATION: Scope.ALL,
        Action.RETURN_DEPARTMENT_REPORT: Scope.ALL,
        Action.REVIEW_EVALUATION: Scope.ALL,
        Action.ROLL_OVER_YEAR: Scope.ALL,
        Action.SCREEN_STUDENTS: Scope.ALL,
        Action.VERIFY_CASE: Scope.ALL,
        Action.VIEW_AUDIT: Scope.ALL,
        Action.VIEW_CIRCUMSTANCES: Scope.ALL,
        Action.VIEW_HELP_RATING: Scope.ALL,
    },
    Role.COUNCIL: _EVERYBODY | {Action.EXPORT_EMULATION: Scope.ALL},
    Role.ADMIN: _EVERYBODY
    | {
        Action.EDIT_ACCOUNT: Scope.ALL,
        Action.EDIT_CALENDAR: Scope.ALL,
        Action.EDIT_CATALOGUE: Scope.ALL,
        Action.EDIT_DIRECTORY: Scope.ALL,
        Action.EDIT_STUDENT: Scope.ALL,
        Action.VIEW_ACCOUNT: Scope.ALL,
        Action.VIEW_AUDIT: Scope.ALL,
        Action.VIEW_NAMES: Scope.ALL,
        Action.VIEW_STUDENT: Scope.ALL,
    },
}
# Whoever is signed in sees the own account, signs out and changes the own password, even without a role.
SIGNED_IN: dict[Action, Scope] = {Action.VIEW_OWN_ACCOUNT: Scope.SELF}
# Checks passwords before anybody is signed in; never an account's role.
GATEKEEPER: dict[Action, Scope] = {Action.EDIT_ACCOUNT: Scope.ALL, Action.VIEW_ACCOUNT: Scope.ALL}

# Nobody approves, confirms, scores or evaluates their own work, whatever roles they hold.
NEVER_ONES_OWN = frozenset(
    {
        Action.AGREE_SPONSORSHIP,
        Action.APPROVE_CASE,
        Action.APPROVE_SPONSORSHIP,
        Action.CLOSE_FOLLOW_UP,
        Action.CONFIRM_CLASSIFICATION,
        Action.CONFIRM_EVALUATION,
        Action.INSPECT,
        Action.LOCK_EVALUATION,
        Action.RATE_SPONSOR,
        Action.REOPEN_EVALUATION,
        Action.REVIEW_EVALUATION,
    }
)
