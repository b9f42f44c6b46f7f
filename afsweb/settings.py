"""All settings, read from the environment and checked: a wrong value stops the start with one plain sentence.

The supervisor (`afs up`, `make demo`) sets what it started itself; a deployment sets what docs/settings.md lists.
"""

from __future__ import annotations

import hashlib
import logging
import socket
from pathlib import Path
from urllib.parse import urlsplit

import django_stubs_ext
from csp.constants import NONE, SELF

from afsweb.env import (
    SettingError,
    database_config,
    env_amount,
    env_bool,
    env_choice,
    env_folder,
    env_folders,
    env_int,
    env_list,
    env_networks,
    env_secret,
    env_str,
    running_redis_url,
    smtp_config,
)
from afsweb.logs.redaction import keep_out

# Lets classes say what they hold (`ModelForm[Endpoint]`) at run time too.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
HOME_DIR = Path(env_str("AFS_HOME", str(BASE_DIR / ".afs")))
VERSION = "0.6.0"

ENVIRONMENT = env_choice("AFS_ENVIRONMENT", ("development", "production"), "development")
PRODUCTION = ENVIRONMENT == "production"
DEBUG = env_bool("AFS_DEBUG", False)
DEVELOPMENT_KEY = "development-only-key-that-a-production-start-refuses-because-everyone-can-read-it"
SECRET_KEY = env_secret("AFS_SECRET_KEY", DEVELOPMENT_KEY)
FIELD_KEY = env_secret("AFS_FIELD_KEY", "")
# What marks of found secrets are made with. A machine that joined knows it, and not the key that signs sessions.
FINDING_KEY = env_secret("AFS_FINDING_KEY", hashlib.sha256(f"datasets.secret{SECRET_KEY}".encode()).hexdigest())
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
    "afsweb.observability.requests.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "afsweb.accounts.middleware.PersonMiddleware",
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

# Seconds. Tests scale them down; one acceptance test keeps them real (design, section Jobs).
JOB_HEARTBEAT = float(env_str("AFS_JOB_HEARTBEAT", "10"))
JOB_LEASE = float(env_str("AFS_JOB_LEASE", "40"))
JOB_RECONCILE = float(env_str("AFS_JOB_RECONCILE", "15"))
JOB_POLL = float(env_str("AFS_JOB_POLL", "5"))
JOB_GRACE = float(env_str("AFS_JOB_GRACE", "60"))

