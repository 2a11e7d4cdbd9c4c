"""One run of one source: read and stage, look whether a person must see it, then write (design section 5).

Nothing is written while reading. When everything has been read and counted, the staged records are the run's plan: it
is written at once (routine), or waits for a person (the first run of a source, a new mapping, a dry run, or anything
that must not pass unseen). Killed anywhere, the next call goes on and ends in the same state.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.domain.guard import Finding
from connector.errors import GuardError, IncompleteScanError, PopError, ResourceRefusedError
from connector.sources.reader import Reader
from connector.store.database import Store
from connector.store.sync_state import Scan, SyncRun
from connector.sync.apply import apply_staged, has_work
from connector.sync.classify import Classifier
from connector.sync.conclude import final_counts
from connector.sync.context import RunContext
from connector.sync.corrections import corrections_of
from connector.sync.correlate import Correlator, close_old_cases
from connector.sync.ending import fail, interrupt, report_of, totals_of
from connector.sync.fetch import Fetcher
from connector.sync.guards import findings, hold_doubles, stage_missing
from connector.sync.mapping import Resource, SystemMapping
from connector.sync.pace import fewer_collections
from connector.sync.pending import any_pending
from connector.sync.plan import Mode, has_new_mapping, waits
from connector.sync.record_map import RecordMap
from connector.sync.report import RunReport
from connector.sync.runs import begin_run, begin_scan, begin_writing, finish, has_completed, scans_of
from connector.sync.staging import Stage
from connector.sync.watermarks import begins_on, newest_of, remember, since_of, watermarks_of

Progress = Callable[[str, int, int | None], None]


def no_progress(resource: str, done: int, total: int | None) -> None:
    """For callers that show no progress."""


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """The source of a run, as the database knows it. `led_by`: see RunContext."""

    id: int
    name: str
    employer_id: int
    employer_code: str
    language: str
    led_by: Mapping[int, frozenset[str]] = field(default_factory=dict)


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
        progress: Progress = no_progress,
        mode: Mode = Mode.BY_RULE,
        is_full: bool = False,
    ) -> None:
        self._store = store
        self._source = source
        self._mapping = mapping
        self._reader = reader
        self._clock = clock
        self._today = today
        self._progress = progress
        self._mode = mode
        self._is_full = is_full
        self._resources = [resource for resource in mapping.resources if resource.target]
        self._by_name = {resource.name: resource for resource in self._resources}
        self._targets = {resource.name: resource.target for resource in self._resources if resource.target}

    def __call__(self) -> RunReport:
        """Do it all. GuardError when it waits for a person; other errors that end it are kept in its row."""
        with fewer_collections():
            return self._work(*self._begin())

    def _work(self, context: RunContext, phase: str) -> RunReport:
        try:
            refused = self._read(context) if phase == "read" else self._refused_before(context)
            if phase == "read":
                waiting = self._look(context)
                if waiting is not None:
                    return waiting
            return self._write(context, refused)
        except GuardError:
            raise
        except PopError as error:
            fail(self._store, context, error.sentence(), self._clock())
            raise
        except Exception as error:
            fail(self._store, context, f"an unforeseen error of the kind {type(error).__name__}", self._clock())
            raise
        finally:
            self._reader.close()

    def apply_plan(self, run_id: int) -> RunReport:
        """Write the plan of a run that waits; `connector.sync.plan.take_up` has looked whether it still holds."""
        context, _ = self._begin(run_id)
        try:
            with fewer_collections():
                return self._write(context, self._refused_before(context))
        except Exception as error:
            fail(
                self._store,
                context,
                error.sentence() if isinstance(error, PopError) else type(error).__name__,
                self._clock(),
            )
            raise
        finally:
            self._reader.close()

    def _begin(self, run_id: int | None = None) -> tuple[RunContext, str]:
        with self._store.begin() as session:
            is_first = not has_completed(session, self._source.id)
            if run_id is None:
                run = begin_run(session, self._source.id, self._mapping.digest, self._clock())
                if is_first or has_new_mapping(session, run):
                    self._is_full = True
                    run.mode = "planned" if self._mode is Mode.BY_RULE else run.mode
                if self._mode is Mode.PLANNED:
                    run.mode = "planned"
            else:
                run = session.get_one(SyncRun, run_id)
            context = RunContext(
                source_id=self._source.id,
                source_name=self._source.name,
                employer_id=self._source.employer_id,
                employer_code=self._source.employer_code,
                language=self._source.language,
                run_id=run.id,
                at=run.started_at,
                today=self._today,
                is_first=is_first,
                led_by=self._source.led_by,
            )
            return context, run.phase

    # Reading.

    def _read(self, context: RunContext) -> list[ResourceRefusedError]:
        self._reader.check()
        fetcher = Fetcher(self._mapping, self._reader, self._today)
        refused: list[ResourceRefusedError] = []
        for resource in self._resources:
            try:
                self._scan(context, fetcher, resource)
            except ResourceRefusedError as error:
                refused.append(error)
                with self._store.begin() as session:
                    scan = begin_scan(session, context.run_id, resource.name, self._clock())
                    scan.state, scan.cursor, scan.finished_at = "unavailable", None, self._clock()
        return refused

    def _refused_before(self, context: RunContext) -> list[ResourceRefusedError]:
        """What a run that goes on could not read when it was still reading."""
        with self._store.read() as session:
            names = session.scalars(
                select(Scan.resource).where(Scan.run_id == context.run_id, Scan.state == "unavailable")
            )
            return [
                ResourceRefusedError(
                    "this login could not read this", where=f"{context.source_name}: {name}", todo="Give it the right."
                )
                for name in names
            ]

    def _scan(self, context: RunContext, fetcher: Fetcher, resource: Resource) -> None:
        with self._store.begin() as session:
            corrections = corrections_of(session, context, resource.name)
            lapsed_on, is_full = corrections.lapsed_on, self._is_full
            since = since_of(session, context, resource, self._clock(), lapsed_on=lapsed_on, is_full=is_full)
            scan = begin_scan(session, context.run_id, resource.name, self._clock(), since=since)
            if scan.state == "complete":
                return
            cursor, since = scan.cursor, scan.since
        matcher = Correlator(context, resource.name) if resource.target == "employee" else None
        stage = Stage(self._store, context, scan, matcher=matcher)
        classifier = Classifier(RecordMap(resource, self._mapping.digest), stage.lookup, corrections.current)
        for page in fetcher.pages(resource, cursor, since):
            stage.take(classifier, page, newest_of(resource, page.records, self._clock()), self._clock())
            self._progress(resource.name, *stage.progress)
        if fetcher.begins_on is not None:
            with self._store.begin() as session:
                begins_on(session, context, resource, fetcher.begins_on)
        is_counted = stage.finish(self._clock())
        if not is_counted:
            received, total = stage.progress
            raise IncompleteScanError(
                f"{received} records came, but the source says that it has {total}",
                where=f"{context.source_name}: {resource.name}",
                todo="Nothing was written. Run it again; if it repeats, people are changing the records.",
            )

    # Looking.

    def _look(self, context: RunContext) -> RunReport | None:
        """Stage who is missing, and stop when a person must see this first; None lets it through."""
        with self._store.begin() as session:
            found = self._findings(session, context)
            run = session.get_one(SyncRun, context.run_id)
            goes_on = not waits(session, run, self._mode, found)
            if goes_on:
                begin_writing(session, run, self._clock())
            run.guards = [finding.as_dict() for finding in found]
            if goes_on:
                return None
            message = "; ".join(finding.sentence for finding in found) or "it is a plan; nothing was written"
            finish(run, "waits", message, self._clock())
            scans = self._scans(session, context)
            run.counts = totals_of(scans)
            report = report_of(session, context, self._by_name, scans, "waits", message, is_plan=True)
        if found and self._mode is not Mode.PLANNED:
            hints = "".join(finding.hint for finding in found)
            raise GuardError(
                message,
                where=context.source_name,
                todo=f"{hints}Nothing was written. Look at it (`pop runs show {context.run_id}`) and in the source. "
                f"If it is right: `pop sync apply {context.run_id}`; if not: `pop sync reject {context.run_id}`.",
            )
        return report

    def _findings(self, session: Session, context: RunContext) -> list[Finding]:
        """What must not pass unseen. Nothing is held to be missing when a resource could not be read."""
        scans = self._scans(session, context)
        is_whole = all(scan.state == "complete" for scan in scans.values())
        found: list[Finding] = []
        for resource in self._resources:
            scan = scans[resource.name]
            if resource.target == "employee" and scan.counts.get("new"):
                hold_doubles(session, context, scan)
            if is_whole and scan.since is None:
                stage_missing(session, context, scan)
            found += findings(session, context, resource, scan)
        return found

    def _scans(self, session: Session, context: RunContext) -> dict[str, Scan]:
        return scans_of(session, context.run_id, self._targets, self._clock())

    # Writing.

    def _write(self, context: RunContext, refused: list[ResourceRefusedError]) -> RunReport:
        with self._store.read() as session:
            context = replace(context, at=session.get_one(SyncRun, context.run_id).written_at or context.at)
            is_needed = has_work(session, context)

        def told(resource: str, done: int) -> None:
            self._progress(f"{resource} (writing)", done, None)

        try:
            if is_needed:
                apply_staged(self._store, context, self._resources, clock=self._clock, told=told)
        except Exception as error:
            interrupt(self._store, context, error)
            raise
        if refused:
            raise refused[0]  # what could be read was taken over, but nothing was concluded from its absence
        with self._store.begin() as session:
            scans, has_pending = self._scans(session, context), any_pending(session, context.source_id)
            marks = watermarks_of(session, context.source_id)
            for resource in self._resources:
                scan, target = scans[resource.name], self._targets[resource.name]
                scan.counts = final_counts(session, context, scan, target, has_pending=has_pending).as_dict()
                remember(session, context, resource, scan, marks)
                if scan.since is None:
                    close_old_cases(session, context, resource.name)
            run = session.get_one(SyncRun, context.run_id)
            run.counts = totals_of(scans)
            finish(run, "done", None, self._clock())
            return report_of(session, context, self._by_name, scans, "done", None, has_pending=has_pending)
