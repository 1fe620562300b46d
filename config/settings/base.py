"""Settings every deployment shares; values come from the environment (`config/env.py`)."""

from __future__ import annotations

from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from config.env import BASE_DIR, LOCAL_DIR, env, load_services, parse_salt_keys, procfile_names
from config.settings.unfold import UNFOLD

load_services()

SECRET_KEY = env.str("SECRET_KEY", default="")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
DEBUG = False
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "config.apps.RoofConfig",
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_celery_beat",
    "apps.core",
    "apps.accounts",
    "apps.baidiyun",
    "apps.webhooks",
    "apps.notifications",
    "apps.shipments",
    "apps.customs",
    "apps.orders",
    "apps.exceptions",
    "apps.monitoring",
]

MIDDLEWARE = [
    "apps.baidiyun.ingress.CallbackIngress",
    "django.middleware.security.SecurityMiddleware",
    "apps.core.middleware.ContentPolicy",
    "apps.monitoring.ingress.HealthIngress",
    "apps.monitoring.guide.GuideIngress",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "apps.core.middleware.RequestContext",
    "apps.core.metrics.web.Measured",
    "apps.baidiyun.limits.middleware.GatewayStep",
    "apps.accounts.middleware.PersonSession",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "apps.accounts.middleware.PersonLogin",
    "apps.accounts.middleware.ViewerTimezone",
    "apps.accounts.middleware.PersonMessages",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

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
                "apps.core.context.world_clock",
            ],
        },
    },
]

DATABASES = {"default": env.db_url("DATABASE_URL", default="postgres://localhost/lastmile")}
DATABASES["default"].update(
    ENGINE="apps.core.postgres",
    CONN_MAX_AGE=None,
    CONN_HEALTH_CHECKS=True,
    OPTIONS={"application_name": "lastmile", "connect_timeout": 5},
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.str("REDIS_URL", default="redis://localhost:6379/0")

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["apps.accounts.backends.PortalBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = reverse_lazy("admin:login")
LOGIN_REDIRECT_URL = reverse_lazy("admin:index")

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
TIME_ZONE = env.str("TIME_ZONE", default="Asia/Shanghai")
USE_I18N = True
USE_TZ = True
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]

STATIC_URL = "static/"
STATIC_ROOT = LOCAL_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000
X_FRAME_OPTIONS = "DENY"
CSP_IMG_SOURCES = env.list("CSP_IMG_SOURCES", default=[])
REVIEW_TILES = {
    "url": env.str("REVIEW_TILES_URL", default=""),
    "system": env.str("REVIEW_TILES_SYSTEM", default="wgs84"),
    "attribution": env.str("REVIEW_TILES_ATTRIBUTION", default=""),
}
"""The map of the review page: without an address it draws its own lines and asks nobody.
``system`` is that of the tiles (wgs84, gcj02, bd09); their host belongs into CSP_IMG_SOURCES."""
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 900, "socket_timeout": 10}
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "config.beat:HeartScheduler"
DJANGO_CELERY_BEAT_TZ_AWARE = True

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "apps.accounts.api.authentication.ApiKeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["apps.accounts.api.permissions.RequireScope"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["apps.accounts.api.parsing.StrictJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "apps.accounts.api.pagination.NewestFirst",
    "DEFAULT_FILTER_BACKENDS": ["apps.accounts.api.filters.StrictFilterBackend"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "apps.accounts.api.negotiation.PlainNegotiation",
    "DEFAULT_METADATA_CLASS": None,
    "LIST_SERIALIZER_ERRORS_AS_DICT": True,
    "URL_FORMAT_OVERRIDE": None,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "apps.accounts.api.problems.problem_response",
    "PAGE_SIZE": 50,
    "UNAUTHENTICATED_USER": None,
}
API_RATE_PER_MINUTE = env.int("API_RATE_PER_MINUTE", default=600)
SPECTACULAR_SETTINGS = {
    "TITLE": "Lastmile API",
    "DESCRIPTION": "Place orders, follow their parcels, from the booking to the doorstep.",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "apps.accounts.api.guide.introduce",
    ],
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "BatteryKindEnum": "apps.customs.product_fields.BATTERY_KINDS",
        "BookingProblemEnum": "apps.orders.choices.BookingProblem.values",
        "BookingStateEnum": "apps.orders.choices.BookingState.values",
        "CertificateKindEnum": "apps.customs.choices.CertificateKind.values",
        "DeclarationStateEnum": "apps.customs.choices.DeclarationState.values",
        "ReasonEnum": "apps.exceptions.choices.ContactReason.values",
        "SendReasonEnum": "apps.customs.choices.SendReason.values",
        "GoodsClassEnum": "apps.customs.choices.GoodsClass.values",
        "LegFindingEnum": "apps.shipments.choices.LegFindingCode.values",
        "LegKindEnum": "apps.shipments.choices.LegKind.values",
        "LinkSourceEnum": "apps.shipments.choices.LinkSource.values",
        "OrderModeEnum": "apps.orders.choices.OrderMode.values",
        "OrderStatusEnum": "apps.orders.choices.OrderStatus.values",
        "ShipmentModeEnum": "apps.shipments.choices.ShipmentMode.values",
        "ShipmentStatusEnum": "apps.shipments.choices.ShipmentStatus.values",
        "SubstatusEnum": "apps.shipments.choices.Substatus.values",
    },
}

