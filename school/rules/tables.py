"""What reading and writing each table asks of the policy, and how its rows are somebody's (design section 3)."""

import enum

from school import models as m
from school.rules.classification import CASE_STEPS
from school.rules.evaluation import EVALUATION_STEPS, LEVELS, OPEN_STATES
from school.rules.oversight import FOLLOW_UP_STEPS, REPORT_STEPS, SCHOOL_REPORT_STEPS
from school.rules.pairing import SPONSORSHIP_STEPS
from school.rules.plans import GOAL_STEPS
from school.rules.scheme import SCHEME_STEPS, SHEET_STEPS
from school.rules.year import YEAR_STEPS
from school.vocabulary import (
    Action,
    CaseState,
    EvaluationState,
    ReportState,
    SchemeState,
    SheetState,
    SponsorshipState,
)


class Scope(enum.Enum):
    """How far a grant reaches."""

    ALL = "all"
    OWN = "own"  # cases sponsored now, and the homeroom class
    LED = "led"  # cases sponsored now as lead or joint sponsor
    SPONSORED = "sponsored"  # cases sponsored now in whatever part
    SELF = "self"  # one's own person or account
    DEPARTMENT = "department"  # the staff one heads and the cases that they sponsor
    DEPARTMENT_OPENED = "department opened"  # the same, once opened today with a reason
    ALL_OPENED = "all opened"  # all, once opened today with a reason


# What a person must be allowed to do to read a row at all. A table that is not listed is seen by nobody.
VIEWS: dict[type, tuple[Action, ...]] = {
    m.Account: (Action.VIEW_ACCOUNT, Action.VIEW_OWN_ACCOUNT),
    m.AccountRole: (Action.VIEW_ACCOUNT, Action.VIEW_OWN_ACCOUNT),
    m.AccountSession: (Action.VIEW_ACCOUNT, Action.VIEW_OWN_ACCOUNT),
    m.Activity: (Action.VIEW_ACTIVITY,),
    m.ActivityParticipant: (Action.VIEW_PARTICIPANT,),
    m.Announcement: (Action.VIEW_DIRECTORY,),
    m.AnnouncementReading: (Action.VIEW_READING,),
    m.AssignmentMeeting: (Action.VIEW_MEETING,),
    m.AuditEntry: (Action.VIEW_AUDIT,),
    m.CalendarFeed: (Action.VIEW_OWN_ACCOUNT,),
    m.CasePrivate: (Action.VIEW_CIRCUMSTANCES,),
    m.Classroom: (Action.VIEW_DIRECTORY,),
    m.ColumnName: (Action.IMPORT_LISTS, Action.EDIT_CATALOGUE),
    m.Commendation: (Action.VIEW_COMMENDATION,),
    m.CommendationQuota: (Action.VIEW_COMMENDATION,),
    m.Contact: (Action.VIEW_CONTACT,),
    m.ContactPrivate: (Action.VIEW_CIRCUMSTANCES,),
    m.Criterion: (Action.VIEW_DIRECTORY,),
    m.Department: (Action.VIEW_DIRECTORY,),
    m.DepartmentReport: (Action.VIEW_DEPARTMENT_REPORT,),
    m.Disclosure: (Action.VIEW_AUDIT, Action.VIEW_OWN_ACCOUNT),
    m.DocumentTemplate: (Action.VIEW_DIRECTORY,),
    m.EmulationScheme: (Action.VIEW_DIRECTORY,),
    m.Enrolment: (Action.VIEW_STUDENT,),
    m.FollowUp: (Action.VIEW_FOLLOW_UP,),
    m.Goal: (Action.VIEW_PLAN,),
    m.GoalTemplate: (Action.VIEW_DIRECTORY,),
    m.Hardship: (Action.VIEW_CIRCUMSTANCES,),
    m.HardshipCategory: (Action.VIEW_DIRECTORY,),
    m.ImportContent: (Action.OPEN_IMPORT_FILE,),
    m.ImportItem: (),  # how to put things back, private texts among them: for the undoing of an import alone
    m.ImportRun: (Action.IMPORT_LISTS,),
    m.Inspection: (Action.VIEW_INSPECTION,),
    m.JobRun: (Action.VIEW_AUDIT,),
    m.MovedDeadline: (Action.VIEW_DIRECTORY,),
    m.ProgressEvaluation: (Action.VIEW_EVALUATION,),
    m.Registration: (Action.VIEW_REGISTRATION,),
    m.Reminder: (Action.VIEW_REMINDER,),
    m.RollOver: (Action.ROLL_OVER_YEAR,),
    m.RollOverItem: (Action.ROLL_OVER_YEAR,),
    m.SchoolProfile: (Action.VIEW_DIRECTORY,),
    m.SchoolReport: (Action.VIEW_SCHOOL_REPORT,),
    m.SchoolYear: (Action.VIEW_DIRECTORY,),
    m.ScoreAdjustment: (Action.VIEW_SCORE,),
    m.ScoreComment: (Action.VIEW_SCORE,),
    m.ScoreSheet: (Action.VIEW_SCORE,),
    m.ScreeningDecision: (Action.SCREEN_STUDENTS,),
    m.SensitiveView: (Action.VIEW_OWN_ACCOUNT,),
    m.SponsorEvaluation: (Action.VIEW_HELP_RATING,),
    m.Sponsorship: (Action.VIEW_SPONSORSHIP,),
    m.Staff: (Action.VIEW_DIRECTORY, Action.VIEW_ACCOUNT),
    m.Student: (Action.VIEW_STUDENT,),
    m.StudentName: (Action.VIEW_NAMES,),
    m.StudentPrivate: (Action.VIEW_CIRCUMSTANCES,),
    m.SupportCase: (Action.VIEW_CASE,),
    m.SupportItem: (Action.VIEW_SUPPORT,),
    m.SupportPlan: (Action.VIEW_PLAN,),
    m.SurveyEntry: (Action.VIEW_CIRCUMSTANCES,),
    m.Teaching: (Action.VIEW_DIRECTORY,),
    m.TermResult: (Action.VIEW_STUDENT,),
    m.YearlyRating: (Action.VIEW_STAFF_RATING,),
}

