"""Why a conversation has no slot: codes that HR can act on, each with one way out."""

from __future__ import annotations

from enum import StrEnum


class Unplanned(StrEnum):
    NO_SUPERVISOR = "no_supervisor"  # the HR system names none: fill it in
    SUPERVISOR_LEFT = "supervisor_left"  # the HR system still names somebody who left
    NO_HR_PERSON = "no_hr_person"  # nobody with the role HR is tied to a person record
    NOT_AT_WORK = "not_at_work"  # on leave or suspended for now
    EMPLOYEE_NOT_FREE = "employee_not_free"  # no free time of the employee in the window
    SUPERVISOR_NOT_FREE = "supervisor_not_free"  # no free time of the supervisor (or HR) in the window
    NO_COMMON_SLOT = "no_common_slot"  # each is free, never together
    DAYS_FULL = "days_full"  # common free time, but only on days or in weeks that hold enough conversations
