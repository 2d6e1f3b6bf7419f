"""What moderation answers for in the slot of members: reports somebody sent, decisions they took, forms they sent."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from members.data_rights import Held, Part
from members.models.member import Member
from moderation.models.records import Decision, Report, Submission


def export(member: Member) -> dict[str, Any]:
    """Return what is kept about a member. What a report is about is somebody else's, and not among it."""
    return {
        "reports": list(Report.objects.filter(reporter=member).values("public_id", "reason", "text", "created_at", "closed_at")),
        "decisions taken": list(Decision.objects.filter(by=member).values("act", "rule", "reason", "created_at")),
        "forms sent": list(Submission.objects.filter(member=member).values("created_at")),
    }


def erase(member: Member) -> None:
    """Forget what was sent, unlink reports and decisions; the words of a report go, that there was one stays. Safe to run twice."""
    if member.pk is None:
        return
    Submission.objects.filter(member=member).delete()
    Report.objects.filter(reporter=member).update(reporter=None, text="")
    Decision.objects.filter(by=member).update(by=None)


def held(member: Member) -> list[Held]:
    """Return what is kept about a member, counted. One query."""
    return [Held(_("Reports you sent"), Report.objects.filter(reporter=member).count())]


PART = Part(
    name="moderation",
    models=frozenset({"moderation.Report", "moderation.Decision", "moderation.Submission"}),
    goes=(_("That it was you who sent a report, and your words in it."),),
    kept={
        "moderation.Report": _("That there was a report, its reason and its date, without you and without your words."),
        "moderation.Decision": _("Decisions that you took as a moderator, without you."),
    },
    held=held,
    export=export,
    erase=erase,
)