# What a person must be allowed to do to write a row: one of these, on that row. The second wall behind the services.
WRITES: dict[type, tuple[Action, ...]] = {
    m.Account: (Action.EDIT_ACCOUNT, Action.VIEW_OWN_ACCOUNT),
    m.AccountRole: (Action.EDIT_ACCOUNT,),
    m.AccountSession: (Action.EDIT_ACCOUNT, Action.VIEW_OWN_ACCOUNT),
    m.Activity: (Action.CONFIRM_ACTIVITY, Action.EDIT_ACTIVITY),
    m.ActivityParticipant: (Action.EDIT_ACTIVITY,),
    m.Announcement: (Action.ANNOUNCE_PLAN,),
    m.AnnouncementReading: (Action.MARK_READ,),
    m.AssignmentMeeting: (Action.EDIT_MEETING,),
    m.CalendarFeed: (Action.VIEW_OWN_ACCOUNT,),
    m.CasePrivate: (Action.EDIT_CASE, Action.ROLL_OVER_YEAR),
    m.Classroom: (Action.EDIT_DIRECTORY, Action.ROLL_OVER_YEAR),
    m.ColumnName: (Action.IMPORT_LISTS, Action.EDIT_CATALOGUE),
    m.Commendation: (Action.EDIT_COMMENDATION,),
    m.CommendationQuota: (Action.DECIDE_COMMENDATION,),
    m.Contact: (Action.EDIT_CONTACT,),
    m.ContactPrivate: (Action.EDIT_CONTACT,),
    m.Criterion: (Action.EDIT_CRITERIA,),
    m.Department: (Action.EDIT_DIRECTORY,),
    m.DepartmentReport: (Action.EDIT_DEPARTMENT_REPORT, Action.RETURN_DEPARTMENT_REPORT),
    m.DocumentTemplate: (Action.EDIT_SETTINGS,),
    m.EmulationScheme: (Action.EDIT_CRITERIA,),
    m.Enrolment: (Action.EDIT_STUDENT, Action.ROLL_OVER_YEAR),
    m.FollowUp: (Action.ANSWER_FOLLOW_UP, Action.CLOSE_FOLLOW_UP, Action.RAISE_FOLLOW_UP),
    m.Goal: (Action.EDIT_PLAN,),
    m.GoalTemplate: (Action.EDIT_CATALOGUE,),
    m.Hardship: (Action.CLASSIFY_CASE, Action.CONFIRM_CLASSIFICATION, Action.ROLL_OVER_YEAR),
    m.HardshipCategory: (Action.EDIT_CATALOGUE,),
    m.ImportContent: (Action.OPEN_IMPORT_FILE,),
    m.ImportItem: (),  # in bulk, by the import itself
    m.ImportRun: (Action.IMPORT_LISTS,),
    m.Inspection: (Action.INSPECT,),
    m.JobRun: (),  # by commands alone
    m.MovedDeadline: (Action.EDIT_CALENDAR,),
    m.ProgressEvaluation: (
        Action.CONFIRM_EVALUATION,
        Action.EDIT_EVALUATION,
        Action.ENTER_EVALUATION,
        Action.LOCK_EVALUATION,
        Action.REOPEN_EVALUATION,
        Action.REVIEW_EVALUATION,
    ),
    m.Registration: (Action.REGISTER_SPONSORSHIP,),
    m.Reminder: (Action.ANSWER_REMINDER,),
    m.RollOver: (Action.ROLL_OVER_YEAR,),
    m.RollOverItem: (Action.ROLL_OVER_YEAR,),
    m.SchoolProfile: (Action.EDIT_SETTINGS,),
    m.SchoolReport: (Action.EDIT_SCHOOL_REPORT, Action.SUBMIT_SCHOOL_REPORT),
    m.SchoolYear: (
        Action.CLOSE_YEAR,
        Action.EDIT_CALENDAR,
        Action.EDIT_DIRECTORY,
        Action.ROLL_OVER_YEAR,
    ),
    m.ScoreAdjustment: (Action.ADJUST_SCORE,),
    m.ScoreComment: (Action.ADJUST_SCORE, Action.COMMENT_SCORE),
    m.ScoreSheet: (Action.FREEZE_SCORE,),
    m.ScreeningDecision: (Action.SCREEN_STUDENTS,),
    m.SponsorEvaluation: (Action.RATE_SPONSOR,),
    m.Sponsorship: (
        Action.AGREE_SPONSORSHIP,
        Action.APPROVE_SPONSORSHIP,
        Action.END_SPONSORSHIP,
        Action.REGISTER_SPONSORSHIP,
        Action.ROLL_OVER_YEAR,
    ),
    m.Staff: (Action.EDIT_DIRECTORY,),
    m.Student: (Action.EDIT_STUDENT,),
    m.StudentPrivate: (Action.EDIT_STUDENT,),
    m.SupportCase: (
        Action.APPROVE_CASE,
        Action.APPROVE_SPONSORSHIP,
        Action.CLOSE_CASE,
        Action.EDIT_CASE,
        Action.END_SPONSORSHIP,
        Action.ROLL_OVER_YEAR,
        Action.VERIFY_CASE,
    ),
    m.SupportItem: (Action.EDIT_SUPPORT,),
    m.SupportPlan: (Action.EDIT_PLAN,),
    m.SurveyEntry: (Action.EDIT_CASE,),
    m.Teaching: (Action.EDIT_DIRECTORY,),
    m.TermResult: (Action.EDIT_STUDENT,),
    m.YearlyRating: (Action.EDIT_STAFF_RATING,),
}
# New rows of these tables may also be made by those who only nominate: what they may add, they may not change.
CREATES: dict[type, tuple[Action, ...]] = {
    m.CasePrivate: (Action.NOMINATE_STUDENT,),
    m.Classroom: (Action.EDIT_STUDENT,),  # a list of students names the classes
    m.Disclosure: (Action.VIEW_OWN_ACCOUNT,),
    m.Hardship: (Action.NOMINATE_STUDENT,),
    m.SensitiveView: (Action.VIEW_OWN_ACCOUNT,),
    m.SupportCase: (Action.NOMINATE_STUDENT,),
    m.SurveyEntry: (Action.NOMINATE_STUDENT,),
}

