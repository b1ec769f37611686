"""The connection to GitHub: lists to their end, limits, tokens, and what a refusal means."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from github.GithubException import GithubException

from adapters import settings as environment
from adapters.context import Context, open_context
from adapters.github import (
    EVERY,
    Limited,
    Refused,
    Suspended,
    Trouble,
    Unavailable,
    _meaning_of,
)
from adapters.ledger.release import release
from sandbox.server import serve
from sandbox.world import World

PERMISSIONS = {"issues": "write", "checks": "write", "contents": "read", "pull_requests": "write"}
REPO = "somebody/observatory"


@contextmanager
def context_of(world: World, folder: Path, redis_url: str = "") -> Iterator[Context]:
    """An App in this world, with a ledger on SQLite and the world's clock."""
    app = world.apps.get(1001) or world.register_app(permissions=PERMISSIONS)
    with serve(world):
        settings = environment.load(
            {
                "GITHUB_APP_ID": str(app.id),
                "GITHUB_PRIVATE_KEY": app.private_key_pem,
                "GITHUB_WEBHOOK_SECRET": "a secret of the tests",
                "GITHUB_API_URL": world.base_url,
                "LAMPLIGHTER_DATA_DIR": str(folder),
                "DATABASE_URL": f"sqlite:///{folder / 'ledger.db'}",
                "REDIS_URL": redis_url,
            }
        )
        context = open_context(settings, now=world.now)
        release(context.ledger)
        yield context
        context.close()


@pytest.fixture
def world() -> World:
    world = World()
    world.user("somebody")
    world.repository(REPO)
    world.register_app(permissions=PERMISSIONS)
    return world


@pytest.fixture
def context(world: World, tmp_path: Path) -> Iterator[Context]:
    with context_of(world, tmp_path) as context:
        yield context


def installed(world: World) -> int:
    return world.install("somebody", [REPO]).id


def test_a_list_is_read_to_its_end_by_the_links_that_github_gives(context: Context, world: World) -> None:
    for number in range(250):
        world.open_issue(REPO, "somebody", f"Issue {number}")
    repository = world.find_repository(REPO)
    github = context.github.installation(installed(world))
    pages = list(github.pages(f"/repositories/{repository.id}/issues", state="all", direction="asc"))
    assert [len(page) for page in pages] == [100, 100, 50]
    assert len({item["number"] for page in pages for item in page}) == 250
    assert ["page=" in one.query.replace("per_page=", "") for one in world.requests[-3:]] == [
        False,
        True,
        True,
    ]


@pytest.mark.parametrize(
    "link",
    [
        '<https://elsewhere.example/repositories/1/issues?page=2>; rel="next"',
        '<http://127.0.0.1.elsewhere.example/repositories/1/issues>; rel="next"',
    ],
)
def test_a_next_page_elsewhere_is_refused(context: Context, world: World, link: str) -> None:
    with pytest.raises(Refused, match="not on our API's host"):
        context.github.installation(installed(world))._next(link)


def test_the_last_page_has_no_next(context: Context, world: World) -> None:
    link = f'<{world.base_url}/repositories/1/issues?page=1>; rel="prev"'
    assert context.github.installation(installed(world))._next(link) is None


def test_a_suspended_installation_is_told_from_one_that_is_gone(context: Context, world: World) -> None:
    number = installed(world)
    github = context.github.installation(number)
    github.get("/installation/repositories")
    world.suspend(number)
    with pytest.raises(Suspended):
        github.get("/installation/repositories")  # with the token of before
    context.github.forget(number)
    with pytest.raises(Suspended):
        context.github.installation(number).get("/installation/repositories")
    world.uninstall(number)
    with pytest.raises(Unavailable):
        github.get("/installation/repositories")


def test_a_revoked_token_is_replaced_once_for_all_who_use_the_client(context: Context, world: World) -> None:
    github = context.github.installation(installed(world))
    github.get("/installation/repositories")
    world.tokens.clear()
    github.guarded(lambda: None).get("/installation/repositories")
    github.get("/installation/repositories")
    minted = [one for one in world.requests if one.path.endswith("/access_tokens")]
    assert len(minted) == 2


