"""The site's own pages, and what stands around every page."""

import re
from datetime import timedelta

import html5lib
import pytest
from django.db import OperationalError
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from conditions.models.condition import Condition
from conditions.models.library import HelpNumber
from oms_community import pages
from oms_community.patterns import PatternForm
from tests.factories import ConditionFactory, HelpNumberFactory, RevisionFactory, TopicFactory, UserFactory

pytestmark = pytest.mark.django_db

NAMES = ["home", "help_now", "how_we_review", "about", "privacy", "accessibility", "guidelines", "terms", "contact", "settings"]
OPERATOR = {"OPERATOR_NAME": "A charity", "OPERATOR_ADDRESS": "A street\nA town", "OPERATOR_EMAIL": "hello@example.org"}


@pytest.fixture
def condition():
    """Return a condition with the pages that home and help look for."""
    condition = ConditionFactory(
        paths=[{"key": "living-with-it", "title": "t", "text": "t", "topics": ["not-written", "every-day"]}],
        credits=[{"text": "Data of somebody.", "url": "https://somebody.example/"}],
    )
    for slug in ("first-48-hours", "symptoms", "treatments", "hereditary", "every-day"):
        RevisionFactory(topic=TopicFactory(condition=condition, slug=slug), title=f"About {slug}?", short_answer="It is rare.[@S1] It passes.[@us]")
    RevisionFactory(
        topic=TopicFactory(condition=condition, slug="when-to-seek-help"),
        red_flags_title="Call at once for",
        red_flags="- trouble breathing[@S7]",
    )
    return condition


def page(client, name, query=""):
    """Return the HTML of a page."""
    response = client.get(reverse(name) + query)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("name", NAMES)
def test_every_page_stands_without_any_data(client, name):
    html = page(client, name)
    assert html.count("<h1") == 1
    assert reverse("help_now") in html
    assert "never replaces, advice from your own medical team" in html


@pytest.mark.parametrize("name", NAMES)
def test_every_page_is_valid_html_without_inline_script_or_style(client, name, condition):
    html = page(client, name)
    html5lib.HTMLParser(strict=True).parse(html)
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]+(src|application/ld\+json))", html)
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    levels = [int(level) for level in re.findall(r"<h([1-6])", html)]
    assert all(below <= above + 1 for above, below in zip(levels, levels[1:], strict=False))


@pytest.mark.parametrize("name", [name for name in NAMES if name != "settings"])
def test_the_same_state_gives_the_same_bytes_to_every_visitor(client, name, condition):
    first, second = (client.get(reverse(name)) for _ in range(2))
    assert first.content == second.content
    assert not first.cookies
    assert "sessionid" not in client.cookies


@pytest.mark.parametrize("name", NAMES)
def test_every_title_and_description_is_its_own(client, name, condition):
    html = page(client, name)
    assert re.search(r"<title>[^<]{5,}</title>", html)
    assert re.search(r'<meta name="description" content="[^"]{20,}">', html)
    assert f'<link rel="canonical" href="http://testserver{reverse(name)}">' in html
    assert '<meta property="og:image" content="http://testserver/static/img/og.png">' in html


def test_titles_differ(client, condition):
    titles = {re.search(r"<title>(.*?)</title>", page(client, name)).group(1) for name in NAMES}
    assert len(titles) == len(NAMES)


@pytest.mark.parametrize(("name", "most"), [("home", 4), ("help_now", 3), ("how_we_review", 3), ("about", 2), ("privacy", 2), ("contact", 2)])
def test_pages_need_few_queries(client, name, most, condition, django_assert_max_num_queries):
    with django_assert_max_num_queries(most):
        page(client, name)


@pytest.mark.parametrize("name", NAMES)
def test_pages_are_read_only_but_for_the_settings(client, name):
    response = client.post(reverse(name))
    assert response.status_code == (302 if name == "settings" else 405)


def test_home_offers_what_is_written_and_nothing_else(client, condition):
    html = page(client, "home")
    for slug in ("first-48-hours", "symptoms", "treatments", "hereditary", "every-day"):
        assert f'href="/{condition.slug}/{slug}/"' in html
    for slug in ("newly-diagnosed", "not-written", "relapse"):
        assert f"/{slug}/" not in html
    assert not re.search(r'href="/stories', html)
    assert 'href="/questions/"' in html
    assert 'href="/soulmates/how-it-works/"' in html
    assert condition.tagline in html


