"""Where to pay, and pleas for money. Talk of what treatment costs passes."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from members.models.member import Member
from moderation.checks import MONEY, Finding
from moderation.patterns.contact import NO_TELEPHONE
from moderation.patterns.reading import any_in, phrases, plain, without_links

WORDS = _("It looks as if it asks for money, or says where to pay. A moderator looks first.")

IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
CARD = re.compile(r"\b\d{4}[ -]?\d{4}[ -]?\d{4}[ -]?\d{1,7}\b")
PAGES = r"(?:paypal\.me|gofundme\.com|gofund\.me|venmo\.com|cash\.app|justgiving\.com|ko-fi\.com|buymeacoffee\.com|leetchi\.com)/"
PLEA = r"(?:please|kindly|can (?:you|anyone|anybody|somebody|someone)|could (?:you|anyone|anybody)|anyone able to|need you to)"
GIVE = (
    r"(?:send (?:us |me |some )?money|lend (?:us|me)|donate to (?:us|me|my|our)|support us financially|help (?:us|me) pay"
    r"|pay for (?:my|our))"
)
PAY = (
    re.compile(rf"\b{PAGES}", re.IGNORECASE),
    phrases(r"(?:my|our|his|her) (?:paypal|venmo|cash ?app|revolut|bank account|gofundme|go fund me|bitcoin|crypto wallet)"),
    phrases(r"western union", r"moneygram", r"(?:amazon|itunes|steam|google play) gift cards?"),
    re.compile(r"(?<!\w)\$[a-zA-Z]\w{3,19}\b"),
    phrases(rf"{PLEA}\b[^.!?\n]{{0,40}}\b{GIVE}"),
    phrases(r"(?:send|wire|transfer) (?:me|us) (?:some )?(?:money|cash|(?:[$€£] ?)?\d+)"),
    phrases(r"donate (?:to|for) (?:us|me|my|our)"),
    phrases(r"(?:bitte|könnt ihr|kannst du)\b[^.!?\n]{0,30}\b(?:geld (?:schicken|überweisen|spenden)|spendet|überweist)"),
)


def find(text: str, *, by: Member) -> Iterator[Finding]:
    """Find payment details and pleas for money."""
    whole = plain(text)
    if any_in(PAY, whole) or has_account(without_links(whole)):
        yield Finding(MONEY, WORDS, holds=True)


def has_account(text: str) -> bool:
    """Return whether the number of a bank account or of a card is there; their check digits tell them from other numbers."""
    if any(is_iban(match[0]) for match in IBAN.finditer(text)):
        return True
    return any(is_card(re.sub(r"\D", "", match[0])) for match in CARD.finditer(NO_TELEPHONE.sub(" ; ", text)))


def is_iban(text: str) -> bool:
    """Return whether the check digits of an account number are right (ISO 13616)."""
    text = text.replace(" ", "")
    return 15 <= len(text) <= 34 and int("".join(str(int(sign, 36)) for sign in text[4:] + text[:4])) % 97 == 1


def is_card(digits: str) -> bool:
    """Return whether the last digit of a card's number is right (Luhn, ISO 7812)."""
    if not 13 <= len(digits) <= 19 or len(set(digits)) < 2:
        return False
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0
