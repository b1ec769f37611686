"""Reads the environment, in this one place, and reports everything that is wrong with it at once."""

import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from dotenv import dotenv_values

GITHUB_COM = "https://api.github.com"

SHORTEST_SECRET = 16  # characters; `secrets.token_hex(32)`, as in the README, gives 64
# Secrets that stand in documentation, ours and others': everybody knows them. In small letters, words alone.
WELL_KNOWN = {
    *(
        "development",
        "secret",
        "changeme",
        "password",
        "test",
        "webhook",
        "example",
        "default",
        "lamplighter",
    ),
    *(
        "webhook secret",
        "github webhook secret",
        "your webhook secret",
        "my webhook secret",
        "its a secret to everybody",
    ),
    *(
        "your secret",
        "your secret here",
        "my secret",
        "a secret",
        "change me",
        "please change me",
        "replace me",
    ),
    *("the secret from step 1", "the secret from the apps page", "lamplighter secret", "development secret"),
}
PRIVATE_NAMES = (".local", ".internal", ".home.arpa", ".lan")
PLAIN_PATH = re.compile(r"(?:/(?!\.{1,2}(?:/|$))[A-Za-z0-9._~-]+)*")  # nothing to quote, and no way up
OF_THE_SANDBOX = "a-secret-for-the-sandbox"  # fine where GitHub is a stand-in on this machine


@dataclass(frozen=True)
class Variable:
    """A variable of the environment, in words for its reader. Markdown; no default means that it may be left out."""

    name: str
    meaning: str
    default: str = ""


# All there are, in the order of the papers: the README's table and the reference are made of it, by
# `python -m tests.reference`. What is not named here is not read.
VARIABLES = (
    Variable("GITHUB_APP_ID", "the App's number, from its page"),
    Variable("GITHUB_PRIVATE_KEY_PATH", "the file with the App's private key"),
    Variable("GITHUB_PRIVATE_KEY", "or the key itself; `\\n` may stand for line ends"),
    Variable(
        "GITHUB_WEBHOOK_SECRET",
        "the secret from the App's page; several, separated by commas, while you change it",
    ),
    Variable(
        "GITHUB_CLIENT_ID", "the App's client id, from its page: with it and the secret people can sign in"
    ),
    Variable("GITHUB_CLIENT_SECRET", "the App's client secret, from the same page"),
    Variable(
        "GITHUB_API_URL",
        "for GitHub Enterprise Server: `https://your.host/api/v3`",
        "`https://api.github.com`",
    ),
    Variable(
        "PUBLIC_URL",
        "the address under which people reach Lamplighter, with a path if it shares a host: "
        "`https://example.org/lamplighter`; every link is made from it",
        "`http://127.0.0.1:PORT`",
    ),
    Variable("PORT", "where the web server listens", "`8000`"),
    Variable(
        "DATABASE_URL",
        "`postgresql://user:password@host/name` for PostgreSQL",
        "SQLite in the data directory",
    ),
    Variable(
        "REDIS_URL", "`redis://host:6379/0` for a queue of your own", "a private Valkey in the data directory"
    ),
    Variable("METRICS_TOKEN", "opens `/metrics` to Prometheus, which sends it as a bearer token"),
    Variable("LAMPLIGHTER_DATA_DIR", "where the database and the private queue live", "`var/`"),
)


