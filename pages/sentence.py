"""A page that tells one thing: what did not work, and the way on."""

from typing import NoReturn

from flask import Response, abort, make_response, render_template


def sentence(status: int, title: str, told: str, way: str = "", word: str = "") -> Response:
    """The page. `way` and `word`: the address of the next step and what its link says. Phrases are translated."""
    page = render_template("sentence.html", title=title, told=told, way=way, word=word)
    return make_response(page, status)


def stop(status: int, title: str, told: str, way: str = "", word: str = "") -> NoReturn:
    """The same, at once, from wherever a request is looked at."""
    abort(sentence(status, title, told, way, word))
