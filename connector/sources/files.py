"""Reads tables from files: a workbook (.xlsx, .xls, .ods), a folder with one CSV per sheet, or JSON; on this machine
(`path`) or on an SFTP server (`url = "sftp://…"`). files_options.py has the `read` table.

Cells come as JSON values: days as ISO text, empty cells as null.
"""

from __future__ import annotations

import difflib
import hashlib
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from connector.errors import AnswerError, ConfigurationError, IncompleteScanError, SourceUnavailableError
from connector.sources.file_limits import check_size
from connector.sources.files_options import ReadSchema
from connector.sources.json_file import read_json
from connector.sources.options import checked
from connector.sources.reader import Connection, Cursor, Page, Raw, ResourceRequest
from connector.sources.sftp import SCHEME, SftpFolder
from connector.sources.tables import NoSuchSheetError, read_csv, read_sheet

_PAGE = 500
_SHORTEST_PART = 4  # letters of a heading by which it is known
_WORKBOOKS = (".xlsx", ".xls", ".ods")


class FilesReader:
    """One folder or file of one employer."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._tables: dict[str, tuple[str, list[Raw]]] = {}
        self._lock = threading.Lock()
        self._remote = SftpFolder(connection) if (connection.url or "").startswith(SCHEME) else None

    @property
    def concurrency(self) -> int:
        """A file is read whole: there is nothing to wait for beside it."""
        return 1

    def check(self) -> None:
        if self._remote is not None:
            self._remote.check()
            return
        if self._connection.path is None:
            raise ConfigurationError(
                "this source reads files and needs a path",
                where=f"sources.{self._connection.name}.path",
                todo="Name a workbook, or the folder that holds the files.",
            )
        if not self._root.exists():
            raise SourceUnavailableError(
                "the file or folder is not there",
                where=self._connection.name,
                tried=str(self._root),
                todo="Check the path, and whether the export has run.",
            )

    def probe(self, request: ResourceRequest) -> None:
        """Look whether its file is there."""
        self._file_of(request, self._options(request))

    def pages(self, request: ResourceRequest, start: Cursor | None = None) -> Iterator[Page]:
        digest, records = self._table(request)
        if start is not None and start["file"] != digest:
            raise IncompleteScanError(
                "the file has changed since the run that was killed",
                where=f"{self._connection.name}: {request.name}",
                todo="Run it again: it starts from the new file.",
            )
        size = self._connection.page_size or _PAGE
        for first in range(start["row"] if start else 0, max(len(records), 1), size):
            following = first + size
            cursor = {"row": following, "file": digest} if following < len(records) else None
            yield Page(records[first:following], cursor, len(records))

    def close(self) -> None:
        self._tables.clear()
        if self._remote is not None:
            self._remote.close()

    @property
    def _root(self) -> Path:
        return self._remote.path() if self._remote is not None else Path(self._connection.path or "")

    def _options(self, request: ResourceRequest) -> dict[str, Any]:
        place = f"resources.{request.name}.read"
        return checked(ReadSchema(), request.options, source=self._connection.name, place=place)

    def _table(self, request: ResourceRequest) -> tuple[str, list[Raw]]:
        with self._lock:
            if request.name not in self._tables:
                self._tables[request.name] = self._loaded(request)
            return self._tables[request.name]

    def _loaded(self, request: ResourceRequest) -> tuple[str, list[Raw]]:
        options = self._options(request)
        path = self._file_of(request, options)
        if path is None:
            return "", []
        try:
            check_size(path, f"{self._connection.name}: {path.name}")
            digest = hashlib.blake2b(path.read_bytes(), digest_size=8).hexdigest()
            return digest, self._read(path, options)
        except OSError as error:
            raise SourceUnavailableError(
                "a file cannot be read",
                where=self._connection.name,
                tried=f"{path} ({error.strerror})",
                todo="Check the rights on the file.",
            ) from error

    def _read(self, path: Path, options: Mapping[str, Any]) -> list[Raw]:
        where = f"{self._connection.name}: {path.name}"
        if options["format"] == "json":
            return read_json(path, options["records"], where)
        sheet = str(options.get("sheet", ""))
        if path.suffix.lower() in _WORKBOOKS:
            try:
                rows = read_sheet(path, sheet, where)
            except NoSuchSheetError:
                if options["may_be_missing"]:
                    return []
                raise
            where = f"{where}, sheet {sheet}"
        else:
            rows = read_csv(path, where)
        return _as_records(rows, options["columns"], options["optional"], where)

    def _file_of(self, request: ResourceRequest, options: Mapping[str, Any]) -> Path | None:
        """The file that holds a resource; None when there is none and that is no trouble."""
        root, may_be_missing = self._root, options["may_be_missing"]
        if root.exists() and not root.is_dir():
            self._check_kind(root)
            is_other = (
                root.suffix.lower() not in _WORKBOOKS
                and root.stem.casefold() != options.get("sheet", root.stem).casefold()
            )
            return None if may_be_missing and is_other else root
        wanted = [str(options["file"])] if "file" in options else []
        if "sheet" in options:
            wanted += [f"{options['sheet']}.csv", *(f"*{suffix}" for suffix in _WORKBOOKS)]
        for pattern in wanted:
            found = sorted(path for path in root.glob(pattern) if not path.name.startswith(("~", ".")))
            if len(found) > 1:
                raise ConfigurationError(
                    f"{len(found)} files could be meant by {pattern}",
                    where=f"sources.{self._connection.name}.path",
                    todo="Name one file, or keep only the newest in the folder.",
                )
            if found:
                self._check_kind(found[0])
                return found[0]
        if may_be_missing:
            return None
        raise SourceUnavailableError(
            f"there is no file for {request.name}",
            where=self._connection.name,
            tried=f"{', '.join(wanted)} in {self._connection.path or self._connection.url}",
            todo="`pop init --files` writes an empty workbook with all sheets.",
        )

    def _check_kind(self, path: Path) -> None:
        """Who may put files in the folder may not let us read others: by a link that leads out of it, or by something
        that is no file and never ends."""
        is_ours = path == self._root or path.resolve().is_relative_to(self._root.resolve())
        if is_ours and path.is_file():
            return
        raise ConfigurationError(
            "this is not a file of the folder" if is_ours else "this is a link to a file outside the folder",
            where=self._connection.name,
            tried=path.name,
            todo="Put the file itself there.",
        )


def _as_records(rows: list[list[Any]], columns: list[str], optional: list[str], where: str) -> list[Raw]:
    """Rows below a heading row as records; a heading is known without regard to case and outer blanks."""
    if not rows:
        raise AnswerError("the sheet is empty, without even a heading row", where=where)
    known = {name.casefold(): name for name in [*columns, *optional]}
    heading = [str(cell or "").strip() for cell in rows[0]]
    names = [known.get(cell.casefold(), cell) for cell in heading]
    missing = [name for name in columns if name not in names]
    if missing:
        raise AnswerError(
            f"the column {missing[0]!r} is missing",
            where=where,
            tried=f"found: {_told(names, [*columns, *optional])}",
            todo="Give the column this heading, or change it in the mapping.",
        )
    doubled = next((name for name in columns + optional if names.count(name) > 1), None)
    if doubled:
        raise AnswerError(f"the column {doubled!r} is there twice", where=where, todo="Take one of them away.")
    return [
        {name: cell for name, cell in zip(names, row, strict=False) if name}
        for row in rows[1:]
        if any(cell not in (None, "") for cell in row)
    ]


def _told(names: list[str], known: list[str]) -> str:
    """The headings as far as they look like ours: a file without headings has a person's record in its first row."""
    ours = [name.casefold() for name in known]
    like = [name for name in names if name and _is_like(name.casefold(), ours)]
    others = sum(bool(name) for name in names) - len(like)
    return ", ".join([*like, *([f"{others} that look like none of ours"] if others else [])]) or "no headings"


def _is_like(name: str, ours: list[str]) -> bool:
    is_part = len(name) >= _SHORTEST_PART and any(name in one for one in ours)
    return is_part or bool(difflib.get_close_matches(name, ours, 1, cutoff=0.75))
