"""What a page says of a match: the reasons by their plain names, and of the other side only what both sides show."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from conditions.models.condition import Condition
from conditions.models.vocabulary import AncestorTerm, Symptom
from members.models.member import Member
from members.profiles import Somebody
from soulmates import distances
from soulmates.forms.matches import KNOWN_ONSETS, KNOWN_TUMOURS
from soulmates.matching import Explanation
from soulmates.models.location import MemberLocation
from soulmates.models.place import Place
from soulmates.sides import Side

IN_A_LIST = 4  # shared symptoms on a card in a list; the page of the match shows all
# Translators: how hard a symptom is, inside of a sentence: "both moderate", "you severe, they mild".
HOW_HARD = {1: _("mild"), 2: _("moderate"), 3: _("severe"), 4: _("very severe")}


@dataclass(frozen=True)
class Name:
    """A term in plain words, in the language they are written in. is_kind: it is above the vocabulary: "a kind of ..." goes before it."""

    hpo_id: str
    words: str
    language: str
    is_kind: bool = False


@dataclass(frozen=True)
class Alike:
    """One reason. percent: of all that makes up the match, whole. mine, theirs: severities 1-4. my_terms, their_terms: what of each it is about."""

    name: Name
    percent: int
    mine: int
    theirs: int
    my_terms: Sequence[Name]
    their_terms: Sequence[Name]

    @property
    def is_same(self) -> bool:
        """Return whether it is as hard for both."""
        return self.mine == self.theirs

    @property
    def how_mine(self) -> str:
        """Return how hard it is for one's own side, as a word inside a sentence."""
        return HOW_HARD[self.mine]

    @property
    def how_theirs(self) -> str:
        """Return how hard it is for the other side, as a word inside a sentence."""
        return HOW_HARD[self.theirs]


@dataclass(frozen=True)
class Where:
    """Where somebody is shown, no finer than they chose, nor than the viewer is shown; how far that is from the viewer's town in words, or ""."""

    location: MemberLocation
    band: str


@dataclass(frozen=True)
class Card:
    """A match, ready to be shown. shared and related: the heaviest first; their percents sum to 100."""

    match: Any
    role: str
    languages: Sequence[str]
    somebody: Somebody | None
    onset: str
    tumour: str
    where: Where | None
    picture: bool
    shared: Sequence[Alike]
    related: Sequence[Alike]
    only_mine: Sequence[Name]
    only_theirs: Sequence[Name]

    @property
    def more(self) -> int:
        """Return how many shared symptoms a card in a list leaves out."""
        return max(0, len(self.shared) - IN_A_LIST)

    @property
    def is_even(self) -> bool:
        """Return whether everything that a card in a list names is as hard for both."""
        return all(alike.is_same for alike in self.shared[:IN_A_LIST])

    @property
    def has_facts(self) -> bool:
        """Return whether both sides show anything beside symptoms."""
        return bool(self.role or self.languages or self.somebody or self.onset or self.tumour or self.where)


def cards_of(matches: Sequence[Any], *, side: Side, viewer: Member) -> list[Card]:
    """Return the cards of matches, in their order. Queries: names (kept by the process), places where the viewer may look; never one a match."""
    if not matches:
        return []
    names = names_of(side.patient.condition, matches)
    places = _places(matches, viewer) if side.precision else {}
    return [_card(match, names, _where(places.get(match.member.pk), side), side, viewer) for match in matches]


def own_place(side: Side) -> Place | None:
    """Return the public place that distances are counted from: the member's own, where they are shown with a town area. No query."""
    return side.guardian.member.location.place if "town" in side.shows else None


def whole_percents(shares: Iterable[float]) -> list[int]:
    """Return shares of 1 as whole percents that sum to 100 (to 0 for no shares): what is lost by cutting goes to the largest remainders."""
    exact = [100 * share for share in shares]
    whole = [int(percent) for percent in exact]
    by_rest = sorted(range(len(exact)), key=lambda at: (whole[at] - exact[at], at))
    for at in by_rest[: 100 - sum(whole)] if exact else ():
        whole[at] += 1
    return whole


