"""The pages of reporting and of decisions, as visitors, members, authors and moderators meet them."""

import pytest
from django.test import Client
from django.urls import reverse

from moderation import reporting, standing
from moderation.models.choices import Act, Audience, Reason, Rule
from moderation.models.records import Decision, Report
from moderation.reporting import report
from tests.forum import factories
from tests.moderation.people import changed, heard, moderator
from tests.staff import sign_in_staff

pytestmark = pytest.mark.django_db

LAW = {"reason": Reason.ILLEGAL, "text": "It shows a letter that is not theirs to show.", "good_faith": "on"}


def address(thing):
    return reverse("moderation:report_add", args=[thing._meta.model_name, thing.pk])


def client_of(member=None) -> Client:
    client = Client()
    if member is not None and member.is_staff:
        sign_in_staff(client, member.user)
    elif member is not None:
        client.force_login(member.user)
    return client


def test_a_visitor_reports_what_they_may_read_and_gets_a_number():
    asked = factories.question()
    answer = client_of().post(address(asked), {"reason": Reason.MEDICAL, "text": "A dose."}, follow=True)
    sent = Report.objects.get()
    assert answer.redirect_chain == [(f"/reports/{sent.public_id}/", 302)]
    assert sent.public_id in answer.content.decode()
    assert (sent.reporter, sent.weight, sent.thing) == (None, 0, asked)


def test_the_forms_page_has_a_token_for_a_visitor_and_the_other_pages_none():
    asked = factories.question()
    client = Client(enforce_csrf_checks=True)
    page = client.get(address(asked))
    token = page.cookies["csrftoken"].value
    assert "csrfmiddlewaretoken" in page.content.decode()
    assert client.post(address(asked), {"reason": Reason.SPAM}).status_code == 403
    sent = client.post(address(asked), {"reason": Reason.SPAM, "csrfmiddlewaretoken": token})
    for url in ("/report/", sent["Location"]):
        page = Client().get(url)
        assert page.status_code == 200
        assert not page.cookies
        assert "csrfmiddlewaretoken" not in page.content.decode()


@pytest.mark.parametrize("kind", ["question", "answer", "comment"])
def test_each_kind_of_post_can_be_reported(kind):
    thing = getattr(factories, kind)()
    assert client_of().get(address(thing)).status_code == 200
    assert client_of(heard()).post(address(thing), {"reason": Reason.SPAM}).status_code == 302
    assert Report.objects.get().thing == thing


def test_what_somebody_may_not_know_of_cannot_be_reported():
    members_only = factories.question(audience=Audience.MEMBERS)
    hidden = factories.question()
    standing.hide(thing=hidden, by=moderator(), rule=Rule.SPAM, reason="Spam.")
    assert client_of().get(address(members_only)).status_code == 404
    assert client_of(heard()).get(address(members_only)).status_code == 200
    for person in (None, heard()):
        assert client_of(person).get(address(hidden)).status_code == 404
        assert client_of(person).post(address(hidden), {"reason": Reason.SPAM}).status_code == 404


@pytest.mark.parametrize("path", ["/report/question/999999/", "/report/planet/1/", f"/report/question/{2**70}/"])
def test_what_is_not_there_is_a_404(path):
    assert client_of().get(path).status_code == 404


def test_nobody_reports_what_they_wrote():
    asked = factories.question()
    client = client_of(asked.author)
    assert client.get(address(asked)).status_code == 403
    assert client.post(address(asked), {"reason": Reason.SPAM}).status_code == 403
    assert not Report.objects.exists()


def test_a_member_without_a_name_stays_without_one_on_the_page():
    author = heard(pseudonym="Nobody Must Read This")
    asked = factories.question(by=author, by_name=False)
    assert "Nobody Must Read This" not in client_of(heard()).get(address(asked)).content.decode()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "reason"),
        ({"reason": "because"}, "reason"),
        ({"reason": Reason.SPAM, "text": "x" * 2001}, "text"),
        ({**LAW, "text": "Illegal."}, "text"),
        ({**LAW, "good_faith": ""}, "good_faith"),
        ({**LAW, "email": "me@example.org"}, "name"),
        ({**LAW, "name": "Me"}, "email"),
        ({**LAW, "name": "Me", "email": "not an address"}, "email"),
    ],
)
def test_what_is_missing_is_said_and_the_words_stay(given, field):
    asked = factories.question()
    page = client_of().post(address(asked), given)
    assert page.status_code == 422
    assert field in page.context["form"].errors
    html = page.content.decode()
    assert "There is a problem" in html
    assert given.get("text", "") in html
    assert not Report.objects.exists()


def test_what_is_against_the_law_is_signed_by_a_visitor():
    client_of().post(address(factories.question()), {**LAW, "name": "Ada Example", "email": "ada@example.org"})
    sent = Report.objects.get()
    assert (sent.name, sent.email) == ("Ada Example", "ada@example.org")


def test_nobody_has_to_sign_where_a_child_may_be_abused():
    client_of().post(address(factories.question()), {**LAW, "child_abuse": "on"})
    assert Report.objects.get().name == ""


def test_a_member_is_not_asked_who_they_are():
    page = client_of(heard()).get(address(factories.question()))
    assert "name" not in page.context["form"].fields
    assert client_of(heard()).post(address(factories.question()), LAW).status_code == 302


def test_who_signs_another_reason_is_not_kept():
    client_of().post(address(factories.question()), {"reason": Reason.SPAM, "name": "Ada", "email": "ada@example.org"})
    assert (Report.objects.get().name, Report.objects.get().email) == ("", "")


