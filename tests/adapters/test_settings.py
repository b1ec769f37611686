"""Settings: what the environment may say, and that all mistakes are told at once."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from adapters.settings import OF_THE_SANDBOX, UNREADABLE, Settings, SettingsError, is_loopback, load

PRIVATE = rsa.generate_private_key(public_exponent=65537, key_size=2048)
KEY = PRIVATE.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
LOCKED = PRIVATE.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"x")).decode()
CURVE = (
    ec.generate_private_key(ec.SECP256R1())
    .private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    .decode()
)
SECRET = "a secret of the tests"
CREDENTIALS = {"GITHUB_APP_ID": "1001", "GITHUB_PRIVATE_KEY": KEY, "GITHUB_WEBHOOK_SECRET": SECRET}


def problems(**environ: str) -> list[str]:
    try:
        load(environ)
    except SettingsError as error:
        return error.problems
    return []


def test_without_anything_there_are_defaults_and_no_credentials() -> None:
    settings = load({})
    assert not settings.has_credentials
    assert settings.api_url == "https://api.github.com"
    assert settings.html_url == "https://github.com"
    assert (settings.port, settings.public_url) == (8000, "http://127.0.0.1:8000")
    assert settings.data_dir == Path("var").resolve()
    assert settings.database_url == f"sqlite:///{settings.data_dir / 'lamplighter.db'}"
    assert settings.redis_url is None


READ: list[tuple[str, dict[str, str], Callable[[Settings], object], object]] = [
    ("credentials", CREDENTIALS, lambda s: s.has_credentials, True),
    ("the App's id", CREDENTIALS, lambda s: s.app_id, "1001"),
    ("a secret", CREDENTIALS, lambda s: s.webhook_secrets, (SECRET,)),
    (
        "secrets while rotating",
        CREDENTIALS | {"GITHUB_WEBHOOK_SECRET": f" the secret before it, {SECRET},, "},
        lambda s: s.webhook_secrets,
        ("the secret before it", SECRET),
    ),
    (
        "a key on one line",
        CREDENTIALS | {"GITHUB_PRIVATE_KEY": KEY.replace("\n", "\\n")},
        lambda s: s.private_key,
        KEY,
    ),
    ("a port", {"PORT": "80"}, lambda s: (s.port, s.public_url), (80, "http://127.0.0.1:80")),
    (
        "empty is not given",
        {"PORT": "", "REDIS_URL": " ", "DATABASE_URL": ""},
        lambda s: (s.port, s.redis_url),
        (8000, None),
    ),
    (
        "a folder",
        {"LAMPLIGHTER_DATA_DIR": "/srv/data"},
        lambda s: s.database_url,
        "sqlite:////srv/data/lamplighter.db",
    ),
    ("a public address", {"PUBLIC_URL": "https://a.example/"}, lambda s: s.public_url, "https://a.example"),
    (
        "a database, as Heroku writes it",
        {"DATABASE_URL": "postgres://u:p@h/d"},
        lambda s: s.database_url,
        "postgresql+psycopg://u:p@h/d",
    ),
    (
        "a database",
        {"DATABASE_URL": "postgresql://h/d"},
        lambda s: s.database_url,
        "postgresql+psycopg://h/d",
    ),
    (
        "a database with its driver",
        {"DATABASE_URL": "postgresql+psycopg://h/d"},
        lambda s: s.database_url,
        "postgresql+psycopg://h/d",
    ),
    (
        "a database in a file",
        {"DATABASE_URL": "sqlite:////tmp/a.db"},
        lambda s: s.database_url,
        "sqlite:////tmp/a.db",
    ),
    ("a queue", {"REDIS_URL": "rediss://h:1"}, lambda s: s.redis_url, "rediss://h:1"),
    (
        "an enterprise's server",
        {"GITHUB_API_URL": "https://git.example/api/v3/"},
        lambda s: (s.api_url, s.html_url),
        ("https://git.example/api/v3", "https://git.example"),
    ),
    (
        "data residency",
        {"GITHUB_API_URL": "https://api.corp.ghe.com"},
        lambda s: s.html_url,
        "https://corp.ghe.com",
    ),
    (
        "a stand-in",
        {"GITHUB_API_URL": "http://127.0.0.1:9000"},
        lambda s: (s.html_url, s.talks_to_this_machine),
        ("http://127.0.0.1:9000", True),
    ),
    ("GitHub", {}, lambda s: s.talks_to_this_machine, False),
    (
        "the client",
        {"GITHUB_CLIENT_ID": "a", "GITHUB_CLIENT_SECRET": "b"},
        lambda s: (s.client_id, s.client_secret),
        ("a", "b"),
    ),
]


@pytest.mark.parametrize(
    ("environ", "read", "value"), [row[1:] for row in READ], ids=[row[0] for row in READ]
)
def test_what_is_given_is_read(
    environ: dict[str, str], read: Callable[[Settings], object], value: object
) -> None:
    assert read(load(environ)) == value


NOT_A_KEY = "The private key is not an RSA key in PEM without a passphrase."
WRONG: list[tuple[str, dict[str, str], str]] = [
    (
        "an App's name",
        CREDENTIALS | {"GITHUB_APP_ID": "lamplighter"},
        "GITHUB_APP_ID must be the App's number, as on its settings page.",
    ),
    ("a key that is none", CREDENTIALS | {"GITHUB_PRIVATE_KEY": "secret"}, NOT_A_KEY),
    ("a key with a passphrase", CREDENTIALS | {"GITHUB_PRIVATE_KEY": LOCKED}, NOT_A_KEY),
    ("a key of another kind", CREDENTIALS | {"GITHUB_PRIVATE_KEY": CURVE}, NOT_A_KEY),
    ("a port too high", {"PORT": "65536"}, "PORT must be a number from 1 to 65535."),
    ("no port", {"PORT": "0"}, "PORT must be a number from 1 to 65535."),
    ("a port in words", {"PORT": "http"}, "PORT must be a number from 1 to 65535."),
    (
        "tokens in the clear",
        {"GITHUB_API_URL": "http://git.example/api/v3"},
        "GITHUB_API_URL must be an https address (http only on this machine).",
    ),
    (
        "no scheme",
        {"PUBLIC_URL": "a.example"},
        "PUBLIC_URL must be an https address (http only on this machine).",
    ),
    (
        "another database",
        {"DATABASE_URL": "mysql://h/d"},
        "DATABASE_URL must start with sqlite:// or postgresql://.",
    ),
    ("another queue", {"REDIS_URL": "amqp://h"}, "REDIS_URL must start with redis://, rediss:// or unix://."),
    (
        "a password with a slash",
        {"DATABASE_URL": "postgresql://u:sword/fish@h/d"},
        UNREADABLE.format("DATABASE_URL"),
    ),
    ("a queue's port", {"REDIS_URL": "redis://h:port"}, UNREADABLE.format("REDIS_URL")),
    ("a host in brackets", {"PUBLIC_URL": "https://[a"}, UNREADABLE.format("PUBLIC_URL")),
    (
        "no secret",
        {"GITHUB_APP_ID": "1", "GITHUB_PRIVATE_KEY": KEY},
        "The App's credentials are incomplete: GITHUB_WEBHOOK_SECRET missing.",
    ),
    (
        "a secret of commas",
        CREDENTIALS | {"GITHUB_WEBHOOK_SECRET": " , "},
        "The App's credentials are incomplete: GITHUB_WEBHOOK_SECRET missing.",
    ),
    (
        "a secret alone",
        {"GITHUB_WEBHOOK_SECRET": SECRET},
        "The App's credentials are incomplete: GITHUB_APP_ID, GITHUB_PRIVATE_KEY or GITHUB_PRIVATE_KEY_PATH missing.",
    ),
]


@pytest.mark.parametrize(("environ", "problem"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_a_mistake_is_told_in_a_sentence(environ: dict[str, str], problem: str) -> None:
    assert problems(**environ) == [problem]


def test_all_mistakes_are_told_at_once() -> None:
    found = problems(PORT="x", GITHUB_API_URL="ftp://a", DATABASE_URL="b", REDIS_URL="c", GITHUB_APP_ID="d")
    assert len(found) == 6
    with pytest.raises(SettingsError) as error:
        load({"PORT": "x", "REDIS_URL": "c"})
    assert len(str(error.value).splitlines()) == 2


def test_a_key_may_be_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "key.pem"
    file.write_text(KEY, "utf-8")
    environ = CREDENTIALS | {"GITHUB_PRIVATE_KEY": "", "GITHUB_PRIVATE_KEY_PATH": str(file)}
    assert load(environ).private_key == KEY
    missing = problems(**environ | {"GITHUB_PRIVATE_KEY_PATH": str(tmp_path / "none.pem")})
    assert missing[0] == "GITHUB_PRIVATE_KEY_PATH cannot be read: No such file or directory."


KNOWN = "is one that stands in documentation, so everybody knows it."
SHORT = "is too short: it needs at least 16 characters."
EASY = "is too easy to guess: it has hardly any different characters."
WEAK = [
    ("development", KNOWN),  # Probot's default
    ("Secret", KNOWN),
    ("changeme", KNOWN),
    ("CHANGE-ME", KNOWN),
    ("your_webhook_secret", KNOWN),
    ("It's a Secret to Everybody", KNOWN),  # GitHub's own documentation
    ("the secret from step 1", KNOWN),  # our README
    ("fifteen letters", SHORT),
    ("x", SHORT),
    ("a" * 64, EASY),
    ("abababababababababab", EASY),
]


@pytest.mark.parametrize(("secret", "why"), WEAK)
def test_a_webhook_secret_that_can_be_guessed_is_refused(secret: str, why: str) -> None:
    assert problems(**CREDENTIALS | {"GITHUB_WEBHOOK_SECRET": secret}) == [f"GITHUB_WEBHOOK_SECRET {why}"]


def test_each_weak_secret_is_told_with_everything_else_and_none_is_printed() -> None:
    found = problems(**CREDENTIALS | {"GITHUB_WEBHOOK_SECRET": f"development,{SECRET},short", "PORT": "x"})
    assert found == [
        "PORT must be a number from 1 to 65535.",
        f"Secret 1 in GITHUB_WEBHOOK_SECRET {KNOWN}",
        f"Secret 3 in GITHUB_WEBHOOK_SECRET {SHORT}",
    ]


def test_the_sandboxs_own_secret_is_good_on_the_sandbox_alone() -> None:
    sandbox = CREDENTIALS | {
        "GITHUB_WEBHOOK_SECRET": OF_THE_SANDBOX,
        "GITHUB_API_URL": "http://127.0.0.1:9000",
    }
    assert problems(**sandbox) == []
    assert problems(**sandbox | {"GITHUB_API_URL": ""}) == [f"GITHUB_WEBHOOK_SECRET {KNOWN}"]


def test_the_secrets_that_our_papers_show_are_refused() -> None:
    """Whoever copies an example must not run on it."""
    root = Path(__file__).parents[2]
    shown = [
        value.strip()
        for file in (root / "README.md", root / ".env.example", *root.glob("docs/*.md"))
        for value in re.findall(
            r"^(?:# |export )?GITHUB_WEBHOOK_SECRET=(.*)$", file.read_text("utf-8"), re.MULTILINE
        )
    ]
    assert len(shown) >= 3
    for secret in shown:
        assert problems(**CREDENTIALS | {"GITHUB_WEBHOOK_SECRET": secret}), secret


@pytest.mark.parametrize(
    ("mode", "told"), [(0o600, False), (0o400, False), (0o640, False), (0o644, True), (0o606, True)]
)
def test_a_private_key_that_everybody_can_read_is_told(tmp_path: Path, mode: int, told: bool) -> None:
    file = tmp_path / "key.pem"
    file.write_text(KEY, "utf-8")
    file.chmod(mode)
    warnings = load(CREDENTIALS | {"GITHUB_PRIVATE_KEY": "", "GITHUB_PRIVATE_KEY_PATH": str(file)}).warnings
    sentence = (
        f"The private key's file can be read by every user of this machine: `chmod 600 {file}` mends that."
    )
    assert warnings == ((sentence,) if told else ())


def test_a_key_that_is_no_text_is_told(tmp_path: Path) -> None:
    file = tmp_path / "key.der"
    file.write_bytes(b"\xff\xfe\x00key")
    environ = CREDENTIALS | {"GITHUB_PRIVATE_KEY": "", "GITHUB_PRIVATE_KEY_PATH": str(file)}
    assert problems(**environ)[0] == "GITHUB_PRIVATE_KEY_PATH cannot be read: it is not text."


def test_secrets_are_not_printed() -> None:
    environ = CREDENTIALS | {
        "GITHUB_CLIENT_SECRET": "client-secret",
        "DATABASE_URL": "postgresql://user:password@h/d",
        "REDIS_URL": "redis://:password@h",
    }
    printed = repr(load(environ))
    assert not any(word in printed for word in ("PRIVATE KEY", SECRET, "client-secret", "password"))


def test_dotenv_is_read_and_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("PORT=81\nPUBLIC_URL=https://a.example\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PORT", "82")
    monkeypatch.delenv("PUBLIC_URL", raising=False)
    settings = load()
    assert (settings.port, settings.public_url) == (82, "https://a.example")


HOSTS = [
    ("localhost", True),
    ("127.0.0.1", True),
    ("127.1.2.3", True),
    ("::1", True),
    ("example.org", False),
    ("127.example.org", False),
    ("localhost.example.org", False),
    ("10.0.0.1", False),
    ("", False),
    (None, False),
]


@pytest.mark.parametrize(("host", "here"), HOSTS)
def test_which_hosts_are_this_machine(host: str | None, here: bool) -> None:
    assert is_loopback(host) is here


@pytest.mark.parametrize(
    ("public_url", "by_github_com", "by_a_server"),
    [
        ("https://lamps.example.org", True, True),
        ("https://lamps.example.org/under/a/path", True, True),
        ("https://93.184.215.14", True, True),
        ("http://127.0.0.1:8000", False, False),
        ("http://localhost:8000", False, False),
        ("https://localhost", False, False),
        ("https://lamps.localhost", False, False),
        ("https://[::1]", False, False),
        ("https://192.168.1.4", False, True),
        ("https://10.0.0.7:8443", False, True),
        ("https://[fd00::7]", False, True),
        ("https://lamps.internal", False, True),
        ("https://lamps.local", False, True),
        ("https://lamps", False, True),
    ],
)
def test_where_github_can_send_webhooks(public_url: str, by_github_com: bool, by_a_server: bool) -> None:
    given = {"PUBLIC_URL": public_url}
    assert load(given).can_be_reached is by_github_com
    assert load(given | {"GITHUB_API_URL": "https://github.example.org/api/v3"}).can_be_reached is by_a_server
    assert load(given | {"GITHUB_API_URL": "https://api.octo.ghe.com"}).can_be_reached is by_github_com
