"""Who is named in a text: `@` and a pseudonym, which may hold spaces. The longest name that somebody has is the one that was meant."""

import html
import re
from collections.abc import Callable, Iterator, Mapping

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from members.models.member import Member
from members.names import LONGEST, skeleton

MOST = 10  # people named in one text; further ones stay words
MOST_TRIED = 40  # signs "@" that are looked at: a text may be nothing else
_AT = re.compile(r"(?<![\w@./+-])@(?=\w)")
_ENDS = re.compile(r"\w(?=\W|$)")  # where a name can end: behind a letter or a digit
_PARTS = re.compile(r"(<[^>]*>)")
_CLOSED = ("a", "code", "pre")  # in these an @ is part of something else
_LINK = re.compile(r'<a class="mention" href="[^"]*">(@[^<]*)</a>')


def find(safe_html: str, *, author: Member, known: Mapping[str, Member], by_name: bool = True) -> dict[str, Member]:
    """Return who is named in safe HTML: {name as written: member}, at most MOST people, each by all their names. One query, none without an @.

    Only whom the author may meet is found: somebody behind a block, on the way out or suspended stays a word. known: from an earlier version,
    by the names that were written then; they are found as well, whatever they call themselves now. by_name: whether the author says who they
    are; else a block is left out of it: who stayed a word would know who had written.
    """
    candidates = [written for text in _texts(safe_html) for written in _candidates(text)][: MOST_TRIED * LONGEST]
    if not candidates:
        return {}
    looks = {skeleton(written) for written in candidates} - {""}
    there = Member.objects.visible_to(author.user) if by_name else Member.objects.present()
    members = there.filter(pseudonym_skeleton__in=looks).exclude(pk=author.pk).select_related("user")
    by_name = {member.pseudonym.casefold(): member for member in members}
    earlier = {written.casefold(): member for written, member in known.items()}
    found: dict[str, Member] = {}
    spelt: dict[str, str] = {}  # each name once, however its letters are written

    def note(written: str) -> str | None:
        member = by_name.get(written.casefold()) or earlier.get(written.casefold())
        if member is None or (member not in found.values() and len(found) == MOST):
            return None
        found.setdefault(spelt.get(written.casefold(), written), member)
        spelt.setdefault(written.casefold(), written)
        return ""

    _walk(safe_html, note)
    return found


def linked(safe_html: str, named: Mapping[str, Member]) -> str:
    """Return the HTML with a link for each name, to the profile of whoever it stands for, by the name they have now. No query.

    named: {name as written: member}. Somebody who is not here (any more) stands as "Former member", without a link.
    """
    by_name = {}
    for written, member in named.items():
        by_name[written.casefold()] = by_name[member.pseudonym.casefold()] = member

    def write(written: str) -> str | None:
        member = by_name.get(written.casefold())
        if member is None:
            return None
        if not member.is_present:
            return f'<span class="mention">@{html.escape(_("Former member"))}</span>'
        return f'<a class="mention" href="{member.get_absolute_url()}">@{html.escape(member.pseudonym)}</a>'

    return _walk(safe_html, write)


def unlinked(safe_html: str) -> SafeString:
    """Return the stored HTML of a post as visitors get it: names without the way to a profile."""
    return mark_safe(_LINK.sub(r'<span class="mention">\1</span>', safe_html))  # noqa: S308  (stored, sanitised HTML)


def _walk(safe_html: str, replace: Callable[[str], str | None]) -> str:
    """Hand every name that may be meant to `replace`, the longest first; put what it returns in the place of "@name", None leaves it."""
    parts = _PARTS.split(safe_html)
    depth = tried = 0
    for number, part in enumerate(parts):
        if number % 2:
            name = re.match(r"</?(\w+)", part)
            if name and name[1] in _CLOSED:
                depth += -1 if part.startswith("</") else 1
            continue
        if depth or "@" not in part:
            continue
        done, at = "", 0
        for sign in _AT.finditer(part):
            if sign.start() < at or tried >= MOST_TRIED:
                continue
            tried += 1
            for written in _names(part, sign.end()):
                new = replace(written)
                if new is not None:
                    done += part[at : sign.start()] + (new or f"@{written}")
                    at = sign.end() + len(written)
                    break
        parts[number] = done + part[at:]
    return "".join(parts)


def _texts(safe_html: str) -> Iterator[str]:
    """Give the stretches of text in which a name counts."""
    depth = 0
    for number, part in enumerate(_PARTS.split(safe_html)):
        if number % 2:
            name = re.match(r"</?(\w+)", part)
            if name and name[1] in _CLOSED:
                depth += -1 if part.startswith("</") else 1
        elif not depth and "@" in part:
            yield part


def _candidates(text: str) -> Iterator[str]:
    for sign in list(_AT.finditer(text))[:MOST_TRIED]:
        yield from _names(text, sign.end())


def _names(text: str, start: int) -> list[str]:
    """Return what may be a name from here on, the longest first; names end behind a letter or a digit, on one line."""
    line = text[start : start + LONGEST].split("\n", 1)[0]
    return [line[: end.end()] for end in _ENDS.finditer(line)][::-1]
