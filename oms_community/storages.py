"""Static files in production: hashed, compressed, and the style sheet in one piece."""

import posixpath
import re

from django.core.files.base import ContentFile
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

STYLE_SHEET = "css/main.css"
# The base map's many small files: a script makes their addresses, so that they cannot carry a hash each; their folder does (see its README).
SQUARES = "basemap/squares-"
_IMPORT = re.compile(r'@import\s+"(?P<path>[^"]+)"(?:\s+layer\((?P<layer>[\w.-]+)\))?(?P<media>[^;]*);')
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)  # no string of our sheets holds its signs: a test sees to it
_URL = re.compile(r"""url\((?P<quote>["']?)(?P<path>(?!data:|/|#|https?:)[^"')]+)(?P=quote)\)""")


def join_imports(text: str, read) -> str:
    """Return a style sheet with every `@import "x" layer(a) print;` replaced by what x holds, in that layer and medium.

    read: a path beside the sheet to its text. Raises ValueError for an import inside an import, which no sheet of ours needs.
    """

    def imported(match: re.Match[str]) -> str:
        path, layer, media = match["path"], match["layer"], match["media"].strip()
        part = _moved_urls(read(path).strip(), posixpath.dirname(path))
        if "@import" in part:
            raise ValueError(f"{path} has an @import of its own: only {STYLE_SHEET} may import.")
        if layer:
            part = f"@layer {layer} {{\n{part}\n}}"
        return f"@media {media} {{\n{part}\n}}" if media else part

    return _IMPORT.sub(imported, text)


def without_comments(text: str) -> str:
    """Return a style sheet without its comments, indents and empty lines: a phone has to fetch it before it shows anything."""
    lines = (line.strip() for line in _COMMENT.sub("", text).splitlines())
    return "\n".join(line for line in lines if line) + "\n"


def _moved_urls(text: str, folder: str) -> str:
    """Return a part with addresses of files counted from the sheet that it moves into."""
    return _URL.sub(lambda match: f'url("{posixpath.normpath(posixpath.join(folder, match["path"]))}")', text) if folder else text


class SiteStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Joins the style sheet's parts, so that a first visit fetches one file, and keeps the names of the map's squares; else as WhiteNoise does."""

    support_js_module_import_aggregation = True

    def post_process(self, paths, dry_run=False, **options):
        """Join the style sheet, then hash and compress everything."""
        if not dry_run and STYLE_SHEET in paths:
            storage, path = paths[STYLE_SHEET]
            folder = posixpath.dirname(path)

            def read(name):
                with storage.open(posixpath.join(folder, name)) as file:
                    return file.read().decode()

            joined = join_imports(read(posixpath.basename(path)), read)
            self.delete(STYLE_SHEET)
            self._save(STYLE_SHEET, ContentFile(without_comments(joined).encode()))
            paths = {**paths, STYLE_SHEET: (self, STYLE_SHEET)}
        squares = [path for path in paths if path.startswith(SQUARES)]
        yield from super().post_process({path: found for path, found in paths.items() if not path.startswith(SQUARES)}, dry_run, **options)
        if not dry_run:
            yield from self._compressed(squares)

    def _compressed(self, paths: list[str]):
        """Compress files beside themselves with gzip alone: brotli saves a little and takes ten times as long, at every start of a release."""
        compressor = Compressor(use_brotli=False, quiet=True)
        for path in paths:
            compressor.compress(self.path(path))
            yield path, path, True
