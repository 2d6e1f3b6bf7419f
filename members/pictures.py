"""Pictures that members upload: checked before they are opened, turned into one of ours, without a word of metadata."""

import secrets
import warnings
from collections.abc import Callable
from io import BytesIO

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

KINDS = ("JPEG", "PNG", "WEBP")  # told by their content, never by their name
ACCEPT = "image/jpeg,image/png,image/webp"
MOST_PIXELS = 40_000_000
FEWEST_PIXELS = 64  # on either side
SIDE = 512  # pixels of ours, at most; a smaller one is not blown up
WIDE = 1600  # pixels of a picture that stays whole, on its longer side
QUALITY = 82

# Whatever says in its head that it is larger is not opened at all.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)


class PictureRefused(ValueError):
    """The picture is not taken; the message names the rule, for people."""


class BoundedUpload(FileUploadHandler):
    """Stops keeping a file as soon as it is larger than any that we take; the rest of the form is read on.

    It stands first in FILE_UPLOAD_HANDLERS. What was too large is marked on the request: `upload_too_large`.
    """

    def new_file(self, *args, **kwargs):
        """Begin to count."""
        super().new_file(*args, **kwargs)
        self._taken = 0

    def receive_data_chunk(self, raw_data, start):
        """Pass a chunk on to the handlers after this one, while there is room."""
        self._taken += len(raw_data)
        if self._taken > settings.MOST_PICTURE_BYTES:
            self.request.upload_too_large = True
            raise SkipFile
        return raw_data

    def file_complete(self, file_size):
        """Leave the file to the handlers after this one."""


def random_picture_name(_instance, _name: str) -> str:
    """Return where a picture is kept: nothing of the file's own name survives."""
    return f"pictures/{secrets.token_hex(16)}.webp"


def too_large() -> PictureRefused:
    """Return the refusal of a file with too many bytes."""
    return PictureRefused(
        _("The picture is larger than %(number)d MB. Choose a smaller one, or make this one smaller first.")
        % {"number": settings.MOST_PICTURE_BYTES // 1024**2}
    )


def ours(upload) -> bytes:
    """Return an uploaded picture as a square WebP of at most SIDE pixels: upright, without metadata, hidden pixels or further frames.

    upload: an uploaded file. Raises PictureRefused with the rule for what is too large, of another kind, too small or broken.
    """
    return _made(upload, _square)[0]


def whole(upload) -> tuple[bytes, int, int]:
    """Return an uploaded picture whole, with its width and height: a WebP of at most WIDE pixels on its longer side, else as `ours`.

    Raises PictureRefused as `ours` does.
    """
    return _made(upload, _whole)


def _made(upload, make: Callable[[Image.Image], Image.Image]) -> tuple[bytes, int, int]:
    """Return what is made of an uploaded picture, with its width and height. Raises PictureRefused."""
    if upload.size > settings.MOST_PICTURE_BYTES:
        raise too_large()
    try:
        picture = Image.open(upload, formats=KINDS)
    except UnidentifiedImageError:
        raise PictureRefused(_("This file is no picture that we can take. Choose a JPEG, PNG or WebP picture.")) from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels() from None
    except Exception:  # decoders raise whatever comes to their mind about a file made to confuse them
        raise _broken() from None
    with picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise _too_many_pixels()
        if min(picture.size) < FEWEST_PIXELS:
            raise PictureRefused(_("The picture is too small: it needs at least %(number)d pixels on each side.") % {"number": FEWEST_PIXELS})
        try:
            made = make(picture)
            return _as_webp(made), made.width, made.height
        except Exception:  # as above: truncated, damaged, or lying about itself
            raise _broken() from None


def _square(picture: Image.Image) -> Image.Image:
    """Return the middle of a picture, made small, upright, and put on white where it was see-through."""
    picture.draft("RGB", (2 * SIDE, 2 * SIDE))  # a JPEG is read at a half, a quarter or an eighth: of a telephone's picture most is never needed
    picture.load()
    small = _plain(picture)
    edge = min(small.size)
    left, top = (small.width - edge) // 2, (small.height - edge) // 2
    side = min(SIDE, edge)
    small = small.resize((side, side), Image.Resampling.LANCZOS, box=(left, top, left + edge, top + edge), reducing_gap=3.0)
    small = _upright(small, picture)
    # A new picture: nothing that came along in the old one's notes can be written out.
    square = Image.new("RGB", (side, side), "white")
    square.paste(small, mask=small.getchannel("A") if small.mode == "RGBA" else None)
    return square


def _whole(picture: Image.Image) -> Image.Image:
    """Return a picture made small enough, upright, and put on white where it was see-through."""
    picture.draft("RGB", (2 * WIDE, 2 * WIDE))
    picture.load()
    small = _plain(picture)
    scale = min(1.0, WIDE / max(small.size))
    if scale < 1:
        small = small.resize([max(1, round(side * scale)) for side in small.size], Image.Resampling.LANCZOS, reducing_gap=3.0)
    small = _upright(small, picture)
    page = Image.new("RGB", small.size, "white")  # a new picture, as in _square
    page.paste(small, mask=small.getchannel("A") if small.mode == "RGBA" else None)
    return page


def _plain(picture: Image.Image) -> Image.Image:
    """Return a picture in red, green and blue, with its transparency if it has any."""
    if picture.mode.startswith("I"):  # 16 bits of grey
        return picture.convert("I").point(lambda value: value / 256).convert("L").convert("RGB")
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def _upright(small: Image.Image, picture: Image.Image) -> Image.Image:
    """Turn a picture as its camera says; a note that cannot be read turns nothing."""
    try:
        small.info["exif"] = picture.getexif().tobytes()
        return ImageOps.exif_transpose(small)
    except Exception:
        return small


def _as_webp(picture: Image.Image) -> bytes:
    file = BytesIO()
    picture.save(file, "WEBP", quality=QUALITY, method=4)
    return file.getvalue()


def _too_many_pixels() -> PictureRefused:
    return PictureRefused(
        _("The picture has more than %(number)d million pixels. Make it smaller first, or choose another.") % {"number": MOST_PIXELS // 1_000_000}
    )


def _broken() -> PictureRefused:
    return PictureRefused(_("The picture cannot be read: it is broken, or not complete. Choose another."))
