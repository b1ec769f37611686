"""Who people are to a repository: roles, membership, who may be assigned, and `author_association`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from sandbox.errors import Refused
from sandbox.models import ROLES, Comment, Repository, Review, Thread, User
from sandbox.state import RepositoryRef, State

GHOST = 10137  # whom GitHub shows in the place of accounts that are gone


@dataclass(frozen=True)
class Eyes:
    """Through whose eyes something is shown; webhooks are made for nobody's eyes, which is `None`."""

    sees_members: bool = False


class People(State):
    """Acts and questions about people."""

    def user(self, login: str, brand_new: bool = False, name: str | None = None) -> User:
        """A person's account, or a bot's if the login ends in `[bot]`; asking again gives the same one."""
        with self.lock:
            known = self.logins.get(login.lower())
            if known is None:
                kind = "Bot" if login.endswith("[bot]") else "User"
                user = User(self.new_id("user"), login, type=kind, brand_new=brand_new, name=name)
                known = self._enrol(user)
            return known

    def organization(
        self,
        login: str,
        members: Iterable[str] = (),
        private_members: Iterable[str] = (),
        owners: Iterable[str] = (),
    ) -> User:
        """An organization; people named who do not exist yet get an account."""
        with self.lock:
            known = self.logins.get(login.lower())
            org = known or self._enrol(User(self.new_id("user"), login, type="Organization"))
            org.members.update(self.user(name).id for name in members)
            org.private_members.update(self.user(name).id for name in private_members)
            org.owners.update(self.user(name).id for name in owners)
            return org

    def _enrol(self, user: User) -> User:
        self.users[user.id] = user
        self.logins[user.login.lower()] = user
        return user

    def rename_user(self, old: str, new: str) -> User:
        """Change a login; the old one becomes free for somebody else at once."""
        with self.lock:
            user = self.find_user(old)
            if new.lower() in self.logins and self.logins[new.lower()] is not user:
                raise Refused(422, "Login is already taken")
            del self.logins[user.login.lower()]
            for repository in self.repositories.values():
                if repository.owner is user:
                    self.former_names[repository.full_name.lower()] = repository.id
                    self.names.pop(repository.full_name.lower(), None)
            user.login = new
            self.logins[new.lower()] = user
            self.names.update(
                {r.full_name.lower(): r.id for r in self.repositories.values() if r.owner is user}
            )
            return user

    def delete_user(self, login: str) -> None:
        """Somebody closes their account: neither the login nor the id answers any more.

        Whatever they wrote is shown as written by https://github.com/ghost, like that of all others who left.
        """
        with self.lock:
            user, ghost = self.find_user(login), self.logins.get("ghost") or self._enrol(User(GHOST, "ghost"))
            del self.logins[user.login.lower()]
            del self.users[user.id]
            threads = [
                one for repository in self.repositories.values() for one in repository.threads.values()
            ]
            written: list[Thread | Comment | Review] = [*threads]
            written += chain.from_iterable(one.comments for one in threads)
            written += chain.from_iterable(one.pull.reviews for one in threads if one.pull)
            for one in written:
                if one.user is user:
                    one.user = ghost

    def collaborator(self, repo: RepositoryRef, login: str, role: str = "write", custom: str = "") -> None:
        """Give somebody a role on a repository; `custom` names an organization's own one that is based on it."""
        if role not in ROLES[1:]:
            raise ValueError(f"no such role: {role}")
        with self.lock:
            repository, person_id = self.find_repository(repo), self.user(login).id
            repository.collaborators[person_id] = role
            repository.custom_roles[person_id] = custom or role

    def role_of(self, repository: Repository, user: User) -> str:
        """The highest role somebody has: admin, maintain, write, triage, read or none."""
        owner = repository.owner
        if user is owner or user.id in owner.owners:
            return "admin"
        role = repository.collaborators.get(user.id, "none")
        reads = not repository.private or user.id in owner.members or user.id in owner.private_members
        return "read" if role == "none" and reads else role

    def has_role(self, repository: Repository, user: User, least: str) -> bool:
        """Whether somebody's role is at least this one."""
        return ROLES.index(self.role_of(repository, user)) >= ROLES.index(least)

    def is_member(self, repository: Repository, user: User) -> bool:
        """Whether somebody belongs to the organization that owns the repository, publicly or not."""
        owner = repository.owner
        return any(user.id in group for group in (owner.members, owner.private_members, owner.owners))

    def is_assignable(self, repository: Repository, user: User, thread: Thread | None = None) -> bool:
        """Write access, membership, or a comment on this very thread; having opened it is not enough.

        Documented in "Assigning issues and pull requests to other GitHub users"; GitHub Support confirmed
        the set for the API (rust-lang/triagebot#750).
        """
        if user.type != "User":
            return False
        if self.has_role(repository, user, "write") or self.is_member(repository, user):
            return True
        return thread is not None and any(comment.user is user for comment in thread.comments)

    def association(
        self, repository: Repository, user: User, eyes: Eyes | None = None, on_pull: bool = False
    ) -> str:
        """`author_association`, as seen through these eyes.

        Webhooks are computed without a viewer: a newcomer is NONE there (llvm-project#75036), and private
        members look like anybody (rust-lang/triagebot#2094). CONTRIBUTOR needs a merged commit.
        """
        owner = repository.owner
        if user is owner:
            return "OWNER"
        hidden = user.id in owner.private_members
        if user.id in owner.members or user.id in owner.owners or (hidden and eyes and eyes.sees_members):
            return "MEMBER"
        if user.id in repository.collaborators and not hidden:
            return "COLLABORATOR"
        if user.id in repository.contributors:
            return "CONTRIBUTOR"
        if eyes is None or not on_pull or user.type != "User":
            return "NONE"
        return "FIRST_TIMER" if user.brand_new else "FIRST_TIME_CONTRIBUTOR"
