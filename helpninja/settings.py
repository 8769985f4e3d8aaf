"""One file for both sizes: nothing set is SQLite in one process; DATABASE_URL and REDIS_URL scale it out.

Every setting that a host's owner may change is read from the environment here and nowhere else.
"""

import sys
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent

PRODUCTION = env.bool("HELPNINJA_PRODUCTION", default=False)
DEBUG = env.bool("DEBUG", default=False)
DEFAULT_SECRET_KEY = "development-only-secret-key-never-use-it-where-others-can-reach-the-server"
SECRET_KEY = env("SECRET_KEY", default=DEFAULT_SECRET_KEY)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

if PRODUCTION:
    for wrong, why in (
        (
            SECRET_KEY == DEFAULT_SECRET_KEY or len(SECRET_KEY) < 50,
            "SECRET_KEY must be set, 50 characters or more",
        ),
        (DEBUG, "DEBUG must be off"),
        ("*" in ALLOWED_HOSTS or not ALLOWED_HOSTS, "ALLOWED_HOSTS must name the hosts, without '*'"),
    ):
        if wrong:
            raise ImproperlyConfigured(f"helpNINJA refuses to start in production: {why}.")

# Each app knows only those below it; helpninja composes them all and nobody imports it.
INSTALLED_APPS = [
    "daphne",
    "helpninja",
    "analytics",
    "quality",
    "escalations",
    "agents",
    "billing",
    "helpninja.common",
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "unfold.contrib.import_export",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "import_export",
    "simple_history",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "helpninja.common.middleware.ContentSecurityPolicyMiddleware",
    "helpninja.common.middleware.ImpossibleNamesMiddleware",
    "helpninja.common.middleware.DatabaseUnavailableMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "helpninja.urls"
ASGI_APPLICATION = "helpninja.asgi.application"
WSGI_APPLICATION = "helpninja.wsgi.application"

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

# Data
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'helpninja.sqlite3'}")}
DATABASE = DATABASES["default"]
if DATABASE["ENGINE"] == "django.db.backends.sqlite3":
    # IMMEDIATE takes the write lock at BEGIN: writers wait for one another instead of failing half way.
    DATABASE["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32000;",
    }