def test_a_card_shows_words_without_marks_and_counts_sources(client, condition):
    html = page(client, "home")
    assert "It is rare. It passes.</p>" in html
    assert "2 sources" in html


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        ("One. Two.", "One. Two."),
        (f"{'word ' * 20}end. More {'more ' * 30}end.", f"{'word ' * 20}end."),
        ("One is marked.[@S1] So is this, e.g. here.[@us]", "One is marked. So is this, e.g. here."),
    ],
)
def test_an_excerpt_ends_with_a_sentence(answer, shown):
    revision = RevisionFactory(short_answer=answer)
    assert pages._card(revision)["words"] == shown


def test_home_speaks_the_readers_language_where_there_is_a_text(client, condition, settings):
    settings.LANGUAGES = [("en", "English"), ("de", "German")]
    topic = condition.topics.get(slug="symptoms")
    RevisionFactory(topic=topic, language="de", title="Was sind die Zeichen?")
    RevisionFactory(topic=topic, language="fr", title="Quels signes ?")
    settings.LANGUAGE_CODE = "de"
    html = page(client, "home")
    assert '<h3 lang="de"><a href="' in html
    assert "Was sind die Zeichen?" in html
    assert "Quels signes" not in html
    assert "About symptoms?" not in html


def test_help_shows_the_warning_with_its_sources_on_their_page(client, condition):
    html = page(client, "help_now")
    assert "Call at once for" in html
    assert f'href="/{condition.slug}/when-to-seek-help/#s' in html
    assert 'href="#s' not in html
    assert 'id="c1"' not in html


def test_help_lists_the_emergency_number_of_every_country_and_more_of_one(client, condition):
    HelpNumberFactory(country="GB", kind=HelpNumber.Kind.EMERGENCY, number="9 99")
    HelpNumberFactory(country="EU", kind=HelpNumber.Kind.EMERGENCY, number="112")
    HelpNumberFactory(country="GB", kind=HelpNumber.Kind.CRISIS, number="", text_number="85 258", note="Text only.", languages=["en", "xx"])
    html = page(client, "help_now")
    assert 'href="tel:999"' in html
    assert 'href="tel:112"' in html
    assert "European Union" in html
    assert "sms:" not in html
    html = page(client, "help_now", "?country=gb")
    assert 'href="tel:999"' in html
    assert 'href="sms:85258"' in html
    assert "tel:112" not in html
    assert "Languages: English, xx." in html
    assert html.index("tel:999") < html.index("sms:85258")


def test_help_says_when_a_number_was_seen_and_when_the_check_is_overdue(client):
    yesterday = timezone.localdate() - timedelta(days=1)
    HelpNumberFactory(kind=HelpNumber.Kind.EMERGENCY)
    HelpNumberFactory(country="FR", kind=HelpNumber.Kind.EMERGENCY, review_due_on=yesterday)
    html = page(client, "help_now")
    assert html.count("Seen on this page") == 2
    assert html.count("It should have been checked again") == 1


def test_help_says_which_numbers_an_editor_confirmed(client):
    HelpNumberFactory(country="GB", kind=HelpNumber.Kind.EMERGENCY)
    HelpNumberFactory(country="FR", kind=HelpNumber.Kind.EMERGENCY, confirmed_on=timezone.localdate())
    text = client.get(reverse("help_now")).content.decode()
    assert (text.count("Confirmed on this page"), text.count("Seen on this page")) == (1, 1)


@pytest.mark.parametrize("country", ["ZZ", "-", "%00", "<script>", "🙂", "x" * 5000])
def test_help_for_a_country_without_numbers_says_what_to_do(client, country):
    HelpNumberFactory(country="GB")
    html = page(client, "help_now", f"?country={country}")
    assert "Call your local emergency number" in html
    assert "<script>" not in html


def test_help_works_without_a_database(client, monkeypatch):
    def down(*args, **kwargs):
        raise OperationalError("gone")

    monkeypatch.setattr(Condition.objects, "order_by", down)
    html = page(client, "help_now")
    assert "Call your local emergency number" in html


def test_review_page_counts_honestly(client, condition):
    assert "No clinician has reviewed any of them yet." in page(client, "how_we_review")
    old = timezone.localdate() - timedelta(days=1)
    RevisionFactory(reviewed_on=old, reviewer_name="Dr A", reviewer_role="Neurologist", review_due_on=old)
    html = page(client, "how_we_review")
    assert "A clinician has reviewed 1 of them." in html
    assert "1 is overdue for a check." in html


