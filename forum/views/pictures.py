"""Pictures of a post: added, taken away, handed out."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from forum.actions import pictures as actions
from forum.actions.posting import ClosedError
from forum.forms.pictures import PictureForm
from forum.models.answer import Answer
from forum.models.extras import Picture
from forum.models.question import Question
from forum.views import writing
from members import limits
from moderation.limits import ensure_may_write

MODELS = {"question": Question, "answer": Answer}


@login_required
@writing.read_or_send
def post_pictures(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The pictures of one's own post, and a form for one more. New members wait a little."""
    around = ("author__user",) if kind == "question" else ("question",)
    post = get_object_or_404(MODELS[kind].objects.visible_to(request.user).select_related(*around), pk=pk)
    question = post if kind == "question" else post.question
    if not post.is_by(request.user):
        raise PermissionDenied
    if not post.can_edit(request.user):
        return writing.closed(request, question)
    member, there = request.user.member, list(post.pictures.all())
    room = len(there) < actions.MOST and not member.is_new
    if request.method == "POST":
        ensure_may_write(member)
        if not room:
            raise PermissionDenied
        limits.spend(actions.ADDED, member.pk)
    form = PictureForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        too_large=getattr(request, "upload_too_large", False),
    )
    if form.is_valid():
        try:
            actions.add(post=post, content=form.content, width=form.width, height=form.height, alt=form.cleaned_data["alt"])
        except (ClosedError, actions.TooManyPicturesError):
            raise PermissionDenied from None
        messages.success(request, _("The picture is added."))
        return redirect(f"forum:{kind}_pictures", pk=pk)
    context = {
        "kind": kind,
        "post": post,
        "question": question,
        "pictures": there,
        "room": room,
        "is_new": member.is_new,
        "most": actions.MOST,
        "form": form,
        "crumbs": writing.crumbs_to(question),
    }
    return render(request, "forum/post_pictures.html", context, status=422 if form.errors else 200)


@login_required
@writing.read_or_send
def picture_remove(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take a picture out of one's own post: says that this cannot be undone, then does it."""
    found = _visible_or_404(request, public_id)
    post = found.post
    if not post.is_by(request.user):
        raise PermissionDenied
    kind = post._meta.model_name
    question = post if kind == "question" else post.question
    if request.method == "POST":
        actions.remove(picture=found)
        messages.success(request, _("The picture is gone."))
        return redirect(f"forum:{kind}_pictures", pk=post.pk)
    return render(request, "forum/picture_remove.html", {"picture": found, "post": post, "kind": kind, "crumbs": writing.crumbs_to(question)})


@require_safe
def picture(request: HttpRequest, public_id: str) -> FileResponse:
    """Hand out a picture to whoever may see its post; there is no other address of the file."""
    found = _visible_or_404(request, public_id)
    try:
        file = found.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    return FileResponse(
        file,
        content_type="image/webp",
        headers={
            # Not even visitors' pictures are kept by others: hidden is hidden at once.
            "Cache-Control": "private, no-store" if request.user.is_authenticated else "private, no-cache",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
            "Content-Disposition": "inline",
        },
    )


def _visible_or_404(request: HttpRequest, public_id: str) -> Picture:
    found = get_object_or_404(Picture.objects.select_related("question", "answer__question"), public_id=public_id)
    model = Question if found.question_id else Answer
    if not model.objects.visible_to(request.user).filter(pk=found.question_id or found.answer_id).exists():
        raise Http404
    return found
