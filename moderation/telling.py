"""Who hears of what: the author of a decision, the moderators of what is urgent. In the transaction that brings it about."""

from django.db.models import Q

from letters import actions as letters
from letters.kinds import Kind
from members.models.member import Member
from moderation.models.choices import Act
from moderation.models.records import Decision, Report

TOLD_BY_PEOPLE = frozenset(set(Act) - {Act.KEEP})


def tell_author(decision: Decision) -> bool:
    """Tell whoever wrote a thing what was decided; return whether they hear of it.

    What a check holds is said on the page that follows the writing, and what is kept leaves nothing to say: who reported, and that somebody
    did, stays unknown.
    """
    told = TOLD_BY_PEOPLE if not decision.automatic else {Act.HIDE}
    if decision.author is None or decision.author == decision.by or decision.act not in told:
        return False
    return letters.notify(member=decision.author, kind=Kind.DECISION, target=decision) is not None


def tell_moderators(report: Report) -> int:
    """Tell everybody who moderates, the reporter left out, that something urgent waits; return how many hear of it."""
    team = Member.objects.present().filter(Q(is_moderator=True) | Q(is_admin=True)).select_related("user").order_by("pk")
    return sum(letters.notify(member=member, kind=Kind.URGENT, target=report, actor=report.reporter) is not None for member in team)
