"""The forms of asking, answering and commenting. They clean and explain; who may write is decided by the views and actions."""

from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from forum import tags
from forum.forms.fields import AboutMixin, body_field, bytes_within, first_language, language_field, name_field
from forum.models.answer import LONGEST_COMMENT
from forum.models.question import LONGEST_BODY, LONGEST_TITLE, MOST_TAGS, Question
from forum.models.tag import Tag
from members.forms.profiles import TextField
from members.forms.widgets import ExplainedRadios
from members.models.member import Member
from moderation.models.choices import Audience

SHORTEST_TITLE = 8  # characters
PREVIEW = reverse_lazy("forum:post_preview")


def title_field() -> TextField:
    """Return the field that asking begins with."""
    return TextField(
        label=gettext_lazy("What would you like to know?"),
        max_length=LONGEST_TITLE,
        help_text=gettext_lazy("One question, in your own words. For example: how did you explain the illness at school?"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto", "lang": "", "data-similar": reverse_lazy("forum:question_similar")}),
        error_messages={
            "required": gettext_lazy("Write your question"),
            "max_length": gettext_lazy(
                "Shorten the question to %(limit_value)d characters: it has %(show_value)d. Details have a field of their own"
            ),
        },
    )


NOT_WIDER = gettext_lazy("It cannot become public any more: others have replied to members only")


def audience_field() -> forms.ChoiceField:
    """Return the choice of who may read."""
    hints = {
        Audience.MEMBERS: _("Signed-in members. Not in search engines. The replies stay among members, too."),
        Audience.EVERYONE: _("Also visitors and search engines: more people can find it and be helped by it. The replies are public, too."),
    }
    return forms.ChoiceField(
        label=_("Who may read it?"),
        choices=Audience.choices,
        widget=ExplainedRadios({str(value): hint for value, hint in hints.items()}),
        help_text=_("You can make it narrower later, and wider only while nobody has replied."),
        error_messages={"required": _("Choose who may read it"), "invalid_choice": _("Choose members or everyone")},
    )


class TagsField(forms.ModelMultipleChoiceField):
    """At most MOST_TAGS of the tags on offer, in their order there."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value: Any) -> list[Tag]:
        """Return the tags, in a list. Raises ValidationError kindly for too many."""
        # No number of ours is so long, and a longer one is more than the database can take.
        if any(len(str(one)) > 18 for one in value or ()):
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        chosen = list(super().clean(value))
        if len(chosen) > MOST_TAGS:
            words = ngettext("Take away %(count)d tag: a question has at most %(most)d", "Take away %(count)d tags: a question has at most %(most)d",
                             len(chosen) - MOST_TAGS)  # fmt: skip
            raise forms.ValidationError(words % {"count": len(chosen) - MOST_TAGS, "most": MOST_TAGS}, code="many")
        return chosen


class QuestionForm(forms.Form):
    """Title, details and tags: what asking and editing share. offered: the tags to choose from."""

    title = title_field()

    def __init__(self, *args: Any, offered: Any, **kwargs: Any):
        """Add what depends on the question's condition."""
        super().__init__(*args, **kwargs)
        self.fields["body"] = body_field(
            label=_("What should people know to answer? (optional)"),
            longest=LONGEST_BODY,
            required=False,
            hint=_("Such as the age, how long ago it began, what you have tried. No full names, schools or doses, please."),
            missing="",
            preview=str(PREVIEW),
        )
        self.fields["tags"] = TagsField(
            label=_("What is it about? (optional)"),
            required=False,
            queryset=offered,
            help_text=_("Tags bring the question to those who know. Choose at most %(number)d.") % {"number": MOST_TAGS},
            error_messages={"invalid_choice": _("Choose tags of the list"), "invalid_pk_value": _("Choose tags of the list")},
        )
        self.order_fields(["title", "body", "tags"])

    def clean_title(self) -> str:
        """Return the question on one line. Raises ValidationError for one of a few letters."""
        title = " ".join(self.cleaned_data["title"].split())
        if len(title) < SHORTEST_TITLE or not any(sign.isalpha() for sign in title):
            raise forms.ValidationError(_("Write a whole question: others see nothing else of it in the list"), code="short")
        return bytes_within(title, LONGEST_TITLE)

    def clean_body(self) -> str:
        """Return the details, also within their bytes."""
        return bytes_within(self.cleaned_data["body"], LONGEST_BODY)

    def tag_groups(self) -> list[dict[str, Any]]:
        """Return the tags by kind for the page: {"label", "options": [{"tag", "id", "checked"}], "chosen": how many are ticked}."""
        field = self["tags"]
        value = field.value() or []
        ticked = {str(getattr(one, "pk", one)) for one in (value if isinstance(value, list | tuple) else [value])}
        groups = []
        for label, some in tags.grouped(list(self.fields["tags"].queryset)):  # type: ignore[attr-defined]
            options = [{"tag": tag, "id": f"{field.auto_id}_{tag.pk}", "checked": str(tag.pk) in ticked} for tag in some]
            groups.append({"label": label, "options": options, "chosen": sum(option["checked"] for option in options)})
        return groups


class AskForm(QuestionForm, AboutMixin):
    """A new question."""

    def __init__(self, *args: Any, member: Member, **kwargs: Any):
        """Add what depends on who asks."""
        super().__init__(*args, **kwargs)
        self.fields["audience"] = audience_field()
        self.fields["by"] = name_field(member)
        self.add_about(member)
        self.fields["language"] = language_field()

    def answers(self) -> dict[str, Any]:
        """Return a valid form as the action takes it."""
        given = self.cleaned_data
        return {
            **{name: given[name] for name in ("title", "body", "tags", "audience", "language")},
            "by_name": given["by"] == "name",
            **self.about().fields(),
        }


class EditQuestionForm(QuestionForm):
    """Other words for a question, by its author. version: which words the form showed."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)

    def __init__(self, *args: Any, question: Question, **kwargs: Any):
        """Offer only the audiences that the question may have now."""
        super().__init__(*args, **kwargs)
        self.question = question
        self.fields["audience"] = audience_field()
        if not question.may_become(Audience.EVERYONE):
            self.fields["audience"].help_text = _("Somebody has replied to members only, so it cannot become public any more.")

    def clean_audience(self) -> str:
        """Refuse to show replies to more people than their authors wrote for."""
        audience: str = self.cleaned_data["audience"]
        if not self.question.may_become(audience):
            raise forms.ValidationError(NOT_WIDER, code="wider")
        return audience


class AnswerForm(AboutMixin):
    """An answer. short: as it stands on the question's page, without the choice whom it is about."""

    def __init__(self, *args: Any, member: Member, short: bool = False, **kwargs: Any):
        """Add what depends on who answers."""
        super().__init__(*args, **kwargs)
        self.fields["body"] = body_field(
            label=_("What was it like for you?"),
            longest=LONGEST_BODY,
            required=True,
            hint=_("Say what happened to you. Please no doses, and no full names."),
            missing=_("Write your answer"),
            preview=str(PREVIEW),
        )
        self.fields["by"] = name_field(member)
        if not short:
            self.add_about(member)
        self.fields["language"] = language_field()

    def clean_body(self) -> str:
        """Return the text, also within its bytes."""
        return bytes_within(self.cleaned_data["body"], LONGEST_BODY)

    def answers(self) -> dict[str, Any]:
        """Return a valid form as the action takes it."""
        given = self.cleaned_data
        return {"body": given["body"], "by_name": given["by"] == "name", "language": given["language"], **self.about().fields()}


class CommentForm(forms.Form):
    """A comment: short, for a thank-you or one more question."""

    def __init__(self, *args: Any, member: Member, **kwargs: Any):
        """Add what depends on who comments."""
        super().__init__(*args, **kwargs)
        self.fields["body"] = body_field(
            label=_("Your comment"),
            longest=LONGEST_COMMENT,
            required=True,
            hint=_("For a thank-you or a short question. What you have lived through yourself belongs in an answer."),
            missing=_("Write your comment"),
            rows=4,
            preview=str(PREVIEW),
        )
        self.fields["by"] = name_field(member)
        self.fields["language"] = language_field()

    def clean_body(self) -> str:
        """Return the text, also within its bytes."""
        return bytes_within(self.cleaned_data["body"], LONGEST_COMMENT)

    def answers(self) -> dict[str, Any]:
        """Return a valid form as the action takes it."""
        given = self.cleaned_data
        return {"body": given["body"], "by_name": given["by"] == "name", "language": given["language"]}


class EditReplyForm(forms.Form):
    """Other words for an answer or a comment, by its author. version: which words the form showed."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)

    def __init__(self, *args: Any, longest: int, **kwargs: Any):
        """Add the text with the limit of its kind."""
        super().__init__(*args, **kwargs)
        self.longest = longest
        self.fields["body"] = body_field(
            label=_("Your text"), longest=longest, required=True, hint="", missing=_("Write your text"), rows=10, preview=str(PREVIEW)
        )

    def clean_body(self) -> str:
        """Return the text, also within its bytes."""
        return bytes_within(self.cleaned_data["body"], self.longest)


def first_values(member: Member) -> dict[str, Any]:
    """Return what the forms of a member hold before anything is typed. No query."""
    return {"by": "name", "language": first_language(member)}
