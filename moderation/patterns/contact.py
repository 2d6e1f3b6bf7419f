"""Ways to reach somebody outside: e-mail, telephone, street, another chat."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from members.models.member import Member
from moderation.checks import ADDRESS, CHAT, EMAIL, TELEPHONE, Finding
from moderation.patterns.reading import any_in, phrases, plain, without_links

WORDS = {
    EMAIL: _("It looks as if there is an e-mail address in it. A moderator looks first, because strangers could write to it."),
    TELEPHONE: _("It looks as if there is a telephone number in it. A moderator looks first, because strangers could call it."),
    ADDRESS: _("It looks as if there is a street address in it. A moderator looks first, because strangers could find somebody’s home."),
    CHAT: _("It looks as if it invites people to talk elsewhere. A moderator looks first, because nobody can look after them there."),
}


def find(text: str, *, by: Member) -> Iterator[Finding]:
    """Find each kind of contact once."""
    whole = plain(text)
    bare = without_links(whole)
    found = {EMAIL: has_email(bare), TELEPHONE: has_telephone(bare), ADDRESS: has_address(bare), CHAT: any_in(CHATS, whole)}
    for kind, holds in found.items():
        if holds:
            yield Finding(kind, WORDS[kind], holds=True)


# E-mail, also spelt out. The public desks of organisations pass, unless they sit at a provider for private people.
HOST = re.compile(r"@((?:[\w-]{1,63}\.){1,4}[a-z]{2,24})\b", re.IGNORECASE)
NAME = re.compile(r"[\w.+-]{1,64}$")
DESKS = re.compile(
    r"(?:info|contact|office|help|support|hello|admin|enquir\w+|inquir\w+|press|registry|research|mail|kontakt|secretariat)", re.IGNORECASE
)
PRIVATE = r"(?:gmail|googlemail|yahoo|hotmail|outlook|live|msn|icloud|aol|gmx|web|proton|protonmail)"
PRIVATE_HOST = re.compile(rf"{PRIVATE}\.", re.IGNORECASE)
SPELT = (
    phrases(rf"(?<![.+-])[\w.+-]{{2,64}} ?[\[({{]? ?(?:at|@) ?[\])}}]? ?{PRIVATE} ?[\[({{]? ?(?:dot|\.) ?[\])}}]? ?[a-z]{{2,5}}"),
    phrases(r"(?<![.+-])[\w.+-]{2,64} ?[\[({] ?(?:at|@) ?[\])}] ?[\w-]{2,63} ?(?:[\[({] ?(?:dot|\.) ?[\])}]|\.|dot) ?[a-z]{2,10}"),
)


def has_email(text: str) -> bool:
    """Return whether somebody's mail address is there."""
    for host in HOST.finditer(text):
        name = NAME.search(text[max(0, host.start() - 64) : host.start()])
        if name and (not DESKS.fullmatch(name[0]) or PRIVATE_HOST.match(host[1])):
            return True
    return any_in(SPELT, text)


# Telephone: what is a date, a time, a trial, a publication or a helpline is taken out first.
NO_TELEPHONE = re.compile(
    r"\b\d{4}[-./]\d{1,2}[-./]\d{1,2}\b|\b\d{1,2}[-./]\d{1,2}[-./]\d{2,4}\b(?![-./ ]?\d)|\b(?:19|20)\d\d ?- ?(?:19|20)\d\d\b|\b\d{1,2}:\d\d\b"
    r"|\b(?:PMID|PMC|NCT|ISRCTN|ISBN|ISSN|ORPHA|OMIM|HP|EudraCT|ORCID|DOI|ICD)[^\s\d]{0,3} ?[\d.X/-]+|\b10\.\d{4,9}/\S+"
    r"|(?<![\d+])(?:\+?1[ .-])?\(?8(?:00|33|44|55|66|77|88)\)?[ .-]\d{3}[ .-]?\d{4}\b|\b0800[ /-]?[\d ]{5,10}|\b116[ -]?\d{3}\b",
    re.IGNORECASE,
)
NUMBER = re.compile(r"(?<![\w/.,+-])(\+|00)?(\(?\d[\d ()./-]{4,22}\d)(?![\w%])")
AMERICAN = re.compile(r"\(?\d{3}\)?[ .-]{0,2}\d{3}[ .-]\d{4}")
NATIONAL = re.compile(r"\(?0[1-9][\d ()./-]*")
CALLING = (
    r"phone|telephone|tel|mobile|cell|call (?:me|us)|ring (?:me|us)|text (?:me|us)|whats ?app|(?:my|our) (?:number|nr)|handy|telefon|handynummer"
    r"|rufnummer|ruf mich|téléphone|portable|appele[zr]?|teléfono|llámame|llamar|móvil|telefono|cellulare"
)
CALL = re.compile(rf"(?<!\w)(?:{CALLING})\W{{0,3}}[^\d\n.!?]{{0,25}}$", re.IGNORECASE)
MEASURED = re.compile(r" ?(?:mg|ml|units?|doses?|weeks?|days?|months?|times?|grams?|kg)\b", re.IGNORECASE)


