"""What a process keeps of the matching profiles: arrays that answer "who is like them" in milliseconds. A cache; the rows are the truth.

Each process builds the arrays of a condition from the rows when they are first asked for, and before each query takes over what has changed
since: the condition's counter says whether anything has (one query), and `seq > last` what (one more). Numbers appear in the order of commits,
so that nothing is missed, and a process is exact as of the last commit, without any other server between.

A snapshot never changes. Taking over changes makes a new one that shares the blocks in which nothing changed; a query keeps the snapshot it
began with. Inside a transaction a new snapshot serves that one query and is forgotten: what is rolled back later has been nowhere.
"""

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import count
from typing import Any, NamedTuple

import numpy as np
from django.conf import settings
from django.db import connection
from django.db.models import OuterRef, Subquery
from numpy.typing import NDArray

from members.models.choices import OnsetAge, PatientAge, Role, Tumour
from soulmates import vocabulary, weights
from soulmates.matching import Best, Query, Weights
from soulmates.models.profile import MatchingProfile, MatchingState, MatchingWeights

BLOCK = 32_768  # patients: the buffers of a query over one block stay in the processor's cache
STEP = 256  # patients: a block that is not full grows by so many
SPARSE = 8  # where fewer than one in so many pass, they are picked out one by one
NEVER = np.iinfo(np.uint32).max  # of listed_from: seconds since 1970
MANY = 1000  # changed rows that are read in one go; more come through a cursor
_LANGUAGES = {code: np.uint64(1 << number) for number, code in enumerate(settings.MEMBER_LANGUAGES[:64])}
# What others may filter by, each answer as a number; 0: not said, or not shown.
_CODES = {
    name: {value: number for number, value in enumerate(choices.values, start=1)}
    for name, choices in {"role": Role, "age_band": PatientAge, "onset_age": OnsetAge, "tumour": Tumour}.items()
}


@dataclass(frozen=True)
class Filters:
    """What somebody looks for beside a similar picture; an empty string asks for nothing. Values are those of the choices.

    A patient passes only by what the owner of their record shows: what is hidden is like what was never said.
    """

    role: str = ""
    age_band: str = ""
    language: str = ""
    onset_age: str = ""
    tumour: str = ""

    def __bool__(self) -> bool:
        """Return whether anything is asked for."""
        return any(getattr(self, each.name) for each in fields(self))


class _Row(NamedTuple):
    """What is read of a profile. epoch: the condition's, of the same moment."""

    slot: int
    seq: int
    patient_id: int | None
    listed: bool
    listed_from: datetime | None
    levels: bytes
    role: str
    age_band: str
    onset_age: str
    tumour: str
    languages: list[str]
    place_id: int | None
    epoch: str


_COLUMNS = {
    **{"totals": np.uint16, "patients": np.int64, "listed_from": np.uint32, "languages": np.uint64, "place": np.int32},
    **dict.fromkeys(_CODES, np.uint8),
}


class Places:
    """Small numbers for the places that this process has met, so that "at one of these places" is one look into a table. 0: no place."""

    def __init__(self) -> None:
        self._numbers: dict[int, int] = {}
        self._next = count(1)

    def number(self, place: int | None) -> int:
        """Return the number of a place (an id); a new one gets the next."""
        return 0 if place is None else self._numbers.setdefault(place, next(self._next))

    def table(self, wanted: Iterable[int]) -> NDArray[np.bool_]:
        """Return by number whether a place is wanted (ids). What got its number later is in none of the arrays that are asked about now."""
        known = [number for number in map(self._numbers.get, wanted) if number is not None]
        table = np.zeros(max(list(self._numbers.values()), default=0) + 1, dtype=bool)
        table[known] = True
        return table


_places = Places()


