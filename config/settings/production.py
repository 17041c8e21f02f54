"""The commune's server. Every secret comes from the environment; a missing or weak one stops the start.

What each variable is for: docs/security.md.
"""

from config import env
from config.settings.base import *  # noqa: F403

SECRET_KEY = env.long_secret("SECRET_KEY", least=50)
SLIP_KEYS = env.signing_keys("SLIP_KEYS")
FILE_KEYS = env.signing_keys("FILE_KEYS")
ALLOWED_HOSTS = env.names("ALLOWED_HOSTS")
if any("*" in host for host in ALLOWED_HOSTS):
    raise env.BadEnvironment("ALLOWED_HOSTS", "must name hosts; a star would believe whatever a request says.")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if not host.startswith(".")]

SECOND_FACTOR_REQUIRED = True

SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
# Off where hosts below the portal's own still speak plain HTTP, or the domain must not enter the browsers' lists.
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.flag("HSTS_SUBDOMAINS", default=True)
SECURE_HSTS_PRELOAD = env.flag("HSTS_PRELOAD", default=True)
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXIES", default=1)