else:
    # A pool, not CONN_MAX_AGE: under ASGI each request may run in another thread.
    DATABASE["CONN_MAX_AGE"] = 0
    DATABASE["ENGINE"] = "helpninja.common.postgresql"  # a connection that died in the pool costs no request
    DATABASE["OPTIONS"] = {
        # Compiling a query of many expressions takes the server seconds, and running it a tenth of that.
        "options": "-c jit=off",
        "pool": {
            "min_size": 1,
            "max_size": env.int("DATABASE_POOL_SIZE", default=12),
            "timeout": 5,
            # Longer, and attempts grow rare: a database that is back after a minute would wait for the next one.
            "reconnect_timeout": 2,
        },
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env("REDIS_URL", default="")
# Installations that share a Redis need different names: each has its own news and its own jobs.
INSTALLATION = env("INSTALLATION", default="helpninja")
REALTIME_CHANNEL = f"{INSTALLATION}.live"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# Background work: whatever a job does, a sweep over the database finds too, so a lost job is only a late one.
CELERY_TASK_DEFAULT_QUEUE = f"{INSTALLATION}.jobs"
CELERY_BROKER_URL = REDIS_URL or "memory://localhost/"
# Without max_retries a caller waits 6 s for a broker that is down; workers do retry, and for ever.
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {"socket_timeout": 2, "socket_connect_timeout": 2, "max_retries": 0}
    if REDIS_URL
    else {"polling_interval": 0.02}
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_RESULT_EXPIRES = None
CELERY_BEAT_SCHEDULER = "helpninja.scheduler:SweepScheduler"
# Seconds between runs. What no worker has begun by the next run expires, so that none pile up.
CELERY_BEAT_SCHEDULE = {
    task: {"task": task, "schedule": seconds, "options": {"expires": seconds}}
    for task, seconds in {
        "helpninja.common.tasks.beat": 5.0,
        "agents.tasks.read_calendar_feeds": 3600.0,
        "escalations.tasks.deliver_webhooks": 5.0,
        "escalations.tasks.dispatch_waiting": 1.0,
        "escalations.tasks.raise_waiting": 5.0,
        "escalations.tasks.release_left_work": 15.0,
        "escalations.tasks.sweep_backtests": 10.0,
        "escalations.tasks.watch_deadlines": 3.0,
        "helpninja.common.tasks.delete_old_idempotency_records": 3600.0,
        "quality.tasks.group_nightly": 3600.0,
        "quality.tasks.close_calibrations": 60.0,
        "quality.tasks.keep_review_cycles": 600.0,
        "analytics.tasks.read_comments": 120.0,
        "analytics.tasks.fold_rollups": 1.0,
        "analytics.tasks.reconcile_rollups": 3600.0,
        "analytics.tasks.write_scorecards": 3600.0,
        "analytics.tasks.send_reports": 60.0,
        "analytics.tasks.sweep_exports": 10.0,
        "quality.tasks.keep_cycles": 3600.0,
        "quality.tasks.write_missing_hints": 600.0,
    }.items()
}
# Short ones that find late what has happened, so that no worker need be alive for it.
DONE_BY_SCHEDULER = frozenset({"escalations.tasks.watch_deadlines"})

# People
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "/"
LANGUAGE_CODE = "en-us"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
DISPLAY_TIME_ZONE = env("DISPLAY_TIME_ZONE", default="America/New_York")

# Files
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
# Compressed and hashed once collected (in deployment); straight from the apps before that.
STATIC_COLLECTED = (STATIC_ROOT / "staticfiles.json").is_file() or "collectstatic" in sys.argv[1:2]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "servestatic.storage.CompressedManifestStaticFilesStorage"
        if STATIC_COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = (
    64 * 1024 * 1024
)  # bulk intake streams; single bodies have a limit of 1 MiB of their own

# Mail: each is a file beside the database until EMAIL_URL names a server, such as smtp+tls://user:secret@host:587.
MAIL = env.email_url("EMAIL_URL", default=f"filemail:///{BASE_DIR / 'mail'}")
EMAIL_BACKEND, EMAIL_FILE_PATH = MAIL["EMAIL_BACKEND"], MAIL["EMAIL_FILE_PATH"]
EMAIL_HOST, EMAIL_PORT = MAIL["EMAIL_HOST"], MAIL["EMAIL_PORT"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL["EMAIL_HOST_USER"], MAIL["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS, EMAIL_USE_SSL = MAIL.get("EMAIL_USE_TLS", False), MAIL.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env("MAIL_FROM", default="helpNINJA <helpninja@localhost>")
# Under which address people reach these pages, for links in mails: https://support.example.com
PUBLIC_URL = env("PUBLIC_URL", default="")

# Safety
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
if PRODUCTION:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
# Private addresses that webhooks may reach although they are not public, as CIDR blocks.
OUTGOING_ALLOWED_NETWORKS = env.list("OUTGOING_ALLOWED_NETWORKS", default=[])

# API
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "helpninja.common.api.authentication.ApiKeyAuthentication",
        "agents.api.authentication.AttendedSessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["helpninja.common.api.parsers.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PAGINATION_CLASS": "helpninja.common.api.pagination.CursorPagination",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "helpninja.common.api.problems.problem_handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "PAGE_SIZE": 50,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "helpNINJA API",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

# The admin's frame, which the queue and the dashboards share
UNFOLD = {
    "SITE_TITLE": "helpNINJA",
    "SITE_HEADER": "helpNINJA",
    "SITE_SUBHEADER": "Escalations",
    "SITE_ICON": lambda request: static("helpninja/icon.svg"),
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("helpninja/icon.svg")},
    ],
    "STYLES": [lambda request: static("helpninja/admin.css")],
    "SITE_URL": None,  # there is no other site to return to
    "SHOW_VIEW_ON_SITE": False,
    "DASHBOARD_CALLBACK": "helpninja.navigation.home",
    "SIDEBAR": {
        "show_search": True,
        "command_search": True,
        "show_all_applications": False,
        "navigation": "helpninja.navigation.sidebar",
    },
    "COMMAND": {"search_models": False, "search_callback": "helpninja.navigation.find"},
    "COLORS": {
        "primary": {
            "50": "oklch(98.4% .014 180.72)",
            "100": "oklch(95.3% .051 180.801)",
            "200": "oklch(91% .096 180.426)",
            "300": "oklch(85.5% .138 181.071)",
            "400": "oklch(77.7% .152 181.912)",
            "500": "oklch(70.4% .14 182.503)",
            "600": "oklch(51.1% .096 186.391)",
            "700": "oklch(43.7% .078 188.216)",
            "800": "oklch(38.6% .063 188.416)",
            "900": "oklch(33.5% .052 189.5)",
            "950": "oklch(27.7% .046 192.524)",
        },
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="WARNING")},
}