def test_review_page_explains_the_marks_and_credits(client, condition):
    html = page(client, "how_we_review")
    assert 'id="ours"' in html
    assert 'id="credits"' in html
    assert "Data of somebody." in html
    assert "30 to 79 in 100" in html


def test_privacy_names_the_cookies_that_are_really_used(client, settings):
    settings.CSRF_COOKIE_NAME, settings.SESSION_COOKIE_NAME = "__Host-csrf", "__Host-session"
    html = page(client, "privacy")
    for name in ("comfort", "__Host-csrf", "__Host-session", "messages"):
        assert f">{name}</code>" in html


@pytest.mark.parametrize("name", ["contact", "privacy", "terms", "about"])
def test_the_operator_comes_from_the_settings_or_is_said_to_be_missing(client, name, settings):
    assert "Nobody is named here yet" in page(client, name)
    for key, value in OPERATOR.items():
        setattr(settings, key, value)
    html = page(client, name)
    assert "A charity" in html
    assert "A street<br>A town" in html
    assert "mailto:hello@example.org" in html
    assert "Nobody is named here yet" not in html


def test_header_and_footer_take_the_condition_of_the_page(client, condition, django_assert_num_queries):
    other = ConditionFactory(order=2)
    request = RequestFactory().get("/")
    with django_assert_num_queries(0):
        html = render_to_string("base.html", {"condition": other}, request)
    assert f'href="/{other.slug}/"' in html
    assert f'href="/{condition.slug}/"' not in html


def test_other_pages_ask_once_which_condition_the_site_speaks_of(client, condition, django_assert_num_queries):
    with django_assert_num_queries(1):
        html = page(client, "terms")
    assert f'href="/{condition.slug}/"' in html


def test_the_menu_marks_where_the_reader_is(client, condition):
    html = client.get(f"/{condition.slug}/symptoms/").content.decode()
    assert f'<a href="/{condition.slug}/symptoms/" aria-current="page">' in html
    assert 'href="/help-now/" aria-current="page"' in page(client, "help_now")
    assert "aria-current" not in page(client, "terms")


def test_the_menu_is_kept_for_each_reader_section_and_condition(client, condition):
    """Three pages of one section and two readers, one after another: none gets the menu of the one before."""

    def marked(reader, address):
        found = re.search(r'<a href="([^"]+)" aria-current="(page|true)"', reader.get(address).content.decode().partition("site-nav")[2])
        return found.groups() if found else None

    signed_in = Client()
    signed_in.force_login(UserFactory())
    for _again in range(2):
        assert marked(client, "/soulmates/how-it-works/") == ("/soulmates/how-it-works/", "page")
        assert marked(signed_in, "/soulmates/how-it-works/") == ("/soulmates/", "true")
        assert marked(signed_in, "/map/") == ("/map/", "page")
        assert marked(client, "/questions/") == ("/questions/", "page")
        assert marked(client, "/questions/tags/") == ("/questions/", "true")
        condition.short_name = f"{condition.short_name} anew"
        condition.save()
        assert f"About {condition.short_name}" in page(client, "terms")


def test_block_words_fit_an_attribute():
    template = Template('{% extends base %}{% block title %}A <b>"big"</b>\n  {{ x }}{% endblock %}')
    base = Template('{% load blocks %}{% block_text "title" as t %}{% block_text "none" as n %}[{{ t }}][{{ n }}]')
    assert template.render(Context({"base": base, "x": '<i>"'})) == "[A &quot;big&quot; &lt;i&gt;&quot;][]"


def test_patterns_show_a_field_with_label_hint_error_and_control_in_this_order(rf):
    html = pages.patterns(rf.get("/patterns/")).content.decode()
    html5lib.HTMLParser(strict=True).parse(html)
    form = PatternForm({"name": "x"})
    form.add_error("name", "Not so")
    field = str(form["name"].as_field_group())
    assert field.index("<label") < field.index('class="hint" id="id_name_helptext"') < field.index('id="id_name_error"') < field.index("<input")
    assert 'aria-invalid="true"' in field
    assert 'aria-describedby="id_name_helptext id_name_error"' in field
    assert str(form["role"].as_field_group()).count('class="choice"') == 2
