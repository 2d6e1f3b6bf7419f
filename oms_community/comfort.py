"""Eye comfort: text size, spacing, colours and links, kept in one cookie on the reader's own device."""

import re
from dataclasses import asdict, astuple, dataclass, fields
from urllib.parse import parse_qsl, urlencode, urlsplit

from django import forms
from django.conf import settings
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from members.forms.widgets import ExplainedRadios

COOKIE = "comfort"
COOKIE_AGE = 365 * 24 * 60 * 60  # seconds
ALLOWED = {"text": ("large", "largest"), "spacing": ("wide",), "theme": ("light", "dark"), "underline": ("all",)}


@dataclass(frozen=True)
class Comfort:
    """A reader's choices; an empty value is the default."""

    text: str = ""
    spacing: str = ""
    theme: str = ""
    underline: str = ""

    @classmethod
    def from_cookie(cls, value: str) -> "Comfort":
        """Read `text:large|theme:dark`; whatever is not on the list is dropped."""
        pairs = dict(part.split(":", 1) for part in value[:200].split("|") if ":" in part)
        return cls(**{name: pairs[name] for name, allowed in ALLOWED.items() if pairs.get(name) in allowed})

    def to_cookie(self) -> str:
        """Return the choices that differ from the defaults, in letters that a cookie takes unquoted."""
        return "|".join(f"{name}:{value}" for name, value in asdict(self).items() if value)

    def __bool__(self) -> bool:
        """Tell whether anything differs from the defaults."""
        return any(astuple(self))


class ComfortForm(forms.Form):
    """The four choices. A missing answer is the default, never an error; a made-up one is refused."""

    text = forms.ChoiceField(
        label=_("Text size"),
        required=False,
        choices=[("", _("Normal")), ("large", _("Large")), ("largest", _("Largest"))],
        widget=ExplainedRadios(),
        error_messages={"invalid_choice": _("Choose one of the three text sizes")},
    )
    spacing = forms.ChoiceField(
        label=_("Spacing"),
        required=False,
        choices=[("", _("Normal")), ("wide", _("Wide"))],
        widget=ExplainedRadios({"wide": _("More room between lines, words and letters. Some find it calmer when the eyes are unsteady.")}),
        error_messages={"invalid_choice": _("Choose normal or wide spacing")},
    )
    theme = forms.ChoiceField(
        label=_("Colours"),
        required=False,
        choices=[("", _("As my device says")), ("light", _("Light")), ("dark", _("Dark"))],
        widget=ExplainedRadios(),
        error_messages={"invalid_choice": _("Choose light, dark, or what your device says")},
    )
    underline = forms.ChoiceField(
        label=_("Links"),
        required=False,
        choices=[("", _("Underlined in text")), ("all", _("Underline every link, also in menus"))],
        widget=ExplainedRadios(),
        error_messages={"invalid_choice": _("Choose how links are shown")},
    )

    def comfort(self) -> Comfort:
        """Return the choices of a valid form."""
        return Comfort(**{field.name: self.cleaned_data[field.name] for field in fields(Comfort)})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def settings_page(request):
    """Show the choices and keep them in one cookie. The only visitors' page with a token in it."""
    back = _path_here(request, request.POST.get("next") or request.headers.get("Referer", ""))
    if request.method == "POST" and "reset" in request.POST:
        return _keep(back, Comfort())
    current = Comfort.from_cookie(request.COOKIES.get(COOKIE, ""))
    form = ComfortForm(request.POST if request.method == "POST" else None, initial=asdict(current))
    if form.is_valid():
        return _keep(back, form.comfort())
    return render(request, "pages/settings.html", {"form": form, "next": back}, status=422 if form.is_bound else 200)


def _keep(back: str, comfort: Comfort) -> HttpResponseRedirect:
    """Go back to `back`, which says that the choices are saved; without a choice the cookie goes too."""
    parts = urlsplit(back or reverse("settings"))
    query = [pair for pair in parse_qsl(parts.query) if pair[0] != "saved"]
    response = HttpResponseRedirect(f"{parts.path}?{urlencode([*query, ('saved', '1')])}")
    if comfort:
        response.set_cookie(
            COOKIE, comfort.to_cookie(), max_age=COOKIE_AGE, secure=bool(settings.SESSION_COOKIE_SECURE), httponly=True, samesite="Lax"
        )
    else:
        response.delete_cookie(COOKIE, samesite="Lax")
    return response


def _path_here(request, address: str) -> str:
    """Return path and query of an address of this site, or an empty string; of this page itself too."""
    if not url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return ""
    parts = urlsplit(address)
    if not re.match(r"/(?![/\\])", parts.path) or parts.path == request.path:
        return ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
