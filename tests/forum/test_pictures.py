"""Pictures in posts: who adds them, what is asked, who is given the file, and what is left when they go."""

import io

import pytest
from django.core.cache import caches
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from forum.actions import pictures
from forum.models.extras import Picture
from members.pictures import PictureRefused, whole
from moderation import standing
from moderation.models.choices import Audience, Rule
from tests.forum import factories
from tests.forum.writers import browser, main_of, member
from tests.rooms.profiles import picture as photo

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_counts():
    caches["default"].clear()


@pytest.fixture
def me():
    return member()


@pytest.fixture
def client(me):
    return browser(me)


def upload(content=None):
    return SimpleUploadedFile("IMG_2034.jpg", photo() if content is None else content)


def sent(**changes):
    return {"picture": upload(), "alt": "A weekly plan on a fridge", "no_child": "on", **changes}


def picture_of(post):
    content, width, height = whole(upload())
    return pictures.add(post=post, content=content, width=width, height=height, alt="A plan")


def files():
    return len(default_storage.listdir("post-pictures")[1]) if default_storage.exists("post-pictures") else 0


def address(post):
    return f"/{post._meta.model_name}s/{post.pk}/pictures/"


@pytest.mark.parametrize("kind", ["question", "answer"])
def test_a_picture_is_added_by_the_author_and_shown_on_the_page(client, me, kind):
    post = getattr(factories, kind)(by=me)
    assert client.get(address(post)).status_code == 200
    response = client.post(address(post), sent(), follow=True)
    assert "The picture is added" in main_of(response)
    picture = Picture.objects.get()
    assert (picture.post, picture.alt, picture.width, picture.height) == (post, "A weekly plan on a fridge", 640, 480)
    assert picture.file.name.startswith("post-pictures/")
    assert "IMG" not in picture.file.name
    question = post if kind == "question" else post.question
    page = client.get(question.get_absolute_url()).content.decode()
    assert f'src="/questions/pictures/{picture.public_id}.webp"' in page
    assert 'alt="A weekly plan on a fridge"' in page


@pytest.mark.parametrize(
    "changes",
    [{"alt": ""}, {"alt": "x" * 251}, {"no_child": ""}, {"picture": ""}, {"picture": "bytes"}, {"picture": "svg"}],
    ids=str,
)
def test_what_is_missing_is_asked_for(client, me, changes):
    asked = factories.question(by=me)
    uploads, before = {"bytes": upload(b"no picture"), "svg": upload(b"<svg onload=alert(1)/>"), "": ""}, files()
    data = sent(**{name: uploads[value] if name == "picture" else value for name, value in changes.items()})
    response = client.post(address(asked), data)
    assert response.status_code == 422
    assert not Picture.objects.exists()
    assert files() == before


def test_the_face_of_a_child_is_warned_of(client, me):
    assert "No child’s face" in main_of(client.get(address(factories.question(by=me))))


def test_nobody_adds_to_what_another_wrote(client):
    asked = factories.question()
    assert client.get(address(asked)).status_code == client.post(address(asked), sent()).status_code == 403


def test_new_members_wait(client, me):
    me.joined_at = timezone.now()
    me.save()
    asked = factories.question(by=me)
    assert "New members cannot add pictures yet" in main_of(client.get(address(asked)))
    assert client.post(address(asked), sent()).status_code == 403
    assert not Picture.objects.exists()


def test_there_is_room_for_four(client, me):
    asked, before = factories.question(by=me), files()
    for _number in range(pictures.MOST):
        picture_of(asked)
    assert "There is room for 4 pictures" in main_of(client.get(address(asked)))
    assert client.post(address(asked), sent()).status_code == 403
    with pytest.raises(pictures.TooManyPicturesError):
        picture_of(asked)
    assert files() == before + pictures.MOST


def test_the_file_is_given_to_whoever_may_see_the_post(client, me):
    public, private = (picture_of(factories.question(by=me, audience=audience)) for audience in (Audience.EVERYONE, Audience.MEMBERS))
    other = browser(member("other", "Sunny Day"))

    def status(reader, picture):
        return reader.get(f"/questions/pictures/{picture.public_id}.webp").status_code

    assert [status(reader, public) for reader in (Client(), other, client)] == [200, 200, 200]
    assert [status(reader, private) for reader in (Client(), other, client)] == [404, 200, 200]
    standing.hide(thing=public.question, by=None, rule=Rule.PRIVACY, reason="A face.")
    assert [status(reader, public) for reader in (Client(), other, client)] == [404, 404, 200]


def test_no_cache_keeps_the_file_and_nothing_in_it_runs(client, me):
    picture = picture_of(factories.question(by=me))
    for reader, kept in ((Client(), "no-cache"), (client, "no-store")):
        response = reader.get(f"/questions/pictures/{picture.public_id}.webp")
        assert response["Content-Type"] == "image/webp"
        assert "private" in response["Cache-Control"]
        assert kept in response["Cache-Control"]
        assert "sandbox" in response["Content-Security-Policy"]
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "sessionid" not in response.cookies


def test_a_picture_that_is_taken_away_leaves_nothing(client, me, django_capture_on_commit_callbacks):
    asked, before = factories.question(by=me), files()
    picture = picture_of(asked)
    place = f"/questions/pictures/{picture.public_id}/remove/"
    assert "cannot be undone" in main_of(client.get(place))
    assert browser(member("other", "Sunny Day")).post(place).status_code == 403
    with django_capture_on_commit_callbacks(execute=True):
        client.post(place)
    assert not Picture.objects.exists()
    assert files() == before


def test_unknown_pictures_are_a_404(client):
    for name in ("zzzzzzzzzzzz", "x" * 300, "..%2f..%2fetc"):
        assert client.get(f"/questions/pictures/{name}.webp").status_code == 404


def encoded(image, kind="JPEG", **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


@pytest.mark.parametrize(
    ("size", "expected"), [((800, 600), (800, 600)), ((4000, 3000), (1600, 1200)), ((300, 3200), (150, 1600)), ((64, 64), (64, 64))]
)
def test_a_picture_stays_whole_and_becomes_small_enough(size, expected):
    content, width, height = whole(upload(encoded(Image.new("RGB", size, "teal"))))
    made = Image.open(io.BytesIO(content))
    assert made.size == (width, height) == expected
    assert made.format == "WEBP"


def test_a_picture_is_upright_and_without_notes():
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif[0x010F] = "Camera of Mika"
    content, width, height = whole(upload(encoded(Image.new("RGB", (800, 600), "teal"), exif=exif)))
    assert (width, height) == (600, 800)
    assert b"Mika" not in content
    assert not Image.open(io.BytesIO(content)).getexif()


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"\xff\xd8\xff", encoded(Image.new("RGB", (10, 10)))])
def test_what_is_no_picture_of_ours_is_refused(content):
    with pytest.raises(PictureRefused):
        whole(upload(content))
