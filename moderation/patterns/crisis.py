"""Words of self-harm, of harm to somebody, and of danger now.

Asking what a medicine may do to somebody's mood is a question as any other, and so is a parent's fear in an emergency that is over.
"""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from members.models.member import Member
from moderation.checks import CRISIS, Finding
from moderation.patterns.reading import any_in, phrases, plain

WORDS = _("It sounds as if you, or somebody near you, may be in danger. You are not alone with it: please see where help is.")

SOMEBODY = r"(?:i|he|she|they)"
CRISES = (
    phrases(
        r"kill(?:ing)? (?:myself|himself|herself|themselves)",
        r"end(?:ing)? (?:my (?:own )?life|it all)",
        r"tak(?:e|ing) (?:my|his|her) own life",
        r"(?:am|i'm|im|he's|she's|is|was|been|feel(?:s|ing)?) suicidal",
        r"suicidal thoughts",
        r"commit(?:ting)? suicide",
        r"suicide (?:plan|note|attempt)",
    ),
    phrases(
        rf"{SOMEBODY} (?:just |really |only )?wants? to (?:die|be dead|disappear forever)",
        rf"wish(?:es)? {SOMEBODY} (?:was|were) dead",
        rf"{SOMEBODY} (?:do|does)(?: not|n't) want to (?:live|be here|be alive|wake up)(?: any ?more)?",
        r"no reason (?:left )?to (?:live|go on)",
        r"(?:better off|happier) (?:dead|without me|if i (?:was|were) (?:dead|gone))",
        r"can(?: ?no|')t (?:go on|do this|live like this) any ?more",
        r"can(?:not|'t) go on living",
        r"nothing to live for",
    ),
    phrases(
        r"(?:hurt|harm|cut)(?:ting|ing)? myself on purpose",
        r"self[- ]?harm(?:s|ing|ed)?",
        r"(?:hurting|harming|cutting) myself",
        r"(?:going|want|afraid (?:that )?i (?:will|might|could)|scared (?:that )?i (?:will|might|could)) (?:to )?(?:hurt|harm|shake|kill) "
        r"(?:my (?:child|baby|son|daughter|husband|wife)|him|her|them)",
        r"(?:took|taken|swallowed) (?:an overdose|too many (?:pills|tablets)|all (?:my|the) (?:pills|tablets))",
    ),
    phrases(
        r"(?:he|she|(?:my|her|his) (?:husband|wife|partner|father|mother|boyfriend|girlfriend)) "
        r"(?:hits|beats|is beating|is hitting|threatens to kill|wants to kill) (?:me|us|him|her|my)",
        r"(?:is|he's|she's) not breathing(?! (?:well|properly|right))",
        r"stopped breathing (?:right )?now",
        r"sexually abus(?:ed|es|ing) (?:me|my|him|her)",
    ),
    phrases(
        r"mich umbringen", r"mir das leben nehmen", r"nicht mehr leben (?:will|möchte|wollen)", r"will nicht mehr leben", r"selbstmord",
        r"selbstmordgedanken", r"suizidgedanken", r"me suicider", r"me tuer", r"envie de mourir", r"plus envie de vivre",
        r"pensées suicidaires", r"suicidarme", r"matarme", r"quiero morir", r"no quiero vivir", r"quitarme la vida", r"uccidermi",
        r"togliermi la vita", r"voglio morire", r"mezelf van kant maken", r"wil niet meer leven", r"zelfmoord",
    ),
)  # fmt: skip


def find(text: str, *, by: Member) -> Iterator[Finding]:
    """Find words of danger: nothing is held for them."""
    if any_in(CRISES, plain(text)):
        yield Finding(CRISIS, WORDS, holds=False)
