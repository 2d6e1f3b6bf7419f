"""Loading a condition: all or nothing, only what changed, never over an editor's text."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command

from conditions.actions import texts
from conditions.actions.load import load_condition
from conditions.loading.lines import ContentFaults
from conditions.models import AncestorTerm, Citation, Condition, HelpNumber, Revision, Source, Symptom, Topic
from members.models import User
from search.models import Entry
from tests.conditions.condition_files import edit, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path):
    return write(tmp_path / "made-up")


def current(slug):
    return Revision.objects.approved().get(topic__slug=slug)


def test_everything_is_written(folder):
    assert load_condition(folder) == {"new": 5}
    condition = Condition.objects.get()
    assert condition.get_absolute_url() == "/made-up/"
    assert [name.name for name in condition.names.all()] == ["Invented syndrome"]
    assert [code.code for code in condition.codes.all()] == ["ORPHA:0"]
    assert Symptom.objects.get().ancestors == ["HP:0000478", "HP:0000118"]
    assert AncestorTerm.objects.count() == 2
    assert condition.treatments.get().has_page
    assert condition.organisations.get().offers_html.startswith("<p>It listens.")
    assert [topic.slug for topic in Topic.objects.filter(has_page=True)] == ["causes", "overview", "later"]
    revision = current("causes")
    assert [(citation.number, citation.source.key) for citation in revision.citations.all()] == [(1, "S1"), (2, "S2")]
    assert '<a href="/made-up/later/">what comes later</a>, a plan and <a href="/made-up/symptoms/opsoclonus/">' in revision.body_html
    assert Revision.objects.get(symptom__isnull=False).frequencies.get().count == 9
    assert Revision.objects.get(treatment__isnull=False).evidence.get().people == 4


def test_a_row_alone_may_cite_a_source(folder):
    load_condition(folder)
    cited = Citation.objects.filter(revision__treatment__slug="rest").values_list("source__key", flat=True)
    assert list(cited) == ["S1", "S2"]


def test_a_frequency_class_cites_where_it_comes_from(folder):
    load_condition(folder)
    cited = Citation.objects.filter(revision__symptom__isnull=False).values_list("source__key", flat=True)
    assert list(cited) == ["S1", "S2"]


def test_the_search_finds_it_at_once(folder):
    load_condition(folder)
    assert set(Entry.objects.values_list("kind", flat=True)) == {"topic", "symptom", "treatment", "glossary", "organisation"}


def test_loading_again_does_nothing(folder):
    load_condition(folder)
    before = list(Revision.objects.values_list("pk", "state", "body_html"))
    assert load_condition(folder) == {}
    assert load_condition(folder, force=True) == {"same": 5}
    assert list(Revision.objects.values_list("pk", "state", "body_html")) == before


def test_a_changed_file_is_readers_text_while_no_editor_has_decided(folder):
    load_condition(folder)
    edit(folder, "topics/later.md", "More.[@S1]", "Much more.[@S1]")
    assert load_condition(folder) == {"changed": 1, "same": 4}
    assert "Much more." in current("later").short_answer_html
    assert Revision.objects.filter(topic__slug="later", state=Revision.State.REPLACED).count() == 1


def _editor_changes(slug, answer):
    author = User.objects.create_user("one@example.org", "x")
    second = User.objects.create_user("two@example.org", "x")
    revision = current(slug)
    fields = {name: getattr(revision, name) for name in (*texts.TEXT_FIELDS, "language", "compiled_on", "review_due_on")}
    proposal = texts.propose(target=revision.topic, by=author, fields={**fields, "short_answer": answer, "note": "Clearer."})
    texts.approve(revision=proposal, by=second)


def test_an_editors_approved_text_is_never_overwritten_but_offered_once(folder):
    load_condition(folder)
    _editor_changes("later", "An editor's words.[@S1]")
    edit(folder, "topics/later.md", "More.[@S1]", "The file's words.[@S1]")
    assert load_condition(folder) == {"proposed": 1, "same": 4}
    assert "An editor's words." in current("later").short_answer
    proposal = Revision.objects.proposed().get()
    assert "The file" in proposal.short_answer_html
    assert load_condition(folder, force=True) == {"same": 5}
    assert Revision.objects.proposed().count() == 1


def test_a_declined_file_text_is_not_offered_again(folder):
    load_condition(folder)
    _editor_changes("later", "An editor's words.[@S1]")
    edit(folder, "topics/later.md", "More.[@S1]", "The file's words.[@S1]")
    load_condition(folder)
    texts.decline(revision=Revision.objects.proposed().get(), by=User.objects.get(email="two@example.org"), note="No.")
    assert load_condition(folder, force=True) == {"same": 5}


def test_an_editors_text_that_the_files_take_over_is_the_same(folder):
    load_condition(folder)
    _editor_changes("later", "An editor's words.[@S1]")
    edit(folder, "topics/later.md", "More.[@S1]", "An editor's words.[@S1]")
    assert load_condition(folder) == {"same": 5}


def test_a_fault_writes_nothing(folder):
    load_condition(folder)
    edit(folder, "topics/later.md", "More.[@S1]", "Much more.[@S9]")
    edit(folder, "condition.yaml", "short_name: MUS", "short_name: XXX")
    with pytest.raises(ContentFaults):
        load_condition(folder)
    assert Condition.objects.get().short_name == "MUS"
    assert "More." in current("later").short_answer


def test_a_fault_while_writing_leaves_nothing_half_written(folder, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("The disk is full.")

    monkeypatch.setattr("conditions.actions.load.render_condition", fail)
    with pytest.raises(RuntimeError):
        load_condition(folder)
    assert not Condition.objects.exists()
    assert not Source.objects.exists()


def test_a_new_page_brings_links_to_it_alive(folder):
    load_condition(folder)
    assert "a plan" in current("causes").body_html
    planned = (folder / "topics/later.md").read_text(encoding="utf-8").replace("topic:causes", "topic:later")
    (folder / "topics/planned.md").write_text(planned.replace("Later", "Planned"), encoding="utf-8")
    load_condition(folder)
    assert '<a href="/made-up/planned/">a plan</a>' in current("causes").body_html


def test_a_page_whose_file_is_gone_is_withdrawn(folder, client):
    load_condition(folder)
    (folder / "topics/later.md").unlink()
    assert load_condition(folder) == {"same": 4, "withdrawn": 1}
    later = Topic.objects.get(slug="later")
    assert not later.has_page
    assert later.revisions.get().state == Revision.State.REPLACED
    assert not Entry.objects.filter(kind="topic", object_id=later.pk).exists()
    assert "See what comes later, a plan" in current("causes").body_html
    assert client.get("/made-up/later/").status_code == 404
    assert load_condition(folder, force=True) == {"same": 4}


def test_a_page_whose_file_comes_back_is_readers_text_again(folder):
    load_condition(folder)
    text = (folder / "topics/later.md").read_text(encoding="utf-8")
    (folder / "topics/later.md").unlink()
    load_condition(folder)
    (folder / "topics/later.md").write_text(text, encoding="utf-8")
    assert load_condition(folder) == {"new": 1, "same": 4}
    assert '<a href="/made-up/later/">what comes later</a>' in current("causes").body_html


def test_a_page_that_an_editor_decided_is_kept_without_its_file_and_named(folder, capsys):
    load_condition(folder)
    _editor_changes("later", "An editor's words.[@S1]")
    edit(folder, "topics/later.md", "More.[@S1]", "The file's words.[@S1]")
    load_condition(folder)
    (folder / "topics/later.md").unlink()
    call_command("load_condition", folder)
    told = "/made-up/later/ is kept, for an editor decided on its text; it has left the files.\nmade-up: 4 texts loaded: 4 unchanged.\n"
    assert told in capsys.readouterr().out
    assert "An editor's words." in current("later").short_answer
    assert not Revision.objects.proposed().exists()
    assert Entry.objects.filter(kind="topic", object_id=Topic.objects.get(slug="later").pk).exists()


def _vocabulary_leaves(folder):
    second = """\
