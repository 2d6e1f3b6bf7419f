"""E-mails about notices: they say that there is something to read and where, never what, from whom, or on which illness.

Each carries a way to end them that needs no sign-in: a signed, dated reference to the consent they rest on. It works as long as that consent
stands, so it works once; what it can do is to end mail.
"""

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.signing import BadSignature, TimestampSigner
from django.urls import reverse
from django.utils.translation import gettext as _

from members.models.consent import Consent, Purpose
from members.models.member import Member

SALT = "letters.mail-off"
LASTS = 60 * 24 * 3600  # seconds: how long the way out of a mail works


def standing_consent(member: Member) -> Consent | None:
    """Return the yes to e-mails that stands, to whichever words."""
    return Consent.objects.filter(member=member, purpose=Purpose.EMAILS, withdrawn_at=None).first()


def new_notice(member: Member) -> EmailMessage:
    """Return the mail about one new notice."""
    return compose(member, subject=_("You have a new notice"), text=_("Something new is waiting for you. Sign in to read it:"))


def grouped(member: Member) -> EmailMessage:
    """Return the mail that stands for several which had to wait."""
    return compose(member, subject=_("You have new notices"), text=_("Several new things are waiting for you. Sign in to read them:"))


def compose(member: Member, *, subject: str, text: str) -> EmailMessage:
    """Return a mail about notices. text: a line that ends before the address of the notices; subject and text name nobody and no illness."""
    consent = standing_consent(member)
    off = settings.SITE_URL + (reverse("letters:mail_off", args=[token(consent)]) if consent else reverse("letters:notice_settings"))
    parts = (
        text,
        settings.SITE_URL + reverse("letters:notice_list"),
        _("This mail does not say what it is about, so that nobody learns it from your mailbox."),
        _("You get it because you agreed to it. One press ends these mails:"),
        off,
    )
    headers = {"List-Unsubscribe": f"<{off}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"} if consent else {}
    headers["Auto-Submitted"] = "auto-generated"
    return EmailMessage(subject, "\n\n".join(parts) + "\n", to=[member.user.email], headers=headers)


def token(consent: Consent) -> str:
    """Return the signed reference to a consent that a mail carries."""
    return TimestampSigner(salt=SALT).sign(consent.proof_id)


def consent_of(token: str) -> Consent | None:
    """Return the consent to e-mails that a token refers to; None when it is made up, too old, or its member is gone."""
    try:
        proof_id = TimestampSigner(salt=SALT).unsign(token, max_age=LASTS)
    except BadSignature:
        return None
    return Consent.objects.filter(proof_id=proof_id, purpose=Purpose.EMAILS, member__isnull=False).select_related("member").first()
