"""What moderation answers for in the slot of members: reports somebody sent, decisions they took or that concern them, forms they sent."""

from typing import Any

from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from members.data_rights import Held, Part
from members.models.member import Member
from moderation.models.records import Decision, Report, Submission

_OF_A_REPORT = ("public_id", "reason", "text", "name", "email", "created_at", "closed_at")


def export(member: Member) -> dict[str, Any]:
    """Return what is kept about a member. What a report is about is somebody else's, and not among it; nor is who decided about the member."""
    return {
        "reports": list(Report.objects.filter(reporter=member).order_by("created_at", "pk").values(*_OF_A_REPORT)),
        "decisions about what you wrote": list(_decisions(author=member).values("pk", "act", "rule", "reason", "automatic", "created_at")),
        "decisions you took": list(_decisions(by=member).values("act", "rule", "created_at")),
        "forms sent": list(Submission.objects.filter(member=member).order_by("created_at", "pk").values("address", "created_at")),
    }


def erase(member: Member) -> None:
    """Forget what was sent, unlink reports and decisions; the words of a report go, that there was one stays. Safe to run twice.

    A report weighs nothing any more: nobody stands for it. The reasons of decisions about the member go with them: they may speak of the member.
    """
    if member.pk is None:
        return
    Submission.objects.filter(member=member).delete()
    # Also what was sent without signing in, as far as the address tells: the law asks for it with some reasons.
    theirs = Q(reporter=member) | Q(lower=member.user.email.lower()) if member.user.email else Q(reporter=member)
    Report.objects.annotate(lower=Lower("email")).filter(theirs).update(reporter=None, text="", name="", email="", weight=0)
    Decision.objects.filter(author=member).update(author=None, reason="")
    Decision.objects.filter(by=member).update(by=None)


def held(member: Member) -> list[Held]:
    """Return what is kept about a member, counted. Two queries."""
    return [
        Held(_("Reports you sent"), Report.objects.filter(reporter=member).count(), reverse("moderation:report_list")),
        Held(_("Decisions about what you wrote"), _decisions(author=member).count()),
    ]


def _decisions(**about: Member):
    return Decision.objects.filter(**about).order_by("created_at", "pk")


PART = Part(
    name="moderation",
    models=frozenset({"moderation.Report", "moderation.Decision", "moderation.Submission"}),
    goes=(_("That it was you who sent a report, and your words in it."), _("The reasons of decisions about what you wrote.")),
    kept={
        "moderation.Report": _("That there was a report, its reason and its date, without you and without your words."),
        "moderation.Decision": _("That something was decided, by which rule and when, without you."),
    },
    held=held,
    export=export,
    erase=erase,
)
