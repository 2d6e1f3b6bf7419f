"""Accounts and members in the admin: roles are given by administrators, and by nobody to themselves."""

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import BaseUserCreationForm, UserChangeForm
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from conditions.admin.base import ReadOnlyAdmin, ReferenceAdmin
from members import data_rights
from members.actions.staff import mirror
from members.models import Member, User

RIGHTS = ("is_active", "is_staff", "is_superuser", "groups")


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

    class Meta:
        """Rights come with groups: single permissions are not handed out."""

        model = User
        fields = ("email", "password", *RIGHTS)
        field_classes: dict[str, type[forms.Field]] = {}

    def clean(self):
        """Refuse to leave the site without an administrator."""
        cleaned = super().clean()
        was = self.instance.is_active and self.instance.is_superuser
        stays = all(cleaned.get(name, getattr(self.instance, name)) for name in ("is_active", "is_superuser"))
        if was and not stays:
            # Locked, so that two administrators cannot put each other out at the same time.
            administrators = User.objects.select_for_update().filter(is_active=True, is_superuser=True).order_by("pk")
            if not [other for other in administrators if other.pk != self.instance.pk]:
                raise ValidationError(_("This is the last active administrator: name another one first."))
        return cleaned


@admin.register(User)
class AccountAdmin(ReferenceAdmin, UserAdmin):
    """Accounts by number: an e-mail address stands on the account's own page only, and cannot be searched for.

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
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("email", "password")}),
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

    def get_queryset(self, request):
        """Add the groups that a row shows."""
        return super().get_queryset(request).prefetch_related("groups")

    def get_fieldsets(self, request, obj=None):
        """Show the address to administrators only."""
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
        """Save the groups, and let the member know its roles."""
        super().save_related(request, form, formsets, change)
        mirror(user=form.instance)

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
