"""Pages of a list by the key of a row, not by a number: page 400 costs what page 1 costs, and nothing shifts while somebody reads."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet

PER_PAGE = 20
LARGEST = 2**63 - 1  # what a column of numbers holds
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LAST_MICROS = 9_000 * 366 * 86_400 * 10**6  # a year that datetime knows
AFTER, BEFORE = "after", "before"  # the row that was last on the page before; that was first on the page behind
_KEY = re.compile(r"(\d{1,19})-(\d{1,19})", re.ASCII)


@dataclass(frozen=True)
class Order:
    """By which value a list is ordered; rows of the same value follow by their number, in the same direction.

    value: a field of the row, or an alias of the query. is_time: whether it is a time, else a number of 0 or more. descending: largest first.
    number: the field of the row's number. of: how the value is called on the row, where that differs.
    """

    value: str
    is_time: bool = True
    descending: bool = True
    number: str = "pk"
    of: str = ""

    def by(self, *, backwards: bool = False) -> tuple[str, str]:
        """Return what to order a query by."""
        sign = "-" if self.descending != backwards else ""
        return f"{sign}{self.value}", f"{sign}{self.number}"

    def beyond(self, key: tuple[Any, int], *, backwards: bool = False) -> Q:
        """Return the condition for rows behind a key. The first half alone lets an index begin at the right place."""
        beyond = "lt" if self.descending != backwards else "gt"
        value, number = key
        return Q(**{f"{self.value}__{beyond}e": value}) & (Q(**{f"{self.value}__{beyond}": value}) | Q(**{f"{self.number}__{beyond}": number}))

    def key_of(self, row: Any) -> str:
        """Return a row's key as it stands in an address."""
        value = getattr(row, self.of or self.value)
        return f"{(value - EPOCH) // timedelta(microseconds=1) if self.is_time else value}-{row.pk}"

    def read(self, text: str) -> tuple[Any, int] | None:
        """Return the key that an address names, or None for whatever is none."""
        match = _KEY.fullmatch(text)
        if not match:
            return None
        value, number = int(match[1]), int(match[2])
        if number > LARGEST or value > (LAST_MICROS if self.is_time else LARGEST):
            return None
        return (EPOCH + timedelta(microseconds=value) if self.is_time else value), number


@dataclass(frozen=True)
class Page:
    """Some rows of a list. newer, older: the query of the neighbouring page's address, or an empty string. "Newer" is towards the list's top.

    is_first: the address named no row. is_top: nothing stands above, whatever the address said: the list's bare address shows the same.
    """

    rows: list[Any] = field(default_factory=list)
    newer: str = ""
    older: str = ""
    is_first: bool = True
    is_top: bool = True


def page(rows: QuerySet, order: Order, asked: Any, *, keep: dict[str, str] | None = None) -> Page:
    """Return the page of a list that an address asks for; an odd key gives the first. One query.

    rows: filtered, in no order. asked: the address's query (request.GET). keep: what else the neighbours' addresses carry.
    """
    before, after = order.read(asked.get(BEFORE, "")), order.read(asked.get(AFTER, ""))
    backwards = before is not None
    key = before or after
    if key:
        rows = rows.filter(order.beyond(key, backwards=backwards))
    found = list(rows.order_by(*order.by(backwards=backwards))[: PER_PAGE + 1])
    more, found = len(found) > PER_PAGE, found[:PER_PAGE]
    if backwards:
        found.reverse()
    above = more if backwards else key is not None
    below = bool(found) if backwards else more

    def address(name: str, row: Any) -> str:
        return "?" + urlencode({**(keep or {}), name: order.key_of(row)})

    return Page(
        rows=found,
        newer=address(BEFORE, found[0]) if above and found else "",
        older=address(AFTER, found[-1]) if below and found else "",
        is_first=key is None,
        is_top=not above,
    )
