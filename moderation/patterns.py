"""Our own checks: patterns for what lets strangers find a family, and for words of despair. Pure: a text in, findings out.

A false alarm hurts whoever is told that a moderator has to look first, and a miss can hurt a child. Where the two pull apart, numbers need
something that makes them a telephone number (a country code, a leading zero, the word "call"), names a capital letter and "my daughter".
Doses, dates, trial numbers, helplines and the addresses of hospitals and organisations pass: tests/moderation/test_checks.py has a list.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from members.models.member import Member
from moderation.checks import ADDRESS, CHAT, CHILD, CRISIS, EMAIL, LINKS, MENTIONS, MONEY, PICTURES, TELEPHONE, Finding

MOST_LINKS = MOST_MENTIONS = 2  # of a new member in one post

HELD = {
    EMAIL: _("It looks as if there is an e-mail address in it. A moderator looks first, because strangers could write to it."),
    TELEPHONE: _("It looks as if there is a telephone number in it. A moderator looks first, because strangers could call it."),
    ADDRESS: _("It looks as if there is a street address in it. A moderator looks first, because strangers could find somebody’s home."),
    MONEY: _("It looks as if it asks for money, or says where to pay. A moderator looks first."),
    CHAT: _("It looks as if it invites people to talk elsewhere. A moderator looks first, because nobody can look after them there."),
    CHILD: _("It looks as if a child’s full name or school is in it. A moderator looks first, because the child could be found."),
}
NEW = {
    LINKS: _("In your first days a post takes two links. Please leave the others out."),
    MENTIONS: _("In your first days a post takes two names with an @. Please leave the others out."),
    PICTURES: _("In your first days a post takes no pictures. Please leave them out, and add them later."),
}
HELP = _("It sounds as if you, or somebody near you, may be in danger. You are not alone with it: please see where help is.")

_ADDRESSES = re.compile(r"\b(?:https?://|www\.)[^\s<>()\]]+", re.IGNORECASE)
_OWN = re.compile(rf"^{re.escape(settings.SITE_URL)}(?:[/?#]|$)", re.IGNORECASE)


def contact(text: str, *, by: Member) -> Iterator[Finding]:
    """Find ways to reach somebody outside: e-mail, telephone, street, payment, another chat."""
    whole = _plain(text)
    bare = _ADDRESSES.sub(" ", whole)
    for kind, found in (
        (EMAIL, _has_email(bare)),
        (TELEPHONE, _has_telephone(bare)),
        (ADDRESS, _has_address(bare)),
        (MONEY, _has_money(whole, bare)),
        (CHAT, _any(_CHATS, whole)),
    ):
        if found:
            yield Finding(kind, HELD[kind], holds=True)


def children(text: str, *, by: Member) -> Iterator[Finding]:
    """Find a child's first name and surname together, and the name of a school."""
    whole = _plain(text)
    if any(_is_name(match) for match in _CHILD.finditer(whole)) or any(_is_school(match) for match in _SCHOOL.finditer(whole)):
        yield Finding(CHILD, HELD[CHILD], holds=True)


def crisis(text: str, *, by: Member) -> Iterator[Finding]:
    """Find words of self-harm, of harm to somebody, and of danger now."""
    if _any(_CRISES, _plain(text)):
        yield Finding(CRISIS, HELP, holds=False)


def new_member(text: str, *, by: Member) -> Iterator[Finding]:
    """Find what a new member's post may not hold: more than two links or mentions, and pictures (B2)."""
    if not by.is_new:
        return
    links = [address for address in _ADDRESSES.findall(text) if not _OWN.match(address)]
    for kind, found in (
        (LINKS, len(links) > MOST_LINKS),
        (MENTIONS, len(re.findall(r"(?<![\w@/.])@\w", text)) > MOST_MENTIONS),
        (PICTURES, bool(re.search(r"!\[[^\]\n]{0,300}\][(\[]", text))),
    ):
        if found:
            yield Finding(kind, NEW[kind], holds=False)


def _plain(text: str) -> str:
    """Return a text without the tricks that keep a pattern from seeing it: odd digits, invisible letters, other hyphens and spaces."""
    text = unicodedata.normalize("NFKC", text)
    text = "".join(" " if unicodedata.category(sign) == "Zs" else sign for sign in text if unicodedata.category(sign) != "Cf")
    text = "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text)
    return re.sub("[\u2010-\u2015\u2212]", "-", text).replace("’", "'")


def _any(patterns: Iterable[re.Pattern], text: str) -> bool:
    return any(pattern.search(text) for pattern in patterns)


