"""What only pull requests have: commits, drafts, reviews, merging; and pushes, which may close issues."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import partial

from sandbox import shapes, shapes_repository, shapes_thread
from sandbox.conversation import Conversation, checked_comment
from sandbox.errors import Refused, invalid
from sandbox.models import Comment, Commit, PullRequest, Repository, Review, Thread, User
from sandbox.state import RepositoryRef

# "Linking a pull request to an issue": these words, an optional colon, and #12, owner/repo#12 or a URL.
CLOSING = re.compile(
    r"\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+"
    r"(?:(?:https?://[^\s/]+/)?([\w.-]+/[\w.-]+)(?:#|/issues/)|#)(\d+)\b",
    re.IGNORECASE,
)
VERDICTS = ("commented", "approved", "changes_requested")
Files = Iterable[str] | Mapping[str, str | None]


def as_changes(files: Files) -> dict[str, str | None]:
    """Paths with their new text (None deletes); bare paths get a line of text."""
    return dict(files) if isinstance(files, Mapping) else dict.fromkeys(files, "changed\n")


class Pulls(Conversation):
    """Acts on pull requests and branches."""

    def open_pull_request(
        self,
        repo: RepositoryRef,
        author: str | User,
        title: str,
        body: str | None = "",
        files: Files = (),
        draft: bool = False,
        labels: Iterable[str] = (),
    ) -> Thread:
        """Somebody opens a pull request: from a fork, or from a branch if they can write."""
        with self.lock:
            home, user = self.writable(self.find_repository(repo)), self.find_user(author)
            source = home if self.has_role(home, user, "write") else self.fork(home, user)
            thread = self.new_thread(home, user, title, body)
            base = home.branches[home.default_branch]
            changes, ref, head = as_changes(files), f"patch-{thread.number}", self.new_sha()
            commit = Commit(head, title, user, self.now(), [base], home.commits[base].files)
            home.commits[head] = source.commits[head] = commit
            source.branches[ref] = head
            thread.pull = PullRequest(
                self.new_id("pull"), source, ref, head, home.default_branch, base, changes, draft
            )
            thread.pull.merge_sha = self.new_sha()
            self.tell_thread(thread, "opened", user)
            self.add_labels(thread, user, labels)
            return thread

    def _pull(self, repo: RepositoryRef, number: int) -> tuple[Thread, PullRequest]:
        thread = self.find_thread(repo, number)
        if thread.pull is None:
            raise Refused(404, "Not Found")
        self.writable(thread.repository)
        return thread, thread.pull

    def ready(self, repo: RepositoryRef, number: int, actor: str, ready: bool = True) -> None:
        """Turn a draft into a pull request to review, or back."""
        with self.lock:
            thread, pull = self._pull(repo, number)
            pull.draft = not ready
            self.touch(thread)
            action = "ready_for_review" if ready else "converted_to_draft"
            self.tell_thread(thread, action, self.find_user(actor))

    def synchronize(self, repo: RepositoryRef, number: int, actor: str, files: Files = ()) -> None:
        """Push another commit to a pull request; `files` it changes are added to those it changed before."""
        with self.lock:
            thread, pull = self._pull(repo, number)
            user, before, pull.head_sha = self.find_user(actor), pull.head_sha, self.new_sha()
            known = thread.repository.commits[before].files
            commit = Commit(pull.head_sha, "Follow-up", user, self.now(), [before], known)
            thread.repository.commits[pull.head_sha] = pull.head_repository.commits[pull.head_sha] = commit
            pull.head_repository.branches[pull.head_ref] = pull.head_sha
            pull.files |= as_changes(files)
            pull.commits += 1
            self.touch(thread)
            self.tell_thread(thread, "synchronize", user, before=before, after=pull.head_sha)

    def close(
        self,
        repo: RepositoryRef,
        number: int,
        actor: str | User,
        merged: bool = False,
        reason: str | None = None,
    ) -> None:
        """Close a thread; `merged` merges a pull request."""
        if merged:
            self.merge(repo, number, actor)
        else:
            self.close_thread(self.find_thread(repo, number), actor, reason)

    def merge(self, repo: RepositoryRef, number: int, actor: str | User) -> None:
        """Merge: `closed` with `merged`, a `push`, the author a contributor, and named issues closed."""
        with self.lock:
            thread, pull = self._pull(repo, number)
            if thread.state == "closed":
                raise Refused(405, "Pull Request is not mergeable")
            home, who = thread.repository, self.find_user(actor)
            before = home.branches[pull.base_ref]
            message = f"Merge pull request #{number} from {pull.head_repository.owner.login}/{pull.head_ref}"
            commit = self.commit(home, who, pull.files, pull.base_ref, f"{message}\n\n{thread.title}")
            commit.parents.append(pull.head_sha)
            if thread.user.type == "User":
                home.contributors.add(thread.user.id)
                thread.user.brand_new = False
            pull.merged_at, pull.merged_by, pull.merge_sha = self.now(), who, commit.sha
            self.close_thread(thread, who)
            self._tell_push(home, pull.base_ref, before, [commit], who)
            if pull.base_ref == home.default_branch:
                self._close_named(home, who, thread.body or "")

    def push(
        self,
        repo: RepositoryRef,
        actor: str | User,
        changes: Mapping[str, str | None],
        branch: str | None = None,
        message: str = "Update",
        then: Iterable[Mapping[str, str | None]] = (),
        onto: str | None = None,
    ) -> Commit:
        """Somebody pushes a commit; with no branch named, to the default branch.

        `then`: further commits of the same push. `onto`: where they begin, by force, whatever the branch had.
        """
        with self.lock:
            home, who = self.writable(self.find_repository(repo)), self.find_user(actor)
            ref = branch or home.default_branch
            before = home.branches.get(ref, "0" * 40)
            if onto:
                home.branches[ref] = onto
            pushed = [self.commit(home, who, some, ref, message) for some in (changes, *then)]
            self._tell_push(home, ref, before, pushed, who, forced=bool(onto))
            if ref == home.default_branch:
                self._close_named(home, who, message)
            return home.commits[home.branches[ref]]

    def delete_branch(self, repo: RepositoryRef, actor: str, branch: str) -> None:
        """Somebody deletes a branch; its commits stay for a while."""
        with self.lock:
            home, who = self.writable(self.find_repository(repo)), self.find_user(actor)
            before = home.branches.pop(branch)
            make = partial(shapes_repository.branch_deleted, self, home, branch, before, who)
            self.emit("push", None, home, who, make)

    def _tell_push(
        self,
        home: Repository,
        ref: str,
        before: str,
        pushed: list[Commit],
        who: User,
        *,
        forced: bool = False,
    ) -> None:
        make = partial(shapes_repository.push, self, home, ref, before, pushed, forced=forced)
        self.emit("push", None, home, who, make)

    def _close_named(self, home: Repository, who: User, text: str) -> None:
        """Close the issues a text names after a closing keyword, where the person may close them."""
        for name, number in CLOSING.findall(text):
            known = self.names.get(name.lower()) if name else home.id
            there = self.repositories.get(known) if known else None
            thread = there.threads.get(int(number)) if there else None
            if (
                there
                and thread
                and not thread.pull
                and not there.archived
                and self.has_role(there, who, "triage")
            ):
                self.close_thread(thread, who)

    def review(
        self,
        repo: RepositoryRef,
        number: int,
        author: str | User,
        state: str = "commented",
        body: str = "",
    ) -> Review:
        """Somebody reviews a pull request."""
        with self.lock:
            thread, pull = self._pull(repo, number)
            user = self.find_user(author)
            if state not in VERDICTS:
                raise invalid("PullRequestReview", "event")
            if user is thread.user and state != "commented":
                raise Refused(422, "Unprocessable Entity", [f"Can not {state} your own pull request"])
            it = Review(self.new_id("review"), user, state, body, pull.head_sha, self.now())
            pull.reviews.append(it)
            pull.reviewers = [reviewer for reviewer in pull.reviewers if reviewer is not user]
            self.touch(thread)
            self._tell_review(thread, it)
            return it

    def _tell_review(self, thread: Thread, it: Review) -> None:
        def payload() -> dict[str, object]:
            pull = shapes_thread.pull_request(self, thread, alone=False)
            return {"review": shapes_thread.review(self, thread, it), "pull_request": pull}

        self.emit("pull_request_review", "submitted", thread.repository, it.user, payload)

    def review_comment(
        self, repo: RepositoryRef, number: int, author: str | User, body: str, path: str
    ) -> Comment:
        """Somebody comments on a line of a pull request."""
        with self.lock:
            thread, pull = self._pull(repo, number)
            checked_comment(body)
            now, user = self.now(), self.find_user(author)
            it = Comment(self.new_id("comment"), number, user, body, now, now, path, self.new_id("review"))
            pull.review_comments.append(it)
            self.touch(thread)

            def payload() -> dict[str, object]:
                pull_request = shapes_thread.pull_request(self, thread, alone=False)
                return {
                    "comment": shapes_thread.review_comment(self, thread, it),
                    "pull_request": pull_request,
                }

            self.emit("pull_request_review_comment", "created", thread.repository, user, payload)
            return it

    def request_review(
        self, repo: RepositoryRef, number: int, actor: str | User, logins: Iterable[str]
    ) -> None:
        """Ask for reviews: of collaborators only, not of the author; one bad login refuses all."""
        with self.lock:
            thread, pull = self._pull(repo, number)
            users = [self._reviewer(thread, login) for login in logins]
            for user in users:
                if user not in pull.reviewers:
                    pull.reviewers.append(user)
                    self.touch(thread)
                    shape = shapes.user(self, user)
                    who = self.find_user(actor)
                    self.tell_thread(thread, "review_requested", who, requested_reviewer=shape)

    def _reviewer(self, thread: Thread, login: str) -> User:
        home, user = thread.repository, self.logins.get(login.lower())
        if user is thread.user:
            raise Refused(422, "Review cannot be requested from pull request author.")
        if user is None or user.type != "User" or not self._is_collaborator(home, user):
            raise Refused(
                422,
                "Reviews may only be requested from collaborators. One or more of the users or teams you "
                f"specified is not a collaborator of the {home.full_name} repository.",
            )
        return user

    def _is_collaborator(self, home: Repository, user: User) -> bool:
        return user.id in home.collaborators or user is home.owner or self.is_member(home, user)
