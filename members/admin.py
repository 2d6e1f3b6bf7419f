"""Accounts and members in the admin: roles are given by administrators, and by nobody to themselves.

An e-mail address is shown nowhere but on a page of its own, to an administrator who has said why; that is written down.
"""

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import BaseUserCreationForm, UserChangeForm
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from conditions.admin.base import ReadOnlyAdmin, ReferenceAdmin
from members import data_rights
from members.actions.staff import look_at_address, mirror
from members.models import AddressLook, Member, User

RIGHTS = ("is_active", "is_staff", "is_superuser", "groups")
SHORTEST_REASON = 10  # characters


class AccountAddForm(BaseUserCreationForm):
    """A new account: its address and a first password."""

    class Meta:
        """Rights are given on the next page."""

        model = User
        fields = ("email",)

    def clean_email(self):
        """Refuse an address that has an account, whatever the case."""
        email = User.objects.normalize_email(self.cleaned_data["email"])
        if User.objects.filter(email__iexact=email).exists():
            raise ValidationError(_("There is an account with this address already."))
        return email


class AccountForm(UserChangeForm):
    """An account and its rights."""

    password = None  # its owner's alone: not even the way it is kept is shown

    class Meta:
        """Rights come with groups: single permissions are not handed out. The address is its owner's to change."""

        model = User
        fields = RIGHTS
        field_classes: dict[str, type[forms.Field]] = {}

    def clean(self):
        """Refuse to leave the site without an administrator."""
        cleaned = super().clean()
        was = self.instance.is_active and self.instance.is_superuser
        stays = all(cleaned.get(name, getattr(self.instance, name)) for name in ("is_active", "is_superuser"))
        if was and not stays:
            # Locked, so that two administrators cannot put each other out at the same time.
            administrators = User.objects.select_for_update(no_key=True).filter(is_active=True, is_superuser=True).order_by("pk")
            if not [other for other in administrators if other.pk != self.instance.pk]:
                raise ValidationError(_("This is the last active administrator: name another one first."))
        return cleaned


class AddressForm(forms.Form):
    """Why an administrator wants to see an address."""

    reason = forms.CharField(
        label=_("Why do you need the address?"),
        min_length=SHORTEST_REASON,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One sentence, without the member’s own words. It is kept for 36 months with your account, the time and the member’s id."),
        error_messages={
            "required": _("Say why you need the address."),
            "min_length": _("Say a little more: at least %(limit_value)d characters."),
        },
    )


def masked(email: str) -> str:
    """Return an address of which only the first letters of both halves are left."""
    name, _at, host = email.rpartition("@")
    return f"{name[:1]}…@{host[:1]}…"


