"""The account that signs in. Nothing public points here; use Member."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models.member import Member


class UserManager(BaseUserManager["User"]):
    """Create accounts; each has its Member from the first moment."""

    def get_by_natural_key(self, email):
        """Find an account by its e-mail address, whatever the case."""
        return self.get(email__iexact=email)

    @transaction.atomic
    def create_user(self, email, password=None, **fields):
        """Create an account and its Member. Raises ValueError without an address."""
        if not email:
            raise ValueError("An account needs an e-mail address.")
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        Member.objects.get_or_create(user=user, defaults={"is_admin": user.is_superuser})
        return user

    def create_superuser(self, email, password=None, **fields):
        """Create an administrator."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """An account: an e-mail address to sign in with. Nothing public points here; use Member."""

    email = models.EmailField(_("e-mail address"), max_length=254)
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("may enter the admin"), default=False)
    is_demo = models.BooleanField(_("generated for the demonstration"), default=False, editable=False)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now)

    USERNAME_FIELD = "email"
    objects = UserManager()

    class Meta:
        """One account an address, whatever the case."""

        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [models.UniqueConstraint(Lower("email"), name="members_user_email_unique")]

    def __str__(self):
        """Return the account's number: the address is shown to nobody."""
        return f"account {self.pk}"

    def get_short_name(self):
        """Return what the admin greets with: not the address."""
        return str(self)
