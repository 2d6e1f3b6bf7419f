"""Pictures: what is refused and why, what is left of what is taken, and who is given the file."""

import io
import struct
import zlib
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from members import pictures
from members.actions import people, profiles
from members.forms.profiles import PictureForm
from members.models.choices import Visibility
from members.models.member import Member
from members.pictures import PictureRefused, ours
from tests.html import Document
from tests.rooms.world import person, sign_in

HANDLERS = [
    "members.pictures.BoundedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
EDIT = "/me/picture/"
PAYLOAD = b"<?php evil(); ?><script>alert(1)</script>"


def encoded(image, kind="JPEG", **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def photo(width=800, height=600, mode="RGB"):
    return Image.linear_gradient("L").resize((width, height)).convert(mode)


def upload(content, name="anything.bin"):
    return SimpleUploadedFile(name, content)


def taken(content):
    """Return the picture that we made, and its bytes."""
    made = ours(upload(content))
    return Image.open(io.BytesIO(made)), made


def png_claiming(width, height):
    """Return a PNG whose head says a size, with hardly anything in it."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("size", [(800, 600), (600, 800), (512, 512), (64, 3000)])
def test_a_picture_becomes_a_square_webp_of_ours(kind, size):
    made, _content = taken(encoded(photo(*size), kind))
    assert (made.format, made.mode) == ("WEBP", "RGB")
    assert made.size == (min(512, *size),) * 2


@pytest.mark.parametrize("mode", ["L", "P", "1", "LA", "RGBA", "I;16", "CMYK"])
def test_every_kind_of_colours_is_taken(mode):
    source = Image.new("I;16", (200, 200), 65535) if mode == "I;16" else photo(200, 200).convert(mode)
    kind = "JPEG" if mode == "CMYK" else "PNG"
    assert taken(encoded(source, kind))[0].size == (200, 200)


def test_sixteen_bits_of_grey_keep_their_brightness():
    made, _content = taken(encoded(Image.new("I;16", (100, 100), 32768), "PNG"))
    assert abs(made.getpixel((50, 50))[0] - 128) < 6


def test_what_was_see_through_is_white_and_what_lay_under_it_is_gone():
    hidden = Image.new("RGBA", (200, 200), (255, 0, 0, 0))
    assert taken(encoded(hidden, "PNG"))[0].getpixel((100, 100)) == (255, 255, 255)


def test_the_middle_is_what_is_kept():
    wide = Image.new("RGB", (900, 300), "red")
    wide.paste(Image.new("RGB", (300, 300), "blue"), (300, 0))
    made = taken(encoded(wide, "PNG"))[0]
    assert [made.getpixel(at)[2] > 200 for at in ((5, 150), (150, 150), (294, 150))] == [True] * 3


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_turned_as_the_camera_says(kind):
    image = Image.new("RGB", (200, 200), "white")
    image.paste(Image.new("RGB", (200, 100), "black"), (0, 0))  # black above
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter to the right: black on the right
    made = taken(encoded(image, kind, exif=exif))[0]
    assert made.getpixel((190, 100))[0] < 60
    assert made.getpixel((10, 100))[0] > 200


def test_place_device_colours_and_comments_are_taken_out():
    exif = Image.Exif()
    exif[0x010F] = "CANARY-CAMERA"
    exif.get_ifd(0x8825)[1], exif.get_ifd(0x8825)[2] = "N", (45.0, 45.0, 12.0)
    content = encoded(photo(), exif=exif, icc_profile=b"CANARY-ICC" * 20, comment=b"CANARY-COMMENT", xmp=b"<x>CANARY-XMP</x>")
    assert content.count(b"CANARY") >= 4
    made, data = taken(content)
    assert b"CANARY" not in data
    assert not made.getexif()
    assert not {"exif", "icc_profile", "xmp", "comment"} & set(made.info)


def test_texts_within_a_png_are_taken_out():
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", "CANARY", zip=False)
    notes.add_itxt("XML:com.adobe.xmp", "<x>CANARY</x>")
    content = encoded(photo(), "PNG", pnginfo=notes)
    assert b"CANARY" in content
    assert b"CANARY" not in taken(content)[1]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_what_hangs_behind_a_picture_does_not_come_along(kind):
    content = encoded(photo(), kind) + PAYLOAD
    assert PAYLOAD not in taken(content)[1]


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_only_the_first_frame_of_an_animation_is_kept(kind):
    frames = [Image.new("RGB", (100, 100), colour) for colour in ("blue", "red", "green")]
    made, _content = taken(encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=100))
    assert getattr(made, "n_frames", 1) == 1
    assert made.getpixel((50, 50))[2] > 200


@pytest.mark.parametrize(
    "content",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b"GIF89a" + b"\0" * 100,
        b"%PDF-1.4 " + b"x" * 200,
        PAYLOAD * 10,
        PAYLOAD + encoded(photo(100, 100)),  # a page first, a picture behind it
        encoded(photo(100, 100), "GIF"),
        encoded(photo(100, 100), "BMP"),
        encoded(photo(100, 100), "TIFF"),
        b"x",
    ],
    ids=["svg", "gif head", "pdf", "script", "polyglot", "gif", "bmp", "tiff", "one byte"],
)
@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp"])
def test_what_is_no_picture_of_the_three_kinds_is_refused_whatever_its_name(content, name):
    with pytest.raises(PictureRefused, match="JPEG, PNG or WebP"):
        ours(upload(content, name))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("part", [0.3, 0.6, 0.9])
def test_a_picture_cut_off_is_refused(kind, part):
    content = encoded(Image.effect_noise((400, 400), 80).convert("RGB"), kind)
    with pytest.raises(PictureRefused, match="broken|JPEG, PNG or WebP"):
        ours(upload(content[: int(len(content) * part)]))


@pytest.mark.parametrize("size", [(6400, 6400), (50_000, 50_000), (40_000_001, 64)])
def test_a_bomb_is_refused_before_it_is_opened(size, monkeypatch):
    monkeypatch.setattr(Image.Image, "load", lambda *_arguments: pytest.fail("The picture was opened."))
    with pytest.raises(PictureRefused, match="40 million pixels"):
        ours(upload(png_claiming(*size)))


def test_a_file_of_too_many_bytes_is_refused_before_it_is_read(settings):
    settings.MOST_PICTURE_BYTES = 1024**2
    file = upload(b"\xff" * (1024**2 + 1))
    file.file = None  # whoever reads it fails
    with pytest.raises(PictureRefused, match="larger than 1 MB"):
        ours(file)


def test_a_tiny_picture_is_refused():
    with pytest.raises(PictureRefused, match="at least 64 pixels"):
        ours(upload(encoded(photo(63, 500))))


def test_a_camera_note_that_cannot_be_read_turns_nothing():
    content = encoded(photo(200, 200), exif=b"Exif\0\0" + b"\xff" * 40)
    assert taken(content)[0].size == (200, 200)


@given(st.data())
def test_no_damaged_picture_ends_in_anything_but_a_picture_or_a_reason(data):
    content = bytearray(data.draw(st.sampled_from(SAMPLES)))
    for _number in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        made = ours(upload(bytes(content)))
    except PictureRefused:
        return
    assert made[:4] == b"RIFF"


SAMPLES = [encoded(photo(80, 80), kind) for kind in ("JPEG", "PNG", "WEBP")]


# The page


@pytest.fixture
def me(db):
    return person("me", "Quiet Otter")


@pytest.fixture
def client(me):
    client = Client()
    sign_in(client, me.user)
    return client


def send(client, content=None, **fields):
    fields = {"picture_visibility": "members", "no_child": "on", **fields}
    if content is not None:
        fields["picture"] = upload(content)
    return client.post(EDIT, {name: value for name, value in fields.items() if value is not None})


def files():
    return default_storage.listdir("pictures")[1] if default_storage.exists("pictures") else []


def test_a_picture_is_kept_under_a_name_of_ours_and_the_old_file_goes(client, me, django_capture_on_commit_callbacks):
    before = set(files())
    assert send(client, encoded(photo())).status_code == 302
    me.refresh_from_db()
    first = me.picture.name
    assert "anything" not in first
    with django_capture_on_commit_callbacks(execute=True):
        assert send(client, encoded(photo(300, 300))).status_code == 302
    me.refresh_from_db()
    assert me.picture.name != first
    assert set(files()) - before == {me.picture.name.rsplit("/", 1)[-1]}


def test_one_press_removes_the_picture_and_its_file(client, me, django_capture_on_commit_callbacks):
    send(client, encoded(photo()))
    me.refresh_from_db()
    name = me.picture.name
    for _press in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            assert client.post(EDIT, {"remove": "1"}).status_code == 302
    me.refresh_from_db()
    assert not me.picture
    assert not default_storage.exists(name)


def test_when_nothing_can_be_written_down_no_file_is_left(me, monkeypatch):
    before = files()

    def fail(*_arguments, **_named):
        raise RuntimeError

    monkeypatch.setattr(profiles.data_rights, "standing_changed", fail)
    with pytest.raises(RuntimeError):
        profiles.set_picture(member=me, content=ours(upload(encoded(photo()))))
    assert files() == before


def test_the_parts_of_the_site_hear_of_a_new_picture(me, monkeypatch):
    heard = []
    monkeypatch.setattr(profiles.data_rights, "standing_changed", heard.append)
    profiles.set_picture(member=me, content=ours(upload(encoded(photo()))))
    profiles.remove_picture(member=me)
    assert heard == [me, me]


def test_without_the_tick_no_picture_is_taken_and_the_choice_stays(client, me):
    response = send(client, encoded(photo()), no_child=None, picture_visibility="nobody")
    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {"no_child"}
    (nobody,) = [one for one in Document(response.content).all("input") if one.get("value") == "nobody"]
    assert "checked" in nobody.attrib
    me.refresh_from_db()
    assert not me.picture


def test_the_box_is_never_ticked_beforehand(client):
    assert not client.get(EDIT).context["form"]["no_child"].value()
    send(client, encoded(photo()))
    assert not client.get(EDIT).context["form"]["no_child"].value()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<svg/>", "JPEG, PNG or WebP"),
        (png_claiming(9000, 9000), "40 million pixels"),
        (encoded(photo())[:900], "broken"),
        (b"", "The file is empty"),
    ],
)
def test_a_refusal_names_the_rule_and_keeps_the_rest_of_the_form(client, me, content, words):
    response = send(client, content, picture_visibility="nobody")
    assert response.status_code == 422
    page = response.content.decode()
    assert words in page
    assert response.context["form"]["picture_visibility"].value() == "nobody"
    assert response.context["form"]["no_child"].value()
    me.refresh_from_db()
    assert not me.picture


@pytest.mark.parametrize("handlers", [HANDLERS, HANDLERS[1:]], ids=["stopped on its way", "refused when it is there"])
def test_a_picture_of_too_many_bytes_is_refused_with_the_rule(client, settings, handlers):
    settings.FILE_UPLOAD_HANDLERS, settings.MOST_PICTURE_BYTES = handlers, 1024**2
    response = send(client, b"\xff" * (3 * 1024**2), picture_visibility="nobody")
    assert response.status_code == 422
    assert "larger than 1 MB" in response.content.decode()
    assert response.context["form"]["picture_visibility"].value() == "nobody"


def test_an_upload_is_kept_no_further_than_it_may_be_large(rf, settings):
    settings.FILE_UPLOAD_HANDLERS, settings.MOST_PICTURE_BYTES = HANDLERS, 200_000
    request = rf.post(EDIT, {"before": "1", "picture": upload(b"x" * 500_000), "small": upload(b"y" * 10), "after": "2"})
    assert (request.POST["before"], request.POST["after"]) == ("1", "2")
    assert request.upload_too_large
    assert list(request.FILES) == ["small"]
    fitting = rf.post(EDIT, {"picture": upload(b"x" * 200_000)})
    assert fitting.FILES["picture"].size == 200_000
    assert not hasattr(fitting, "upload_too_large")


def test_who_sees_the_picture_changes_without_a_new_one(client, me):
    assert send(client).status_code == 422  # none is there
    send(client, encoded(photo()))
    assert send(client, no_child=None, picture_visibility="nobody").status_code == 302
    me.refresh_from_db()
    assert me.picture
    assert me.picture_visibility == Visibility.NOBODY


def test_pictures_are_opened_a_few_times_an_hour_only(client):
    for _number in range(profiles.PICTURES.number):
        assert send(client, b"x").status_code == 422
    response = send(client, b"x")
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0


@given(fields=st.dictionaries(st.sampled_from(["picture_visibility", "no_child", "picture", "remove ", "picture-clear"]), st.text(max_size=40)))
def test_whatever_is_typed_into_the_form_gets_an_answer(fields):
    assert not PictureForm(fields, {}, has_one=False).is_valid()


# The file


@pytest.fixture
def other(db):
    member = person("other", "Ana of the Lists")
    profiles.set_picture(member=member, content=ours(upload(encoded(photo()))))
    return member


def address(member):
    return reverse("members:member_picture", args=[member.public_id])


def test_the_file_comes_from_one_address_and_may_neither_be_kept_nor_run_anything(client, other):
    response = client.get(address(other))
    assert response.status_code == 200
    assert b"".join(response.streaming_content)[8:12] == b"WEBP"
    assert response["Content-Type"] == "image/webp"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("default-src 'none'")
    assert "no-store" in response["Cache-Control"]
    assert "private" in response["Cache-Control"]


def test_the_file_is_for_whom_its_owner_says(client, me, other):
    own = Client()
    sign_in(own, other.user)
    found = {}
    for visibility in Visibility:
        Member.objects.filter(pk=other.pk).update(picture_visibility=visibility)
        found[visibility] = (client.get(address(other)).status_code, own.get(address(other)).status_code)
    assert found == {Visibility.MEMBERS: (200, 200), Visibility.NOBODY: (404, 200)}


def test_a_visitor_is_sent_to_sign_in_whatever_the_id(other):
    for at in (address(other), address(other).replace(other.public_id, "bbbbbbbbbbbb")):
        response = Client().get(at)
        assert response.status_code == 302
        assert response["Location"].startswith("/account/login/")


@pytest.mark.parametrize("change", [{"suspended_at": timezone.now()}, {"leaving_at": timezone.now()}, {"joined_at": None}, {"picture": ""}])
def test_the_file_of_whom_one_may_not_know_is_not_there(client, other, change):
    Member.objects.filter(pk=other.pk).update(**change)
    assert client.get(address(other)).status_code == 404


@pytest.mark.parametrize("blocker_is_me", [True, False])
def test_a_block_either_way_takes_the_file_away(client, me, other, blocker_is_me):
    people.block(member=me if blocker_is_me else other, other=other if blocker_is_me else me)
    assert client.get(address(other)).status_code == 404


def test_a_file_that_was_lost_is_a_404(client, other):
    default_storage.delete(other.picture.name)
    assert client.get(address(other)).status_code == 404


def test_the_stored_name_is_no_address_of_the_site(client, other):
    for at in (f"/{other.picture.name}", f"/media/{other.picture.name}", f"/static/{other.picture.name}"):
        assert client.get(at).status_code == 404


def test_the_profile_shows_the_picture_to_whom_may_see_it_only(client, other):
    assert address(other) in client.get(other.get_absolute_url()).content.decode()
    Member.objects.filter(pk=other.pk).update(picture_visibility=Visibility.NOBODY)
    assert address(other) not in client.get(other.get_absolute_url()).content.decode()


def test_a_telephones_picture_takes_a_moment_only():
    content = encoded(Image.effect_noise((1000, 750), 40).resize((4000, 3000)).convert("RGB"), quality=85)
    started = timezone.now()
    ours(upload(content))
    assert timezone.now() - started < timedelta(seconds=5)  # far from what it takes, so that a busy machine does not fail
    assert pictures.SIDE == 512