def names_of(condition: Condition, matches: Iterable[Any]) -> dict[str, Name]:
    """Return the plain names of all terms in the explanations. No query once this process knows the vocabulary of the files in force."""
    wanted = {term.hpo_id for match in matches for term in _terms(match.explanation)}
    known = _vocabulary(condition.files_digest, condition.language) if condition.files_digest else {}
    return known if wanted <= known.keys() else _read_names(condition.language)


@lru_cache(maxsize=8)
def _vocabulary(_digest: str, language: str) -> dict[str, Name]:
    return _read_names(language)


def _read_names(language: str) -> dict[str, Name]:
    """Read all names. Two queries."""
    return names_from([*AncestorTerm.objects.only("hpo_id", "name"), *Symptom.objects.only("hpo_id", "plain_name")], language)


def names_from(terms: Iterable[AncestorTerm | Symptom], language: str) -> dict[str, Name]:
    """Return names by id: of symptoms our plain ones, of what stands above them the vocabulary's own, in its English. Where both are given the
    last one counts. No query.
    """
    return {
        term.hpo_id: Name(term.hpo_id, term.plain_name, language) if isinstance(term, Symptom) else Name(term.hpo_id, term.name, "en", is_kind=True)
        for term in terms
    }


def _terms(explanation: Explanation) -> Iterable[Any]:
    for reason in (*explanation.shared, *explanation.related):
        yield from (reason, *reason.my_terms, *reason.their_terms)
    yield from (*explanation.only_mine, *explanation.only_theirs)


def _places(matches: Sequence[Any], viewer: Member) -> dict[int, MemberLocation]:
    """Return where the members are shown, by member. One query."""
    found = MemberLocation.objects.visible_to(viewer.user).filter(member__in=[match.member.pk for match in matches])
    return {location.member_id: location for location in found.select_related("region", "place")}


def _card(match: Any, names: dict[str, Name], where: Where | None, side: Side, viewer: Member) -> Card:
    explanation, member, patient, theirs, mine = match.explanation, match.member, match.patient, match.shows, side.shows

    def both_tick(fact: str) -> bool:
        return fact in mine and getattr(theirs, fact, False)

    shared, related = alike_of(explanation, names)
    return Card(
        match=match,
        role=member.get_role_display() if "role" in mine and member.role and member.shows("role", viewer) else "",
        languages=member.language_names if "languages" in mine and member.shows("languages", viewer) else [],
        somebody=Somebody(patient.age_band) if both_tick("age") and patient.age_band else None,
        onset=patient.get_onset_age_display() if both_tick("onset") and patient.onset_age in KNOWN_ONSETS else "",
        tumour=patient.get_tumour_display() if both_tick("tumour") and patient.tumour in KNOWN_TUMOURS else "",
        where=where,
        picture=member.shows("picture", viewer),
        shared=shared,
        related=related,
        only_mine=[_name(names, term.hpo_id) for term in explanation.only_mine],
        only_theirs=[_name(names, term.hpo_id) for term in explanation.only_theirs],
    )


def alike_of(explanation: Explanation, names: dict[str, Name]) -> tuple[list[Alike], list[Alike]]:
    """Return what two people share, and what of theirs is related, each the heaviest first; the percents of both together sum to 100."""
    reasons = [*explanation.shared, *explanation.related]
    percents = whole_percents(reason.share for reason in reasons)
    alike = [
        Alike(
            _name(names, reason.hpo_id),
            percent,
            reason.mine,
            reason.theirs,
            [_name(names, term.hpo_id) for term in reason.my_terms],
            [_name(names, term.hpo_id) for term in reason.their_terms],
        )
        for reason, percent in zip(reasons, percents, strict=True)
    ]
    number = len(explanation.shared)
    return _heaviest_first(alike[:number]), _heaviest_first(alike[number:])


def _name(names: dict[str, Name], hpo_id: str) -> Name:
    return names.get(hpo_id) or Name(hpo_id, hpo_id, "")


def _heaviest_first(reasons: Sequence[Alike]) -> list[Alike]:
    return sorted(reasons, key=lambda reason: -reason.percent)


def _where(location: MemberLocation | None, side: Side) -> Where | None:
    if location is None:
        return None
    seen, mine = location.no_finer_than(side.precision), own_place(side)
    return Where(seen, distances.band(mine, seen.place).words() if mine and seen.place else "")