# /metrics answers who brings this as a bearer token, and loopback
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
# whether processes write down what they measure, and their hearts (`core.metrics.recorder`)
METRICS_RECORDED = env.bool("METRICS_RECORDED", default=True)
EXPECTED_PROCESSES = procfile_names()
WORLD_CLOCK_ALLOWED = False
# what customer service may promise for one case, in major units of a currency; above it, and in
# any other currency, a manager does
CASE_COMPENSATION_LIMITS = {
    "CNY": 200, "USD": 30, "EUR": 30, "GBP": 25, "AUD": 45, "JPY": 4_500, "HKD": 220, "SGD": 40,
}  # fmt: skip
BAIDIYUN = {
    "live": {
        "base_url": env.str("BAIDIYUN_BASE_URL", default=""),
        "key": env.str("BAIDIYUN_KEY", default=""),
        "customer": env.str("BAIDIYUN_CUSTOMER", default=""),
        "secret": env.str("BAIDIYUN_SECRET", default=""),
    },
    "sandbox": {
        "base_url": env.str("SANDBOX_BASE_URL", default="http://127.0.0.1:8100"),
        "key": env.str("SANDBOX_KEY", default="sandboxKey"),
        "customer": env.str("SANDBOX_CUSTOMER", default="sandboxCustomer"),
        "secret": env.str("SANDBOX_SECRET", default="sandboxSecret"),
    },
}
KD100 = {
    "live": {
        "base_url": env.str("KD100_BASE_URL", default=""),
        "key": env.str("KD100_KEY", default=""),
        "secret": env.str("KD100_SECRET", default=""),
    },
    "sandbox": {
        "base_url": env.str("KD100_SANDBOX_BASE_URL", default=""),
        "key": env.str("KD100_SANDBOX_KEY", default=""),
        "secret": env.str("KD100_SANDBOX_SECRET", default=""),
    },
}
# carrier=provider pairs, for example dhlen=kd100,upsen=kd100; all others are Baidiyun's
TRACKING_PROVIDERS = env.dict("TRACKING_PROVIDERS", default={})
BAIDIYUN_CALLBACK_BASE = env.str("BAIDIYUN_CALLBACK_BASE", default="http://127.0.0.1:8000")
BAIDIYUN_SALT_KEYS = parse_salt_keys(env.str("BAIDIYUN_SALT_KEYS", default=""))
CREDENTIAL_KEYS = env.list("CREDENTIAL_KEYS", default=[])
WEBHOOKS_PRIVATE_SANDBOX = env.bool("WEBHOOKS_PRIVATE_SANDBOX", default=False)
# WeCom's robots; what they and mails link to; mail as second channel, none without a host
WECOM_BASE_URL = env.str("WECOM_BASE_URL", default="https://qyapi.weixin.qq.com")
PORTAL_URL = env.str("PORTAL_URL", default="")
"""Where people reach the portal from outside; empty: where the platform's callbacks reach it."""
EMAIL_BACKEND = env.str("EMAIL_BACKEND", default="django.core.mail.backends.smtp.EmailBackend")
EMAIL_HOST = env.str("EMAIL_HOST", default="")
EMAIL_PORT = env.int("EMAIL_PORT", default=25)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", default="")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", default=False)
EMAIL_USE_SSL = env.bool("EMAIL_USE_SSL", default=False)
EMAIL_TIMEOUT = env.float("EMAIL_TIMEOUT", default=8.0)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="lastmile@localhost")
DEFAULT_EXCEPTION_REPORTER_FILTER = "apps.core.reporting.SilentReporterFilter"
BAIDIYUN_TIMEOUT_SECONDS = env.float("BAIDIYUN_TIMEOUT_SECONDS", default=8.0)

UNFOLD = UNFOLD
LOG_FORMAT = env.str("LOG_FORMAT", default="json")
LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
# a line for every request and every push at the door; about 30 µs each
LOG_REQUESTS = env.bool("LOG_REQUESTS", default=False)
# both off while empty; what they need comes with `make telemetry`
SENTRY_DSN = env.str("SENTRY_DSN", default="")
SENTRY_ENVIRONMENT = env.str("SENTRY_ENVIRONMENT", default="production")
OTEL_EXPORTER_OTLP_ENDPOINT = env.str("OTEL_EXPORTER_OTLP_ENDPOINT", default="")
OTEL_SERVICE_NAME = env.str("OTEL_SERVICE_NAME", default="lastmile")
LOGGING_CONFIG = "apps.core.logs.configure"
LOGGING = {"format": LOG_FORMAT, "level": LOG_LEVEL}
