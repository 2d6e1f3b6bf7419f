"""Pseudonyms (pure): cleaned, bounded, in one script, not a word of the site's own, and not the look-alike of another.

The skeleton follows the idea of Unicode Technical Standard 39: what looks the same is the same. Names are kept to one script, so that the
table below only has to hold the signs that look alike within a script, and those that Latin shares with digits.
"""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext as _

from prose.markdown import clean

SHORTEST, LONGEST = 2, 40  # characters
LONGEST_BYTES = 120
LONGEST_SKELETON = 80  # some signs stand for several letters
# What would make a member look like staff, a doctor, or a page of the site.
RESERVED = frozenset(
    "admin administrator anonymous community editor everyone former-member guest help me moderator nobody official root staff support "
    "system team the-team you webmaster security contact about account search settings privacy terms".split()
)
_TITLES = re.compile(r"^(?:dr|doctor|prof|professor|nurse|md|moderator|admin)\b", re.IGNORECASE)
_ALIKE = str.maketrans({"0": "o", "1": "l", "i": "l", "|": "l", "!": "l", "3": "e", "4": "a", "5": "s", "$": "s", "7": "t", "8": "b", "9": "g"})
_ALLOWED = {"L", "M", "N"}  # letters, marks, numbers; beside them only what stands here
_BETWEEN = " -_.'’"


def clean_pseudonym(text: str, *, reserved: tuple[str, ...] = ()) -> str:
    """Return the name as it is stored. Raises ValidationError with the reason, in words for the person.

    reserved: further words that nobody may look like, such as the site's own name and its conditions.
    """
    name = " ".join(clean(text).split())
    if len(name) < SHORTEST:
        raise ValidationError(_("Choose a name of at least %(number)d characters.") % {"number": SHORTEST}, code="short")
    if len(name) > LONGEST or len(name.encode()) > LONGEST_BYTES:
        raise ValidationError(_("Choose a shorter name, at most %(number)d characters.") % {"number": LONGEST}, code="long")
    if any(unicodedata.category(sign)[0] not in _ALLOWED and sign not in _BETWEEN for sign in name):
        raise ValidationError(_("Use letters, numbers, spaces, hyphens and dots only."), code="signs")
    if not any(unicodedata.category(sign)[0] == "L" for sign in name):
        raise ValidationError(_("A name needs at least one letter."), code="letters")
    if len(scripts(name)) > 1:
        raise ValidationError(_("Use letters of one alphabet only: mixed ones are used to imitate other people."), code="scripts")
    if "@" in text or re.search(r"\d{5,}", name):
        raise ValidationError(_("A name must not hold an address or a telephone number."), code="contact")
    looks = skeleton(name)
    if len(looks) > LONGEST_SKELETON:
        raise ValidationError(_("Choose a shorter name, at most %(number)d characters.") % {"number": LONGEST}, code="long")
    if looks in _RESERVED_SKELETONS or looks in map(skeleton, reserved) or slugify(name) in RESERVED or _TITLES.match(name):
        raise ValidationError(_("This name could be taken for somebody of the site or for a doctor. Please choose another."), code="reserved")
    return name


def scripts(name: str) -> set[str]:
    """Return the alphabets of a name's letters: LATIN, CYRILLIC, ARABIC ...; Japanese counts as one."""
    found = set()
    for sign in name:
        if unicodedata.category(sign)[0] == "L":
            script = unicodedata.name(sign, "UNKNOWN").split()[0]
            found.add("JAPANESE" if script in ("HIRAGANA", "KATAKANA", "CJK", "HALFWIDTH", "FULLWIDTH") else script)
    return found


def skeleton(name: str) -> str:
    """Return what a name looks like: two names with one skeleton cannot stand side by side."""
    folded = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(sign for sign in folded if unicodedata.category(sign)[0] in ("L", "N"))
    return letters.translate(_ALIKE).replace("rn", "m").replace("vv", "w")


_RESERVED_SKELETONS = frozenset(skeleton(word) for word in RESERVED)
