"""All settings, read from the environment and checked: a wrong value stops the start with one plain sentence.

The supervisor (`afs up`, `make demo`) sets what it started itself; a deployment sets what docs/settings.md lists.
"""

from __future__ import annotations

from pathlib import Path

import django_stubs_ext
from csp.constants import NONE, SELF

from afsweb.env import (
    SettingError,
    database_config,
    env_bool,
    env_choice,
    env_int,
    env_list,
    env_secret,
    env_str,
    running_redis_url,
)

# Lets classes say what they hold (`ModelForm[Endpoint]`) at run time too.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
HOME_DIR = Path(env_str("AFS_HOME", str(BASE_DIR / ".afs")))
VERSION = "0.3.0"

ENVIRONMENT = env_choice("AFS_ENVIRONMENT", ("development", "production"), "development")
PRODUCTION = ENVIRONMENT == "production"
DEBUG = env_bool("AFS_DEBUG", False)
DEVELOPMENT_KEY = "development-only-key-that-a-production-start-refuses-because-everyone-can-read-it"
SECRET_KEY = env_secret("AFS_SECRET_KEY", DEVELOPMENT_KEY)
FIELD_KEY = env_secret("AFS_FIELD_KEY", "")
ALLOWED_HOSTS = env_list("AFS_ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env_list("AFS_TRUSTED_ORIGINS", [])

if PRODUCTION and SECRET_KEY == DEVELOPMENT_KEY:
    raise SettingError("AFS_SECRET_KEY is still the development key: set it to a long random text of your own.")
if PRODUCTION and DEBUG:
    raise SettingError("AFS_DEBUG is on in production: it shows secrets on error pages; unset it.")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "django_htmx",
    "template_partials",
    "django_rq",
    "csp",
    "afsweb.core",
    "datasets_app",
    "training_app",
    "evals_app",
    "django.contrib.admin",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "afsweb.permissions.DenyByDefaultMiddleware",
    "afsweb.accounts.middleware.PasswordChangeMiddleware",
]

ROOT_URLCONF = "afsweb.urls"
WSGI_APPLICATION = "afsweb.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["template_partials.templatetags.partials"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "afsweb.navigation.shell",
            ],
        },
    }
]

_database = database_config("DATABASE_URL", HOME_DIR)
DATABASES = {
    "default": _database
    | {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            **_database["OPTIONS"],
            "pool": {"min_size": 1, "max_size": env_int("AFS_DB_POOL", 10, minimum=1, maximum=100), "timeout": 10},
            "options": "-c hnsw.ef_search=200 -c hnsw.iterative_scan=strict_order",
        },
    }
}
FORM_RENDERER = "afsweb.forms.FormRenderer"
CSRF_FAILURE_VIEW = "afsweb.errors.csrf_failed"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env_secret("REDIS_URL", running_redis_url(HOME_DIR))
QUEUES = ("default", "generate", "gpu", "mlx", "eval")
RQ_QUEUES = {
    name: {"URL": REDIS_URL, "DEFAULT_TIMEOUT": 30, "SERIALIZER": "rq.serializers.JSONSerializer"} for name in QUEUES
}
RQ_SHOW_ADMIN_LINK = False

# Seconds. Tests scale them down; one acceptance test keeps them real (design, section Jobs).
JOB_HEARTBEAT = float(env_str("AFS_JOB_HEARTBEAT", "10"))
JOB_LEASE = float(env_str("AFS_JOB_LEASE", "40"))
JOB_RECONCILE = float(env_str("AFS_JOB_RECONCILE", "15"))
JOB_POLL = float(env_str("AFS_JOB_POLL", "5"))
JOB_GRACE = float(env_str("AFS_JOB_GRACE", "60"))

ARTIFACT_DIR = Path(env_str("AFS_ARTIFACT_DIR", str(HOME_DIR / "artifacts")))
WORK_DIR = Path(env_str("AFS_WORK_DIR", str(HOME_DIR / "work")))
TRAINER_PYTHON = env_str("AFS_TRAINER_PYTHON", str(BASE_DIR / ".venv-train" / "bin" / "python"))

AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = ["afsweb.permissions.RoleBackend"]
LOGIN_URL = "log_in"
LOGIN_REDIRECT_URL = "show_dashboard"
LOGOUT_REDIRECT_URL = "log_in"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False

STATIC_URL = "/static/"
STATIC_ROOT = HOME_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "afsweb" / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "afsweb.staticfiles.BokehFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
MEDIA_ROOT = HOME_DIR / "uploads"
UPLOAD_LIMIT_BYTES = env_int("AFS_UPLOAD_LIMIT_MB", 512, minimum=1, maximum=10_000) * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "afsweb.uploads.LimitUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = env_bool("AFS_HTTPS", PRODUCTION)
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_SSL_REDIRECT else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_SSL_REDIRECT
BEHIND_PROXY = env_bool("AFS_BEHIND_PROXY", False)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env_choice("AFS_LOG_LEVEL", ("DEBUG", "INFO", "WARNING"), "INFO")},
    # One line for each request of a client: a run of 10,000 questions would drown all else.
    "loggers": {name: {"level": "WARNING"} for name in ("httpx", "httpx2", "httpcore")},
}
