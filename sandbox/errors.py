"""The ways GitHub says no, in the shapes its API answers them."""

from __future__ import annotations

from typing import Any

DOCUMENTATION = "https://docs.github.com/rest"


class Refused(Exception):
    """An answer other than the one asked for: an HTTP status, GitHub's message and perhaps `errors`."""

    def __init__(
        self,
        status: int,
        message: str,
        errors: list[Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(f"{status} {message} {errors or ''}".strip())
        self.status = status
        self.message = message
        self.errors = errors
        self.headers = headers or {}

    def body(self) -> dict[str, Any]:
        """The JSON body; GitHub repeats the status in it as a string."""
        body: dict[str, Any] = {"message": self.message}
        if self.errors is not None:
            body["errors"] = self.errors
        return body | {"documentation_url": DOCUMENTATION, "status": str(self.status)}


class Moved(Refused):
    """A redirect: GitHub answers 301 to GET and 307 to everything else, both saying "Moved Permanently"."""

    def __init__(self, method: str, url: str) -> None:
        status = 301 if method in ("GET", "HEAD") else 307
        super().__init__(status, "Moved Permanently", headers={"Location": url})
        self.url = url

    def body(self) -> dict[str, Any]:
        """A redirect's body carries the new address, too."""
        return {"message": self.message, "url": self.url, "documentation_url": DOCUMENTATION}


def not_found() -> Refused:
    """404: not there, or not for these eyes; GitHub does not say which."""
    return Refused(404, "Not Found")


def invalid(resource: str, field: str, code: str = "invalid", **more: Any) -> Refused:
    """422 Validation Failed with one entry in `errors`."""
    return Refused(422, "Validation Failed", [{"resource": resource, "code": code, "field": field, **more}])


def too_long(resource: str, field: str, maximum: int) -> Refused:
    """422 for a text above GitHub's limit."""
    return invalid(
        resource, field, "custom", message=f"{field} is too long (maximum is {maximum} characters)"
    )


def bad_comment(message: str) -> Refused:
    """422 for a comment: here GitHub calls the body `data` (release-please#1034, danger#424)."""
    return invalid("IssueComment", "data", "unprocessable", message=message)
