"""Which service does which kind of work, and how a message goes out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from connector.domain.access import TIMER
from connector.outlets.mail import Carrier
from connector.services import reminders
from connector.services.conversations import plan_due
from connector.services.credentials import CREDENTIAL_ENDS, warn
from connector.services.installation import Installation
from connector.services.outgoing import MAIL_KINDS, mail_of
from connector.services.pushed import SYNC_SOURCE
from connector.services.reactions import HR_EVENTS, react
from connector.services.sessions import END_SESSION
from connector.services.sync import run_sync
from connector.services.sync_orders import APPLY_PLAN, do_apply
from connector.services.timetable import DAILY_PLANNING, NIGHTLY_SYNC
from connector.services.work import Claim
from connector.services.write_back import OpenWriters, hand_over
from connector.services.write_back_events import WRITE_BACK
from connector.services.write_back_state import BUSY

Handler = Callable[[Claim], None]

# Long enough for the slowest mail server (seven answers of 20 seconds); a sync guards itself with a lease of its own.
LEASE = timedelta(minutes=5)
LEASES: Mapping[str, timedelta] = {
    NIGHTLY_SYNC: timedelta(minutes=30),
    SYNC_SOURCE: timedelta(minutes=30),
    APPLY_PLAN: timedelta(minutes=30),
    DAILY_PLANNING: timedelta(minutes=30),
    WRITE_BACK: BUSY,
}


def work_handlers(installation: Installation) -> dict[str, Handler]:
    """By kind of due work. A kind that is not here waits for a release that knows it."""

    def sync(claim: Claim) -> None:
        run_sync(TIMER, installation, claim.payload["source"], dry_run=claim.payload.get("dry_run", False))

    def apply(claim: Claim) -> None:
        do_apply(TIMER, installation, claim.payload, claim.employer_id)

    def plan(claim: Claim) -> None:
        plan_due(TIMER, installation, claim.payload["employer_id"])
        reminders.remind_overdue(TIMER, installation, claim.payload["employer_id"])

    def on_hr_event(claim: Claim) -> None:
        react(TIMER, installation, claim.kind, claim.payload)

    def on_reminder(claim: Claim) -> None:
        conversation_id, sequence = claim.payload["conversation_id"], claim.payload["sequence"]
        reminders.remind(TIMER, installation, claim.kind, conversation_id, sequence)

    def on_session_end(_claim: Claim) -> None:
        """A session is over as soon as its row is done."""

    def on_credential_end(claim: Claim) -> None:
        warn(TIMER, installation, claim.payload)

    return {
        NIGHTLY_SYNC: sync,
        SYNC_SOURCE: sync,
        APPLY_PLAN: apply,
        DAILY_PLANNING: plan,
        reminders.PREPARATION: on_reminder,
        reminders.TOMORROW: on_reminder,
        END_SESSION: on_session_end,
        CREDENTIAL_ENDS: on_credential_end,
        **dict.fromkeys(HR_EVENTS, on_hr_event),
    }


def outbox_handlers(
    installation: Installation, carrier: Carrier, writers: OpenWriters | None = None
) -> dict[str, Handler]:
    """By kind of outbox row. `writers` stay open between rows; without them each row opens its own."""

    def send(claim: Claim) -> None:
        mail = mail_of(TIMER, installation, claim, carrier.sender)
        if mail is not None:
            carrier.send(mail)

    def write(claim: Claim) -> None:
        if writers is not None:
            hand_over(TIMER, installation, claim, writers)
            return
        with OpenWriters(installation) as own:
            hand_over(TIMER, installation, claim, own)

    return {**dict.fromkeys(MAIL_KINDS, send), WRITE_BACK: write}
