"""The site itself, and the admin without packages that need GDAL."""

from django.apps import AppConfig
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.apps import SimpleAdminConfig
from django.utils.module_loading import import_module
from django.utils.translation import gettext_lazy as _


class SiteConfig(AppConfig):
    """Floor 6: everything that joins the floors below."""

    name = "oms_community"
    verbose_name = _("The site")


class AdminConfig(SimpleAdminConfig):
    """Registers the admin pages of our own apps only: some packages' admin modules import what we do not install."""

    default = False
    default_site = "members.staff.StaffSite"  # who enters, and how, is asked there

    def ready(self):
        """Import the admin modules."""
        super().ready()
        admin.site.site_header = admin.site.site_title = settings.SITE_NAME
        for module in ("conditions.admin", "members.admin", "letters.admin", "moderation.admin", "forum.admin", "django.contrib.auth.admin"):
            import_module(module)