# What says whose a stored row is: it stays, or changes by this action only. A case moved to another student would open
# that student to its readers, an account moved to another person that person's cases.
FIXED: dict[type, dict[str, Action | None]] = {
    m.Account: dict.fromkeys(("disabled_at", "staff_id", "username"), Action.EDIT_ACCOUNT),
    m.AccountSession: {"account_id": None},
    m.Activity: dict.fromkeys(("confirmed_by_id", "confirmed_on"), Action.CONFIRM_ACTIVITY),
    m.ActivityParticipant: {"activity_id": None, "student_id": None},
    m.AnnouncementReading: {"announcement_id": None, "staff_id": None},
    m.CalendarFeed: {"account_id": None},
    m.CasePrivate: {"case_id": None},
    m.ColumnName: {"kind": None},
    m.Commendation: dict.fromkeys(("decided_on", "decision_number"), Action.DECIDE_COMMENDATION)
    | {"department_id": None, "school_year_id": None, "staff_id": None},
    m.CommendationQuota: {"level": None, "school_year_id": None},
    m.Contact: {"case_id": None, "staff_id": None},
    m.ContactPrivate: {"contact_id": None},
    m.Criterion: {"school_year_id": None},
    m.DepartmentReport: {"department_id": None, "period": None, "school_year_id": None},
    m.DocumentTemplate: {"kind": None},
    m.EmulationScheme: {"school_year_id": None},
    m.FollowUp: {"inspection_id": None, "raised_by_id": None, "school_year_id": None},
    m.Goal: {"carried_from_id": None, "plan_id": None},
    m.ImportContent: {"run_id": None},
    m.ImportRun: {"account_id": None, "file_hash": None, "kind": None, "school_year_id": None},
    m.Inspection: {"case_id": None, "department_id": None, "school_year_id": None, "sponsorship_id": None},
    m.ProgressEvaluation: {"case_id": None, "period": None},
    m.Registration: {"school_year_id": None, "staff_id": None, "student_id": None},
    m.Reminder: {"key": None, "rule": None, "staff_id": None},
    m.SchoolReport: {"correction": None, "occasion": None, "school_year_id": None},
    m.SchoolYear: dict.fromkeys(("closed_by_id", "closed_despite", "closed_on"), Action.CLOSE_YEAR),
    m.ScoreAdjustment: {"criterion_id": None, "made_by_id": None, "school_year_id": None, "staff_id": None},
    m.ScoreComment: dict.fromkeys(("answer", "answered_by_id", "answered_on"), Action.ADJUST_SCORE)
    | dict.fromkeys(("appeal", "said_on", "text"), Action.COMMENT_SCORE)
    | {"school_year_id": None, "staff_id": None},
    m.ScoreSheet: {"school_year_id": None, "staff_id": None},
    m.ScreeningDecision: {"school_year_id": None, "student_id": None},
    m.SponsorEvaluation: {"period": None, "sponsorship_id": None},
    m.SupportCase: {"nominated_by_id": None, "school_year_id": None, "student_id": None},
    m.SupportItem: {"case_id": None, "staff_id": None},
    m.SupportPlan: {"case_id": None, "semester": None},
    m.SurveyEntry: {"case_id": None},
    m.YearlyRating: {"school_year_id": None, "staff_id": None},
}
# A state changes by a step of its table, for those who may take it. A case follows its sponsorships by itself.
STEPS: dict[type, dict] = {
    m.DepartmentReport: REPORT_STEPS,
    m.EmulationScheme: SCHEME_STEPS,
    m.FollowUp: FOLLOW_UP_STEPS,
    m.Goal: GOAL_STEPS,
    m.ProgressEvaluation: EVALUATION_STEPS,
    m.SchoolReport: SCHOOL_REPORT_STEPS,
    m.SchoolYear: YEAR_STEPS,
    m.ScoreSheet: SHEET_STEPS,
    m.Sponsorship: SPONSORSHIP_STEPS,
    m.SupportCase: CASE_STEPS,
}
# What a roll-over ended goes back to one of these when it is undone (P4.9).
REOPENED: dict[type, tuple] = {
    m.Sponsorship: (SponsorshipState.APPROVED,),
    m.SupportCase: (CaseState.APPROVED, CaseState.ACTIVE),
}
FOLLOWS = ({CaseState.APPROVED, CaseState.ACTIVE}, (Action.APPROVE_SPONSORSHIP, Action.END_SPONSORSHIP))

