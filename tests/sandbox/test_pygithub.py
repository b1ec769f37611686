"""PyGithub, the client the App uses, finds what it expects."""

from __future__ import annotations

from collections.abc import Iterator

import github
import pytest
from sandbox_client import REPO

from sandbox.world import App, Installation, Repository, World


@pytest.fixture
def client(world: World, app: App, installation: Installation) -> Iterator[github.Github]:
    auth = github.Auth.AppAuth(app.id, app.private_key_pem)
    integration = github.GithubIntegration(
        auth=auth,
        base_url=world.base_url,
        lazy=True,
        seconds_between_requests=0,
        seconds_between_writes=0,
        retry=None,
    )
    assert integration.get_app().slug == "lamplighter"
    assert [it.id for it in integration.get_installations()] == [installation.id]
    it = integration.get_github_for_installation(installation.id)
    yield it
    it.close()
    integration.close()


def test_a_conversation(client: github.Github, world: World, repo: Repository) -> None:
    world.open_pull_request(REPO, "octocat", "p", files=["docs/a.md"])
    home = client.get_repo(repo.id)
    issue = home.get_issue(1)
    comment = issue.create_comment("hello")
    comment.edit("hello again")
    issue.add_to_labels("mentored")
    issue.add_to_assignees("monalisa", "octocat")
    comment.create_reaction("+1")
    thread = world.thread(REPO, 1)
    assert [it.body for it in thread.comments] == ["hello again"]
    assert (thread.labels, thread.assignees) == (["mentored"], ["monalisa"])
    assert home.get_pull(1).author_association == "FIRST_TIME_CONTRIBUTOR"
    assert [it.filename for it in home.get_pull(1).get_files()] == ["docs/a.md"]


def test_all_pages_are_followed(client: github.Github, world: World, repo: Repository) -> None:
    for number in range(75):
        world.open_issue(REPO, "octocat", str(number))
    found = [it.number for it in client.get_repo(repo.id).get_issues(state="all", direction="asc")]
    assert found == list(range(1, 76))


def test_a_rename_is_survived_by_id_and_loses_writes_by_name(
    client: github.Github, world: World, repo: Repository
) -> None:
    world.open_issue(REPO, "octocat", "t")
    world.rename(REPO, "observatory/lens")
    client.get_repo(REPO).get_issue(1).create_comment("lost: PyGithub does not follow a 307")
    assert world.thread(repo.id, 1).comments == []
    client.get_repo(repo.id).get_issue(1).create_comment("found")
    assert [it.body for it in world.thread(repo.id, 1).comments] == ["found"]


def test_errors_become_its_exceptions(client: github.Github, world: World, repo: Repository) -> None:
    home = client.get_repo(repo.id)
    with pytest.raises(github.UnknownObjectException):
        home.get_contents("nope.yml")
    world.faults.set(secondary_limit={"per_minute": 0})
    with pytest.raises(github.RateLimitExceededException):
        home.create_issue("t")
    world.faults.reset()
    world.faults.primary_limit = 0
    with pytest.raises(github.RateLimitExceededException):
        home.create_issue("t")
