"""What people say on threads: comments and reactions."""

from __future__ import annotations

from sandbox import shapes_thread
from sandbox.errors import Refused, bad_comment, invalid, not_found
from sandbox.models import Comment, Reaction, Repository, Thread, User
from sandbox.shapes import REACTIONS
from sandbox.state import RepositoryRef, changed
from sandbox.threads import LONGEST_BODY, Threads


def checked_comment(body: str) -> None:
    """GitHub's limits on a comment."""
    if not body.strip():
        raise bad_comment("Body cannot be blank")
    if len(body) > LONGEST_BODY:
        raise bad_comment(f"Body is too long (maximum is {LONGEST_BODY} characters)")


class Conversation(Threads):
    """Acts on comments and reactions."""

    def find_comment(self, repo: RepositoryRef, comment_id: int) -> tuple[Thread, Comment]:
        """A comment with its thread."""
        home = self.find_repository(repo)
        comment = home.comments.get(comment_id)
        if comment is None:
            raise not_found()
        return home.threads[comment.number], comment

    def comment(self, repo: RepositoryRef, number: int, author: str | User, body: str) -> Comment:
        """Somebody comments; on a locked thread only people who can write."""
        with self.lock:
            thread, user = self.find_thread(repo, number), self.find_user(author)
            home = self.writable(thread.repository)
            if thread.locked and not self._may_speak(home, user):
                raise Refused(403, "Unable to create comment because issue is locked.")
            checked_comment(body)
            now = self.now()
            comment = Comment(self.new_id("comment"), thread.number, user, body, now, now)
            thread.comments.append(comment)
            home.comments[comment.id] = comment
            self.touch(thread)
            self._tell_comment(thread, "created", user, comment)
            return comment

    def _may_speak(self, home: Repository, user: User) -> bool:
        if user.type == "Bot":
            return not self.faults.locked_refuses_apps
        return self.has_role(home, user, "write")

    def _tell_comment(
        self, thread: Thread, action: str, who: User, comment: Comment, **parts: object
    ) -> None:
        def payload() -> dict[str, object]:
            issue = shapes_thread.issue(self, thread)
            return {"issue": issue, "comment": shapes_thread.comment(self, thread, comment), **parts}

        self.emit("issue_comment", action, thread.repository, who, payload)

    def edit_comment(self, repo: RepositoryRef, comment_id: int, actor: str | User, body: str) -> Comment:
        """Change a comment; its author or somebody who can write."""
        with self.lock:
            thread, comment = self.find_comment(repo, comment_id)
            self.writable(thread.repository)
            checked_comment(body)
            old, comment.body = comment.body, body
            comment.updated_at = self.now()
            if body != old:
                self.touch(thread)
                who = self.find_user(actor)
                self._tell_comment(thread, "edited", who, comment, changes=changed("body", old))
            return comment

    def delete_comment(self, repo: RepositoryRef, comment_id: int, actor: str | User) -> None:
        """Delete a comment."""
        with self.lock:
            thread, comment = self.find_comment(repo, comment_id)
            home = self.writable(thread.repository)
            thread.comments.remove(comment)
            del home.comments[comment.id]
            self.touch(thread)
            self._tell_comment(thread, "deleted", self.find_user(actor), comment)

    def react(self, to: Thread | Comment, actor: str | User, content: str) -> tuple[Reaction, bool]:
        """Somebody reacts; again gives the same reaction and False. No webhook tells of reactions."""
        if content not in REACTIONS:
            raise invalid("Reaction", "content")
        with self.lock:
            user = self.find_user(actor)
            for known in to.reaction_log:
                if known.user is user and known.content == content:
                    return known, False
            reaction = Reaction(self.new_id("reaction"), user, content, self.now())
            to.reaction_log.append(reaction)
            to.reactions.setdefault(content, []).append(user.login)
            return reaction, True

    def unreact(self, to: Thread | Comment, reaction_id: int) -> None:
        """Take a reaction back."""
        with self.lock:
            found = next((it for it in to.reaction_log if it.id == reaction_id), None)
            if found is None:
                raise not_found()
            to.reaction_log.remove(found)
            to.reactions[found.content].remove(found.user.login)
            if not to.reactions[found.content]:
                del to.reactions[found.content]
