"""Django settings, read once from the environment.

``ZHICHENG_HOME``      folder of the installation: database, log key, attached files (default ``./zhicheng-data``)
``ZHICHENG_DATABASE``  ``sqlite:///path`` (default: ``<home>/zhicheng.sqlite3``) or ``postgresql://user:password@host/name``
``ZHICHENG_HOSTS``     comma-separated host names under which the site may be reached
``ZHICHENG_PROXY``     address of the reverse proxy before ``zhicheng serve`` (``127.0.0.1``): what it says of a visitor's address and
                       of HTTPS counts
``ZHICHENG_DEBUG``     ``1`` shows traces in the browser; never on a machine that others reach
"""

import os
import secrets
import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

HOME = Path(os.environ.get("ZHICHENG_HOME", "zhicheng-data")).resolve()

# SQLite 3.7.0 to 3.51.2 can corrupt a WAL database on reset; there the rollback journal is used (docs/evidence-format.md).
SQLITE_WAL_SAFE = sqlite3.sqlite_version_info >= (3, 51, 3)


def _database(url: str) -> dict[str, Any]:
    """Translate a database address into Django's dictionary. Errors: ValueError naming what is wrong."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        journal = "WAL" if SQLITE_WAL_SAFE else "TRUNCATE"
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path[1:]),
            "OPTIONS": {
                "timeout": 30,
                "transaction_mode": "IMMEDIATE",
                "init_command": f"PRAGMA journal_mode={journal}; PRAGMA synchronous=FULL; PRAGMA cache_spill=OFF;",
            },
        }
    if parts.scheme in ("postgresql", "postgres"):
        query = dict(parse_qsl(parts.query))
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": parts.path.lstrip("/"),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": query.get("host", parts.hostname or ""),
            "PORT": str(parts.port or query.get("port", "")),
            "CONN_MAX_AGE": 600,
            # Values are bound by the server and statements prepared after a few uses: fewer bytes, less planning.
            "OPTIONS": {"server_side_binding": True, "prepare_threshold": 3},
        }
    raise ValueError(f"ZHICHENG_DATABASE must start with sqlite:/// or postgresql://, not {parts.scheme!r}")


def _secret() -> str:
    """The installation's own secret, made by ``zhicheng init``; before that one that ends with the process."""
    path = HOME / "secret.key"
    return path.read_text("ascii").strip() if path.exists() else secrets.token_urlsafe(50)


DATABASES = {
    "default": _database(os.environ.get("ZHICHENG_DATABASE", f"sqlite:///{HOME / 'zhicheng.sqlite3'}"))
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ATOMIC_REQUESTS = False

SECRET_KEY = _secret()
DEBUG = os.environ.get("ZHICHENG_DEBUG") == "1"
ALLOWED_HOSTS = [
    *os.environ.get("ZHICHENG_HOSTS", "").split(","),
    "127.0.0.1",
    "localhost",
    "[::1]",
    "testserver",
]
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "zhicheng.ledger",
    "zhicheng.core",
    "zhicheng.messages",
    "zhicheng.processes.competence",
    "zhicheng.processes.supplier",
    "zhicheng.processes.sampling",
    "zhicheng.processes.spc",
    "zhicheng.processes.study",
    "zhicheng.processes.inspection",
    "zhicheng.processes.complaint",
    "zhicheng.processes.customer",
    "zhicheng.processes.delivery",
    "zhicheng.processes.document",
    "zhicheng.processes.warranty",
    "zhicheng.processes.satisfaction",
    "zhicheng.processes.listening",
    "zhicheng.processes.nonconformity",
    "zhicheng.processes.objective",
    "zhicheng.processes.register",
    "zhicheng.processes.report",
    "zhicheng.processes.review",
    "zhicheng.web",
    "zhicheng.api",
    "zhicheng.config.startup.ZhichengConfig",
]
MIDDLEWARE = [
    "zhicheng.web.middleware.secure_cookies",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "zhicheng.web.language.language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "zhicheng.web.middleware.policy",
]
ROOT_URLCONF = "zhicheng.config.urls"
WSGI_APPLICATION = "zhicheng.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "zhicheng.web.context.frame",
            ]
        },
    }
]

AUTH_USER_MODEL = "core.Account"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/login"
LOGIN_REDIRECT_URL = "/"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
LOCALE_PATHS = [Path(__file__).parent.parent / "locale"]

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
