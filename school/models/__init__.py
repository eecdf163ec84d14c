"""The tables, one module a part of the school's work."""

from school.models.audit import AuditEntry, SensitiveView
from school.models.cases import CasePrivate, Hardship, HardshipCategory, SupportCase, SurveyEntry
from school.models.evaluation import ProgressEvaluation, SponsorEvaluation
from school.models.people import Account, AccountRole, AccountSession, Department, Staff
from school.models.plans import (
    Activity,
    ActivityParticipant,
    Contact,
    ContactPrivate,
    Goal,
    SupportItem,
    SupportPlan,
)
from school.models.roster import Classroom, Enrolment, SchoolYear, Student, StudentName, StudentPrivate, TermResult
from school.models.sponsorship import Sponsorship

__all__ = [
    "Account",
    "AccountRole",
    "AccountSession",
    "Activity",
    "ActivityParticipant",
    "AuditEntry",
    "CasePrivate",
    "Classroom",
    "Contact",
    "ContactPrivate",
    "Department",
    "Enrolment",
    "Goal",
    "Hardship",
    "HardshipCategory",
    "ProgressEvaluation",
    "SchoolYear",
    "SensitiveView",
    "SponsorEvaluation",
    "Sponsorship",
    "Staff",
    "Student",
    "StudentName",
    "StudentPrivate",
    "SupportCase",
    "SupportItem",
    "SupportPlan",
    "SurveyEntry",
    "TermResult",
]