# E-mail: also "name at example dot org". The public desks of organisations pass, unless they sit at a provider for private people.
_MAIL = re.compile(r"([\w.+-]{1,64})@((?:[\w-]{1,63}\.){1,4}[a-z]{2,24})\b", re.IGNORECASE)
_SPELT = re.compile(
    r"\b[\w.+-]{2,64}\s*[\[({]?\s*\bat\b\s*[\])}]?\s*(?:(?:gmail|yahoo|hotmail|outlook|icloud|gmx|web|proton|protonmail|aol|live)\b|"
    r"[\w-]{2,63}\s*[\[({]\s*(?:dot|\.)\s*[\])}])\s*[\[({]?\s*(?:dot|\.)?\s*[\])}]?\s*[a-z]{2,10}\b",
    re.IGNORECASE,
)
_SPELT_OUT = re.compile(
    r"\b[\w.+-]{2,64}\s*[\[({]\s*(?:at|@)\s*[\])}]\s*[\w-]{2,63}\s*(?:[\[({]\s*dot\s*[\])}]|\.|\bdot\b)\s*[a-z]{2,10}\b", re.IGNORECASE
)
_DESKS = re.compile(
    r"(?:info|contact|office|help|support|hello|admin|enquir\w+|inquir\w+|press|registry|research|mail|kontakt|secretariat)", re.IGNORECASE
)
_PRIVATE = re.compile(r"(?:gmail|googlemail|yahoo|hotmail|outlook|live|msn|icloud|me|aol|gmx|web|proton|protonmail|mail)\.", re.IGNORECASE)


def _has_email(text: str) -> bool:
    for match in _MAIL.finditer(text):
        if not _DESKS.fullmatch(match[1]) or _PRIVATE.match(match[2]):
            return True
    return any(re.search(r"dot|[.]", match[0]) for match in _SPELT.finditer(text)) or bool(_SPELT_OUT.search(text))


# Telephone: what is a date, a time, a trial, a publication or a helpline is taken out first.
_NO_TELEPHONE = re.compile(
    r"\b\d{4}[-./]\d{1,2}[-./]\d{1,2}\b|\b\d{1,2}[-./ ]\d{1,2}[-./ ]\d{2,4}\b(?![-./ ]?\d)|\b(?:19|20)\d\d\s?-\s?(?:19|20)\d\d\b|\b\d{1,2}:\d\d\b"
    r"|\b(?:PMID|PMC|NCT|ISRCTN|ISBN|ISSN|ORPHA|OMIM|HP|EudraCT|ORCID|DOI|ICD)\S{0,3}\s?[\d.X/-]+|\b10\.\d{4,}/\S+"
    r"|(?<![\d+])(?:\+?1[ .-])?\(?8(?:00|33|44|55|66|77|88)\)?[ .-]\d{3}[ .-]?\d{4}\b|\b0800[ /-]?[\d ]{5,10}|\b116[ -]?\d{3}\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<![\w/.,+-])(\+|00)?(\(?\d[\d ()./-]{4,22}\d)(?![\w%])")
_CALL = re.compile(
    r"(?:\bphone|telephone|\btel\b|\bmobile|\bcell\b|\bcall me|\bcall us|\bring (?:me|us)|\btext (?:me|us)|whatsapp|\bmy number|\bour number|\bmy nr"
    r"|\bhandy|telefon|\brufnummer|\bruf mich|téléphone|\bportable|\bappele|\bteléfono|\bllam\w+|\bmóvil|\btelefono|\bcellulare)\W{0,3}[^\d\n]{0,25}$",
    re.IGNORECASE,
)
_NOT_A_CALL = re.compile(r"\b(?:mg|ml|units?|doses?|weeks?|days?|months?|times?|grams?|kg)\b", re.IGNORECASE)


def _has_telephone(text: str) -> bool:
    text = _NO_TELEPHONE.sub(" ; ", text)
    for match in _NUMBER.finditer(text):
        number = match[2]
        digits = re.sub(r"\D", "", number)
        before = text[max(0, match.start() - 60) : match.start()]
        if match[1] and 8 <= len(digits) <= 15:
            return True
        if re.fullmatch(r"\(?\d{3}\)?[ .-]{0,2}\d{3}[ .-]\d{4}", number):
            return True
        if re.fullmatch(r"\(?0[1-9].*", number) and 9 <= len(digits) <= 12 and not re.search(r"\.\d{4,}", number):
            return True
        if 6 <= len(digits) <= 15 and _CALL.search(before) and not _NOT_A_CALL.match(text[match.end() : match.end() + 8].strip()):
            return True
    return False


