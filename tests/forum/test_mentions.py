"""Names in a text: who is meant, who gets a link, and what follows a rename, a block and a way out."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from forum import mentions, rendering
from forum.actions import posting, rerender
from forum.models.extras import Mention
from forum.models.question import Question
from forum.templatetags.writing import words_for
from members.actions import people
from members.models.member import Member
from tests.forum import factories
from tests.rooms.world import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def author():
    return person("author", "Mika of the Hills")


@pytest.fixture
def otter():
    return person("otter", "Quiet Otter")


def named(text, author):
    return {member.pseudonym for member in rendering.render(text, author=author).mentions.values()}


@pytest.mark.parametrize(
    "text",
    [
        "Thank you @Quiet Otter, it helped.",
        "@quiet otter",
        "(@Quiet Otter)",
        "**@Quiet Otter**",
        "> @Quiet Otter said so",
        "One line\n@Quiet Otter: yes",
        "- @Quiet Otter\n- bread",
    ],
)
def test_a_name_is_found_wherever_it_stands_in_a_text(author, otter, text):
    assert named(text, author) == {"Quiet Otter"}


@pytest.mark.parametrize(
    "text",
    [
        "quiet otter",
        "me@Quiet Otter",
        "`@Quiet Otter`",
        "    @Quiet Otter",
        "[@Quiet Otter](https://example.org)",
        "@Quiet Otters",
        "@ Quiet Otter",
        "@Quiet\nOtter",
    ],
)
def test_what_only_looks_like_a_name_stays_words(author, otter, text):
    assert named(text, author) == set()
    assert "/members/" not in rendering.render(text, author=author).html


def test_the_longest_name_that_somebody_has_is_meant(author, otter):
    person("short", "Quiet")
    assert named("@Quiet Otter", author) == {"Quiet Otter"}
    assert named("@Quiet people", author) == {"Quiet"}


@pytest.mark.parametrize("name", ["Élodie", "Ωμέγα", "Тихая Река", "O’Brien", "Night-Owl 7"])
def test_names_of_all_alphabets_are_found(author, name):
    member = person("other", name)
    assert named(f"Danke @{name}!", author) == {member.pseudonym}


@pytest.mark.parametrize("mine", [True, False])
def test_nobody_is_named_across_a_block(author, otter, mine):
    people.block(member=author if mine else otter, other=otter if mine else author)
    assert named("@Quiet Otter", author) == set()


@pytest.mark.parametrize("mine", [True, False])
def test_a_block_does_not_tell_who_wrote_without_a_name(author, otter, mine):
    """They would see their own name stay a word, and know from whom that comes."""
    people.block(member=author if mine else otter, other=otter if mine else author)
    posts = [
        factories.question(by=author, body="Thank you, @Quiet Otter.", by_name=False),
        factories.answer(by=author, body="Thank you, @Quiet Otter.", by_name=False),
        factories.comment(by=author, body="Thank you, @Quiet Otter.", by_name=False),
    ]
    for post in posts:
        assert otter.get_absolute_url() in post.body_html
        changed = posting.edit(post=post, version=1, body="Thank you again, @Quiet Otter.")
        assert otter.get_absolute_url() in changed.body_html


@pytest.mark.parametrize("change", ["suspended_at", "leaving_at"])
def test_who_is_not_here_is_not_named(author, otter, change):
    Member.objects.filter(pk=otter.pk).update(**{change: timezone.now()})
    assert named("@Quiet Otter", author) == set()


def test_at_most_ten_people_are_named(author):
    names = [f"Bean number {word}" for word in "one two three four five six seven eight nine ten eleven twelve".split()]
    for number, name in enumerate(names):
        person(f"many{number}", name)
    assert len(named(" ".join(f"@{name}" for name in names), author)) == mentions.MOST


def test_a_text_without_a_name_asks_the_database_nothing(author, django_assert_num_queries):
    with django_assert_num_queries(0):
        rendering.render("Plain words, and a price @ 5.", author=author)


@pytest.mark.parametrize("number", [1, 9])
def test_names_cost_one_query_whatever_their_number(author, number, django_assert_num_queries):
    for place in range(number):
        person(f"many{place}", f"Bean number {chr(97 + place)}")
    with django_assert_num_queries(1):
        rendering.render(" ".join(f"@Bean number {chr(97 + place)}" for place in range(number)), author=author)


def test_members_get_a_link_and_visitors_the_name_alone(author, otter):
    asked = factories.question(by=author, body="Ask @Quiet Otter about it.")
    assert f'<a class="mention" href="{otter.get_absolute_url()}">@Quiet Otter</a>' in words_for(asked.body_html, author.user)
    seen = words_for(asked.body_html, AnonymousUser())
    assert '<span class="mention">@Quiet Otter</span>' in seen
    assert otter.public_id not in seen


def test_a_rename_is_followed_in_every_post_and_is_no_edit(author, otter):
    asked = factories.question(by=author, body="Ask @Quiet Otter about it.")
    answer = factories.answer(asked, by=author, body="As @Quiet Otter said.")
    people.rename(member=otter, to="Loud Otter")
    assert rerender.posts_naming(otter) == 2
    for post in (asked, answer):
        post.refresh_from_db()
        assert "@Loud Otter</a>" in post.body_html
        assert "Quiet" not in post.body_html
        assert post.version == 1
    assert "Loud Otter" in asked.excerpt
    assert rerender.posts_naming(otter) == 0


def test_who_is_away_is_not_named_until_they_are_back(author, otter):
    asked = factories.question(by=author, body="Ask @Quiet Otter about it.")
    Member.objects.filter(pk=otter.pk).update(leaving_at=timezone.now())
    rerender.posts_naming(otter)
    asked.refresh_from_db()
    assert "Otter" not in asked.body_html
    assert "@Former member" in asked.body_html
    Member.objects.filter(pk=otter.pk).update(leaving_at=None)
    rerender.posts_naming(otter)
    asked.refresh_from_db()
    assert "@Quiet Otter</a>" in asked.body_html


def test_who_is_forgotten_leaves_no_name_in_words_html_or_history(author, otter):
    asked = factories.question(by=author, body="Ask @Quiet Otter, yes @quiet otter.")
    posting.edit(post=asked, version=1, body="Nobody now.")
    assert rerender.forget(otter) == 1
    asked.refresh_from_db()
    texts = [
        asked.body,
        asked.body_html,
        asked.excerpt,
        *asked.edits.values_list("body", flat=True),
        *asked.edits.values_list("body_html", flat=True),
    ]
    assert not [text for text in texts if "otter" in text.casefold()]
    assert not Mention.objects.exists()


def test_who_was_named_by_two_names_is_forgotten_by_both(author, otter):
    asked = factories.question(by=author, body="Ask @Quiet Otter.")
    people.rename(member=otter, to="Loud Heron")
    posting.edit(post=asked, version=1, body="Ask @Loud Heron, who was @Quiet Otter.")
    posting.edit(post=asked, version=2, body="Ask @loud heron.")
    assert {name.casefold() for name in Mention.objects.values_list("name", flat=True)} == {"loud heron", "quiet otter"}
    rerender.forget(otter)
    asked.refresh_from_db()
    texts = [asked.body, asked.body_html, *asked.edits.values_list("body", flat=True), *asked.edits.values_list("body_html", flat=True)]
    assert not [text for text in texts if "otter" in text.casefold() or "heron" in text.casefold()]
    assert not Mention.objects.exists()


def test_an_edit_keeps_who_was_named_before(author, otter):
    asked = factories.question(by=author, body="Ask @Quiet Otter.")
    posting.edit(post=asked, version=1, body="And @Quiet Otter again.")
    posting.edit(post=asked, version=2, body="Nobody now.")
    assert Mention.objects.filter(question=asked).count() == 1
    asked.refresh_from_db()
    assert "mention" not in asked.body_html


def test_all_posts_can_be_rendered_again(author, otter, capsys):
    asked = factories.question(by=author, body="Ask @Quiet Otter.")
    Question.objects.filter(pk=asked.pk).update(body_html="<p>old</p>")
    call_command("rerender_posts")
    asked.refresh_from_db()
    assert "@Quiet Otter</a>" in asked.body_html
    assert "1 posts rendered, 1 changed." in capsys.readouterr().out


def test_a_visitors_page_leads_to_no_profile(author, otter):
    asked = factories.question(by=author, by_name=False, body="Ask @Quiet Otter.")
    answer = factories.answer(asked, by=author, by_name=False, body="As @Quiet Otter said.")
    factories.comment(asked, by=author, by_name=False, body="Thanks @Quiet Otter.")
    factories.comment(answer=answer, by=author, by_name=False, body="Yes, @Quiet Otter.")
    page = Client().get(asked.get_absolute_url()).content.decode()
    assert page.count("@Quiet Otter</span>") == 4
    assert "/members/" not in page
    client = Client()
    client.force_login(author.user)
    assert client.get(asked.get_absolute_url()).content.decode().count(f'href="{otter.get_absolute_url()}"') == 4
