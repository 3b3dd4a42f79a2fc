"""Environment → settings. Fails closed; no default for a secret. All of them: docs/settings.md."""

import os
from datetime import timedelta
from pathlib import Path

from django.utils.csp import CSP

from coalition import logs
from coalition.environment import MAKE_KEYS, Environment, kept_key, refuse

SHORTEST_SECRET = 50
BASE_DIR = Path(__file__).resolve().parent.parent
ENV_FILE = os.environ.get("ENV_FILE", str(BASE_DIR / ".env"))  # empty: none is read
env = Environment(Path(ENV_FILE) if ENV_FILE else None)

# -- which run is this? ------------------------------------------------------------------------
HAS_DATABASE = not {"DATABASE_URL", "DATABASE_URL_FILE"}.isdisjoint(os.environ)
DEPLOYMENT = env.text("DEPLOYMENT", "production" if HAS_DATABASE else "embedded")
if DEPLOYMENT not in {"embedded", "production"}:
    refuse("DEPLOYMENT", f"is {DEPLOYMENT!r}", "Use embedded or production")
EMBEDDED = DEPLOYMENT == "embedded"
DATA_DIR = Path(env.text("DATA_DIR", str(BASE_DIR / "var"))).resolve()
SNAPSHOTS_DIR = DATA_DIR / "snapshots"  # public pages as files
DEBUG = env.flag("DEBUG", default=False)

# -- secrets -----------------------------------------------------------------------------------
if EMBEDDED:
    SECRET_KEY = kept_key(DATA_DIR / "keys", "secret_key")
    VAULT_PRIVATE_KEYS = [kept_key(DATA_DIR / "keys", "vault_key", make="vault")]
    VAULT_PUBLIC_KEY = ""
    BLUESKY_CLIENT_KEYS = [kept_key(DATA_DIR / "keys", "bluesky_client_key", make="vault")]
else:
    SECRET_KEY = env.text("SECRET_KEY")
    if len(SECRET_KEY) < SHORTEST_SECRET:
        short = f"is shorter than {SHORTEST_SECRET} characters"
        refuse("SECRET_KEY", short, "Make a long random one")
    BLUESKY_CLIENT_KEYS = env.keys("BLUESKY_CLIENT_KEYS")  # our app's own, at Bluesky's servers
    VAULT_PRIVATE_KEYS = env.keys("VAULT_PRIVATE_KEYS")  # only workers hold these
    VAULT_PUBLIC_KEY = next(iter(env.keys("VAULT_PUBLIC_KEY")), "")
    if not VAULT_PRIVATE_KEYS and not VAULT_PUBLIC_KEY:
        refuse("VAULT_PUBLIC_KEY", "is missing", MAKE_KEYS)

# -- where it is reached -----------------------------------------------------------------------
PUBLIC_URL = env.text("PUBLIC_URL", "http://localhost:8000" if EMBEDDED else None).rstrip("/")
if not PUBLIC_URL.startswith(("https://", "http://")):
    refuse("PUBLIC_URL", f"is {PUBLIC_URL!r}", "Write the whole address: https://exit.example.org")
HTTPS = PUBLIC_URL.startswith("https://")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS") or [
    PUBLIC_URL.split("://", 1)[1].split("/")[0].rsplit(":", 1)[0],
    *(["localhost", "127.0.0.1", "[::1]"] if EMBEDDED else []),
]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

# -- networks: nothing posts anywhere unless it is switched on ---------------------------------
NETWORKS = env.text("NETWORKS", "off")
if NETWORKS not in {"off", "rehearsal", "live"}:
    refuse("NETWORKS", f"is {NETWORKS!r}", "Use off, rehearsal or live")
X_CLIENT_ID = env.text("X_CLIENT_ID", "")
X_CLIENT_SECRET = env.text("X_CLIENT_SECRET", "")
X_BUDGET = env.text("X_BUDGET", "")
X_API = env.text("X_API", "https://api.x.com")
X_SITE = env.text("X_SITE", "https://x.com")
X_PUBLISH = env.text("X_PUBLISH", "https://publish.x.com")
BLUESKY_PLC = env.text("BLUESKY_PLC", "https://plc.directory")
BLUESKY_API = env.text("BLUESKY_API", "https://public.api.bsky.app")
DNS_SERVER = env.text("DNS_SERVER", "")
BLUESKY_PRIVATE_HOSTS = env.words("BLUESKY_PRIVATE_HOSTS")
REHEARSAL_DIR = Path(env.text("REHEARSAL_DIR", str(DATA_DIR / "rehearsal")))
SEND_LEASE_SECONDS = env.number("SEND_LEASE_SECONDS", 90)
LOOK_AGAIN_SECONDS = env.number("LOOK_AGAIN_SECONDS", 60)
SENDS_AT_ONCE = env.number("SENDS_AT_ONCE", 100)

# -- Django ------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "coalition",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "django_htmx",
]
MIDDLEWARE = [
    "coalition.logs.numbered",
    "coalition.web.headers.headers",  # these three outside, so that mistakes have them too
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "coalition.web.mistakes.pages",
]
ROOT_URLCONF = "coalition.urls"
WSGI_APPLICATION = "coalition.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "coalition.web.context.house",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"  # fields look as templates/django says
MIGRATION_MODULES = {"coalition": "migrations"}
AUTH_USER_MODEL = "coalition.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