class SettingsError(Exception):
    """The environment cannot be used as it is; `problems` has one sentence for each reason."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Settings:
    """What the environment says. Secrets are kept out of its `repr`."""

    app_id: str | None
    private_key: str | None = field(repr=False)
    webhook_secrets: tuple[str, ...] = field(repr=False)
    client_id: str | None
    client_secret: str | None = field(repr=False)
    api_url: str
    public_url: str
    port: int
    database_url: str = field(repr=False)
    redis_url: str | None = field(repr=False)
    metrics_token: str | None = field(repr=False)
    data_dir: Path
    warnings: tuple[str, ...] = ()  # what can be lived with, a sentence each

    @property
    def has_credentials(self) -> bool:
        """Whether the App can act; without, only the set-up page runs."""
        return bool(self.app_id and self.private_key and self.webhook_secrets)

    @property
    def missing_services(self) -> tuple[str, ...]:
        """The variables without which this process lives on the embedded queue and database of one machine."""
        ours = self.database_url == default_database(self.data_dir)
        return (*(("REDIS_URL",) if not self.redis_url else ()), *(("DATABASE_URL",) if ours else ()))

    @property
    def sub_path(self) -> str:
        """The path of `public_url`, such as `/lamplighter`; empty if it has none."""
        return urlsplit(self.public_url).path

    @property
    def has_public_url(self) -> bool:
        """Whether `public_url` was given: an address of this machine alone is none that people could pass on."""
        return self.public_url != f"http://127.0.0.1:{self.port}"

    @property
    def is_https(self) -> bool:
        """Whether people reach the pages encrypted, so that cookies and browsers may insist on it."""
        return self.public_url.startswith("https://")

    @property
    def can_be_reached(self) -> bool:
        """Whether GitHub can send webhooks to `public_url`: not to this machine, nor from outside into a private network."""
        parts = urlsplit(self.public_url)
        host = parts.hostname or ""
        if parts.scheme != "https" or is_loopback(host) or host.endswith(".localhost"):
            return False
        if self.api_url.endswith("/api/v3"):
            return True  # a server of one's own, which may well stand in the same network
        try:
            return ip_address(host).is_global
        except ValueError:
            return "." in host and not host.endswith(PRIVATE_NAMES)

    @property
    def html_url(self) -> str:
        """Where people see what the API at `api_url` serves, e.g. `https://github.com`."""
        parts = urlsplit(self.api_url)
        host = parts.netloc.removeprefix("api.") if parts.scheme == "https" else parts.netloc
        return f"{parts.scheme}://{host}{parts.path.removesuffix('/api/v3')}"

    @property
    def talks_to_this_machine(self) -> bool:
        """Whether `api_url` is a stand-in on loopback, with which a secret that everybody knows does no harm."""
        return is_loopback(urlsplit(self.api_url).hostname)


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of `environ` (default: `.env`, overridden by the process's own environment).

    Raises SettingsError with every problem found.
    """
    if environ is None:
        dotenv = {name: value for name, value in dotenv_values(".env").items() if value is not None}
        environ = {**dotenv, **os.environ}
    return _Reader(environ).settings()


