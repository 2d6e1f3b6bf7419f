"""Propose a text: the form starts with what readers have, or with another text of the same page."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from conditions.actions import texts
from conditions.forms import ROW_FORMSETS, ProposalForm
from conditions.models.pages import Page
from conditions.models.revision import TARGETS, Revision


def propose(request, *, model_admin):
    """Show the form, or write the proposal down."""
    if not model_admin.has_add_permission(request):
        raise PermissionDenied
    base = _base(request)
    target = base.target if base else _target(request)
    if target is None:
        return TemplateResponse(request, "admin/conditions/revision/choose.html", _context(request, model_admin, _("Propose a text")))
    base = base or _readers_text(target)
    form = ProposalForm(request.POST if request.method == "POST" else None, target=target, base=base, initial=_first_fields(base))
    rows_name, rows = _row_forms(request, target, base)
    if request.method == "POST" and all([form.is_valid(), rows is None or rows.is_valid()]):
        fields = {**form.cleaned_data, "language": base.language if base else target.condition.language}
        values = {rows_name: [one.row for one in rows.ordered_forms]} if rows else {}
        if not _is_same(_readers_text(target), fields, values):
            return _save(request, model_admin, target, base, fields, values)
        form.add_error(None, _("Nothing was changed: this is the text that readers have."))
    context = {
        **_context(request, model_admin, _("Propose a text for “%(page)s”") % {"page": base.title if base else target}),
        "form": form,
        "rows": rows,
        "rows_title": texts.ROW_FIELDS[rows_name][0]._meta.verbose_name_plural if rows_name else "",
        "base": base,
        "page": target,
        "instead": _replaces(request, base),
        "sources": target.condition.sources.all(),
    }
    return TemplateResponse(request, "admin/conditions/revision/propose.html", context, status=422 if request.method == "POST" else 200)


def hand_back(request, *, model_admin):
    """Give a text back to somebody whose session ended while they wrote: nothing is stored, nothing is lost."""
    typed = [request.POST.get(name, "").strip() for name in ProposalForm.base_fields]
    typed += [value.strip() for name, value in request.POST.items() if name.split("-")[0] in texts.ROW_FIELDS and " " in value]
    context = {
        **_context(request, model_admin, _("You were signed out")),
        "is_nav_sidebar_enabled": False,
        "texts": [text for text in typed if text],
        "sign_in": f"{reverse('admin:login')}?{urlencode({'next': request.get_full_path()})}",
    }
    return TemplateResponse(request, "admin/conditions/revision/signed_out.html", context, status=403)


def _base(request) -> Revision | None:
    """Return the text that `?from=` names; None when it is gone and the page is named too. Raises Http404."""
    pk = request.GET.get("from")
    if pk is None:
        return None
    base = Revision.objects.for_page().filter(pk=_number(pk)).first()
    if base is None and not request.GET.keys() & set(TARGETS):
        raise Http404
    return base


def _target(request) -> Page | None:
    """Return the page that `?topic=`, `?symptom=` or `?treatment=` names. Raises Http404 when there is none."""
    for kind in TARGETS:
        if kind in request.GET:
            target = texts.MODELS[kind]._default_manager.select_related("condition").filter(pk=_number(request.GET[kind])).first()
            if target is None:
                raise Http404
            return target
    return None


def _number(words: str) -> int:
    """Return a typed id; 0, which nothing has, when it is none."""
    return int(words) if words.isascii() and words.isdigit() and len(words) < 19 else 0


def _readers_text(target: Page) -> Revision | None:
    of_page = Revision.objects.approved().filter(**{texts.kind_of(target): target})
    return of_page.filter(language=target.condition.language).for_page().first()


def _first_fields(base: Revision | None) -> dict:
    """Return what the form starts with."""
    return texts.fields_of(base) if base else {"compiled_on": timezone.localdate()}


def _row_forms(request, target: Page, base: Revision | None):
    """Return the name and the forms of the rows that this kind of page has, or two times None."""
    name, formset = ROW_FORMSETS.get(texts.kind_of(target), (None, None))
    if formset is None:
        return None, None
    sources = dict(target.condition.sources.values_list("key", "pk"))
    keys = {pk: key for key, pk in sources.items()}
    first = [{**row, "source": keys[row["source_id"]]} for row in texts.rows_of(base)[name]] if base else []
    # What was sent stands alone: a row as it was before has to count as filled in.
    values = {"data": request.POST} if request.method == "POST" else {"initial": first}
    return name, formset(**values, prefix=name, form_kwargs={"sources": sources})


def _is_same(readers: Revision | None, fields: dict, rows: dict) -> bool:
    return readers is not None and texts.digest_of(fields, rows) == texts.digest_of(texts.fields_of(readers), texts.rows_of(readers))


def _replaces(request, base: Revision | None) -> bool:
    """Return whether the new proposal takes the place of the text it began with: one's own that still waits."""
    return base is not None and base.state == Revision.State.PROPOSED and base.author_id == request.user.pk


@transaction.atomic
def _save(request, model_admin, target, base, fields, rows):
    instead_of = base if _replaces(request, base) else None
    revision = texts.propose(target=target, by=request.user, fields=fields, rows=rows, instead_of=instead_of)
    model_admin.log_addition(request, revision, _("Proposed."))
    messages.success(request, _("Your proposal is saved. Readers see it once another editor has approved it."))
    return redirect(reverse("admin:conditions_revision_change", args=[revision.pk]))


def _context(request, model_admin, title) -> dict:
    return {**model_admin.admin_site.each_context(request), "opts": model_admin.opts, "media": model_admin.media, "title": title}
