"""A deployment. Everything that protects it must be named by the environment; nothing is guessed."""

from django.core.exceptions import ImproperlyConfigured

from config.settings.base import *  # noqa: F403
from config.settings.base import DATABASE_OPTIONS, ROOT, env
from config.settings.databases import named_databases

MISSING = [name for name in ("DATABASE_URL", "SECRET_KEY", "ALLOWED_HOSTS", "REDIS_URL") if not env.str(name, "")]
if MISSING:
    raise ImproperlyConfigured(
        f"Production needs {', '.join(MISSING)} in the environment. Embedded servers are for the demo and the tests."
    )

DATABASES = named_databases(env, DATABASE_OPTIONS)
SECRET_KEY = env.str("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
STATIC_ROOT = env.path("STATIC_ROOT", default=str(ROOT / ".static"))

SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]  # asked by a load balancer that speaks plain HTTP
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
if env.bool("BEHIND_TLS_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    AXES_CLIENT_IP_CALLABLE = "config.callers.behind_a_proxy"
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
LANGUAGE_COOKIE_SECURE = True

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
vars().update(env.email_url("EMAIL_URL", default="smtp://localhost:25"))

# A clock that anybody can move would decide who gets the drug.
CLOCK_MAY_MOVE = False

# A program file counts once a named person has signed it off.
DRAFTS_MAY_DECIDE = False
