"""All settings, in one file; values come from the environment or from .env (.env.example lists them)."""

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from oms_community.caching import Rates
from oms_community.csp import content_security_policy
from oms_community.env import database, env, env_bool, env_int, env_list, load_dotenv

BASE_DIR = Path(__file__).resolve().parent.parent
load_dotenv(BASE_DIR / ".env")

DEBUG = env_bool("DEBUG", False)  # safe when forgotten
SECRET_KEY = env("SECRET_KEY", "only-for-development" if DEBUG else None)
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]" if DEBUG else "")
if not DEBUG and not ALLOWED_HOSTS:
    raise ImproperlyConfigured("Set ALLOWED_HOSTS in the environment: see .env.example.")

# Who runs the site: shown on contact, privacy and terms, and never made up.
SITE_NAME = env("SITE_NAME", "OMS Community")
SITE_URL = env("SITE_URL", "http://127.0.0.1:8000" if DEBUG else None).rstrip("/")
if not SITE_URL.startswith(("http://", "https://")):
    raise ImproperlyConfigured(f"SITE_URL is {SITE_URL!r}, but has to start with https:// (or http:// on your own machine).")
OPERATOR_NAME = env("OPERATOR_NAME", "")
OPERATOR_ADDRESS = env("OPERATOR_ADDRESS", "")
OPERATOR_EMAIL = env("OPERATOR_EMAIL", "")
SECURITY_EMAIL = env("SECURITY_EMAIL", OPERATOR_EMAIL)

# Names of other services to sign in with ("google"), each with its CLIENT_ID and SECRET: see .env.example.
SIGN_IN_PROVIDERS = env_list("SIGN_IN_PROVIDERS", "")

INSTALLED_APPS = [
    "oms_community",
    "conditions",
    "search",
    "prose",
    "members",
    "letters",
    "moderation",
    "forum",
    "soulmates",
    "oms_community.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    *[f"allauth.socialaccount.providers.{name}" for name in SIGN_IN_PROVIDERS],
    "csp",
    "leaflet",
    "django_countries",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "oms_community.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",  # outside of all that answers by itself
    *([] if DEBUG else ["whitenoise.middleware.WhiteNoiseMiddleware"]),  # runserver serves static files itself
    "oms_community.middleware.ServiceUnavailableMiddleware",
    "csp.middleware.CSPMiddleware",
    "oms_community.middleware.CacheHeadersMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "oms_community.middleware.LimitsMiddleware",
    "oms_community.middleware.TypedTextMiddleware",
    *(["oms_community.middleware.OurNotFoundMiddleware"] if DEBUG else []),
    "allauth.account.middleware.AccountMiddleware",
    "members.accounts.middleware.SignInMiddleware",
    "members.middleware.StandingMiddleware",
    "oms_community.middleware.VisitorPagesMiddleware",
]

ROOT_URLCONF = "oms_community.urls"
WSGI_APPLICATION = "oms_community.wsgi.application"
CSRF_FAILURE_VIEW = "oms_community.errors.csrf_failure"
APPEND_SLASH = True

_LOADERS = ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "oms_community.context.site",
            ],
            "loaders": _LOADERS if DEBUG else [("django.template.loaders.cached.Loader", _LOADERS)],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
FORMS_URLFIELD_ASSUME_HTTPS = True  # as Django 6 does by itself

