"""Data as a page that anybody can read, in one file that asks nothing of the network (pure)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import get_language, get_language_bidi, gettext_lazy
from django.utils.translation import gettext as _

# Words for keys; a key without words stands as it is, with spaces.
WORDS = {
    "members": gettext_lazy("Account, profile and records"),
    "letters": gettext_lazy("Notices and mail"),
    "account": gettext_lazy("Account"),
    "profile": gettext_lazy("Profile"),
    "standing": gettext_lazy("Standing on the site"),
    "patients": gettext_lazy("Records you look after"),
    "invitations": gettext_lazy("Open invitations to look after a record"),
    "consents": gettext_lazy("What you agreed to"),
    "drafts": gettext_lazy("Drafts"),
    "exports": gettext_lazy("Exports you asked for"),
    "sessions": gettext_lazy("Where you are signed in"),
    "security events": gettext_lazy("Sign-ins and changes of the account"),
    "blocked members": gettext_lazy("Members you blocked, as a number"),
    "muted members": gettext_lazy("Members you muted, as a number"),
    "notices": gettext_lazy("Notices"),
    "mail": gettext_lazy("Mail, without its text"),
}
_STYLE = mark_safe(
    "body{font:1.125rem/1.6 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#1b2530;background:#faf8f4;"
    "overflow-wrap:anywhere}h1,h2,h3{line-height:1.25}h2{margin-top:3rem}h3{margin:2rem 0 .5rem;border-top:1px solid;padding-top:.75rem}"
    "dl{margin:0;display:grid;grid-template-columns:minmax(7rem,13rem) minmax(0,1fr);gap:.25rem 1rem}dt{font-weight:600}dd{margin:0}"
    "ol{margin:0;padding-inline-start:1.6rem}li{margin-bottom:1rem}em{font-style:normal;opacity:.75}img{max-width:100%}"
    "@media(max-width:40rem){dl{display:block}dd{margin-bottom:.5rem}}@media(prefers-color-scheme:dark){body{color:#e8edf1;background:#11171c}}"
)
DEEPEST = 12  # levels; a draft's fields are two deep


def page(*, title: str, intro: Sequence[str], made: datetime, parts: Mapping[str, Any], picture: str = "") -> str:
    """Return a whole HTML page. parts: data by name, as deep as it may be; every text in it is shown as text. picture: a file beside it."""
    return format_html(
        '<!doctype html>\n<html lang="{}" dir="{}">\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src 'self' file:\">\n"
        "<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n<h1>{}</h1>\n{}\n<p>{}</p>\n{}{}\n</body>\n</html>\n",
        get_language() or "en",
        "rtl" if get_language_bidi() else "ltr",
        title,
        _STYLE,
        title,
        format_html_join("\n", "<p>{}</p>", ((words,) for words in intro)),
        _("Made on %(time)s.") % {"time": date_format(timezone.localtime(made), "DATETIME_FORMAT")},
        format_html('<p><img src="{}" alt="{}"></p>\n', picture, _("Your picture")) if picture else "",
        format_html_join("\n", "<h2>{}</h2>\n{}", ((words_of(name), _sections(part)) for name, part in parts.items())),
    )


def words_of(key: str) -> str:
    """Return the words for a key."""
    return str(WORDS[key]) if key in WORDS else capfirst(key.replace("__", " ").replace("_", " "))


def _sections(part: Any) -> SafeString:
    """Return a part: what it holds, each under a heading of its own."""
    if not isinstance(part, Mapping):
        return _value(part, 0)
    return format_html_join("\n", "<h3>{}</h3>\n{}", ((words_of(str(key)), _value(inner, 1)) for key, inner in part.items()))


def _value(value: Any, depth: int) -> SafeString:
    """Return a value as HTML: names and values, a list, or its text."""
    if value is None or (isinstance(value, str | Sequence | Mapping) and not value):
        return format_html("<em>{}</em>", _("nothing"))
    if depth < DEEPEST and isinstance(value, Mapping):
        rows = ((words_of(str(key)), _value(inner, depth + 1)) for key, inner in value.items())
        return format_html("<dl>{}</dl>", format_html_join("", "<dt>{}</dt><dd>{}</dd>", rows))
    if depth < DEEPEST and isinstance(value, Sequence) and not isinstance(value, str):
        return format_html("<ol>{}</ol>", format_html_join("", "<li>{}</li>", ((_value(inner, depth + 1),) for inner in value)))
    return format_html('<span dir="auto">{}</span>', _text(value))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "DATETIME_FORMAT")
    if isinstance(value, date):
        return date_format(value, "DATE_FORMAT")
    return str(value)
