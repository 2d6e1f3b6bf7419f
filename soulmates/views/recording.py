"""Pages on which a family records symptoms: a category a page, a search for others, and the answers before they are saved."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from members import drafts
from soulmates import diary, picture
from soulmates.actions import check_ins as actions
from soulmates.finding import find
from soulmates.forms.check_ins import AddForm, FindForm, SaveForm, StepForm, severity_of
from soulmates.views.records import (
    answers_of,
    ask_consents,
    ask_right,
    check_in_of,
    is_matched,
    read_or_send,
    sent,
    status_of,
    step_address,
    too_late_for,
)

REVIEW = "review"  # in an address: where a page of questions leads back to


@login_required
@read_or_send
def check_in_step(request, check_in, step):
    """Ask about one category; what is answered is saved at each step."""
    check_in, mine = check_in_of(request, check_in)
    ask_right(mine)
    steps = picture.steps_of(check_in.patient.condition, picture.symptoms_of(check_in.patient.condition))
    place = next((place for place, one in enumerate(steps) if one.key == step), None)
    if place is None:
        raise Http404
    if too_late := too_late_for(request, check_in):
        return too_late
    review = reverse("soulmates:check_in_review", args=[check_in.public_id])
    only_one = check_in.is_finished or REVIEW in request.GET
    before = step_address(check_in, steps[place - 1]) if place else reverse("soulmates:symptom_home")
    back = review if only_one else before
    if asked := ask_consents(request, mine.relation, back=back):
        return asked
    draft = drafts.of(request, actions.DRAFT, about=actions.draft_about(check_in, step))
    answers = answers_of(check_in)
    form = StepForm(sent(request), step=steps[place], answers=answers, drafted=draft.initial())
    if form.is_valid():
        answered = form.answers(none_for_the_rest="none" in request.POST)
        try:
            actions.answer(check_in=check_in, by=request.user.member, answers=answered)
        except actions.NotAllowed as error:
            form.add_error(None, str(error))
        else:
            draft.drop()
            return redirect(_after(request.POST.get("go", ""), check_in, steps, place, only_one=only_one))
    draft.keep()
    context = {
        "check_in": check_in,
        "patient": check_in.patient,
        "form": form,
        "draft": draft,
        "step": steps[place],
        "number": place + 1,
        "total": len(steps),
        "only_one": only_one,
        "is_last": place + 1 == len(steps),
        "back": back,
        "back_to": steps[place - 1] if place and not only_one else None,
    }
    return render(request, "soulmates/check_in_step.html", context, status=status_of(form))


@login_required
@read_or_send
def check_in_add(request, check_in):
    """Find a symptom by plain words and write it down. The words go by POST: they stand in no address."""
    check_in, mine = check_in_of(request, check_in)
    ask_right(mine)
    if too_late := too_late_for(request, check_in):
        return too_late
    back = reverse("soulmates:check_in_review", args=[check_in.public_id])
    if asked := ask_consents(request, mine.relation, back=back):
        return asked
    condition = check_in.patient.condition
    form, nothing = FindForm(sent(request)), False
    if form.is_valid():
        entries = picture.symptoms_of(condition)
        names = ((entry, (entry.symptom.plain_name, entry.symptom.name, *entry.symptom.synonyms)) for entry in entries)
        found = find(form.cleaned_data["q"], names, [condition.language])
        saving = "look" not in request.POST and bool(request.POST.keys() & {"save", "symptom"})
        nothing = not found
        if found:
            form = AddForm(request.POST if saving else None, initial={"q": form.cleaned_data["q"]}, found=found)
        if found and form.is_valid():
            nothing = form.cleaned_data["symptom"] == AddForm.NOT_THERE
            if not nothing:
                answers = {int(form.cleaned_data["symptom"]): severity_of(form.cleaned_data["severity"])}
                try:
                    actions.answer(check_in=check_in, by=request.user.member, answers=answers)
                except actions.NotAllowed as error:
                    form.add_error(None, str(error))
                else:
                    messages.success(request, _("The symptom is added."))
                    return redirect(back)
    context = {"check_in": check_in, "patient": check_in.patient, "form": form, "nothing": nothing, "back": back}
    return render(request, "soulmates/check_in_add.html", context, status=422 if form.is_bound and form.errors else 200)


@login_required
@read_or_send
def check_in_review(request, check_in):
    """Show all answers, each with its way to change it; then save."""
    check_in, mine = check_in_of(request, check_in)
    ask_right(mine)
    if too_late := too_late_for(request, check_in):
        return too_late
    condition = check_in.patient.condition
    entries = picture.symptoms_of(condition)
    steps = picture.steps_of(condition, entries)
    back = step_address(check_in, steps[-1]) if steps and not check_in.is_finished else reverse("soulmates:symptom_home")
    if asked := ask_consents(request, mine.relation, back=back):
        return asked
    draft = drafts.of(request, actions.DRAFT, about=actions.draft_about(check_in, REVIEW))
    form = SaveForm(sent(request), initial=draft.initial(on=check_in.on, note=check_in.note))
    if form.is_valid():
        action = actions.change if check_in.is_finished else actions.finish
        try:
            action(check_in=check_in, by=request.user.member, **form.cleaned_data)
        except actions.NotAllowed as error:
            form.add_error(None, str(error))
        else:
            draft.drop()
            if check_in.is_finished:
                messages.success(request, _("Your changes are saved."))
                return redirect("soulmates:check_in_detail", check_in.public_id)
            messages.success(request, _("Your check-in is saved. Thank you for the time it took."))
            return redirect(f"{reverse('soulmates:symptom_history', args=[check_in.patient.public_id])}?finished=1")
    draft.keep()
    answers = answers_of(check_in)
    earlier = picture.before(check_in)
    context = {
        "check_in": check_in,
        "patient": check_in.patient,
        "mine": mine,
        "form": form,
        "draft": draft,
        "groups": diary.by_category(condition, entries, answers, steps),
        "unanswered": diary.unanswered(steps, answers),
        "worse": [entry for entry in entries if diary.became_severe(earlier.get(entry.symptom.pk), answers.get(entry.symptom.pk))],
        "matched": is_matched(check_in.patient),
        "steps": len(steps),
        "back": back,
    }
    return render(request, "soulmates/check_in_review.html", context, status=status_of(form))


def _after(go, check_in, steps, place, *, only_one) -> str:
    """Return where the button of a page of questions leads."""
    if go == "add":
        return reverse("soulmates:check_in_add", args=[check_in.public_id])
    if go == "later":
        return reverse("soulmates:symptom_home")
    if go == REVIEW or only_one or place + 1 == len(steps):
        return reverse("soulmates:check_in_review", args=[check_in.public_id])
    return step_address(check_in, steps[place + 1])