def test_a_guard_is_asked_before_each_request(context: Context, world: World) -> None:
    class Stop(Exception):
        pass

    def stop() -> None:
        raise Stop

    github = context.github.installation(installed(world)).guarded(stop)
    before = len(world.requests)
    with pytest.raises(Stop):
        github.post("/repositories/1/issues", {"title": "Never"})
    assert len(world.requests) == before


NOW = World().now()
RESET = NOW + timedelta(minutes=20)
LIMITS = [
    (403, {"retry-after": "30"}, "secondary", timedelta(seconds=31)),
    (429, {"retry-after": "30"}, "secondary", timedelta(seconds=31)),
    (403, {}, "You have exceeded a secondary rate limit.", timedelta(minutes=1)),
    (429, {}, "Too many requests", timedelta(minutes=1)),
    (429, {"retry-after": "soon"}, "Too many requests", timedelta(minutes=1)),
]


@pytest.mark.parametrize(("status", "headers", "said", "pause"), LIMITS)
def test_a_limit_says_when_to_come_back(
    status: int, headers: dict[str, str], said: str, pause: timedelta
) -> None:
    meaning = meaning_of(status, said, headers)
    assert isinstance(meaning, Limited)
    assert meaning.until(NOW) == NOW + pause


@pytest.mark.parametrize("zone", ["GMT", "+0000"])
def test_a_limit_may_name_a_date(zone: str) -> None:
    """As HTTP allows; GitHub sends seconds."""
    at = NOW.replace(microsecond=0) + timedelta(minutes=2)
    meaning = meaning_of(429, "Too many requests", {"retry-after": f"{at:%a, %d %b %Y %H:%M:%S} {zone}"})
    assert isinstance(meaning, Limited)
    assert meaning.until(NOW) == at + timedelta(seconds=1)


FAR = [{"retry-after": "9" * 30}, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "9" * 30}]


@pytest.mark.parametrize("headers", FAR)
def test_nobody_waits_for_ever_whatever_a_limit_says(headers: dict[str, str]) -> None:
    meaning = meaning_of(429, "Too many requests", headers)
    assert isinstance(meaning, Limited)
    assert meaning.until(NOW) < NOW + timedelta(hours=7)


def test_after_the_app_s_own_limit_nothing_is_asked_in_its_name(context: Context, world: World) -> None:
    number = installed(world)
    world.faults.primary_limit = 0
    for _ in range(3):
        with pytest.raises(Limited) as limit:
            context.github.installation(number).get("/installation/repositories")
        with pytest.raises(Limited):
            _ = context.github.slug
    assert len(world.requests) == 1
    world.faults.primary_limit = None
    world.advance((limit.value.until(world.now()) - world.now()).total_seconds() + 1)
    assert context.github.slug


def test_what_is_left_of_a_limit_is_worth_noting_now_and_then(context: Context, world: World) -> None:
    github, meter = context.github.installation(installed(world)), context.github.meter
    github.get("/installation/repositories")
    first = {one.installation_id: one for one in meter.to_note()}
    assert first.keys() == {0, *world.installations}
    assert (first[0].resource, first[0].most, first[0].remaining) == ("core", 5000, 4999)
    github.get("/installation/repositories")
    assert meter.to_note() == []
    world.advance(EVERY.total_seconds())
    assert [one.remaining for one in meter.to_note()] == [4998]
    assert meter.to_note() == []


def test_an_answer_without_limits_is_no_limit(context: Context) -> None:
    """GitHub Enterprise Server sets none by default."""
    context.github.meter.read(5, {"x-ratelimit-limit": "soon"})
    assert context.github.meter.to_note() == []


@pytest.mark.parametrize("status", [403, 429])
def test_an_exhausted_limit_ends_at_its_reset(status: int) -> None:
    headers = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(RESET.timestamp()))}
    meaning = meaning_of(status, "API rate limit exceeded", headers)
    assert isinstance(meaning, Limited)
    assert RESET < meaning.until(NOW) <= RESET + timedelta(seconds=1)
    assert meaning.until(RESET + timedelta(hours=1)) > RESET + timedelta(hours=1)


def meaning_of(status: int, said: str, headers: dict[str, str]) -> Trouble:
    from github.Requester import Requester

    error = Requester.createException(status, headers, {"message": said})
    assert isinstance(error, GithubException)
    return _meaning_of(error)
