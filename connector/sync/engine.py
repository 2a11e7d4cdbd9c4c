"""One run of one source: fetch, hash, map, validate, compare, apply page by page, then conclude (design section 5).

Each page is one transaction with its checkpoint; killed anywhere, the next call goes on where the last page ended.
Only after every resource has been read completely, and counted, is anything held to be missing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from connector.domain.guard import Arriving, differ_in_zeros_only, is_complete
from connector.errors import GuardError, IncompleteScanError, PopError, ResourceRefusedError
from connector.sources.reader import Reader
from connector.store.database import Store
from connector.store.facts import FactWriter
from connector.store.sync_state import RecordState, Scan, SyncRun
from connector.sync.apply import apply_page, known_records
from connector.sync.classify import Classifier, PageResult
from connector.sync.conclude import changes_of, end_missing, final_counts, missing_records, problems_of
from connector.sync.context import RunContext
from connector.sync.fetch import Fetcher
from connector.sync.mapping import Resource, SystemMapping
from connector.sync.record_map import RecordMap
from connector.sync.report import Counts, RunReport, counts_from
from connector.sync.resolve import resolve
from connector.sync.runs import begin_run, begin_scan, checkpoint, finish, has_completed, renew
from connector.sync.turning import turning_of
from connector.sync.writers.base import Writing

Progress = Callable[[str, int, int | None], None]
_NEVER_EMPTY = ("employee", "unit", "job", "training")  # a source that has none of these all at once is not believed


def no_progress(resource: str, done: int, total: int | None) -> None:
    """For callers that show no progress."""


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """The source of a run, as the database knows it."""

    id: int
    name: str
    employer_id: int
    employer_code: str
    language: str


class Run:
    """A run at work. `clock` tells the moment, `today` the day at the employer; `progress(resource, done, total)`."""

    def __init__(
        self,
        store: Store,
        source: SourceInfo,
        mapping: SystemMapping,
        reader: Reader,
        *,
        clock: Callable[[], datetime],
        today: date,
        progress: Progress,
        is_accepted: bool = False,
    ) -> None:
        self._store = store
        self._source = source
        self._mapping = mapping
        self._reader = reader
        self._clock = clock
        self._today = today
        self._progress = progress
        self._is_accepted = is_accepted  # a person has looked at what the guard would stop
        self._targets = {resource.name: resource.target for resource in mapping.resources if resource.target}

    def __call__(self) -> RunReport:
        """Do it all. Errors that end a run are kept in its row and raised."""
        context = self._begin()
        try:
            self._reader.check()
            refused = self._scan_all(context)
            self._guard_leavers(context)
            resolve(self._store, context, self._targets)
            if refused:
                raise refused[0]  # what could be read is taken over, but nothing is concluded from its absence
            return self._conclude(context)
        except PopError as error:
            state = "waits" if isinstance(error, GuardError) else "failed"
            with self._store.begin() as session:
                finish(session.get_one(SyncRun, context.run_id), state, error.sentence(), self._clock())
            raise
        except Exception as error:
            with self._store.begin() as session:
                message = f"an unforeseen error of the kind {type(error).__name__}"
                finish(session.get_one(SyncRun, context.run_id), "failed", message, self._clock())
            raise
        finally:
            self._reader.close()

    def _begin(self) -> RunContext:
        with self._store.begin() as session:
            run = begin_run(session, self._source.id, self._mapping.digest, self._clock())
            return RunContext(
                source_id=self._source.id,
                source_name=self._source.name,
                employer_id=self._source.employer_id,
                employer_code=self._source.employer_code,
                language=self._source.language,
                run_id=run.id,
                at=run.started_at,
                today=self._today,
                is_first=not has_completed(session, self._source.id),
            )

    def _scan_all(self, context: RunContext) -> list[ResourceRefusedError]:
        fetcher = Fetcher(self._mapping, self._reader)
        refused: list[ResourceRefusedError] = []
        for resource in self._mapping.resources:
            if resource.target is None:
                continue  # read when the first join asks for it
            try:
                self._scan(context, fetcher, resource, resource.target)
            except ResourceRefusedError as error:
                refused.append(error)
                self._close_scan(context, resource, "unavailable")
        return refused

    def _scan(self, context: RunContext, fetcher: Fetcher, resource: Resource, target: str) -> None:
        with self._store.begin() as session:
            scan = begin_scan(session, context.run_id, resource.name, self._clock())
            scan_id, cursor, is_done = scan.id, scan.cursor, scan.state == "complete"
        if is_done:
            return
        record_map = RecordMap(resource, self._mapping.digest)
        classifier = Classifier(record_map)
        for page in fetcher.pages(resource, cursor):
            with self._store.begin() as session:
                scan = session.get_one(Scan, scan_id)
                keys = [key for key in map(record_map.key, page.records) if key is not None]
                known = known_records(session, context.source_id, resource.name, keys)
                result = classifier.page(page.records, known)
                if target == "employee":
                    self._guard_newcomers(session, context, scan, result)
                apply_page(self._writing(session, context), resource.name, target, result)
                scan.total = page.total if page.total is not None else scan.total
                checkpoint(session, scan, seen=result.seen, cursor=page.next, counts=result.counts)
                renew(session.get_one(SyncRun, context.run_id), self._clock())
                done, total = counts_from(scan.counts).received, scan.total
            self._progress(resource.name, done, total)
        self._close_scan(context, resource, "complete")

    def _guard_leavers(self, context: RunContext) -> None:
        """Before any fact is written: many leaving, or many changing in what tells them apart, asks a person."""
        if context.is_first or self._is_accepted:
            return
        employees = [name for name, target in self._targets.items() if target == "employee"]
        with self._store.read() as session:
            for resource in employees:
                turning = turning_of(session, context, resource)
                if turning.is_too_many:
                    raise GuardError(
                        turning.sentence,
                        where=f"{context.source_name}: {resource}",
                        todo="No fact was changed. Look in the source whether this is right. If so: "
                        f"`pop sync {context.source_name} --accept`.",
                    )

    def _guard_newcomers(self, session: Session, context: RunContext, scan: Scan, page: PageResult) -> None:
        """Before anything of a page is written: the same people under other keys must not become new ones."""
        if context.is_first or self._is_accepted:
            return
        before = select(RecordState.key).where(
            RecordState.source_id == context.source_id, RecordState.resource == scan.resource
        )
        new = counts_from(scan.counts).new + page.counts.new
        known = session.scalar(select(func.count()).select_from(before.subquery())) or 0
        arriving = Arriving(new, known - counts_from(scan.counts).new)
        if not arriving.is_too_many:
            return
        zeros = differ_in_zeros_only(
            {decision.key for decision in page.decisions if decision.known is None}, set(session.scalars(before))
        )
        hint = f"{zeros} of their keys are known ones with other leading zeros. " if zeros else ""
        raise GuardError(
            f"{new} or more people are new where {arriving.known} were known; more than {arriving.limit} at once "
            "needs a person's yes",
            where=f"{context.source_name}: {scan.resource}",
            todo=f"{hint}Look whether they are the same people under other keys. If they are new: "
            f"`pop sync {context.source_name} --accept`.",
        )

    def _writing(self, session: Session, context: RunContext) -> Writing:
        return Writing(session, context, FactWriter(session, at=context.at, run_id=context.run_id))

    def _close_scan(self, context: RunContext, resource: Resource, state: str) -> None:
        with self._store.begin() as session:
            scan = begin_scan(session, context.run_id, resource.name, self._clock())
            received = counts_from(scan.counts).received
            scan.state, scan.cursor, scan.finished_at = state, None, self._clock()
            if state == "complete" and not is_complete(received, scan.total):
                scan.state = "incomplete"
        if state == "complete" and scan.state == "incomplete":
            raise IncompleteScanError(
                f"{received} records came, but the source says that it has {scan.total}",
                where=f"{context.source_name}: {resource.name}",
                todo="Nothing was held to be missing. Run it again; if it repeats, people are changing the records.",
            )

    def _conclude(self, context: RunContext) -> RunReport:
        with self._store.begin() as session:
            counts: dict[str, Counts] = {}
            for resource in self._mapping.resources:
                if resource.target is None:
                    continue
                scan = begin_scan(session, context.run_id, resource.name, self._clock())
                missing, absent = missing_records(session, context, scan)
                is_empty = absent.is_everything and counts_from(scan.counts).received == 0
                is_gone = resource.target in _NEVER_EMPTY and is_empty
                if (absent.is_too_many or is_gone) and not self._is_accepted:
                    raise GuardError(
                        f"{absent.missing} of {absent.known} records are no longer there; "
                        f"{'all of them' if is_gone else f'more than {absent.limit}'} needs a person's yes",
                        where=f"{context.source_name}: {resource.name}",
                        todo="Nothing was ended. Look in the source whether they have really gone. If so: "
                        f"`pop sync {context.source_name} --accept`.",
                    )
                end_missing(session, context, resource, missing)
                session.flush()
                counts[resource.name] = final_counts(session, context, scan, resource.target)
                counts[resource.name].missing = len(missing)
                scan.counts = counts[resource.name].as_dict()
            run = session.get_one(SyncRun, context.run_id)
            changes, problems = changes_of(session, context), problems_of(session, context, self._targets)
            report = RunReport(
                context.run_id, self._source.name, "done", None, counts, self._targets, changes, problems
            )
            run.counts = report.totals.as_dict()
            finish(run, "done", None, self._clock())
            return report