# Streets, where people live: a house number and a name with capital letters, or "I live at". Hospitals have addresses, too.
_STREETS = "Street|Road|Avenue|Lane|Drive|Boulevard|Crescent|Terrace|Close|Court|Gardens|Grove|Mews|Square"
_MONTHS = (
    "January|February|March|April|May|June|July|August|September|October|November|December|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
)
_HOMES = (
    re.compile(
        rf"\b\d{{1,5}}[a-zA-Z]?,? (?!(?:{_MONTHS})\b)(?:[A-Z][\w'-]+ ){{1,3}}(?:{_STREETS}|(?:St|Rd|Ave|Ln|Blvd|Dr)\.?(?=\s*(?:,|$|\n)))(?!\w)"
    ),
    re.compile(
        rf"\b(?:live|lives|living|address is|home is|come to|visit (?:us|me)|house is)\b[^.\n]{{0,25}}\b\d{{1,5}}[a-z]? (?:[\w'-]+ ){{1,3}}(?:{_STREETS})\b",
        re.IGNORECASE,
    ),
    re.compile(r"\b[A-ZÄÖÜ][\wäöüß-]{2,}(?:straße|strasse|str\.|weg|platz|allee|gasse|straat|laan|plein) \d{1,4}\s?[a-z]?\b"),
    re.compile(r"\b[A-ZÄÖÜ][\wäöüß-]+(?:er)? (?:Straße|Strasse|Str\.|Allee|Weg|Platz) \d{1,4}\b"),
    re.compile(r"\b\d{1,4},? (?:bis |ter )?(?:rue|avenue|boulevard|allée|chemin|impasse) (?:de |du |des |de la |de l'|d')?[A-ZÀ-Ý]\w+"),
    re.compile(r"\b(?:[Cc]alle|[Aa]venida|[Pp]aseo|[Rr]ua|[Vv]iale|[Pp]iazza|C/) (?:[\w'.]+ ){0,3}[A-ZÀ-Ý]\w+,? (?:n[.ºo°]{1,2} ?)?\d{1,4}\b"),
)
_INSTITUTION = re.compile(
    r"hospital|clini[ck]|clinique|hôpital|klinik|krankenhaus|cent(?:er|re)\b|institut|universit|pharmacy|foundation|association|department|ospedale",
    re.IGNORECASE,
)


def _has_address(text: str) -> bool:
    return any(not _INSTITUTION.search(text[max(0, match.start() - 80) : match.start()]) for home in _HOMES for match in home.finditer(text))


# Money: where to pay, or a plea. Talk of what treatment costs passes.
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
_CARD = re.compile(r"\b\d{4}[ -]?\d{4}[ -]?\d{4}[ -]?\d{1,7}\b")
_PAY = (
    re.compile(
        r"\b(?:paypal\.me|gofundme\.com|gofund\.me|venmo\.com|cash\.app|justgiving\.com|ko-fi\.com|buymeacoffee\.com|leetchi\.com)/", re.IGNORECASE
    ),
    re.compile(r"\b(?:my|our|his|her) (?:paypal|venmo|cash ?app|revolut|bank account|gofundme|go fund me|bitcoin|crypto wallet)\b", re.IGNORECASE),
    re.compile(r"(?<!\w)\$[a-zA-Z]\w{3,19}\b|\bwestern union\b|\bmoneygram\b|\b(?:amazon|itunes|steam|google play) gift cards?\b", re.IGNORECASE),
    re.compile(
        r"\b(?:please|kindly|can (?:you|anyone|anybody|somebody|someone)|could (?:you|anyone|anybody)|anyone able to|need you to)\b[^.!?\n]{0,40}"
        r"\b(?:send (?:us |me |some )?money|lend (?:us|me)\b|donate to (?:us|me|my|our)\b|support us financially|help us pay|help me pay|pay for (?:my|our)\b)",
        re.IGNORECASE,
    ),
    re.compile(r"\b(?:send|wire|transfer) (?:me|us) (?:some )?(?:money|cash|(?:[$€£] ?)?\d)", re.IGNORECASE),
    re.compile(r"\bdonate (?:to|for) (?:us|me|my|our) ", re.IGNORECASE),
    re.compile(r"\b(?:bitte|könnt ihr|kannst du)\b[^.!?\n]{0,30}\b(?:geld (?:schicken|überweisen|spenden)|spendet|überweis)", re.IGNORECASE),
)