# The words of a row, and who may change them in which of its states: a head comments, but never changes a level; what
# was sent, locked or handed in stays as it was.
WORDS: dict[type, tuple[tuple[str, ...], dict[Action, tuple]]] = {
    m.DepartmentReport: (("comment", "figures"), {Action.EDIT_DEPARTMENT_REPORT: (ReportState.DRAFTED,)}),
    m.EmulationScheme: (
        (
            "bonus_cap",
            "converted_points",
            "decision_number",
            "excellent_from",
            "fixed_on",
            "fulfilled_from",
            "good_from",
        ),
        {Action.EDIT_CRITERIA: (SchemeState.DRAFTED,)},
    ),
    m.ProgressEvaluation: (
        (*LEVELS, "comment"),
        {Action.EDIT_EVALUATION: OPEN_STATES, Action.ENTER_EVALUATION: (EvaluationState.DRAFTED,)},
    ),
    m.SchoolReport: (
        (
            *("audit_head", "correction_reason", "difficulties", "figures", "number", "proposals", "signed_on"),
            *("submitted_at", "submitted_by_id"),
        ),
        {Action.EDIT_SCHOOL_REPORT: (ReportState.DRAFTED,)},
    ),
    m.ScoreSheet: (
        ("decided_on", "decision_number", "frozen_at", "frozen_by_id", "hash", "level", "result", "total"),
        {Action.FREEZE_SCORE: (SheetState.OPEN,)},
    ),
}

