"""The rows of an input file, one at a time: JSON Lines or CSV, checked by the type of the workflow's input."""

import csv
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Generic, NamedTuple, TypeVar, cast

from pydantic import BaseModel, ValidationError

from app.batch.cells import Column, UnfitCell, columns_of
from app.batch.errors import BatchError
from app.runtime.bodies import read_json

Input = TypeVar("Input", bound=BaseModel)

_ID = "id"
_LARGEST_CELL = 64 * 1024 * 1024
_DELIMITERS = ",;\t"
_BLOCK = 1024 * 1024


class Flaw(NamedTuple):
    """What is wrong with a row, and where it stands."""

    place: str
    detail: str

    def __str__(self) -> str:
        return f"{self.place}: {self.detail}"


@dataclass(frozen=True, slots=True)
class Row(Generic[Input]):
    """One row, counted from 1; without `inputs` it has flaws."""

    number: int
    inputs: Input | None
    id: str | int | None = None
    flaws: list[Flaw] = field(default_factory=list[Flaw])


class InputFile(Generic[Input]):
    """A file of rows for a workflow that takes `model`: CSV where its name ends in `.csv` or `.tsv`, else JSON Lines.

    A row's `id` is repeated in its result. Unless the workflow takes a field of that name, it is not part of the input.
    """

    def __init__(self, path: Path, model: type[Input]) -> None:
        self.path = path
        self._model = model
        self._is_csv = path.suffix.lower() in (".csv", ".tsv")
        self._extra = model.model_config.get("extra")
        self._columns = columns_of(model)

    def rows(self) -> Iterator[Row[Input]]:
        """All rows, in the order of the file.

        Raises:
            BatchError: the file cannot be read, or its first line cannot be used.
        """
        try:
            if self._is_csv:
                csv.field_size_limit(_LARGEST_CELL)
                with self.path.open(encoding="utf-8-sig", newline="") as file:
                    yield from self._csv_rows(file)
            else:
                with self.path.open("rb") as file:
                    yield from self._json_rows(file)
        except OSError as error:
            raise _unreadable(self.path, error) from error
        except UnicodeDecodeError as error:
            raise BatchError(f"{self.path} is not UTF-8.", hint="Save it as UTF-8 and try again.") from error

    def digest(self) -> str:
        """SHA-256 of the file.

        Raises:
            BatchError: it cannot be read.
        """
        found = hashlib.sha256()
        try:
            with self.path.open("rb") as file:
                while block := file.read(_BLOCK):
                    found.update(block)
        except OSError as error:
            raise _unreadable(self.path, error) from error
        return found.hexdigest()

    def _json_rows(self, file: IO[bytes]) -> Iterator[Row[Input]]:
        number = 0
        for line_number, line in enumerate(file, 1):
            if not line.strip():
                continue
            number += 1
            place = f"line {line_number}"
            try:
                values = read_json(line)
            except json.JSONDecodeError as error:
                column = f", column {error.colno}" if error.pos >= 0 and error.doc else ""
                yield Row(number, None, flaws=[Flaw(place + column, f"This is not JSON. {error.msg}")])
                continue
            if isinstance(values, dict):
                yield self._row(number, place, cast("dict[str, Any]", values))
            else:
                yield Row(number, None, flaws=[Flaw(place, "A row is a JSON object, such as {…}")])

    def _csv_rows(self, file: IO[str]) -> Iterator[Row[Input]]:
        first = file.readline()
        delimiter = max(_DELIMITERS, key=first.count)
        names = next(csv.reader([first], delimiter=delimiter), list[str]())
        self._check_columns(names)
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        number, begins = 0, 2
        while True:
            try:
                cells = next(reader, None)
            except csv.Error as error:
                place = f"line {begins}"
                yield Row(
                    number + 1, None, flaws=[Flaw(place, f"This is not CSV ({error}), nor can what follows be read")]
                )
                return
            if cells is None:
                return
            if cells:
                number += 1
                yield self._csv_row(number, f"line {begins}", names, cells)
            begins = reader.line_num + 2

    def _check_columns(self, names: list[str]) -> None:
        """The names in the first line have to be those of fields, each once."""
        missing = [name for name, column in self._columns.items() if column.required and name not in names]
        unknown = [name for name in names if name not in self._columns and name != _ID and self._extra != "allow"]
        twice = sorted({name for name in names if names.count(name) > 1})
        problem = (
            f"has the column `{twice[0]}` twice"
            if twice
            else f"has a column `{unknown[0]}`, which the input does not have"
            if unknown
            else f"lacks the column `{missing[0]}`"
            if missing
            else None
        )
        if problem is not None:
            known = ", ".join(self._columns) or "nothing"
            raise BatchError(
                f"{self.path}, line 1: it {problem}.", hint=f"The workflow takes {known}; `id` may be there besides."
            )

    def _csv_row(self, number: int, place: str, names: list[str], cells: list[str]) -> Row[Input]:
        if len(cells) != len(names):
            flaw = Flaw(place, f"It has {len(cells)} cells, and the first line names {len(names)} columns")
            return Row(number, None, flaws=[flaw])
        values: dict[str, Any] = {}
        flaws: list[Flaw] = []
        for name, cell in zip(names, cells, strict=True):
            column = self._columns.get(name, Column(frozenset(("string",)), required=False))
            if column.is_left_out(cell):
                continue
            try:
                values[name] = column.value(cell)
            except UnfitCell as error:
                flaws.append(Flaw(f"{place}, column {name}", str(error)))
        return Row(number, None, flaws=flaws) if flaws else self._row(number, place, values)

    def _row(self, number: int, place: str, values: dict[str, Any]) -> Row[Input]:
        known = values.get(_ID)
        identifier = known if isinstance(known, str | int) and not isinstance(known, bool) else None
        if _ID not in self._columns and self._extra != "allow":
            values.pop(_ID, None)
        try:
            return Row(number, self._model.model_validate(values), identifier)
        except ValidationError as error:
            found = error.errors(include_url=False, include_context=False, include_input=False)
            flaws = [Flaw(_place_of(place, item["loc"], self._is_csv), item["msg"]) for item in found]
            return Row(number, None, identifier, flaws)


def _place_of(place: str, path: tuple[int | str, ...], is_csv: bool) -> str:
    """Where a value stands: its line, and the field in it."""
    if not path:
        return place
    name = ".".join(map(str, path))
    return f"{place}, column {name}" if is_csv else f"{place}, {name}"


def _unreadable(path: Path, error: OSError) -> BatchError:
    return BatchError(f"{path} cannot be read: {error.strerror}.", hint="--input names a file with the rows.")