if EMBEDDED:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA_DIR / "coalition.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            },
        }
    }
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": DATA_DIR / "cache",
        }
    }
    CELERY_BROKER_URL = "memory://"
else:
    REDIS_URL = env.text("REDIS_URL")
    DATABASE = env.database("DATABASE_URL", password=env.text("DATABASE_PASSWORD", ""))
    DATABASES = {"default": {**DATABASE, "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}}
    CACHES = {
        "default": {
            "BACKEND": "coalition.web.cache.OpenWhenDown",
            "LOCATION": REDIS_URL,
            "OPTIONS": {"socket_connect_timeout": 0.3, "socket_timeout": 0.3},
        }
    }
    CELERY_BROKER_URL = REDIS_URL

# -- language and time -------------------------------------------------------------------------
LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", "Nederlands"), ("fr", "Français"), ("de", "Deutsch"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = env.time_zone("TIME_ZONE", "Europe/Brussels")
USE_TZ = True

# -- files -------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(DATA_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = EMBEDDED or DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if EMBEDDED or DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# -- letters -----------------------------------------------------------------------------------
SMTP_HOST = env.text("SMTP_HOST", "")
DEFAULT_FROM_EMAIL = env.text("MAIL_FROM", "exit@localhost" if EMBEDDED else None)
if SMTP_HOST:
    MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {
                "host": SMTP_HOST,
                "port": env.number("SMTP_PORT", 587),
                "username": env.text("SMTP_USER", ""),
                "password": env.text("SMTP_PASSWORD", ""),
                "use_tls": env.flag("SMTP_TLS", default=True),
                "timeout": 20,
            },
        }
    }
else:  # without a mail server, letters are files that a person can open
    MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "OPTIONS": {"file_path": str(DATA_DIR / "letters")},
        }
    }

# -- signing in --------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
ACCOUNT_ADAPTER = "coalition.web.signin.adapter.ClosedDoor"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # the code itself proves the address
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 900
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = {  # a minute's; never by address of mail: that would lock its owner out
    "request_login_code": "30/m/ip",
    "enter": "30/m/ip",
    "upload": "10/m/user",
    "connect": "20/m/user",
    "invite": "60/m/user",
    "prove": "20/m/user",
}
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXIES", 0)  # whose throttle is it?
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
SOCIALACCOUNT_ADAPTER = "coalition.web.accounts.x.connecting.Connecting"
X_APP = {"client_id": X_CLIENT_ID, "secret": X_CLIENT_SECRET, "settings": {"hidden": True}}
SOCIALACCOUNT_PROVIDERS = {"x": {"APPS": [X_APP] if X_CLIENT_ID else []}}  # never to sign in with
SOCIALACCOUNT_STORE_TOKENS = False
SECOND_STEP_REQUIRED = not EMBEDDED or NETWORKS == "live"  # where nothing can be sent: a choice
MFA_ADAPTER = "coalition.web.signin.factor.SecondStep"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_RATE_LIMITS = {"webauthn_login": "30/m/ip"}
MFA_TOTP_TOLERANCE = 1  # half a minute: phones and people are late
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = EMBEDDED

# -- safe by default ---------------------------------------------------------------------------
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF, *([X_SITE] if X_CLIENT_ID else [])],  # the way to X's consent page
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}

# -- hands: beat ticks, workers look at rows ---------------------------------------------------
SEND_SHARES = env.number("SEND_SHARES", 1 if EMBEDDED else 2)
CELERY_TASK_QUEUES: dict[str, dict[str, str]] = {"celery": {}, "desk": {}}  # told none: both
CELERY_TASK_ROUTES = {  # what never waits for an hour must not queue behind batches that do
    "coalition.tick": {"queue": "desk"},
    "coalition.post_letters": {"queue": "desk"},
}
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CONSUMER = "coalition.broker:Consumer"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_MAX_LOOP_INTERVAL = 0.5
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {  # no `expires`: that would compare the clocks of two machines
    "tick": {"task": "coalition.tick", "schedule": 1.0},
    "say that we live": {"task": "coalition.say_alive", "schedule": 60.0},
    "look at proofs": {"task": "coalition.recheck_proofs", "schedule": 60.0},
    "check sign-ins": {"task": "coalition.check_sign_ins", "schedule": 60.0},
    "pin": {"task": "coalition.pin", "schedule": 60.0},
    "keep lists": {"task": "coalition.keep_lists", "schedule": 60.0},
    "post letters": {"task": "coalition.post_letters", "schedule": 5.0},
}

LOG_FORMAT = env.text("LOG_FORMAT", "line")
if LOG_FORMAT not in {"line", "json"}:
    refuse("LOG_FORMAT", f"is {LOG_FORMAT}", "Use line, or json for machines")
LOGGING = logs.logging(env.text("LOG_LEVEL", "WARNING"), LOG_FORMAT)
METRICS_TOKEN = env.text("METRICS_TOKEN", "")
DEADMAN_URL = env.text("DEADMAN_URL", "")