@dataclass(frozen=True)
class Block:
    """The columns of some patients, by slot. levels: (rows of the layout, patients); totals: see Layout.totals.

    listed_from: seconds, NEVER for who is not listed. role to tumour: numbers of _CODES. languages: a bit each. place: a number of _places.
    """

    levels: NDArray[np.uint8]
    totals: NDArray[np.uint16]
    patients: NDArray[np.int64]
    listed_from: NDArray[np.uint32]
    role: NDArray[np.uint8]
    age_band: NDArray[np.uint8]
    onset_age: NDArray[np.uint8]
    tumour: NDArray[np.uint8]
    languages: NDArray[np.uint64]
    place: NDArray[np.int32]

    @classmethod
    def empty(cls, rows: int, size: int) -> "Block":
        """Return a block in which nobody is listed."""
        columns = {name: np.zeros(size, dtype) for name, dtype in _COLUMNS.items()}
        columns["listed_from"][:] = NEVER
        return cls(levels=np.zeros((rows, size), np.uint8), **columns)

    @property
    def size(self) -> int:
        """Return for how many patients there is room."""
        return len(self.totals)

    def copy(self, size: int) -> "Block":
        """Return a copy with room for at least `size` patients."""
        wider = Block.empty(len(self.levels), max(size, self.size))
        for each in fields(self):
            getattr(wider, each.name)[..., : self.size] = getattr(self, each.name)
        return wider

    def passing(self, now: int, filters: Filters, places: NDArray[np.bool_] | None, without: NDArray[np.int64]) -> tuple[NDArray[np.bool_], int]:
        """Return who may be met and passes the filters, and how many may be met at all. now: seconds. places: by number. without: patients' ids."""
        among = self.listed_from <= np.uint32(now)
        if len(without):
            among &= ~np.isin(self.patients, without)
        sharing = int(np.count_nonzero(among))
        for name, codes in _CODES.items():
            if wanted := getattr(filters, name):
                among &= getattr(self, name) == codes.get(wanted, NEVER)
        if filters.language:
            among &= (self.languages & _LANGUAGES.get(filters.language, np.uint64(0))) != 0
        if places is not None:
            among &= places[self.place]
        return among, sharing


@dataclass(frozen=True)
class Hits:
    """The best of a snapshot: patients by id with their scores, the best first. considered: how many were compared; sharing: without filters."""

    best: list[tuple[float, int]]
    considered: int
    sharing: int


