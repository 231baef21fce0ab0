"""The model calls of a batch that goes through its providers' batches, in an SQLite file beside the results.

A call is known by its row, by what it asks, and by how often the row had asked just that before. So a row that is run
again finds its answers, and a batch that was killed finds what it had sent.
"""

import sqlite3
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

_TABLES = """
create table if not exists groups (
  id integer primary key, provider text, path text, model text, headers blob, unique (provider, path, model, headers));
create table if not exists sent (
  id integer primary key, grp integer, token text, provider_id text, calls integer, begun real, state text);
create table if not exists calls (
  key text primary key, row integer, grp integer, body blob, inputs integer, sent integer, status integer, answer blob,
  reason text);
create index if not exists calls_of_row on calls (row);
create index if not exists calls_unsent on calls (grp) where sent is null;
create index if not exists calls_sent on calls (sent);
create table if not exists steps (row integer, name text, entry blob, primary key (row, name));
"""

_COMMIT_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Group:
    """Calls that may stand in one batch: at one provider, to one path, of one model, with the same headers."""

    id: int
    provider: str
    path: str
    model: str
    headers: bytes


@dataclass(frozen=True, slots=True)
class Sent:
    """A batch at a provider: `sending` until its id there is known, then `sent`, and `ended` when all is fetched.

    `token` is ours, and goes along, so that it can be found again.
    """

    id: int
    group: Group
    token: str
    provider_id: str | None
    calls: int
    begun: float
    state: Literal["sending", "sent", "ended"]


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of a call: an HTTP answer, or the reason why there is none."""

    status: int | None
    body: bytes
    reason: str | None


class CallStore:
    """The file. One process has it at a time, which the journal of the results sees to."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._database = sqlite3.connect(path, isolation_level=None)
        self._database.executescript("pragma journal_mode = wal; pragma synchronous = normal;" + _TABLES)
        self._groups: dict[tuple[str, str, str, bytes], Group] = {}
        self._in_transaction = False
        self._committed = time.monotonic()

    def answer_of(self, key: str) -> Answered | None:
        """What came of a call; None where there is nothing yet."""
        found = self._database.execute("select status, answer, reason from calls where key = ?", (key,)).fetchone()
        return None if found is None or found[0] is found[2] is None else Answered(*found)

    def answered(self, row: int) -> set[str]:
        """The keys of a row's calls that something came of."""
        query = "select key from calls where row = ? and (status is not null or reason is not null)"
        return {key for (key,) in self._database.execute(query, (row,))}

    def park(self, key: str, row: int, group: Group, body: bytes, inputs: int) -> None:
        """Keeps a call until it can be sent; one that is there already stays as it is."""
        self._write(
            "insert or ignore into calls (key, row, grp, body, inputs) values (?, ?, ?, ?, ?)",
            (key, row, group.id, body, inputs),
        )

    def group(self, provider: str, path: str, model: str, headers: bytes) -> Group:
        """The group of calls like that."""
        like = (provider, path, model, headers)
        known = self._groups.get(like)
        if known is None:
            self._write("insert or ignore into groups (provider, path, model, headers) values (?, ?, ?, ?)", like)
            query = "select id from groups where provider = ? and path = ? and model = ? and headers = ?"
            known = self._groups[like] = Group(self._database.execute(query, like).fetchone()[0], *like)
        return known

    def drop_row(self, row: int) -> None:
        """Forgets the calls and steps of a row, which is done."""
        self._write("delete from calls where row = ?", (row,))
        self._write("delete from steps where row = ?", (row,))

    def unsent_groups(self) -> list[Group]:
        """The groups that have calls which are in no batch yet."""
        query = "select distinct g.* from groups g join calls c on c.grp = g.id where c.sent is null"
        return [Group(*found) for found in self._database.execute(query)]

    def begin_sending(self, group: Group, token: str, *, calls: int, size: int, inputs: int) -> Sent:
        """Puts calls of a group into a batch, as many as fit: so many calls, bytes and inputs."""
        self.commit()
        keys: list[tuple[str]] = []
        for key, length, own in self._database.execute(
            "select key, length(body), inputs from calls where grp = ? and sent is null order by row, key", (group.id,)
        ):
            size -= length + 512
            inputs -= own
            if keys and (len(keys) >= calls or size < 0 or inputs < 0):
                break
            keys.append((key,))
        begun = time.time()
        self._begin()
        found = self._database.execute(
            "insert into sent (grp, token, calls, begun, state) values (?, ?, ?, ?, 'sending')",
            (group.id, token, len(keys), begun),
        )
        number = found.lastrowid or 0
        self._database.executemany(f"update calls set sent = {number:d} where key = ?", keys)  # noqa: S608
        self.commit()
        return Sent(number, group, token, None, len(keys), begun, "sending")

    def sent(self) -> list[Sent]:
        """The batches that have not ended."""
        query = (
            "select s.id, s.token, s.provider_id, s.calls, s.begun, s.state, g.* from sent s"
            " join groups g on g.id = s.grp where s.state != 'ended' order by s.id"
        )
        return [
            Sent(number, Group(*group), token, provider_id, calls, begun, state)
            for number, token, provider_id, calls, begun, state, *group in self._database.execute(query)
        ]

    def bodies(self, sent: Sent) -> Iterator[tuple[str, bytes]]:
        """Keys and bodies of the calls in a batch."""
        yield from self._database.execute("select key, body from calls where sent = ? order by row, key", (sent.id,))

    def set_sent(self, sent: Sent, provider_id: str) -> None:
        """Keeps a batch's id at its provider."""
        self._write("update sent set provider_id = ?, state = 'sent' where id = ?", (provider_id, sent.id))
        self.commit()

    def take_back(self, sent: Sent) -> None:
        """Has a batch's calls be sent in another one."""
        self._write("update calls set sent = null where sent = ?", (sent.id,))
        self._write("delete from sent where id = ?", (sent.id,))
        self.commit()

    def keep_answers(self, sent: Sent, answers: Iterable[tuple[str, Answered]]) -> int:
        """Keeps what came of calls; how many of them are calls of this batch."""
        self._begin()
        found = self._database.executemany(
            "update calls set status = ?, answer = ?, reason = ? where key = ? and sent = ?",
            [(each.status, each.body, each.reason, key, sent.id) for key, each in answers],
        )
        return found.rowcount

    def end(self, sent: Sent, reason: str) -> None:
        """Ends a batch; for calls that got no answer there is a reason."""
        self._write(
            "update calls set reason = ? where sent = ? and status is null and reason is null", (reason, sent.id)
        )
        self._write("update sent set state = 'ended' where id = ?", (sent.id,))
        self.commit()

    def steps(self, row: int) -> list[bytes]:
        """What is kept of the steps of a row."""
        return [entry for (entry,) in self._database.execute("select entry from steps where row = ?", (row,))]

    def keep_step(self, row: int, name: str, entry: bytes) -> None:
        """Keeps how a step has ended, for good when this returns."""
        self._write("insert or replace into steps values (?, ?, ?)", (row, name, entry))
        self.commit()

    def commit(self) -> None:
        """Has all be on the disk that was told so far."""
        if self._in_transaction:
            self._database.execute("commit")
            self._in_transaction = False
        self._committed = time.monotonic()

    def close(self, *, remove: bool) -> None:
        """Closes the file, and removes it where there is nothing left to do."""
        self.commit()
        self._database.close()
        if remove:
            for name in ("", "-wal", "-shm"):
                self.path.with_name(self.path.name + name).unlink(missing_ok=True)

    def _begin(self) -> None:
        if not self._in_transaction:
            self._database.execute("begin")
            self._in_transaction = True

    def _write(self, statement: str, values: tuple[object, ...]) -> None:
        self._begin()
        self._database.execute(statement, values)
        if time.monotonic() - self._committed > _COMMIT_SECONDS:
            self.commit()