def test_a_reason_can_come_with_the_link_and_an_odd_one_is_left_out():
    url = address(factories.question())
    assert client_of().get(f"{url}?reason=medical").context["form"].initial == {"reason": "medical"}
    assert client_of().get(f"{url}?reason=zzz").context["form"].initial == {}


def test_a_second_report_of_a_member_leads_to_the_first_and_counts_for_nothing():
    asked, member = factories.question(), heard()
    client = client_of(member)
    for _again in range(30):
        answer = client.post(address(asked), {"reason": Reason.SPAM})
        assert answer.status_code == 302
    assert answer["Location"] == Report.objects.get().get_absolute_url()


def test_the_twenty_first_report_of_a_day_is_too_many():
    client, questions = client_of(heard()), [factories.question() for _one in range(21)]
    codes = [client.post(address(asked), {"reason": Reason.SPAM}).status_code for asked in questions]
    assert codes == [302] * 20 + [429]


def test_a_receipt_is_its_senders_a_moderators_and_of_visitors_by_its_number():
    asked, member = factories.question(), heard()
    own, of_visitor = report(thing=asked, by=member, reason=Reason.SPAM), report(thing=asked, by=None, reason=Reason.SPAM)
    assert client_of(member).get(own.get_absolute_url()).status_code == 200
    assert client_of(moderator()).get(own.get_absolute_url()).status_code == 200
    for person in (None, heard()):
        assert client_of(person).get(own.get_absolute_url()).status_code == 404
        assert client_of(person).get(of_visitor.get_absolute_url()).status_code == 200
    found = standing.report_danger(asked)
    assert client_of().get(found.get_absolute_url()).status_code == 404


def test_a_receipt_says_what_came_of_it():
    asked, member = factories.question(), heard()
    sent = report(thing=asked, by=member, reason=Reason.SPAM)
    assert "waits for a moderator" in client_of(member).get(sent.get_absolute_url()).content.decode()
    standing.hide(thing=asked, by=moderator(), rule=Rule.SPAM, reason="Spam.")
    assert "It was hidden." in client_of(member).get(sent.get_absolute_url()).content.decode()
    assert "It was hidden." in client_of(member).get("/me/reports/").content.decode()


@pytest.mark.parametrize("rows", [1, 15])
def test_my_reports_need_the_same_queries_for_any_length(rows, django_assert_num_queries):
    member, client = heard(), None
    for _one in range(rows):
        report(thing=factories.question(), by=member, reason=Reason.SPAM, text="Look.")
    client = client_of(member)
    client.get("/me/reports/")
    with django_assert_num_queries(5):  # session, account, reports, notices, and the condition of the main menu
        assert client.get("/me/reports/").content.decode().count("Look.") == rows


def test_nobody_sees_the_reports_of_others():
    report(thing=factories.question(), by=heard(), reason=Reason.SPAM, text="Mine alone.")
    assert "Mine alone." not in client_of(heard()).get("/me/reports/").content.decode()


def test_an_author_reads_the_decision_and_others_do_not():
    asked, reporter, keeper = factories.question(), heard(pseudonym="Reporter X"), moderator()
    reporting.report(thing=asked, by=reporter, reason=Reason.MEDICAL, text="The reporter's words.")
    decision = standing.hide(thing=asked, by=keeper, rule=Rule.MEDICAL, reason="It names a dose.")
    page = client_of(asked.author).get(decision.get_absolute_url()).content.decode()
    for words in ("It names a dose.", "Unsafe medical advice", "By a moderator of the site", asked.get_absolute_url()):
        assert words in page
    for words in ("Reporter X", "The reporter", keeper.pseudonym):
        assert words not in page
    assert client_of(keeper).get(decision.get_absolute_url()).status_code == 200
    assert client_of(heard()).get(decision.get_absolute_url()).status_code == 404
    assert client_of().get(decision.get_absolute_url()).status_code == 302


def test_a_decision_of_the_machine_says_so_and_names_the_later_one():
    asked = factories.question()
    first = standing.hide(thing=asked, by=None, rule=Rule.NONE, reason="Reports.")
    page = client_of(asked.author).get(first.get_absolute_url()).content.decode()
    assert "without a person" in page
    assert "No rule was broken" not in page
    later = standing.unhide(thing=asked, by=moderator(), reason="It was fine.")
    assert later.get_absolute_url() in client_of(asked.author).get(first.get_absolute_url()).content.decode()


@pytest.mark.parametrize("act", Act.values)
def test_every_kind_of_decision_has_a_page(act):
    asked = factories.question()
    decision = standing.write_down(thing=asked, by=moderator(), act=act, reason="Because.")
    assert client_of(asked.author).get(decision.get_absolute_url()).status_code == 200


def test_a_suspended_author_still_reads_what_was_decided():
    asked = factories.question()
    decision = standing.hide(thing=asked, by=moderator(), rule=Rule.SPAM, reason="Spam.")
    changed(asked.author, suspended_at=decision.created_at)
    assert client_of(asked.author).get(decision.get_absolute_url()).status_code == 200


def test_a_decision_outlives_what_it_is_about():
    asked = factories.question()
    decision = standing.hide(thing=asked, by=moderator(), rule=Rule.SPAM, reason="Spam.")
    author = asked.author
    asked.delete()
    assert client_of(author).get(decision.get_absolute_url()).status_code == 200
    assert Decision.objects.count() == 1


@pytest.mark.parametrize(("who", "most"), [(None, 2), (heard, 5)])
def test_the_form_needs_few_queries(who, most, django_assert_max_num_queries):
    asked = factories.comment()
    client = client_of(who() if who else None)
    client.get(address(asked))
    with django_assert_max_num_queries(most):
        assert client.get(address(asked)).status_code == 200