# The way from a row to its school year: once that is closed, the row is only read (P4.9). Not listed: what outlives a
# year, and follow-ups, which are closed when they are done.
YEAR_OF: dict[type, str] = {
    m.AssignmentMeeting: "school_year_id",
    m.CasePrivate: "case.school_year_id",
    m.Commendation: "school_year_id",
    m.CommendationQuota: "school_year_id",
    m.Contact: "case.school_year_id",
    m.ContactPrivate: "contact.case.school_year_id",
    m.Criterion: "school_year_id",
    m.DepartmentReport: "school_year_id",
    m.EmulationScheme: "school_year_id",
    m.Goal: "plan.case.school_year_id",
    m.Hardship: "case.school_year_id",
    m.Inspection: "school_year_id",
    m.MovedDeadline: "school_year_id",
    m.ProgressEvaluation: "case.school_year_id",
    m.Registration: "school_year_id",
    m.SchoolReport: "school_year_id",
    m.ScoreAdjustment: "school_year_id",
    m.ScoreComment: "school_year_id",
    m.ScoreSheet: "school_year_id",
    m.ScreeningDecision: "school_year_id",
    m.SponsorEvaluation: "sponsorship.case.school_year_id",
    m.Sponsorship: "case.school_year_id",
    m.SupportCase: "school_year_id",
    m.SupportItem: "case.school_year_id",
    m.SupportPlan: "case.school_year_id",
    m.SurveyEntry: "case.school_year_id",
    m.YearlyRating: "school_year_id",
}

Names = dict[Scope, tuple[str, ...]]  # which of the actor's ids a scope means