def has_telephone(text: str) -> bool:
    """Return whether somebody's number is there: with a country code, in a national form, or after a word that asks for a call."""
    text = NO_TELEPHONE.sub(" ; ", text)
    return any(_is_telephone(text, match) for match in NUMBER.finditer(text))


def _is_telephone(text: str, match: re.Match[str]) -> bool:
    number, digits = match[2], re.sub(r"\D", "", match[2])
    if match[1] and 8 <= len(digits) <= 15:
        return True
    if AMERICAN.fullmatch(number):
        return True
    if NATIONAL.fullmatch(number) and 9 <= len(digits) <= 12:
        return True
    called = CALL.search(text[max(0, match.start() - 60) : match.start()])
    return 6 <= len(digits) <= 15 and bool(called) and not MEASURED.match(text[match.end() : match.end() + 8])


# Streets where people live: a house number and a name with capital letters, or "I live at". Hospitals have addresses, too.
STREETS = "Street|Road|Avenue|Lane|Drive|Boulevard|Crescent|Terrace|Close|Court|Gardens|Grove|Mews|Square"
SHORT_STREETS = r"(?:St|Rd|Ave|Ln|Blvd|Dr)\.?(?=\s*(?:,|$|\n))"
DAYS = (
    "January|February|March|April|May|June|July|August|September|October|November|December|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
)
LIVING = r"(?:live|lives|living|address is|home is|come to|visit (?:us|me)|house is)"
HOMES = (
    re.compile(rf"\b\d{{1,5}}[a-zA-Z]?,? (?!(?:{DAYS})\b)(?:[A-Z][\w'-]+ ){{1,3}}(?:{STREETS}|{SHORT_STREETS})(?!\w)"),
    re.compile(rf"\b{LIVING}\b[^.\n]{{0,25}}\b\d{{1,5}}[a-z]? (?:[\w'-]+ ){{1,3}}(?:{STREETS})\b", re.IGNORECASE),
    re.compile(r"\b[A-ZÄÖÜ][\wäöüß-]{2,40}(?:straße|strasse|str\.|weg|platz|allee|gasse|straat|laan|plein) \d{1,4} ?[a-z]?\b"),
    re.compile(r"\b[A-ZÄÖÜ][\wäöüß-]{2,40} (?:Straße|Strasse|Str\.|Allee|Weg|Platz) \d{1,4}\b"),
    re.compile(r"\b\d{1,4},? (?:bis |ter )?(?:rue|avenue|boulevard|allée|chemin|impasse) (?:de la |de l'|de |du |des |d')?[A-ZÀ-Ý]\w+"),
    re.compile(r"\b(?:[Cc]alle|[Aa]venida|[Pp]aseo|[Rr]ua|[Vv]iale|[Pp]iazza|C/) ?(?:[\w'.]{1,20} ){0,3}[A-ZÀ-Ý]\w+,? (?:n[.ºo°]{1,2} ?)?\d{1,4}\b"),
)
INSTITUTION = re.compile(
    r"hospital|clini[ck]|clinique|hôpital|klinik|krankenhaus|cent(?:er|re)\b|institut|universit|pharmacy|foundation|association|department|ospedale",
    re.IGNORECASE,
)


def has_address(text: str) -> bool:
    """Return whether a home's street and number are there."""
    return any(not INSTITUTION.search(text[max(0, match.start() - 80) : match.start()]) for home in HOMES for match in home.finditer(text))


# Another chat: the address of one, or somebody asks to be met there. That there is a group somewhere may be said.
PLACES = (
    r"(?:whats ?app|telegram|signal(?! (?:change|intensit|on|in))|messenger|facebook|instagram|insta|fb|discord"
    r"|snapchat|snap|skype|viber|wechat|kik|threema)"
)
ASKING = r"(?:add|message|text|write(?: to)?|contact|find|reach|join|dm|pm|follow|call|talk to|chat with) (?:me|us|my|our)"
TOGETHER = r"(?:let's|lets|can we|could we|shall we|we can)"
CHATS = (
    re.compile(
        r"\b(?:t\.me|telegram\.me|wa\.me|chat\.whatsapp\.com|discord\.gg|discord\.com/invite|signal\.group|m\.me|join\.skype\.com|facebook\.com/groups)/",
        re.IGNORECASE,
    ),
    phrases(rf"{ASKING}\b[^.!?\n]{{0,30}}\b{PLACES}"),
    phrases(rf"{TOGETHER}\b[^.!?\n]{{0,30}}\b(?:on|over|via|to|by) {PLACES}"),
    phrases(rf"(?:my|mein|mi|mon) {PLACES}(?: (?:name|id|handle|account|user(?:name)?|is|ist|est|es))", rf"(?:my|mein|mi|mon) {PLACES} ?:[^\n]"),
    phrases(rf"(?:schreibt? mir|écris-moi|écrivez-moi|escríbeme|scrivimi)\b[^.!?\n]{{0,30}}\b{PLACES}"),
)