DATABASES = {"default": database(env("DATABASE_URL", "sqlite:///db.sqlite3"), BASE_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "members.User"
AUTHENTICATION_BACKENDS = ["members.backends.EmailBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "members:me"
SESSION_COOKIE_AGE = 14 * 24 * 60 * 60  # seconds, where "stay signed in" was ticked; else the browser's session

# Sign-in (allauth). Whether an address has an account is told to nobody.
ACCOUNT_ADAPTER = "members.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "members.accounts.signup.JoiningForm"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_CHANGE = False  # the library offers it to unknown addresses only, which would tell them apart
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60  # seconds: mail is slow at times
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 15 * 60
# Tries for each code; it has 8 of 20 letters, and hands may tremble.
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_MAX_ATTEMPTS = ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = ACCOUNT_PASSWORD_RESET_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_CHANGE_EMAIL = True  # one address; the new one counts once confirmed
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_REAUTHENTICATION_REQUIRED = True  # for every change of how one signs in
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_FORMS = {
    "login": "members.forms.accounts.SignInForm",
    "signup": "members.forms.accounts.SignUpForm",
    "add_email": "members.forms.accounts.NewAddressForm",
    "change_password": "members.forms.accounts.ChangePasswordForm",
    "set_password": "members.forms.accounts.SetPasswordForm",
    "reset_password": "members.forms.accounts.ForgottenForm",
    "reset_password_from_key": "members.forms.accounts.NewPasswordForm",
    "reauthenticate": "members.forms.accounts.PasswordAgainForm",
    "request_login_code": "members.forms.accounts.SendCodeForm",
    "confirm_login_code": "members.forms.accounts.SignInCodeForm",
    "confirm_email_verification_code": "members.forms.accounts.AddressCodeForm",
    "confirm_password_reset_code": "members.forms.accounts.ForgottenCodeForm",
}
ACCOUNT_RATE_LIMITS = Rates(
    {
        "login_failed": "20/h/ip,5/5m/key",
        "reset_password": "20/h/ip,3/h/key",
        "request_login_code": "20/h/ip,3/h/key",
        "signup": "20/h/ip",
        # As the library has them: named here, so that they are stricter, too, while the shared cache is down.
        "login": "30/m/ip",
        "reset_password_from_key": "20/m/ip",
        "reauthenticate": "10/m/user",
        "change_password": "5/m/user",
        "manage_email": "10/m/user",
    }
)
MFA_RATE_LIMITS = Rates({"webauthn_login": "10/m/ip"})
MFA_ADAPTER = "members.accounts.adapter.FactorAdapter"
MFA_FORMS = {
    "authenticate": "members.forms.accounts.SecondStepForm",
    "reauthenticate": "members.forms.accounts.SecondStepAgainForm",
    "activate_totp": "members.forms.accounts.AppForm",
    "add_webauthn": "members.forms.accounts.PasskeyForm",
    "signup_webauthn": "members.forms.accounts.FirstPasskeyForm",
    "login_webauthn": "members.forms.accounts.PasskeySignInForm",
    "authenticate_webauthn": "members.forms.accounts.PasskeyStepForm",
    "reauthenticate_webauthn": "members.forms.accounts.PasskeyAgainForm",
    "edit_webauthn": "members.forms.accounts.RenamePasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG  # http://localhost
MFA_TOTP_ISSUER = SITE_NAME
MFA_TOTP_TOLERANCE = 1  # one step of 30 seconds: clocks differ
SOCIALACCOUNT_ADAPTER = "members.accounts.adapter.ProviderAdapter"
SOCIALACCOUNT_FORMS = {"signup": "members.forms.accounts.ProviderSignUpForm"}
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False  # an address that another service names never opens an account by itself
SOCIALACCOUNT_AUTO_SIGNUP = False  # whoever comes another way meets the same pages first
SOCIALACCOUNT_PROVIDERS = {
    name: {"APP": {"client_id": env(f"{name.upper()}_CLIENT_ID"), "secret": env(f"{name.upper()}_SECRET")}} for name in SIGN_IN_PROVIDERS
}
STAFF_REAUTHENTICATION_HOURS = 12
# With how many proxies in front the visitor's own address is found; 0: the connection's.
ALLAUTH_TRUSTED_PROXY_COUNT = env_int("TRUSTED_PROXIES", 0)

# Mail is put into a queue in the database (letters) and delivered from there.
EMAIL_BACKEND = "letters.mail.QueueBackend"
MAIL_DELIVERY_BACKEND = env(
    "MAIL_DELIVERY_BACKEND", "django.core.mail.backends.filebased.EmailBackend" if DEBUG else "django.core.mail.backends.smtp.EmailBackend"
)
EMAIL_FILE_PATH = BASE_DIR / "var" / "mail"
EMAIL_HOST = env("EMAIL_HOST", "localhost")
EMAIL_PORT = env_int("EMAIL_PORT", 25)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = env("EMAIL_USER", ""), env("EMAIL_PASSWORD", "")
EMAIL_USE_TLS = env_bool("EMAIL_TLS", False)
EMAIL_TIMEOUT = 10  # seconds
# Sender and subjects name no illness.
MAIL_SENDER_NAME = env("MAIL_SENDER_NAME", "Community")
MAIL_FROM = env("MAIL_FROM", "noreply@localhost")
DEFAULT_FROM_EMAIL = SERVER_EMAIL = f"{MAIL_SENDER_NAME} <{MAIL_FROM}>"

# What members upload and exports: never served as files, only through views that ask who may see them.
MEDIA_ROOT = BASE_DIR / env("MEDIA_ROOT", "var/media")
ERASURE_LEDGER = BASE_DIR / env("ERASURE_LEDGER", "var/erasures.jsonl")  # outside the database, so that no restore loses it
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_HANDLERS = [
    "members.pictures.BoundedUpload",  # stops a file that is too large on its way in; the rest of the form is kept
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440  # bytes of a form without its files
MOST_PICTURE_BYTES = 8 * 1024 * 1024
# Languages that a member may say they speak; codes and names are Django's.
MEMBER_LANGUAGES = (
    "ar bg bn ca cs da de el en es et fa fi fr ga he hi hr hu id is it ja ko lt lv "
    "nb nl pl pt ro ru sk sl sq sr sv sw ta th tr uk ur vi zh-hans zh-hant"
).split()

SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # the address is unique whatever its case: a constraint over Lower("email")

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = env("TIME_ZONE", "UTC")
USE_TZ = True
FORMAT_MODULE_PATH = ["oms_community.formats"]

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / env("STATIC_ROOT", "staticfiles")
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage" if DEBUG else "oms_community.storages.SiteStaticFilesStorage"},
}
WHITENOISE_INDEX_FILE = False
WHITENOISE_KEEP_ONLY_HASHED_FILES = True  # no page asks for the others, and to compress them doubles the time of a release
# What carries its contents in its name never changes under it: hashed files, and the folder of the map's squares.
WHITENOISE_IMMUTABLE_FILE_TEST = r"/static/(.+\.[0-9a-f]{12}\.|basemap/squares-)"

CACHE_URL = env("CACHE_URL", "")
if CACHE_URL and not CACHE_URL.startswith(("redis://", "rediss://", "unix://")):
    raise ImproperlyConfigured(f"CACHE_URL is {CACHE_URL!r}, but has to start with redis://, rediss:// or unix://.")
CACHES = {
    "default": (
        {
            "BACKEND": "oms_community.caching.SharedCache",
            "LOCATION": CACHE_URL,
            "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},  # seconds
        }
        if CACHE_URL
        else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 10_000}}
    ),
    # Pages of the reference as visitors get them, in each process: about 30 KB a page, by version, so they need no other end.
    "visitor_pages": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "visitor_pages",
        "TIMEOUT": None,
        "OPTIONS": {"MAX_ENTRIES": 1000},
    },
}
KEEP_VISITOR_PAGES = not DEBUG
# The menu and the footer, in each process: they are the same on all pages of a section, and half of the work of a plain one.
CACHES["template_fragments"] = {
    "BACKEND": f"django.core.cache.backends.{'dummy.DummyCache' if DEBUG else 'locmem.LocMemCache'}",
    "LOCATION": "template_fragments",
}

# The map. By default every line of it is our own; django-leaflet's default tiles would be a public server's.
LEAFLET_CONFIG = {"TILES": []}
COUNTRIES_OVERRIDE = {"XK": _("Kosovo")}  # in use, and without a code of the standard
MAP_K = env_int("MAP_K", 11, least=5)  # members that a country or region needs before visitors see it named
MAP_TILE_URL = env("MAP_TILE_URL", "")  # a tile server, such as https://tiles.example.org/{z}/{x}/{y}.png: then visitors are asked before it loads
MAP_TILE_ATTRIBUTION = env("MAP_TILE_ATTRIBUTION", "")
MAP_GEOCODER = env("MAP_GEOCODER", "offline", choices=("offline", "nominatim"))
NOMINATIM_URL, NOMINATIM_USER_AGENT = env("NOMINATIM_URL", ""), env("NOMINATIM_USER_AGENT", "")
if MAP_GEOCODER == "nominatim" and not (NOMINATIM_URL and NOMINATIM_USER_AGENT):
    raise ImproperlyConfigured("MAP_GEOCODER is nominatim: set NOMINATIM_URL and NOMINATIM_USER_AGENT too.")
# The measure of matching: see docs/decisions.
MATCHING_CARE = env_int("MATCHING_CARE", 10, least=1)
MATCHING_PRIOR = env_int("MATCHING_PRIOR", 200, least=0)

# What looks through a text before others see it, by dotted name: moderation/checks.py says how to write another one.
MODERATION_CHECKS = [f"moderation.patterns.{name}.find" for name in ("contact", "money", "children", "crisis", "newcomers")]

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
TASK_LATE_SECONDS = env_int("TASK_LATE_SECONDS", 300, least=10)  # a task that waits longer means that no worker runs

CONTENT_SECURITY_POLICY = content_security_policy(MAP_TILE_URL)
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SAMESITE = "Lax"
if not DEBUG and SITE_URL.startswith("https://"):
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    SECURE_SSL_REDIRECT = env_bool("SSL_REDIRECT", True)
    SECURE_REDIRECT_EXEMPT = [r"^health/"]
    SECURE_HSTS_SECONDS = env_int("HSTS_SECONDS", 31_536_000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    if env_bool("BEHIND_PROXY", False):
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    CSRF_TRUSTED_ORIGINS = [SITE_URL]

# Logs name the route and a member's random id, never the address, the query, the body, a name or what an exception says.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "oms_community.logs.LineFormatter", "format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}, "nowhere": {"class": "logging.NullHandler"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", "INFO", choices=("DEBUG", "INFO", "WARNING", "ERROR"))},
    "loggers": {
        "django": {"handlers": [], "level": "INFO"},  # Django's own would mail whole requests, and write each line twice
        "django.server": {"handlers": ["nowhere"], "level": "CRITICAL", "propagate": False},  # prints addresses with query strings
        "django.request": {"level": "CRITICAL"},  # oms_community.middleware logs requests without addresses
        "django.utils.autoreload": {"level": "WARNING"},
        "fido2": {"level": "WARNING"},  # names passkeys
        "django.security": {"handlers": ["nowhere"], "propagate": False},  # names addresses and what was typed into them
        "django.security.DisallowedHost": {"handlers": ["nowhere"], "propagate": False},
    },
}
