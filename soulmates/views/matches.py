"""Pages of people with a similar picture."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from conditions.models.condition import Condition
from conditions.models.vocabulary import Symptom
from conditions.views import same_for_all_visitors
from members import consents, limits
from members.models.consent import Purpose
from members.models.patient import Patient
from soulmates import distances, example, picture, ranking, sides
from soulmates.actions import matches as actions
from soulmates.cards import cards_of, own_place
from soulmates.forms.matches import FactsForm, FeedbackForm, FilterForm, StartForm
from soulmates.models.match import MatchFeedback

SHOWN = 20  # matches on the page; there is no second one
MAP_TOO = "map-too"  # stop: the value of the button that takes back both
FEW = 3  # members below which the page says that there are few
MATCHES_OPENED = limits.Limit("matches-opened", 120, 3600)  # "why this match" pages of one member
read_or_send = require_http_methods(["GET", "HEAD", "POST"])


@login_required
@require_safe
def match_list(request):
    """Show the people most like a patient whom the member looks after; or what is missing before there can be any."""
    member = request.user.member
    mine = sides.sides_of(member)
    side = _chosen(mine, request.GET.get("for", ""))
    if side is None:
        return render(request, "soulmates/match_list.html", {"member": member})
    context = {"side": side, "sides": mine, "state": side.state, "condition": side.patient.condition, "unread_notices": side.unread}
    if side.state != sides.ON:
        return render(request, "soulmates/match_list.html", context)
    place = own_place(side)
    form = FilterForm.of(request.GET, shows=side.shows)
    filters = dict(form.cleaned_data)
    within = filters.pop("within", None)
    found = ranking.top(
        side.patient,
        by=member,
        filters=ranking.Filters(**filters),
        number=SHOWN,
        places=distances.places_within(place, within) if within else None,
    )
    if not found.weights_version:  # the row is there, but the owner's words have changed since
        return render(request, "soulmates/match_list.html", {**context, "state": sides.OWNER_OFF})
    context |= {
        "form": form,
        "few": found.sharing < FEW,
        "sharing": found.sharing,
        "wider": _wider(form, side) if not found.matches else [],
        "cards": cards_of(found.matches, side=side, viewer=member),
        "considered": found.considered,
        "here": _of(side),
    }
    return render(request, "soulmates/match_list.html", context)


@login_required
@read_or_send
def matching_start(request, patient):
    """Ask for the yes to matching and say what others then see; with "stop", take it back in one press."""
    member, side = request.user.member, _side_or_404(request, patient)
    if request.method == "POST" and "stop" in request.POST:
        return _stop(request, side)
    if side.state in (sides.TOO_YOUNG, sides.NO_HEALTH):
        return render(request, "soulmates/matching_start.html", _start_context(request, side), status=422 if request.method == "POST" else 200)
    counted = consents.holds(member, Purpose.STATISTICS)
    if side.agrees and request.method != "POST":
        return redirect("soulmates:shared_facts", side.patient.public_id) if side.is_owner else redirect(_of(side))
    form = StartForm(
        _sent(request),
        patient=side.patient,
        asks_matching=not side.agrees,
        asks_facts=side.is_owner,
        asks_statistics=not counted,
        initial=_facts(side),
    )
    if form.is_valid():
        facts = form.facts() if side.is_owner else None
        try:
            actions.start(patient=side.patient, by=member, facts=facts, statistics=form.cleaned_data.get(Purpose.STATISTICS, False))
        except (consents.ConsentRefused, actions.NotAllowed) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Matching is on. You can stop it with one press, at any time."))
            return redirect(_of(side))
    return render(request, "soulmates/matching_start.html", {**_start_context(request, side), "form": form}, status=_status(form))


def _start_context(request, side):
    others = [other.patient.nickname for other in sides.sides_of(request.user.member) if other.is_owner and other.patient != side.patient]
    return {"side": side, "condition": side.patient.condition, "others": others, "crumbs": _crumbs(side)}


def _stop(request, side):
    """End matching and say so; that nothing was on is no fault."""
    ended = actions.stop(by=request.user.member, map_too=request.POST["stop"] == MAP_TOO)
    if Purpose.MAP in ended:
        messages.success(request, _("Matching is off and your place on the map is deleted. Nobody finds you here any more, from this moment."))
    elif ended:
        messages.success(request, _("Matching is off. Nobody finds you there any more, from this moment."))
    else:
        messages.info(request, _("Matching was off already."))
    return redirect(_of(side))


@login_required
@read_or_send
def shared_facts(request, patient):
    """Say what matches see of a patient beside the symptoms that both have."""
    side = _side_or_404(request, patient)
    if not side.is_owner:
        raise PermissionDenied
    if not side.agrees or side.state in (sides.TOO_YOUNG, sides.NO_HEALTH):
        return redirect("soulmates:matching_start", side.patient.public_id)
    form = FactsForm(_sent(request), patient=side.patient, initial=_facts(side))
    if form.is_valid():
        try:
            actions.share(patient=side.patient, by=request.user.member, **form.facts())
        except actions.NotAllowed as error:  # handed over a moment ago
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved. This is what matches see from now on."))
            return redirect(_of(side))
    context = {"form": form, "side": side, "condition": side.patient.condition, "crumbs": _crumbs(side)}
    return render(request, "soulmates/shared_facts.html", context, status=_status(form))


@login_required
@require_POST
def match_watch(request, patient):
    """Begin to wait for a closer match, or end it."""
    member, side = request.user.member, _side_or_404(request, patient)
    if "off" in request.POST:
        actions.unwatch(patient=side.patient, by=member)
        messages.success(request, _("You will hear no more of closer matches."))
    elif side.state != sides.ON:
        messages.error(request, _("Matching is not on here, so there is nothing to wait for yet."))
    else:
        closest = ranking.top(side.patient, by=member, number=1).matches
        actions.watch(patient=side.patient, by=member, best=closest[0].percent if closest else 0)
        messages.success(request, _("We will tell you when somebody closer joins. Look under Notices."))
    return redirect(_of(side))


@login_required
@require_safe
def match_detail(request, patient, other):
    """Show why two people are alike, and ask whether it feels right."""
    return _match(request, patient, other)


@login_required
@require_POST
def match_feedback(request, patient, other):
    """Keep what the member thinks of a match, or delete it. Nobody else ever sees it."""
    side = _side_or_404(request, patient)
    if "take-back" in request.POST:
        said = get_object_or_404(MatchFeedback.objects.filter(member=request.user.member, patient=side.patient), other__public_id=other)
        actions.take_back(patient=side.patient, other=said.other, by=request.user.member)
        messages.success(request, _("What you said of this match is deleted."))
        back = _match_or_none(request, side, other)
        return redirect("soulmates:match_detail", patient, other) if back else redirect(_of(side))
    return _match(request, patient, other, data=request.POST)


def _match(request, patient, other, data=None):
    """Show a match, with the form as it was sent; a valid one is kept."""
    member = request.user.member
    limits.spend(MATCHES_OPENED, member.pk)  # before the look-up: an answer that is counted differently would tell who is here
    side = _side_or_404(request, patient)
    match = _match_or_none(request, side, other)
    if match is None:
        raise Http404
    said = MatchFeedback.objects.filter(member=member, patient=side.patient, other=match.patient).first()
    form = FeedbackForm(data, initial=FeedbackForm.first_answers(said))
    if form.is_valid():
        answer = {name: form.cleaned_data[name] for name in ("good", "why")}
        actions.say(patient=side.patient, other=match.patient, by=member, percent=match.percent, **answer)
        messages.success(request, _("Thank you. It helps us to make matches better; nobody else sees it."))
        return redirect("soulmates:match_detail", patient, other)
    card = cards_of([match], side=side, viewer=member)[0]
    context = {
        "side": side,
        "condition": side.patient.condition,
        "card": card,
        "match": match,
        "form": form,
        "said": said,
        "not_there": _said_not_there(side, card),
        "crumbs": _crumbs(side),
    }
    return render(request, "soulmates/match_detail.html", context, status=_status(form))


@same_for_all_visitors
@require_safe
def how_it_works(request):
    """Say how similar people are found, with a made example: the same page for everybody."""
    condition = Condition.objects.order_by("order", "slug").first()
    return render(request, "soulmates/how_it_works.html", {"condition": condition, "example": example.made(condition) if condition else None})


def _chosen(mine, public_id):
    """Return the side that the address names, or the first on which there is something to see. Raises Http404 for a record of somebody else."""
    if public_id:
        for side in mine:
            if side.patient.public_id == public_id:
                return side
        raise Http404
    return next((side for side in mine if side.state == sides.ON), mine[0] if mine else None)


def _side_or_404(request, public_id):
    return _chosen(sides.sides_of(request.user.member), public_id)


def _match_or_none(request, side, public_id):
    """Return the match of a side with somebody, where the member may see it."""
    if side.state != sides.ON:
        return None
    other = Patient.objects.filter(matching_profile__listed=True, condition=side.patient.condition_id, public_id=public_id).first()
    return ranking.one(side.patient, other, by=request.user.member) if other else None


def _said_not_there(side, card):
    """Return the ids, among what only the other side has, of which the member has said "none": shown beside a match, never scored."""
    answers = picture.current([side.patient.pk]).get(side.patient.pk, {})
    none = [symptom for symptom, answer in answers.items() if answer.severity == 0]
    theirs = [name.hpo_id for name in card.only_theirs]
    return set(Symptom.objects.filter(pk__in=none, hpo_id__in=theirs).values_list("hpo_id", flat=True)) if none and theirs else set()


def _wider(form, side):
    """Return (what is let go, its choice, address) for each filter that is set."""
    return [(label, choice, _of(side, {name: value for name, value in form.used.items() if name != let_go})) for let_go, label, choice in form.words]


def _of(side, filters=None):
    """Return the address of a patient's matches."""
    return f"{reverse('soulmates:match_list')}?{urlencode({'for': side.patient.public_id, **(filters or {})})}"


def _crumbs(side):
    return [(_("Soulmates"), _of(side))]


def _facts(side):
    return {name: getattr(side.facts, name) for name in ("age", "onset", "tumour")} if side.facts else {}


def _sent(request):
    return request.POST if request.method == "POST" else None


def _status(form):
    return 422 if form.is_bound else 200