_database = database_config("DATABASE_URL", HOME_DIR)
# libpq's parameters: how soon a connection counts as gone whose other end says nothing (its power or its network went).
# By the system's own clocks that takes two hours. What a URL says counts more.
SILENCE = {
    "connect_timeout": 10,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
POOL_PATIENCE = 10.0  # seconds
DATABASES = {
    "default": _database
    | {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            **SILENCE,
            **_database["OPTIONS"],
            # A connection that cannot be made is tried again later and later. By itself the pool goes on so for five
            # minutes; given up with who waits for it, it begins anew, and a database that is back is found at once.
            "pool": {
                "min_size": 1,
                "max_size": env_int("AFS_DB_POOL", 10, minimum=6, maximum=100),
                "timeout": POOL_PATIENCE,
                "reconnect_timeout": POOL_PATIENCE,
            },
            "options": " ".join(
                (
                    "-c hnsw.ef_search=200 -c hnsw.iterative_scan=strict_order",
                    f"-c statement_timeout={env_int('AFS_STATEMENT_TIMEOUT', 0, minimum=0, maximum=86_400)}s",
                    # A machine that stood still in a transaction holds its job's row, and nobody could take it over.
                    f"-c idle_in_transaction_session_timeout={1_500 * JOB_LEASE:.0f}",
                )
            ),
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

# Of a machine that joined a hub: how it is called, where the hub is, what it shows there. `afs join` writes these.
HOST_NAME = env_str("AFS_HOST_NAME", socket.gethostname())
HUB_URL = env_str("AFS_HUB_URL", "").rstrip("/")
HOST_TOKEN = env_secret("AFS_HOST_TOKEN", "")
if HUB_URL and not HUB_URL.startswith(("http://", "https://")):
    raise SettingError(f"AFS_HUB_URL is “{HUB_URL}”, which is no address: write http://host:port or https://host.")
if HUB_URL and not HOST_TOKEN:
    raise SettingError("AFS_HUB_URL is set and AFS_HOST_TOKEN is not: join this machine to the hub, which gives one.")
SHARED_FOLDERS = [Path(folder) for folder in env_list("AFS_SHARED_FOLDERS", [])]

# Where base models come from: Hugging Face, unless this names another server that speaks as it does.
# Dollars; trainings are told their cost by it.
PRICE_PER_KWH = env_amount("AFS_PRICE_PER_KWH")
HF_ENDPOINT = env_str("AFS_HF_ENDPOINT", "")
ARTIFACT_DIR = Path(env_str("AFS_ARTIFACT_DIR", str(HOME_DIR / "artifacts")))
ARTIFACT_QUOTA_BYTES = env_int("AFS_ARTIFACT_QUOTA_GB", 0, minimum=0, maximum=10_000_000) * 1024**3
ARTIFACT_PLACES = env_list("AFS_ARTIFACT_PLACES")
RSYNC_FROM = env_str("AFS_RSYNC_FROM", "")
WORK_DIR = Path(env_str("AFS_WORK_DIR", str(HOME_DIR / "work")))
BACKUP_DIR = Path(env_str("AFS_BACKUP_DIR", str(HOME_DIR / "backups")))
# Folders of the hub that its upkeep copies to; off without them.
MIRROR_DIR = env_folder("AFS_MIRROR")
MODEL_BACKUP_DIR = env_folder("AFS_MODEL_BACKUP")
# Folders of this machine whose files are listed and can be adopted.
WATCHED_DIRS = env_folders("AFS_WATCH")
TRAINER_PYTHON = env_str("AFS_TRAINER_PYTHON", str(BASE_DIR / ".venv-train" / "bin" / "python"))
# Those with unsloth and with MLX, where they are set up.
UNSLOTH_PYTHON = env_str("AFS_UNSLOTH_PYTHON", "")
MLX_PYTHON = env_str("AFS_MLX_PYTHON", "")

# Where people open this hub, for links that leave it; unset, what the supervisor says.
PUBLIC_URL = env_str("AFS_PUBLIC_URL", "")
SMTP = smtp_config("AFS_SMTP_URL")
MAIL_FROM = env_str("AFS_MAIL_FROM", "afsweb@localhost")
WEBHOOK_NETWORKS = env_networks("AFS_WEBHOOK_NETWORKS")

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
    "afsweb.uploads.SpoolUpload",
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
SESSION_ENGINE = "afsweb.core.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = env_bool("AFS_HTTPS", PRODUCTION)
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_SSL_REDIRECT else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_SSL_REDIRECT
SECURE_REDIRECT_EXEMPT = [r"^health/"]  # probes come from beside us, by plain HTTP, and follow no redirects
BEHIND_PROXY = env_bool("AFS_BEHIND_PROXY", False)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

METRICS_TOKEN = env_secret("AFS_METRICS_TOKEN", "")
LOG_FORMATS = {"text": "afsweb.logs.lines.TextLines", "json": "afsweb.logs.lines.JsonLines"}
keep_out(
    (
        *(SECRET_KEY, FIELD_KEY, METRICS_TOKEN, str(_database["PASSWORD"]), env_secret("AFS_HOST_TOKEN", "")),
        *(urlsplit(REDIS_URL).password or "", str((SMTP or {}).get("password", ""))),
    )
)
logging.raiseExceptions = False  # of a line that cannot be written it would print the values, secrets too
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": LOG_FORMATS[env_choice("AFS_LOG_FORMAT", tuple(LOG_FORMATS), "text")]}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line"},
        "errors": {"class": "afsweb.observability.errors.KeepErrors"},
    },
    "root": {
        "handlers": ["console", "errors"],
        "level": env_choice("AFS_LOG_LEVEL", ("DEBUG", "INFO", "WARNING"), "INFO"),
    },
    "loggers": {
        # One line for each request of a client: a run of 10,000 questions would drown all else.
        **{name: {"level": "WARNING"} for name in ("httpx", "httpx2", "httpcore")},
        # Django's own handlers of these would write each line a second time, in another form.
        **{name: {"handlers": [], "propagate": True} for name in ("django", "django.server")},
    },
}