@admin.register(User)
class AccountAdmin(ReferenceAdmin, UserAdmin):
    """Accounts by number. An e-mail address is shown masked, and found only by whoever has all of it; to see it takes a reason.

    Nothing is deleted here: an account is put out of use, and its log stays.
    """

    form = AccountForm
    add_form = AccountAddForm
    add_form_template = None
    actions = None
    ordering = ("pk",)
    list_display = ("__str__", "pseudonym", "is_active", "is_staff", "is_superuser", "roles", "is_demo", "date_joined")
    list_select_related = ("member",)
    list_filter = ("is_active", "is_staff", "is_superuser", "groups")
    search_fields = ("member__pseudonym",)
    filter_horizontal = ()
    readonly_fields = ("address", "last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("address",)}),
        (_("Rights"), {"fields": RIGHTS}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "password1", "password2")}),)

    def has_add_permission(self, request):
        """Leave it to administrators: whoever makes an account gives it rights next."""
        return request.user.is_superuser

    def has_change_permission(self, request, obj=None):
        """Leave it to administrators."""
        return request.user.is_superuser

    def has_delete_permission(self, request, obj=None):
        """Refuse."""
        return False

    def lookup_allowed(self, lookup, value, request=None):
        """Keep addresses from being guessed letter by letter in the list's address."""
        return not lookup.startswith("email") and super().lookup_allowed(lookup, value, request)

    def get_search_fields(self, request):
        """Let administrators find the account of a whole address: somebody has written to them."""
        return (*self.search_fields, "=email") if request.user.is_superuser else self.search_fields

    def get_queryset(self, request):
        """Add the groups that a row shows."""
        return super().get_queryset(request).prefetch_related("groups")

    def get_urls(self):
        """Add the page that shows an address."""
        see = self.admin_site.admin_view(reauthentication_required(self.address_view))
        return [path("<int:pk>/address/", see, name="members_user_address"), *super().get_urls()]

    def address_view(self, request, pk):
        """Ask an administrator for a reason, write it down, and show the address in this one answer: read again, the page asks again."""
        if not request.user.is_superuser:
            raise PermissionDenied
        user = get_object_or_404(User.objects.select_related("member"), pk=pk)
        form, address = AddressForm(request.POST if request.method == "POST" else None), ""
        if form.is_valid():
            address = look_at_address(by=request.user, member=user.member, reason=form.cleaned_data["reason"])
        context = {
            **self.admin_site.each_context(request),
            "title": _("The e-mail address of %(account)s") % {"account": user},
            "opts": self.opts,
            "media": self.media,
            "original": user,
            "form": form,
            "address": address,
        }
        return TemplateResponse(request, "admin/members/address.html", context, status=422 if form.errors else 200)

    def user_change_password(self, request, id, form_url=""):
        """Refuse: a password that somebody else has set is a way into an account. Whoever lost theirs gets a code by e-mail."""
        raise PermissionDenied

    def change_view(self, request, *args, **kwargs):
        """Take a change of rights only from an administrator who has shown just now that it is they."""
        return reauthentication_required(super().change_view, allow_get=True)(request, *args, **kwargs)

    def get_fieldsets(self, request, obj=None):
        """Show the masked address to administrators only."""
        fieldsets = super().get_fieldsets(request, obj)
        return fieldsets if request.user.is_superuser else fieldsets[1:]

    def get_readonly_fields(self, request, obj=None):
        """Keep everybody's hands from their own rights."""
        own = obj is not None and obj.pk == request.user.pk
        return (*self.readonly_fields, *RIGHTS) if own else self.readonly_fields

    def save_model(self, request, obj, form, change):
        """Save; a new account gets its Member at once."""
        super().save_model(request, obj, form, change)
        if not change:
            Member.objects.create(user=obj)

    def save_related(self, request, form, formsets, change):
        """Save the groups, let the member know its roles, and everything that shows the member whether they may still be here.

        The page around it is one transaction: nobody is switched off and yet shown somewhere.
        """
        super().save_related(request, form, formsets, change)
        mirror(user=form.instance)
        if change and "is_active" in form.changed_data:
            data_rights.standing_changed(form.instance.member)

    @admin.display(description=_("e-mail address"))
    def address(self, user):
        """Return the masked address, and the way to all of it."""
        return format_html('{} <a href="{}">{}</a>', masked(user.email), reverse("admin:members_user_address", args=[user.pk]), _("See the address"))

    @admin.display(description=_("pseudonym"), ordering="member__pseudonym")
    def pseudonym(self, user):
        """Return the member's pseudonym."""
        return user.member.pseudonym

    @admin.display(description=_("roles"))
    def roles(self, user):
        """Return the groups."""
        return ", ".join(group.name for group in user.groups.all()) or "-"


@admin.register(Member)
class MemberAdmin(ReadOnlyAdmin):
    """The public faces: their owners change them. Only the badge of a checked profession is given here, and by nobody to themselves."""

    list_display = ("pseudonym", "public_id", "user", "verified_as", "created_at")
    list_select_related = ("user",)
    search_fields = ("pseudonym", "public_id")
    fields = ("pseudonym", "public_id", "user", "created_at", "verified_as")
    readonly_fields = ("pseudonym", "public_id", "user", "created_at")

    def has_change_permission(self, request, obj=None):
        """Leave it to administrators, for others than themselves."""
        return request.user.is_superuser and (obj is None or obj.user_id != request.user.pk)

    def save_model(self, request, obj, form, change):
        """Save the badge alone: what the member may change meanwhile stays theirs. Everything that shows it is told in the same transaction."""
        with transaction.atomic():
            obj.save(update_fields=["verified_as"])
            data_rights.standing_changed(obj)


@admin.register(AddressLook)
class AddressLookAdmin(ReadOnlyAdmin):
    """Who looked at whose address, and why: for all administrators to read, and for nobody to change."""

    list_display = ("at", "by", "about", "reason")
    list_select_related = ("by",)
    search_fields = ("=about",)
    date_hierarchy = "at"
    fields = ("at", "by", "about", "reason")

    def has_view_permission(self, request, obj=None):
        """Leave it to administrators."""
        return request.user.is_active and request.user.is_superuser

    def has_module_permission(self, request):
        """Show the section to whom it has something to show."""
        return self.has_view_permission(request)
