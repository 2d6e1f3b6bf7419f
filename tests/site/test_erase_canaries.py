"""Somebody wrote everywhere on the site, and is erased: no table, no file and no cache holds what was theirs alone.

tests/members/test_leaving.py does the same for the account and the mail.
"""

import time

import pytest
from django.core.cache import caches
from django.utils import timezone

from forum.actions import pictures, posting
from forum.models.extras import Mention, Picture
from members.actions import leaving, people
from members.models.choices import Level, Relation
from members.models.draft import Draft
from members.models.patient import Patient
from moderation import standing
from moderation.models.choices import Audience, Reason, Rule
from moderation.models.records import Report
from moderation.reporting import report
from tests.factories import ConditionSymptomFactory, UserFactory
from tests.forum import factories
from tests.members.left_over import places_with
from tests.members.people import consenting, patient_of
from tests.soulmates.factories import check_in_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def everywhere(settings, tmp_path):
    """Keep visitors' pages and files of this test by themselves."""
    settings.MEDIA_ROOT, settings.ERASURE_LEDGER, settings.KEEP_VISITOR_PAGES = tmp_path / "media", tmp_path / "ledger.jsonl", True
    for name in caches.settings:
        caches[name].clear()
    yield
    for name in caches.settings:
        caches[name].clear()


class Planted:
    """Words that stand nowhere else: those of the posts, and those that say who wrote them or were nobody else's to read."""

    def __init__(self):
        self.posts, self.own = {}, {}

    def post(self, where):
        return self.posts.setdefault(where, f"canarypost{len(self.posts):02d}x7f3a")

    def mine(self, where):
        return self.own.setdefault(where, f"canarymine{len(self.own):02d}x7f3a")


def write_posts(member, planted):
    """Ask, answer and comment, change each, and add pictures; be named by others, in their words of now and before."""
    post, name = planted.post, member.pseudonym
    question = factories.question(f"{post('title')} slept again?", by=member, body=f"{post('body before')} words", tags=[factories.tag()])
    posting.edit(post=question, version=1, title=f"{post('new title')} slept?", body=f"{post('body')} other words")
    theirs = factories.question("What do you do at night?", body=f"I ask @{name} and others.")
    answer = factories.answer(theirs, by=member, body=f"{post('answer before')} milk")
    posting.edit(post=answer, version=1, body=f"{post('answer')} tea")
    remark = factories.comment(theirs, by=member, body=f"{post('comment before')} thanks")
    posting.edit(post=remark, version=1, body=f"{post('comment')} thank you")
    hidden = factories.question(f"{post('hidden')} sale?", by=member)
    standing.hide(thing=hidden, by=None, rule=Rule.SPAM, reason=f"{planted.mine('reason of a decision')} was sold")
    for one, where in ((question, "question's picture"), (answer, "answer's picture")):
        pictures.add(post=one, content=post(f"{where}, file").encode(), width=1, height=1, alt=post(f"{where}, words"))
    named = factories.answer(theirs, body=f"Thank you @{name}, it helped.")
    posting.edit(post=named, version=1, body=f"Thank you @{name}, it helped us.")
    assert Mention.objects.filter(member=member).count() >= 2
    deleted = factories.answer(theirs, by=member, body=f"{planted.mine('answer that was deleted before')} gone")
    standing.delete(thing=deleted)
    question.refresh_from_db()
    return "/questions/", question.get_absolute_url(), theirs.get_absolute_url()


def write_records(member, planted):
    """Keep a record, and change one that somebody else keeps, with notes in both."""
    mine = planted.mine
    patient = patient_of(member, tumour="found", tumour_kind=mine("kind of tumour"))
    Patient.objects.filter(pk=patient.pk).update(nickname=mine("nickname"))
    shared = patient_of(consenting(UserFactory().member))
    shared.guardians.create(member=member, relation=Relation.CARER, level=Level.EDIT)
    shaking = ConditionSymptomFactory(condition=patient.condition).symptom
    check_in_of(patient, {shaking: 2}, by=member, note=mine("note"))
    check_in_of(shared, {shaking: 2}, by=member, note=mine("note in a record of others"))
    check_in_of(shared, {shaking: 1}, by=member, note=mine("note that was not finished"), finished=False)


def write_around(member, planted):
    """Report, as a member and signed out, and leave drafts."""
    mine = planted.mine
    report(thing=factories.question(), by=member, reason=Reason.ILLEGAL, text=mine("report"), name=mine("name in a report"), email=member.user.email)
    signed_out = {"name": mine("name in a visitor's report"), "email": member.user.email.upper()}
    report(thing=factories.question(), by=None, reason=Reason.ILLEGAL, text=mine("visitor's report"), **signed_out)
    Draft.objects.create(member=member, form="question", address="/questions/ask/", fields={"body": [mine("draft")]})
    Draft.objects.create(member=member, form="story", address="/", fields={"body": [mine("deleted draft")]}, deleted_at=timezone.now())


@pytest.mark.parametrize("posts_go", [True, False])
def test_of_somebody_who_is_erased_no_canary_is_left_on_the_site(posts_go, everywhere, client, django_capture_on_commit_callbacks):
    planted = Planted()
    member = factories.writer()
    member.user.email = f"{planted.mine('address')}@example.org"
    member.user.save()
    people.rename(member=member, to=f"{planted.mine('name')} Otter".title())
    with django_capture_on_commit_callbacks(execute=True):
        addresses = write_posts(member, planted)
        write_records(member, planted)
        write_around(member, planted)
    for address in addresses:
        assert client.get(address).status_code == 200
    found = places_with([*planted.posts.values(), *planted.own.values()])
    assert {word for _place, word in found} == {*planted.posts.values(), *planted.own.values()}  # the search finds each while they are there
    assert ("cache visitor_pages", planted.posts["new title"]) in found
    with django_capture_on_commit_callbacks(execute=True):
        leaving.leave(member=member, erase_posts=posts_go)
    with django_capture_on_commit_callbacks(execute=True):
        leaving.erase(member=member)
    assert places_with(planted.own.values()) == set()
    left = places_with(planted.posts.values())
    if posts_go:
        assert left == set()
        assert not Picture.objects.exists()
    else:
        assert {word for _place, word in left} == set(planted.posts.values())
        assert not any(place.startswith("cache") for place, _word in left)
    kept = Report.objects.filter(reason=Reason.ILLEGAL)
    assert set(kept.values_list("reporter", "text", "name", "email")) == {(None, "", "", "")}


def test_a_page_that_names_them_is_not_made_again(everywhere, client, django_capture_on_commit_callbacks):
    member = factories.writer()
    people.rename(member=member, to="Canary Otter")
    with django_capture_on_commit_callbacks(execute=True):
        question = factories.question("Who slept?", by=member, audience=Audience.EVERYONE)
    assert "Canary Otter" in client.get(question.get_absolute_url()).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        leaving.erase(member=member)
    page = client.get(question.get_absolute_url())
    assert "Canary Otter" not in page.content.decode()
    assert "Former member" in page.content.decode()


def test_visitors_pages_run_out_in_processes_that_erased_nobody(everywhere, client):
    client.get("/questions/")
    ends = caches["visitor_pages"]._expire_info.values()
    assert [end for end in ends if end is None or end > time.time() + 3600] == []
    assert ends
