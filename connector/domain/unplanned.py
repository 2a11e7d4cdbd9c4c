"""Why a conversation has no slot: codes that HR can act on, each with one way out."""

from __future__ import annotations

from collections.abc import Mapping
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


# As commands say it; pages have their own words for the same codes.
SENTENCES: Mapping[Unplanned, str] = {
    Unplanned.NO_SUPERVISOR: "the HR system names no supervisor; fill it in there.",
    Unplanned.SUPERVISOR_LEFT: "the HR system names a supervisor who has left; fill in another there.",
    Unplanned.NO_HR_PERSON: "nobody with the role HR is tied to a person of the HR records.",
    Unplanned.NOT_AT_WORK: "the employee is not at work for now.",
    Unplanned.EMPLOYEE_NOT_FREE: "the employee has no free time in this period.",
    Unplanned.SUPERVISOR_NOT_FREE: "the supervisor has no free time in this period.",
    Unplanned.NO_COMMON_SLOT: "there is no time at which everybody is free.",
    Unplanned.DAYS_FULL: "the days on which everybody is free hold enough conversations already.",
}
