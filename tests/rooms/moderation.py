"""Pages of moderation to look at: reporting, receipts, what the author of a thing reads. The workplace is in the admin, and tested there."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from forum.actions import posting
from forum.models.question import Question
from members.models.member import Member
from moderation import checks, standing
from moderation.models.choices import Act, Audience, Reason, Rule
from moderation.models.records import Report
from moderation.reporting import report
from tests.moderation.people import moderator
from tests.rooms.world import Visit, World, person

WORDS = "It names a dose to copy, and a school where the child could be found.\n\nالرجاء النظر في السطر الثالث."


def visits(world: World) -> dict[str, Visit]:
    """Return a visit for every template and state of this room."""
    keeper = moderator()
    author, reporter = (person(f"moderation-{key}", name) for key, name in (("author", "Writes A Lot"), ("reporter", "Looks After Us")))
    world.members |= {"mod-author": author, "mod-reporter": reporter}
    Member.objects.filter(pk=reporter.pk).update(joined_at=timezone.now() - timedelta(days=90), kept_posts=30)
    reporter.refresh_from_db()
    asked, hidden, held, waiting = (_question(world, author, title) for title in ("What helped?", "A dose to copy?", "Call me?", "Is it a cure?"))
    unnamed = _question(world, author, "Without a name?", by_name=False)
    sent = {reason: report(thing=asked, by=None, reason=reason, text=WORDS) for reason in (Reason.DANGER, Reason.SPAM)}
    standing.hide(thing=hidden, by=keeper, rule=Rule.MEDICAL, reason=WORDS)
    by_machine = standing.write_down(thing=waiting, by=None, act=Act.HIDE, rule=Rule.NONE, reason="Several members reported it.")
    standing.arrive(thing=held, findings=[checks.Finding(checks.TELEPHONE, "There is a number in it.", holds=True)])
    own = [report(thing=thing, by=reporter, reason=Reason.SPAM, text=WORDS) for thing in (asked, waiting)]
    standing.keep(thing=waiting, by=keeper, reason="It may stand as it is.")
    decided = Report.objects.get(pk=own[1].pk)
    decisions = {act: standing.write_down(thing=hidden, by=keeper, act=act, rule=Rule.MEDICAL, reason=WORDS) for act in Act.values}
    form = reverse("moderation:report_add", args=["question", asked.pk])
    law = {"reason": Reason.ILLEGAL, "text": "Short.", "email": "no address"}
    return {
        "moderation: how to report": Visit("/report/"),
        "moderation: report, as a visitor": Visit(form),
        "moderation: report, with a reason in the link": Visit(f"{form}?reason=medical", "stranger"),
        "moderation: report what has no name": Visit(reverse("moderation:report_add", args=["question", unnamed.pk])),
        "moderation: report, nothing chosen": Visit(form, "stranger", post={}, status=422),
        "moderation: report, against the law, nobody signed": Visit(form, post=law, status=422),
        "moderation: report one's own": Visit(form, "mod-author", status=403),
        "moderation: receipt of an urgent one": Visit(sent[Reason.DANGER].get_absolute_url()),
        "moderation: receipt": Visit(sent[Reason.SPAM].get_absolute_url()),
        "moderation: receipt, a member's": Visit(own[0].get_absolute_url(), "mod-reporter"),
        "moderation: receipt, decided": Visit(decided.get_absolute_url(), "mod-reporter"),
        "moderation: my reports": Visit("/me/reports/", "mod-reporter"),
        "moderation: my reports, none": Visit("/me/reports/", "plain"),
        **{f"moderation: decision, {act}": Visit(decision.get_absolute_url(), "mod-author") for act, decision in decisions.items()},
        "moderation: decision of the machine": Visit(by_machine.get_absolute_url(), "mod-author"),
    }


def _question(world: World, author: Member, title: str, **fields) -> Question:
    return posting.ask(by=author, condition=world.child.condition, title=title, body=WORDS, audience=Audience.EVERYONE, **fields)
