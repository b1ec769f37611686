"""Reads the environment, in this one place, and reports everything that is wrong with it at once."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.serialization import load_pem_private_key
from dotenv import dotenv_values

GITHUB_COM = "https://api.github.com"


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
    data_dir: Path

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
    def html_url(self) -> str:
        """Where people see what the API at `api_url` serves, e.g. `https://github.com`."""
        parts = urlsplit(self.api_url)
        host = parts.netloc.removeprefix("api.") if parts.scheme == "https" else parts.netloc
        return f"{parts.scheme}://{host}{parts.path.removesuffix('/api/v3')}"

    @property
    def talks_to_this_machine(self) -> bool:
        """Whether `api_url` is a stand-in on loopback, which needs no pauses between writes."""
        return is_loopback(urlsplit(self.api_url).hostname)


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of `environ` (default: `.env`, overridden by the process's own environment).

    Raises SettingsError with every problem found.
    """
    if environ is None:
        dotenv = {name: value for name, value in dotenv_values(".env").items() if value is not None}
        environ = {**dotenv, **os.environ}
    return _Reader({name: value.strip() for name, value in environ.items()}).settings()


class _Reader:
    """Collects problems while it reads, so that the operator mends all of them in one go."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.problems: list[str] = []

    def settings(self) -> Settings:
        data_dir = Path(self.environ.get("LAMPLIGHTER_DATA_DIR") or "var").resolve()
        port = self._port()
        settings = Settings(
            app_id=self._app_id(),
            private_key=self._private_key(),
            webhook_secrets=self._secrets(),
            client_id=self.environ.get("GITHUB_CLIENT_ID") or None,
            client_secret=self.environ.get("GITHUB_CLIENT_SECRET") or None,
            api_url=self._url("GITHUB_API_URL", GITHUB_COM),
            public_url=self._url("PUBLIC_URL", f"http://127.0.0.1:{port}"),
            port=port,
            database_url=self._database_url(data_dir),
            redis_url=self._redis_url(),
            data_dir=data_dir,
        )
        self._all_credentials_or_none(settings)
        if self.problems:
            raise SettingsError(self.problems)
        return settings

    def _app_id(self) -> str | None:
        value = self.environ.get("GITHUB_APP_ID") or None
        if value and not value.isdecimal():
            self.problems.append("GITHUB_APP_ID must be the App's number, as on its settings page.")
        return value

    def _private_key(self) -> str | None:
        path = self.environ.get("GITHUB_PRIVATE_KEY_PATH")
        # Platforms that keep a variable on one line have `\n` where the key has line ends.
        text = self.environ.get("GITHUB_PRIVATE_KEY", "").replace("\\n", "\n")
        if path and not text:
            try:
                text = Path(path).read_text("utf-8")
            except OSError as error:
                self.problems.append(f"GITHUB_PRIVATE_KEY_PATH cannot be read: {error.strerror}.")
                return None
        if not text:
            return None
        try:
            load_pem_private_key(text.encode(), password=None)
        except (ValueError, TypeError):
            self.problems.append("The private key is not a PEM key without a passphrase.")
        return text

    def _secrets(self) -> tuple[str, ...]:
        given = self.environ.get("GITHUB_WEBHOOK_SECRET", "")
        return tuple(secret.strip() for secret in given.split(",") if secret.strip())

    def _port(self) -> int:
        given = self.environ.get("PORT") or "8000"
        if not given.isdecimal() or not 0 < int(given) < 65536:
            self.problems.append("PORT must be a number from 1 to 65535.")
            return 8000
        return int(given)

    def _url(self, name: str, default: str) -> str:
        url = (self.environ.get(name) or default).rstrip("/")
        parts = urlsplit(url)
        # Tokens travel over this connection; plain http is only safe where it never leaves the machine.
        if not (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname))):
            self.problems.append(f"{name} must be an https address (http only on this machine).")
        return url

    def _database_url(self, data_dir: Path) -> str:
        url = self.environ.get("DATABASE_URL") or default_database(data_dir)
        scheme, separator, rest = url.partition("://")
        if scheme in {"postgres", "postgresql"}:
            return f"postgresql+psycopg{separator}{rest}"
        if scheme not in {"sqlite", "postgresql+psycopg"}:
            self.problems.append("DATABASE_URL must start with sqlite:// or postgresql://.")
        return url

    def _redis_url(self) -> str | None:
        url = self.environ.get("REDIS_URL") or None
        if url and urlsplit(url).scheme not in {"redis", "rediss", "unix"}:
            self.problems.append("REDIS_URL must start with redis://, rediss:// or unix://.")
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