_BY_STUDENT: Names = {
    Scope.OWN: ("sponsored_students", "homeroom_students"),
    Scope.DEPARTMENT: ("department_students",),
    Scope.DEPARTMENT_OPENED: ("department_students & opened_students",),
    Scope.ALL_OPENED: ("opened_students",),
}
_BY_CASE: Names = {
    Scope.OWN: ("sponsored_cases", "homeroom_cases"),
    Scope.LED: ("led_cases",),
    Scope.SPONSORED: ("sponsored_cases",),
    Scope.DEPARTMENT: ("department_cases",),
    Scope.DEPARTMENT_OPENED: ("department_cases & opened_cases",),
    Scope.ALL_OPENED: ("opened_cases",),
}
_BY_STAFF: Names = {Scope.OWN: ("self",), Scope.SELF: ("self",), Scope.DEPARTMENT: ("department_staff",)}
_BY_ACCOUNT: Names = {Scope.SELF: ("account",)}
_BY_DEPARTMENT: Names = {Scope.DEPARTMENT: ("departments",)}

# How a row is somebody's: the path from the row to an id, and which of the actor's ids each scope means there.
REACH: dict[type, list[tuple[str, Names]]] = {
    m.Account: [("id", _BY_ACCOUNT)],
    m.AccountRole: [("account_id", _BY_ACCOUNT)],
    m.AccountSession: [("account_id", _BY_ACCOUNT)],
    m.Activity: [("organiser_id", _BY_STAFF)],
    m.ActivityParticipant: [("activity.organiser_id", _BY_STAFF), ("student_id", _BY_STUDENT)],
    m.AnnouncementReading: [("staff_id", _BY_STAFF)],
    m.CalendarFeed: [("account_id", _BY_ACCOUNT)],
    m.CasePrivate: [("case_id", _BY_CASE)],
    m.Contact: [("case_id", _BY_CASE)],
    m.ContactPrivate: [("contact.case_id", _BY_CASE)],
    m.DepartmentReport: [("department_id", _BY_DEPARTMENT)],
    m.Disclosure: [("account_id", _BY_ACCOUNT)],
    m.Enrolment: [("student_id", _BY_STUDENT)],
    m.FollowUp: [("owner_id", _BY_STAFF), ("raised_by_id", _BY_STAFF)],
    m.Goal: [("plan.case_id", _BY_CASE)],
    m.Hardship: [("case_id", _BY_CASE)],
    m.ImportContent: [("run.account_id", _BY_ACCOUNT)],
    m.Inspection: [
        ("department_id", _BY_DEPARTMENT),
        ("sponsorship.staff_id", _BY_STAFF),
        ("case_id", _BY_CASE | {Scope.SELF: ("led_cases",)}),
    ],
    m.ProgressEvaluation: [("case_id", _BY_CASE)],
    m.Registration: [("staff_id", _BY_STAFF)],
    m.Reminder: [("staff_id", _BY_STAFF)],
    m.ScoreAdjustment: [("staff_id", _BY_STAFF)],
    m.ScoreComment: [("staff_id", _BY_STAFF)],
    m.ScoreSheet: [("staff_id", _BY_STAFF)],
    m.ScreeningDecision: [("student_id", _BY_STUDENT)],
    m.SensitiveView: [("account_id", _BY_ACCOUNT)],
    m.SponsorEvaluation: [("sponsorship.staff_id", _BY_STAFF)],
    m.Sponsorship: [("staff_id", _BY_STAFF), ("case_id", _BY_CASE)],
    m.Student: [("id", _BY_STUDENT)],
    m.StudentPrivate: [("student_id", _BY_STUDENT)],
    m.SupportCase: [("id", _BY_CASE)],
    m.SupportItem: [("case_id", _BY_CASE)],
    m.SupportPlan: [("case_id", _BY_CASE)],
    m.SurveyEntry: [("case_id", _BY_CASE)],
    m.TermResult: [("enrolment.student_id", _BY_STUDENT)],
    m.YearlyRating: [("staff_id", _BY_STAFF)],
}
