"""The moderators' workplace: what waits, a thing in its context, and that nothing is done without a rule and a reason."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from letters.models import Notice
from moderation import checks, standing
from moderation.models.choices import Act, Reason, Rule
from moderation.models.records import Decision, Report
from moderation.reporting import report
from tests.factories import EditorFactory
from tests.forum import factories
from tests.moderation.people import administrator, heard, moderator, trusted
from tests.staff import sign_in_staff

pytestmark = pytest.mark.django_db

LIST, HELD, DECIDE = "/admin/moderation/report/", "/admin/moderation/report/held/", "/admin/moderation/report/decide/"
DECISIONS = "/admin/moderation/decision/"
WHY = "It names a dose to copy."


def signed_in(member) -> Client:
    client = Client()
    sign_in_staff(client, member.user)
    return client


def name_of(thing) -> str:
    return f"{thing._meta.model_name}-{thing.pk}"


def page_of(thing) -> str:
    return reverse("admin:moderation_thing", args=[thing._meta.model_name, thing.pk])


def decide(client, act, *things, rule=Rule.MEDICAL, reason=WHY, **more):
    return client.post(DECIDE, {"act": act, "thing": [name_of(thing) for thing in things], "rule": rule, "reason": reason, "seen": "0", **more})


def held_question(**fields):
    asked = factories.question(**fields)
    standing.arrive(thing=asked, findings=[checks.Finding(checks.TELEPHONE, "There is a number in it.", holds=True)])
    return asked


@pytest.mark.parametrize("path", [LIST, HELD, DECISIONS, f"{DECIDE}?act=hide&thing=question-1", "/admin/moderation/report/thing/question/1/"])
def test_moderators_and_administrators_come_here_and_nobody_else(path):
    asked = factories.question()
    path = path.replace("question-1", name_of(asked)).replace("question/1/", f"question/{asked.pk}/")
    assert signed_in(moderator()).get(path).status_code == 200
    assert signed_in(administrator()).get(path).status_code == 200
    assert signed_in(EditorFactory().member).get(path).status_code == 403
    for client in (Client(), signed_in(heard())):
        assert client.get(path).url.startswith(reverse("admin:login"))


def test_urgent_reports_come_first_then_the_oldest():
    old, urgent, new = factories.question(), factories.question(), factories.question()
    rows = [report(thing=thing, by=heard(), reason=reason) for thing, reason in ((old, "spam"), (new, "other"), (urgent, "child"))]
    Report.objects.filter(pk=rows[0].pk).update(created_at=timezone.now() - timezone.timedelta(days=2))
    page = signed_in(moderator()).get(LIST).content.decode()
    places = [page.index(rows[number].public_id) for number in (2, 0, 1)]
    assert places == sorted(places)
    assert "2\xa0days" in page


def test_what_was_decided_is_listed_only_when_asked_for():
    asked = factories.question()
    sent = report(thing=asked, by=heard(), reason=Reason.SPAM)
    standing.keep(thing=asked, by=moderator(), reason="It may stand.")
    client = signed_in(moderator())
    assert sent.public_id not in client.get(LIST).content.decode()
    for state in ("decided", "all"):
        assert sent.public_id in client.get(LIST, {"state": state}).content.decode()


def test_nobody_is_named_who_reported():
    reporter, asked = trusted(pseudonym="Quiet Reporter"), factories.question()
    report(thing=asked, by=reporter, reason=Reason.SPAM, text="Look at the third line.")
    client = signed_in(moderator())
    for path in (LIST, page_of(asked)):
        page = client.get(path).content.decode()
        assert "Quiet Reporter" not in page
        assert "a trusted member" in page
    assert "Look at the third line." in client.get(page_of(asked)).content.decode()


@pytest.mark.parametrize("rows", [1, 15])
@pytest.mark.parametrize(("path", "most"), [(LIST, 13), (HELD, 10), (DECISIONS, 9)])
def test_lists_need_the_same_queries_for_any_length(path, most, rows, django_assert_max_num_queries):
    keeper, client = moderator(), None
    for _one in range(rows):
        for thing in (held_question(), factories.answer(), factories.comment()):
            report(thing=thing, by=heard(), reason=Reason.SPAM)
            standing.write_down(thing=thing, by=keeper, act=Act.LOCK)
            if not thing.held_at:
                standing.hold(thing=thing, rule=Rule.PRIVACY, reason="A number.")
    client = signed_in(keeper)
    client.get(path)
    with django_assert_max_num_queries(most) as counted:
        assert client.get(path).status_code == 200
    COUNTS.setdefault(path, len(counted))
    assert len(counted) == COUNTS[path]


COUNTS: dict[str, int] = {}  # by path: with one row, then with fifteen


def test_a_thing_is_shown_with_its_reports_and_decisions():
    author = heard(pseudonym="Writes Alone")
    asked = factories.question("Is it the melatonin?", by=author, by_name=False, body="She takes it at seven.")
    report(thing=asked, by=heard(), reason=Reason.MEDICAL, text="A dose.")
    standing.lock(asked)
    standing.write_down(thing=asked, by=None, act=Act.HOLD, rule=Rule.PRIVACY, reason="A number.")
    page = signed_in(moderator()).get(page_of(asked)).content.decode()
    for words in ("Is it the melatonin?", "She takes it at seven.", "A dose.", "A number.", "Writes Alone", "(for others: a member)"):
        assert words in page


def test_a_report_leads_to_its_thing_and_one_of_what_is_gone_to_its_own_page():
    asked = factories.question()
    sent = report(thing=asked, by=heard(), reason=Reason.SPAM)
    client = signed_in(moderator())
    assert client.get(f"{LIST}{sent.pk}/change/").url == page_of(asked)
    asked.delete()
    assert client.get(page_of(asked) if asked.pk else f"{LIST}thing/question/{sent.object_id}/").status_code == 404
    assert client.get(LIST).status_code == 200


@pytest.mark.parametrize("act", [Act.KEEP, Act.HIDE, Act.UNHIDE, Act.RELEASE])
@pytest.mark.parametrize("missing", [{"rule": ""}, {"reason": ""}, {"reason": "Short."}, {"rule": "zzz"}, {"reason": "x" * 2001}])
def test_nothing_is_done_without_a_rule_and_a_reason(act, missing):
    asked = held_question() if act == Act.RELEASE else factories.question()
    report(thing=asked, by=heard(), reason=Reason.SPAM)
    if act == Act.UNHIDE:
        standing.hide(thing=asked, by=None, rule=Rule.SPAM, reason="Reports.")
    before = Decision.objects.count()
    answer = decide(signed_in(moderator()), act, asked, **missing)
    assert answer.status_code == 422
    assert "There is a problem" in answer.content.decode()
    assert Decision.objects.count() == before
    for words in (missing.get("reason", WHY), name_of(asked)):
        assert words in answer.content.decode()


def test_what_takes_away_needs_a_rule_that_was_broken():
    asked = factories.question()
    report(thing=asked, by=heard(), reason=Reason.SPAM)
    client = signed_in(moderator())
    assert decide(client, Act.HIDE, asked, rule=Rule.NONE).status_code == 422
    assert decide(client, Act.KEEP, asked, rule=Rule.NONE).status_code == 302


def test_each_deed_is_done_and_written_down_with_the_moderators_name():
    keeper = moderator()
    client = signed_in(keeper)
    kept, hidden, shown, held = factories.question(), factories.question(), factories.question(), held_question()
    report(thing=kept, by=heard(), reason=Reason.SPAM)
    standing.hide(thing=shown, by=None, rule=Rule.SPAM, reason="Reports.")
    for act, thing in ((Act.KEEP, kept), (Act.HIDE, hidden), (Act.UNHIDE, shown), (Act.RELEASE, held)):
        assert decide(client, act, thing).url == page_of(thing)
        thing.refresh_from_db()
        assert thing.is_shown is (act != Act.HIDE)
        decision = Decision.objects.about(thing).get(by=keeper)
        assert (decision.act, decision.rule, decision.reason, decision.automatic) == (act, Rule.MEDICAL, WHY, False)
    assert not Report.objects.open().exists()


def test_what_is_held_may_be_hidden_and_waits_no_more():
    held = held_question()
    client = signed_in(moderator())
    assert f"question/{held.pk}/" in client.get(HELD).content.decode()
    decide(client, Act.HIDE, held)
    assert "Nothing is held" in client.get(HELD).content.decode()
    decide(client, Act.UNHIDE, held, seen=str(Decision.objects.latest("pk").pk))
    held.refresh_from_db()
    assert held.is_shown


def test_several_are_decided_at_once_from_the_list():
    keeper = moderator()
    client = signed_in(keeper)
    things = [factories.question(), factories.answer(), factories.comment()]
    chosen = [report(thing=thing, by=heard(), reason=Reason.SPAM).pk for thing in things]
    chosen.append(report(thing=things[0], by=heard(), reason=Reason.OTHER).pk)
    lead = client.post(LIST, {"action": "act_hide", "_selected_action": chosen})
    page = client.get(lead.url)
    assert re.findall(r'name="thing" value="([^"]+)"', page.content.decode()) == sorted(map(name_of, things))
    answer = decide(client, Act.HIDE, *things)
    assert answer.url == LIST
    assert "3 things were decided." in client.get(LIST).content.decode()
    assert Decision.objects.filter(act=Act.HIDE, by=keeper).count() == 3


def test_moderators_decide_neither_about_their_own_words_nor_about_the_team():
    keeper, other = moderator(), moderator()
    own, of_team, of_member = factories.question(by=keeper), factories.question(by=other), factories.question()
    client = signed_in(keeper)
    for thing in (own, of_team):
        assert "not yours to decide" in client.get(page_of(thing)).content.decode()
        assert client.get(DECIDE, {"act": "hide", "thing": name_of(thing)}).status_code == 403
        assert decide(client, Act.HIDE, thing).status_code == 403
    decide(client, Act.HIDE, own, of_team, of_member)
    assert [decision.thing for decision in Decision.objects.all()] == [of_member]
    assert decide(signed_in(administrator()), Act.HIDE, of_team).status_code == 302


def test_the_second_of_two_moderators_changes_nothing():
    asked = factories.question()
    report(thing=asked, by=heard(), reason=Reason.SPAM)
    first, second = signed_in(moderator()), signed_in(moderator())
    seen = re.search(r'name="seen" value="(\d+)"', second.get(DECIDE, {"act": "hide", "thing": name_of(asked)}).content.decode())[1]
    decide(first, Act.KEEP, asked, seen=seen)
    answer = decide(second, Act.HIDE, asked, seen=seen)
    assert "was decided already" in second.get(answer.url).content.decode()
    asked.refresh_from_db()
    assert asked.is_shown
    assert Decision.objects.count() == 1


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"act": "zzz", "thing": "question-1"},
        {"act": "lock", "thing": "question-1"},
        {"act": "hide"},
        *({"act": "hide", "thing": thing} for thing in ("planet-1", "question-x", "question-99999999", "question--1")),
    ],
)
def test_an_odd_address_of_a_decision_is_a_404(query):
    assert signed_in(moderator()).get(DECIDE, query).status_code == 404


def test_decisions_are_read_and_never_changed():
    asked, chief = factories.question(), administrator()
    decision = standing.hide(thing=asked, by=moderator(), rule=Rule.SPAM, reason="Spam it is.")
    for client in (signed_in(moderator()), signed_in(chief)):
        page = client.get(f"{DECISIONS}{decision.pk}/change/").content.decode()
        assert "Spam it is." in page
        assert 'name="_save"' not in page
        for step in ("change", "delete"):
            assert client.post(f"{DECISIONS}{decision.pk}/{step}/", {"post": "yes", "reason": "Another."}).status_code == 403
        assert client.get(f"{DECISIONS}add/").status_code == 403
        client.post(DECISIONS, {"action": "delete_selected", "_selected_action": [decision.pk], "post": "yes"})
    for client in (signed_in(moderator()), signed_in(chief)):
        assert client.get(f"{LIST}add/").status_code == 403
    decision.refresh_from_db()
    assert decision.reason == "Spam it is."


def test_an_author_who_is_hidden_hears_it():
    asked = factories.question()
    decide(signed_in(moderator()), Act.HIDE, asked)
    assert Notice.objects.get().member == asked.author