def _has_money(whole: str, bare: str) -> bool:
    if _any(_PAY, whole):
        return True
    if any(_is_iban(match[0]) for match in _IBAN.finditer(bare)):
        return True
    return any(_is_card(re.sub(r"\D", "", match[0])) for match in _CARD.finditer(_NO_TELEPHONE.sub(" ; ", bare)))


def _is_iban(text: str) -> bool:
    text = text.replace(" ", "")
    if not 15 <= len(text) <= 34:
        return False
    return int("".join(str(int(sign, 36)) for sign in text[4:] + text[:4])) % 97 == 1  # ISO 13616


def _is_card(digits: str) -> bool:
    if not 13 <= len(digits) <= 19 or len(set(digits)) < 3:
        return False
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0  # Luhn, ISO 7812


# Another chat: an address of one, or somebody asks to be met there. That there is a group somewhere may be said.
_PLACES = r"(?:whats ?app|telegram|signal(?! (?:change|intensit|on|in))|messenger|facebook|instagram|insta|fb|discord|snapchat|snap|skype|viber|wechat|kik|threema)"
_CHATS = (
    re.compile(
        r"\b(?:t\.me|telegram\.me|wa\.me|chat\.whatsapp\.com|discord\.gg|discord\.com/invite|signal\.group|m\.me|join\.skype\.com)/", re.IGNORECASE
    ),
    re.compile(r"\bfacebook\.com/groups/", re.IGNORECASE),
    re.compile(
        rf"\b(?:add|message|text|write(?: to)?|contact|find|reach|join|dm|pm|follow|call|talk to|chat with) (?:me|us|my|our)\b[^.!?\n]{{0,30}}\b{_PLACES}\b",
        re.IGNORECASE,
    ),
    re.compile(rf"\b(?:let's|lets|can we|could we|shall we|we can)\b[^.!?\n]{{0,30}}\b(?:on|over|via|to|by) {_PLACES}\b", re.IGNORECASE),
    re.compile(rf"\b(?:my|mein|mi|mon) {_PLACES}(?: (?:name|id|handle|account|user(?:name)?|is|ist|est|es)\b|\s?:)", re.IGNORECASE),
    re.compile(rf"\b(?:schreib(?:t)? mir|écris-moi|écrivez-moi|escríbeme|scrivimi)\b[^.!?\n]{{0,30}}\b{_PLACES}\b", re.IGNORECASE),
)

# Children: "my daughter" and two names; "he is called" and two names; a school with its name. The names' capital letters count.
_NAME = r"([A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ]+(?:-[A-ZÀ-ÖØ-Þ]?[a-zà-öø-ÿ]+)?)"
_SURNAME = r"((?:(?:van|von|de|del|della|da|di|der|den|bin|al|el|O'|Mc|Mac)[ -]?){0,2}[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ]+(?:-[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ]+)?)"
_KIN = (
    r"(?:[Ss]on|[Dd]aughter|[Cc]hild|[Bb]oy|[Gg]irl|[Bb]aby|[Tt]oddler|[Ll]ittle one|[Gg]randson|[Gg]randdaughter|[Gg]randchild|[Nn]ephew|[Nn]iece"
    r"|[Kk]id|[Tt]win|[Ss]ohn|[Tt]ochter|[Ff]ils|[Ff]ille|[Hh]ijo|[Hh]ija|[Ff]iglio|[Ff]iglia)"
)
_CALLED = r"(?:,? (?:who )?(?:is )?(?:named|called|whose name is|heißt|s'appelle|se llama),?|'s (?:full )?name is|,)?"
_CHILD = re.compile(
    rf"\b(?:[Mm]y|[Oo]ur|[Mm]eine?|[Uu]nsere?|[Mm]on|[Mm]a|[Mm]i|[Mm]io|[Mm]ia) (?:\w+ )?{_KIN}{_CALLED} {_NAME} {_SURNAME}\b"
    rf"|\b(?:[Hh]is|[Hh]er) (?:full |whole )?name is {_NAME} {_SURNAME}\b"
    rf"|\b(?:[Hh]e|[Ss]he) is (?:called|named) {_NAME} {_SURNAME}\b"
)
_NO_NAMES = frozenset(
    "The And But She He It We I They His Her Our My This That Then When After Before Since With Was Is Has Had Can Could Will Would Does Did Who What Which "
    "Where How Why Also Both Even Still Just Now Today Yesterday Tomorrow Christmas Easter Prednisolone Prednisone Dexamethasone Rituximab Dexa Keppra "
    "Melatonin Trazodone Hospital Children Childrens Clinic Doctor Professor Nurse Syndrome English German French Spanish Dear Thanks Thank Please "
    "January February March April May June July August September October November December Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
)
_SCHOOL = re.compile(
    r"\b(?:goes to|go to|going to|went to|attends|attending|starts at|started at|starting at|enrolled (?:at|in)|pupil at|student at|(?:year|grade|class) \w+ (?:at|of)"
    r"|geht (?:in|auf|an) die|besucht (?:die|den)|va à|va al|asiste al)\s+(?:the )?(?:(?:Saint|St\.?|St\b) )?((?:[A-ZÀ-Ý][\w'-]+ ){1,4})"
    r"(?:School|Primary|Elementary|Academy|Kindergarten|Nursery|Preschool|Schule|Grundschule|Kita|Gymnasium)\b"
    r"|\b(?:geht (?:in|auf|an) die|besucht (?:die|den)) ([A-ZÄÖÜ][\wäöüß-]+(?:schule|kindergarten|kita|gymnasium))\b"
    r"|\b(?:école|escuela|colegio|scuola) ((?:[A-ZÀ-Ý][\w'-]+)(?: [A-ZÀ-Ý][\w'-]+){1,3})\b"
)
_KINDS_OF_SCHOOL = frozenset(
    "High Primary Elementary Middle Secondary Grammar Special Sunday Summer Forest Public Nursery Preschool Boarding Law Business Graduate".split()
)


