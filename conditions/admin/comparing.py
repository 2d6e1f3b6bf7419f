"""A text beside the one it would replace: part by part, as a page can show it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext

from conditions.actions.texts import RENDERED, ROW_FIELDS
from conditions.diffing import Changed, Piece, Unchanged, compare, is_changed, units_of
from conditions.models.revision import TEXT_FIELDS, Revision

_DATES = ("compiled_on", "review_due_on")
_LISTS = ("search_words", "questions", "related")
_SHOWN = 3  # unchanged units in a row that are shown whole; of more, all but the neighbours of a change are folded


@dataclass(frozen=True)
class Stretch:
    """What a page shows: the pieces of a change, or unchanged units, folded or not."""

    pieces: tuple[Piece, ...] = ()
    units: tuple[str, ...] = ()
    folded: bool = False


@dataclass(frozen=True)
class Part:
    """A part of a text: its name and what changed in it."""

    label: str
    stretches: list[Stretch]


@dataclass(frozen=True)
class Comparison:
    """The parts that differ, and the names of those that are the same in both and not empty."""

    changed: list[Part]
    same: list[str]


def counterpart(revision: Revision) -> Revision | None:
    """Return what a revision is compared with: readers' text while it waits, else the one it replaced. One query."""
    of_page = Revision.objects.filter(**{revision.kind: revision.target}, language=revision.language).exclude(pk=revision.pk)
    if revision.state in (Revision.State.PROPOSED, Revision.State.DECLINED):
        return of_page.approved().first()
    return of_page.filter(state=Revision.State.REPLACED, decided_at__lt=revision.decided_at).order_by("-decided_at", "-pk").first()


def comparison(old: Revision | None, new: Revision) -> Comparison:
    """Compare all parts of two texts; without an old one all is new."""
    changed, same = [], []
    for label, before, after in _parts(old, new):
        found = compare(before, after)
        if is_changed(found):
            changed.append(Part(label, list(_folded(found))))
        elif after:
            same.append(label)
    return Comparison(changed, same)


def _parts(old: Revision | None, new: Revision) -> Iterable[tuple[str, list[str], list[str]]]:
    for name in (*TEXT_FIELDS, *_DATES):
        yield capfirst(Revision._meta.get_field(name).verbose_name), _units(old, name), _units(new, name)
    for name, (model, _keys) in ROW_FIELDS.items():
        yield capfirst(model._meta.verbose_name_plural), _rows(old, name), _rows(new, name)


def _units(revision: Revision | None, name: str) -> list[str]:
    if revision is None:
        return []
    value = getattr(revision, name)
    if name in RENDERED:
        return units_of(value)
    if name in _LISTS:
        return list(value)
    return [str(value)] if value else []


def _rows(revision: Revision | None, name: str) -> list[str]:
    """Return each row as one line of words."""
    if revision is None:
        return []
    lines = []
    for row in getattr(revision, name).select_related("source"):
        if name == "evidence":
            people = gettext("%(number)d people") % {"number": row.people} if row.people is not None else ""
            cells = [row.claim, row.study, people, str(row.year or ""), row.source.key, str(row.get_confidence_display())]
        else:
            counted = gettext("%(count)d of %(total)d people") % {"count": row.count, "total": row.total}
            cells = [row.label, counted, row.source.key]
        lines.append(" · ".join(cell for cell in cells if cell))
    return lines


def _folded(found: list[Unchanged | Changed]) -> Iterable[Stretch]:
    """Fold unchanged units that stand far from any change."""
    for number, stretch in enumerate(found):
        if isinstance(stretch, Changed):
            yield Stretch(pieces=stretch.pieces)
        elif len(stretch.units) <= _SHOWN:
            yield Stretch(units=stretch.units)
        else:
            first, last = int(number > 0), len(stretch.units) - int(number < len(found) - 1)
            if first:
                yield Stretch(units=stretch.units[:first])
            yield Stretch(units=stretch.units[first:last], folded=True)
            if last < len(stretch.units):
                yield Stretch(units=stretch.units[last:])