class _Reader:
    """Collects problems while it reads, so that the operator mends all of them in one go."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        # What is not in the table is not in here either, and to ask for it is a KeyError.
        self.environ = {variable.name: environ.get(variable.name, "").strip() for variable in VARIABLES}
        self.problems: list[str] = []
        self.warnings: list[str] = []

    def settings(self) -> Settings:
        data_dir = Path(self.environ["LAMPLIGHTER_DATA_DIR"] or "var").resolve()
        port = self._port()
        settings = Settings(
            app_id=self._app_id(),
            private_key=self._private_key(),
            webhook_secrets=self._secrets(),
            client_id=self.environ["GITHUB_CLIENT_ID"] or None,
            client_secret=self.environ["GITHUB_CLIENT_SECRET"] or None,
            api_url=self._url("GITHUB_API_URL", GITHUB_COM),
            public_url=self._public_url(port),
            port=port,
            database_url=self._database_url(data_dir),
            redis_url=self._redis_url(),
            metrics_token=self.environ["METRICS_TOKEN"] or None,
            data_dir=data_dir,
            warnings=tuple(self.warnings),
        )
        self._all_credentials_or_none(settings)
        self._secrets_are_secret(settings)
        if self.problems:
            raise SettingsError(self.problems)
        return settings

    def _app_id(self) -> str | None:
        value = self.environ["GITHUB_APP_ID"] or None
        if value and not value.isdecimal():
            self.problems.append("GITHUB_APP_ID must be the App's number, as on its settings page.")
        return value

    def _private_key(self) -> str | None:
        path = self.environ["GITHUB_PRIVATE_KEY_PATH"]
        # Platforms that keep a variable on one line have `\n` where the key has line ends.
        text = self.environ["GITHUB_PRIVATE_KEY"].replace("\\n", "\n")
        if path and not text:
            text = self._key_file(Path(path))
        if not text:
            return None
        try:
            read_key(text)
        except (ValueError, TypeError):
            self.problems.append("The private key is not an RSA key in PEM without a passphrase.")
        return text

    def _key_file(self, path: Path) -> str:
        try:
            text, mode = path.read_text("utf-8"), path.stat().st_mode
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not text"
            self.problems.append(f"GITHUB_PRIVATE_KEY_PATH cannot be read: {reason}.")
            return ""
        # A warning only: secrets that a container platform mounts are often readable by everybody inside.
        if mode & (stat.S_IROTH | stat.S_IWOTH):
            self.warnings.append(
                f"The private key's file can be read by every user of this machine: `chmod 600 {path}` mends that."
            )
        return text

    def _secrets_are_secret(self, settings: Settings) -> None:
        """Whoever guesses a webhook secret can speak in GitHub's name."""
        for number, secret in enumerate(settings.webhook_secrets, start=1):
            which = (
                f"Secret {number} in GITHUB_WEBHOOK_SECRET"
                if len(settings.webhook_secrets) > 1
                else "GITHUB_WEBHOOK_SECRET"
            )
            words = " ".join(re.findall("[a-z0-9]+", secret.lower().replace("'", "")))
            is_sandbox = secret == OF_THE_SANDBOX
            if words in WELL_KNOWN or (is_sandbox and not settings.talks_to_this_machine):
                self.problems.append(f"{which} is one that stands in documentation, so everybody knows it.")
            elif len(secret) < SHORTEST_SECRET:
                self.problems.append(f"{which} is too short: it needs at least {SHORTEST_SECRET} characters.")
            elif len(set(secret)) < SHORTEST_SECRET // 2:
                self.problems.append(f"{which} is too easy to guess: it has hardly any different characters.")

    def _secrets(self) -> tuple[str, ...]:
        given = self.environ["GITHUB_WEBHOOK_SECRET"]
        return tuple(secret.strip() for secret in given.split(",") if secret.strip())

    def _port(self) -> int:
        given = self.environ["PORT"] or "8000"
        if not given.isdecimal() or not 0 < int(given) < 65536:
            self.problems.append("PORT must be a number from 1 to 65535.")
            return 8000
        return int(given)

    def _url(self, name: str, default: str) -> str:
        url = (self.environ[name] or default).rstrip("/")
        if not _can_be_read(url):
            self.problems.append(UNREADABLE.format(name))
            return default
        parts = urlsplit(url)
        # Tokens travel over this connection; plain http is only safe where it never leaves the machine.
        if not (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname))):
            self.problems.append(f"{name} must be an https address (http only on this machine).")
        return url

    def _public_url(self, port: int) -> str:
        others = len(self.problems)
        url = self._url("PUBLIC_URL", f"http://127.0.0.1:{port}")
        parts = urlsplit(url)
        # Links, redirects and cookies are made of it.
        is_plain = not (parts.query or parts.fragment or "@" in parts.netloc)
        if len(self.problems) == others and not (is_plain and PLAIN_PATH.fullmatch(parts.path)):
            self.problems.append(
                "PUBLIC_URL must be a host and at most a plain path, such as https://example.org/lamplighter."
            )
        return url

    def _database_url(self, data_dir: Path) -> str:
        url = self.environ["DATABASE_URL"] or default_database(data_dir)
        scheme, separator, rest = url.partition("://")
        if scheme in {"postgres", "postgresql"}:
            scheme = "postgresql+psycopg"
            url = f"{scheme}{separator}{rest}"
        if scheme.startswith("postgresql") and not _can_be_read(url):
            self.problems.append(UNREADABLE.format("DATABASE_URL"))
        if scheme not in {"sqlite", "postgresql+psycopg"}:
            self.problems.append("DATABASE_URL must start with sqlite:// or postgresql://.")
        return url

    def _redis_url(self) -> str | None:
        url = self.environ["REDIS_URL"] or None
        if url and url.partition("://")[0] not in {"redis", "rediss", "unix"}:
            self.problems.append("REDIS_URL must start with redis://, rediss:// or unix://.")
        elif url and not _can_be_read(url):
            self.problems.append(UNREADABLE.format("REDIS_URL"))
        return url

    def _all_credentials_or_none(self, settings: Settings) -> None:
        needed = {
            "GITHUB_APP_ID": settings.app_id,
            "GITHUB_PRIVATE_KEY or GITHUB_PRIVATE_KEY_PATH": settings.private_key,
            "GITHUB_WEBHOOK_SECRET": settings.webhook_secrets,
        }
        missing = [name for name, value in needed.items() if not value]
        if missing and len(missing) < len(needed):
            self.problems.append(f"The App's credentials are incomplete: {', '.join(missing)} missing.")


# Never with what was written there: it may hold a password.
UNREADABLE = "{} is no address that can be read; in a password write %2F for /, %40 for @ and %3A for :."


@lru_cache(maxsize=1)
def read_key(text: str) -> RSAPrivateKey:
    """The App's key, from PEM. Kept, since its numbers are checked, which takes longer than a request to GitHub.

    Raises ValueError or TypeError if it is none, of another kind or encrypted.
    """
    key = load_pem_private_key(text.encode(), password=None)
    if not isinstance(key, RSAPrivateKey):
        raise ValueError("not an RSA key")
    return key


def _can_be_read(url: str) -> bool:
    """Whether host and port are where they belong. A password with a `/` in it looks like a port, and would be told."""
    try:
        return urlsplit(url).port != 0
    except ValueError:
        return False


def default_database(data_dir: Path) -> str:
    """The ledger of one machine."""
    return f"sqlite:///{data_dir / 'lamplighter.db'}"


def is_loopback(host: str | None) -> bool:
    """Whether a URL's host is this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return False
