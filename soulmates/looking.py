"""Who may look at the map beyond what visitors get: adults with a confirmed address who are here and agreed to the map themselves."""

from allauth.account.models import EmailAddress
from django.utils.translation import gettext_lazy as _

from members import consents
from members.models.consent import Purpose
from members.models.member import Member

HERE, ADULT, ADDRESS, CONSENT = "here", "adult", "address", "consent"

WORDS = {
    HERE: _("The map of members opens when your account is complete and in good standing."),
    ADULT: _("The map of members opens when you are 18."),
    ADDRESS: _("The map of members opens when you have confirmed your e-mail address."),
    CONSENT: _("Members see one another on the map only if they agreed to be on it themselves. You can agree and stay hidden."),
}


def missing(member: Member) -> str:
    """Return what a member lacks to look at members on the map: a key of WORDS, or "" if nothing. At most two queries."""
    if not member.is_present:
        return HERE
    if not member.is_adult:
        return ADULT
    if not EmailAddress.objects.filter(user=member.user_id, verified=True).exists():
        return ADDRESS
    return "" if consents.holds(member, Purpose.MAP) else CONSENT


def may_look(member: Member) -> bool:
    """Return whether a member may see where other members are shown."""
    return not missing(member)