- hpo_id: "HP:0000639"
  slug: nystagmus
  name: Nystagmus
  plain_name: Trembling eyes
  category: eyes
  is_a: ["HP:0000478"]
  ancestors: ["HP:0000478", "HP:0000118"]
  ic: 3.0
  n_diseases: 8
  support: core
"""
    (folder / "symptoms.yaml").write_text(second, encoding="utf-8")
    (folder / "symptoms/opsoclonus.md").unlink()
    edit(folder, "treatments.yaml", "slug: rest, name: Rest, plain_name: Rest", "slug: sleep, name: Sleep, plain_name: Sleep")
    (folder / "treatments/rest.md").unlink()
    edit(folder, "topics/causes.md", " and [dancing eyes](symptom:opsoclonus)", "")
    edit(folder, "topics/causes.md", "symptom:opsoclonus, ", "")


def test_what_leaves_the_vocabulary_is_withdrawn_and_stands_in_no_list(folder, client):
    load_condition(folder)
    _vocabulary_leaves(folder)
    assert load_condition(folder) == {"changed": 1, "same": 2, "withdrawn": 2}
    assert client.get("/made-up/symptoms/opsoclonus/").status_code == 404
    assert client.get("/made-up/treatments/rest/").status_code == 404
    condition = Condition.objects.get()
    assert [page.slug for page in condition.conditionsymptoms.filter(category="eyes")] == ["nystagmus"]
    assert [page.slug for page in condition.treatments.filter(kind="medicine")] == ["sleep"]
    assert Symptom.objects.filter(slug="opsoclonus").exists()
    assert not Entry.objects.filter(kind__in=["symptom", "treatment"]).exists()


def test_a_symptom_that_an_editor_decided_keeps_its_place(folder):
    load_condition(folder)
    Revision.objects.filter(symptom__isnull=False).update(decided_by=User.objects.create_user("one@example.org", "x"))
    _vocabulary_leaves(folder)
    told = []
    assert load_condition(folder, tell=told.append) == {"changed": 1, "same": 2, "withdrawn": 1}
    assert told[0].startswith("/made-up/symptoms/opsoclonus/ is kept")
    assert Condition.objects.get().conditionsymptoms.get(symptom__slug="opsoclonus").category == "eyes"


def _second_symptom(folder, slug="nystagmus"):
    first = (folder / "symptoms.yaml").read_text(encoding="utf-8")
    second = first.replace("HP:0010543", "HP:0000639").replace("slug: opsoclonus", f"slug: {slug}").replace("Opsoclonus", "Nystagmus")
    (folder / "symptoms.yaml").write_text(first + second, encoding="utf-8")


def test_two_symptoms_may_swap_their_addresses(folder):
    _second_symptom(folder)
    load_condition(folder)
    for old, new in (("slug: opsoclonus", "slug: held"), ("slug: nystagmus", "slug: opsoclonus"), ("slug: held", "slug: nystagmus")):
        edit(folder, "symptoms.yaml", old, new)
    load_condition(folder)
    assert dict(Symptom.objects.values_list("hpo_id", "slug")) == {"HP:0010543": "nystagmus", "HP:0000639": "opsoclonus"}


def test_a_new_term_may_take_the_address_of_one_that_left(folder):
    load_condition(folder)
    edit(folder, "symptoms.yaml", "HP:0010543", "HP:0000639")
    load_condition(folder)
    assert dict(Symptom.objects.values_list("hpo_id", "slug")) == {"HP:0010543": "hp-0010543", "HP:0000639": "opsoclonus"}


def test_the_address_of_another_conditions_symptom_is_refused(folder, tmp_path):
    load_condition(folder)
    other = write(tmp_path / "other")
    edit(other, "condition.yaml", "slug: made-up", "slug: other")
    edit(other, "symptoms.yaml", "HP:0010543", "HP:0000639")
    with pytest.raises(ContentFaults, match=r"symptoms.yaml, line 2, 0.slug: “opsoclonus” is the address of HP:0010543 on the site"):
        load_condition(other)
    assert Symptom.objects.get().slug == "opsoclonus"


def _on(monkeypatch, day):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *args: day)


def test_pages_that_are_due_for_a_check_are_told_and_loaded(folder, capsys, monkeypatch):
    _on(monkeypatch, date(2026, 12, 2))
    edit(folder, "topics/later.md", "review_due: 2026-12-01", "review_due: 2026-11-30")
    call_command("load_condition", folder)
    call_command("load_condition", folder)
    told = capsys.readouterr().out.split("\n")
    assert told[0].startswith("5 pages are due for a check: /made-up/later/, /made-up/")
    assert told[1:3] == ["made-up: 5 texts loaded: 5 new.", told[0]]
    assert Revision.objects.approved().count() == 5


def test_one_page_that_is_due_is_told_in_the_singular(folder, monkeypatch):
    _on(monkeypatch, date(2026, 12, 1))
    edit(folder, "topics/later.md", "review_due: 2026-12-01", "review_due: 2026-11-30")
    told = []
    load_condition(folder, tell=told.append)
    assert told == ["1 page is due for a check: /made-up/later/."]


def test_a_day_to_come_is_refused_by_the_day_of_the_site(folder, monkeypatch):
    _on(monkeypatch, date(2025, 12, 31))
    with pytest.raises(ContentFaults, match="compiled: This day is still to come: today is 2025-12-31"):
        load_condition(folder)


def test_a_source_that_is_gone_stays_while_an_old_text_cites_it(folder):
    load_condition(folder)
    edit(folder, "sources.yaml", "- {key: S2, title: Another paper, kind: review, uncertain: true}\n", "")
    for name, old in (("topics/causes.md", "[@S2]"), ("topics/causes.md", "[@S2 @S1]")):
        edit(folder, name, old, "[@S1]")
    edit(folder, "treatments/rest.md", "source: S2", "source: S1")
    edit(folder, "condition.yaml", "frequency_source: S2", "frequency_source: S1")
    load_condition(folder)
    assert Source.objects.filter(key="S2").exists()


def test_help_numbers_are_seeded_and_then_kept_by_editors(folder):
    load_condition(folder)
    HelpNumber.objects.update(number="112")
    edit(folder, "help-numbers.yaml", "numbers.example", "other.example")
    load_condition(folder)
    assert HelpNumber.objects.get().number == "112"


@pytest.mark.parametrize("slug", ["questions", "search", "admin", "help-now", "me", "health"])
def test_a_condition_cannot_take_an_address_of_the_site(folder, slug):
    edit(folder, "condition.yaml", "slug: made-up", f"slug: {slug}")
    with pytest.raises(ContentFaults, match="is an address of the site itself"):
        load_condition(folder)


@pytest.mark.parametrize("slug", ["sources", "glossary", "members-report"])
def test_a_topic_cannot_take_an_address_of_the_site(folder, slug):
    edit(folder, "condition.yaml", "planned]", f"{slug}]")
    with pytest.raises(ContentFaults, match="is an address of the site itself"):
        load_condition(folder)


def test_the_command_says_in_one_line_what_it_did(folder, capsys):
    call_command("load_condition", folder)
    call_command("load_condition", folder)
    assert capsys.readouterr().out == "made-up: 5 texts loaded: 5 new.\nmade-up: the files are as last time, nothing to do.\n"


def test_the_command_names_every_fault(folder):
    edit(folder, "sources.yaml", "kind: review", "kindd: review")
    with pytest.raises(CommandError, match=r"Nothing was written: 2 faults in made-up\.\nsources\.yaml, line 2"):
        call_command("load_condition", folder)


def test_any_number_of_conditions_live_side_by_side(folder, tmp_path):
    load_condition(folder)
    other = write(tmp_path / "other")
    edit(other, "condition.yaml", "slug: made-up", "slug: other")
    edit(other, "condition.yaml", "short_name: MUS", "short_name: OTH")
    assert load_condition(other) == {"new": 5}
    assert Symptom.objects.count() == 1
    assert Revision.objects.approved().count() == 10