@dataclass(frozen=True)
class Snapshot:
    """The profiles of a condition as of one commit. last: the highest number in it."""

    condition: int
    epoch: str
    weights_id: int
    weights: Weights
    last: int = 0
    blocks: tuple[Block, ...] = field(default=(), repr=False)

    def query(
        self,
        levels: NDArray[np.uint8],
        *,
        now: datetime,
        number: int,
        filters: Filters = Filters(),
        places: Iterable[int] | None = None,
        without: Iterable[int] = (),
    ) -> Hits:
        """Return who is most like somebody with these levels (rows). places: only at these public places. without: ids left out."""
        query, best, considered, sharing = Query(self.weights, levels), Best(number), 0, 0
        left_out = np.fromiter(without, np.int64)
        table = None if places is None else _places.table(places)
        for block in self.blocks:
            among, listed = block.passing(int(now.timestamp()), filters, table, left_out)
            sharing += listed
            if passing := int(np.count_nonzero(among)):
                considered += passing
                if passing * SPARSE < block.size:
                    at = np.flatnonzero(among)
                    best.take(query.scores(block.levels, block.totals, at), block.patients[at])
                else:
                    best.take(query.scores(block.levels, block.totals), block.patients, among)
        return Hits(list(best), considered, sharing)

    def with_rows(self, rows: Iterable[_Row], copied: dict[int, Block] | None = None) -> "Snapshot":
        """Return a snapshot in which these rows stand. copied: blocks by number that are nobody else's yet and may be written into."""
        copied = {} if copied is None else copied
        by_block: dict[int, list[_Row]] = {}
        last = self.last
        for row in rows:
            by_block.setdefault(row.slot // BLOCK, []).append(row)
            last = max(last, row.seq)
        blocks = dict(enumerate(self.blocks))
        for number, some in by_block.items():
            size = min(BLOCK, -(-(max(row.slot for row in some) % BLOCK + 1) // STEP) * STEP)
            block = blocks.get(number) or Block.empty(len(self.weights.layout.sets), 0)
            if number not in copied or size > block.size:
                block = block.copy(size)
            self._write(block, some)
            blocks[number] = copied[number] = block
        nobody = Block.empty(len(self.weights.layout.sets), 0)
        return replace(self, last=last, blocks=tuple(blocks.get(number, nobody) for number in range(max(blocks, default=-1) + 1)))

    def _write(self, block: Block, rows: Sequence[_Row]) -> None:
        """Write rows into a block that nobody reads yet."""
        at = np.array([row.slot % BLOCK for row in rows])
        layout = self.weights.layout
        levels = layout.levels(vocabulary.unpack_many([row.levels for row in rows], layout.width))
        block.levels[:, at], block.totals[at] = levels, layout.totals(levels)
        block.patients[at] = [row.patient_id or 0 for row in rows]
        block.listed_from[at] = [_seconds(row) for row in rows]
        for name, codes in _CODES.items():
            getattr(block, name)[at] = [codes.get(getattr(row, name), 0) for row in rows]
        block.languages[at] = [_bits(tuple(row.languages)) for row in rows]
        block.place[at] = [_places.number(row.place_id) for row in rows]


@lru_cache(maxsize=1024)
def _bits(languages: tuple[str, ...]) -> int:
    """Return a bit for each language."""
    return sum({int(_LANGUAGES.get(code, 0)) for code in languages})


def _seconds(row: _Row) -> int:
    """Return from when a row is met, in whole seconds, never too early."""
    if not row.listed or row.patient_id is None or row.listed_from is None:
        return NEVER
    return int((row.listed_from + timedelta(seconds=1, microseconds=-1)).timestamp())


_kept: dict[int, Snapshot] = {}
_locks: dict[int, threading.Lock] = {}
_making_locks = threading.Lock()


def snapshot(condition: int) -> Snapshot | None:
    """Return the profiles of a condition (its id) as of now, or None where nobody was ever compared. One query where nothing has changed.

    In a transaction what this process keeps stays as it was: what the transaction has written may never be committed.
    """
    if connection.in_atomic_block:
        return _newer(_kept.get(condition), condition)
    with _making_locks:
        lock = _locks.setdefault(condition, threading.Lock())
    with lock:
        found = _newer(_kept.get(condition), condition)
        if found is not None:
            _kept[condition] = found
    return found


def current_weights(condition: int) -> Weights | None:
    """Return the weights in force. One query, and one more where this process does not know them yet."""
    state = _state(condition)
    if state is None or state.weights_id is None:
        return None
    held = _kept.get(condition)
    return held.weights if held is not None and held.weights_id == state.weights_id else _read_weights(state.weights_id)


def forget() -> None:
    """Forget everything that this process keeps: for tests, whose numbers begin again."""
    _kept.clear()


def _state(condition: int) -> MatchingState | None:
    return MatchingState.objects.filter(condition=condition).first()


def _read_weights(pk: int) -> Weights:
    row = MatchingWeights.objects.get(pk=pk)
    return weights.from_table(row.table, row.version)


def _newer(held: Snapshot | None, condition: int) -> Snapshot | None:
    """Return `held` with all that was committed since, or one built anew where it cannot be brought up to date."""
    while True:
        state = _state(condition)
        if state is None or state.weights_id is None:
            return None
        if held is not None and (held.epoch != state.epoch or state.seq < held.last):
            held = None  # rebuilt, or restored from a backup
        if held is not None and held.weights_id != state.weights_id:
            held = _with_weights(held, state.weights_id)
        if held is None:
            held = Snapshot(condition, state.epoch, state.weights_id, _read_weights(state.weights_id))
        if state.seq == held.last:
            return held
        newer = _read(held, state.seq)
        if newer is not None:
            return newer
        held = None  # rebuilt between the two queries


def _with_weights(held: Snapshot, weights_id: int) -> Snapshot | None:
    """Return a snapshot with other weights; None where the rows of its arrays are not theirs."""
    new = _read_weights(weights_id)
    old = held.weights.layout
    if (new.layout.positions, new.layout.parents) != (old.positions, old.parents):
        return None
    return replace(held, weights_id=weights_id, weights=new)


def _read(held: Snapshot, seq: int) -> Snapshot | None:
    """Return a snapshot with the rows that changed since, up to number `seq` at least; None when the condition's epoch is another one by now.

    The epoch is read with the rows, in one statement: between two, a rebuild could give all slots to other patients.
    """
    epoch = MatchingState.objects.filter(condition=OuterRef("condition")).values("epoch")
    rows = MatchingProfile.objects.filter(condition=held.condition, seq__gt=held.last).annotate(epoch=Subquery(epoch))
    found: Any = rows.order_by().values_list(*_Row._fields)
    few = seq - held.last <= MANY
    copied: dict[int, Block] = {}
    batch: list[_Row] = []
    for values in found if few else found.iterator(chunk_size=BLOCK):
        row = _Row(*values)
        if row.epoch != held.epoch:
            return None
        batch.append(row)
        if len(batch) == BLOCK:
            held, batch = held.with_rows(batch, copied), []
    held = held.with_rows(batch, copied)
    return replace(held, last=max(held.last, seq))
