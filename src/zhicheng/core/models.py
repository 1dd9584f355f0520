"""Django finds the core's tables here."""

from zhicheng.core.account import Account, ApiToken, SecurityEvent
from zhicheng.core.clocks import ClockRow
from zhicheng.core.disposal import Disposal
from zhicheng.core.drafts import Draft
from zhicheng.core.erasure import Erasure
from zhicheng.core.files import Attachment
from zhicheng.core.handover import Handover
from zhicheng.core.import_jobs import ImportJob
from zhicheng.core.imports import ImportRun
from zhicheng.core.organisation import Appointment, Department, Person, Post, RoleAssignment, Site
from zhicheng.core.parameters import MonthClose, Parameter, SiteCalendar

__all__ = [
    "Account",
    "ApiToken",
    "Appointment",
    "Attachment",
    "ClockRow",
    "Department",
    "Disposal",
    "Draft",
    "Erasure",
    "Handover",
    "ImportJob",
    "ImportRun",
    "MonthClose",
    "Parameter",
    "Person",
    "Post",
    "RoleAssignment",
    "SecurityEvent",
    "Site",
    "SiteCalendar",
]
