"""A child's first name and surname together, and the name of a school. The capital letters of names count."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from members.models.member import Member
from moderation.checks import CHILD, Finding
from moderation.patterns.reading import plain

WORDS = _("It looks as if a child’s full name or school is in it. A moderator looks first, because the child could be found.")

NAME = r"([A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ]+(?:-[A-ZÀ-ÖØ-Þ]?[a-zà-öø-ÿ]+)?)"
PARTICLE = r"(?:van|von|de|del|della|da|di|der|den|bin|al|el|O'|Mc|Mac)"
SURNAME = rf"((?:{PARTICLE}[ -]?){{0,2}}[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ]+(?:-[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ]+)?)"
OF_MINE = r"(?:[Mm]y|[Oo]ur|[Mm]eine?|[Uu]nsere?|[Mm]on|[Mm]a|[Mm]i|[Mm]io|[Mm]ia)"
KIN = (
    r"(?:[Ss]on|[Dd]aughter|[Cc]hild|[Bb]oy|[Gg]irl|[Bb]aby|[Tt]oddler|[Ll]ittle one|[Gg]randson|[Gg]randdaughter|[Gg]randchild|[Nn]ephew|[Nn]iece"
    r"|[Kk]id|[Tt]win|[Ss]ohn|[Tt]ochter|[Ff]ils|[Ff]ille|[Hh]ijo|[Hh]ija|[Ff]iglio|[Ff]iglia)"
)
CALLED = r"(?:,? (?:who )?(?:is )?(?:named|called|whose name is|heißt|s'appelle|se llama),?|'s (?:full )?name is|,)?"
CHILDREN = re.compile(
    rf"\b{OF_MINE} (?:\w+ )?{KIN}{CALLED} {NAME} {SURNAME}\b"
    rf"|\b(?:[Hh]is|[Hh]er) (?:full |whole )?name is {NAME} {SURNAME}\b"
    rf"|\b(?:[Hh]e|[Ss]he) is (?:called|named) {NAME} {SURNAME}\b"
)
# With a capital letter beside a child's name, and no surname: how sentences go on, medicines, days.
NO_SURNAMES = frozenset(
    "The And But She He It We I They His Her Our My This That Then When After Before Since With Was Is Has Had Can Could Will Would Does Did Who "
    "What Which Where How Why Also Both Even Still Just Now Today Yesterday Tomorrow Christmas Easter Prednisolone Prednisone Dexamethasone "
    "Rituximab Dexa Keppra Melatonin Trazodone Hospital Children Childrens Clinic Doctor Professor Nurse Syndrome English German French Spanish "
    "Dear Thanks Thank Please January February March April May June July August September October November December Monday Tuesday Wednesday "
    "Thursday Friday Saturday Sunday".split()
)
ATTENDS = (
    r"(?:(?:goes|go|going|went) to|attends|attending|(?:starts|started|starting) at|enrolled (?:at|in)|pupil at|student at"
    r"|(?:year|grade|class) \w+ (?:at|of)|geht (?:in|auf|an) die|besucht (?:die|den)|va à|va al|asiste al)"
)
CAPITALS = r"(?:[A-ZÀ-Ý][\w'-]+ ){1,4}"
SCHOOL = r"(?:School|Primary|Elementary|Academy|Kindergarten|Nursery|Preschool|Schule|Grundschule|Kita|Gymnasium)"
SCHOOLS = re.compile(
    rf"\b{ATTENDS} (?:the )?(?:St\.? )?({CAPITALS}){SCHOOL}\b"
    r"|\b(?:geht (?:in|auf|an) die|besucht (?:die|den)) ([A-ZÄÖÜ][\wäöüß-]{2,40}(?:schule|kindergarten|kita|gymnasium))\b"
    r"|\b(?:école|escuela|colegio|scuola) ((?:[A-ZÀ-Ý][\w'-]+)(?: [A-ZÀ-Ý][\w'-]+){1,3})\b"
)
KINDS_OF_SCHOOL = frozenset(
    "High Primary Elementary Middle Secondary Grammar Special Sunday Summer Forest Public Nursery Preschool Boarding Law Business Graduate".split()
)


def find(text: str, *, by: Member) -> Iterator[Finding]:
    """Find what names a child for strangers."""
    whole = plain(text)
    named = any(_is_name(match) for match in CHILDREN.finditer(whole))
    if named or any(_is_school(match) for match in SCHOOLS.finditer(whole)):
        yield Finding(CHILD, WORDS, holds=True)


def _is_name(match: re.Match[str]) -> bool:
    return not any(part in NO_SURNAMES for name in match.groups() if name for part in name.split())


def _is_school(match: re.Match[str]) -> bool:
    """Return whether a school is named, not only its kind."""
    words = set(next(found for found in match.groups() if found).split())
    return bool(words - KINDS_OF_SCHOOL) and "Medical" not in words