def _is_name(match: re.Match) -> bool:
    names = [name for name in match.groups() if name]
    return not any(part in _NO_NAMES for name in names for part in name.split())


def _is_school(match: re.Match) -> bool:
    """Return whether a school is named, not only its kind."""
    words = set(next(found for found in match.groups() if found).split())
    return bool(words - _KINDS_OF_SCHOOL) and "Medical" not in words


# Words of despair. Asking what a medicine may do to somebody's mood is a question as any other; a parent's fear in an emergency, too.
_CRISES = (
    re.compile(
        r"\b(?:kill(?:ing)? (?:myself|himself|herself|themselves)|kms|end(?:ing)? (?:my (?:own )?life|it all)|"
        r"tak(?:e|ing) (?:my|his|her) own life|(?:i am|i'm|im|he is|he's|she is|she's|feel(?:s|ing)?|been|is|was) suicidal|suicidal thoughts|"
        r"commit(?:ting)? suicide|suicide (?:plan|note|attempt))\b",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:(?:i|he|she|they) (?:just |really |only )?wants? to (?:die|be dead|disappear forever)|wish(?:es)? (?:i|he|she|they) (?:was|were) dead|"
        r"(?:i|he|she) (?:do|does)(?: not|n't) want to (?:live|be here|be alive|wake up)(?: any ?more)?|no reason (?:left )?to (?:live|go on)|"
        r"(?:better off|happier) (?:without me|if i (?:was|were) (?:dead|gone))|better off dead|can(?: ?no|')t (?:go on|do this|live like this) any ?more|"
        r"can(?:not|'t) go on living|nothing to live for|say(?:ing)? goodbye (?:to everyone|forever))\b",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:(?:hurt|harm|cut)(?:ting|ing)? myself on purpose|self[- ]?harm(?:s|ing|ed)?|(?:hurt|harm)ing myself|cutting myself|(?:hurt|harm) myself\b(?! (?:when|while|on|at|in))|"
        r"(?:going|want|afraid i (?:will|might|could|'ll)|scared i (?:will|might|could|'ll)) (?:to )?(?:hurt|harm|shake|kill) (?:my|him|her|the|them)\b|"
        r"(?:took|taken|swallowed) (?:an overdose|too many (?:pills|tablets)|all (?:my|the) (?:pills|tablets)))",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:he|she|(?:my|her) (?:husband|wife|partner|father|mother|boyfriend|girlfriend)) (?:hits|beats|is beating|is hitting|threatens to kill|wants to kill) "
        r"(?:me|us|him|her|my|the)\b|\b(?:is|he's|she's) not breathing\b(?! (?:well|properly))|\bstopped breathing (?:right )?now\b|\bsexually abus(?:ed|es|ing) (?:me|my|him|her)\b",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:mich umbringen|mir das leben nehmen|nicht mehr leben (?:will|möchte|wollen)|will nicht mehr leben|selbstmord(?:gedanken)?|suizidgedanken|"
        r"me suicider|me tuer|envie de mourir|plus envie de vivre|pensées suicidaires|suicidarme|matarme|quiero morir|no quiero vivir|quitarme la vida|"
        r"uccidermi|togliermi la vita|voglio morire|mezelf van kant maken|wil niet meer leven|zelfmoord)\b",
        re.IGNORECASE,
    ),
)
