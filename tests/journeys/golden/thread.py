"""A newcomer's whole way, from taking a starter issue to the merge and a certificate, in one of our languages."""

from collections.abc import Mapping
from datetime import timedelta

from tests.journeys.golden import certificates, conversation
from tests.journeys.house import House
from tests.journeys.programs import FILE, HOME, OWNER

HOUR, DAY = timedelta(hours=1), timedelta(days=1)

PROGRAM = """\
program: Djangonaut Space
organizers: [monalisa]
language: {language}
digest: off
areas:
  sky: {{paths: ["sky/**"], team: Sky team}}
cohorts:
  - name: Session 4
    starts: 2026-08-03
    ends: 2026-09-25
    invite: false
    members:
      - {{login: octocat, mentoring: agreed, areas: [sky], about: "{about}"}}
      - {{login: hubot, mentoring: agreed}}
"""

# What people say, in each language.
WORDS = {
    "en": {
        "about": "Migrations looked like magic to me too.",
        "title": "Sort the planets by distance",
        "north": "Say which way is north",
        "moons": "Name the moons",
        "issue": "The table in `sky/planets.py` is sorted by name. Distance would help more.\n\n/mentor starter",
        "claim": "May I try this one?\n\n/mentor claim",
        "pull": "Sort planets by their distance",
        "first": "My first one ever!\n\nFixes #{issue}",
        "why": "/mentor why",
        "help": "Sorry, octocat is travelling. This looks right to me; could a test say which planet comes first?",
        "pushed": "There it is.",
        "approved": "Lovely. The test reads like a sentence.",
        "thanks": "Thank you! I would not have found the test without you.",
        "certificate": "/mentor certificate",
    },
    "es": {
        "about": "A mí también las migraciones me parecían magia.",
        "title": "Ordenar los planetas por distancia",
        "north": "Decir dónde está el norte",
        "moons": "Poner nombre a las lunas",
        "issue": "La tabla de `sky/planets.py` está ordenada por nombre. Por distancia ayudaría más.\n\n/mentor starter",
        "claim": "¿Puedo intentarlo?\n\n/mentor claim",
        "pull": "Ordenar los planetas por su distancia",
        "first": "¡Es el primero de mi vida!\n\nFixes #{issue}",
        "why": "/mentor why",
        "help": "Perdona, octocat está de viaje. Lo veo bien; ¿podría una prueba decir qué planeta va primero?",
        "pushed": "Aquí está.",
        "approved": "Precioso. La prueba se lee como una frase.",
        "thanks": "¡Gracias! Sin ti no habría encontrado la prueba.",
        "certificate": "/mentor certificate",
    },
}


def play(house: House, language: str) -> Mapping[str, str]:
    """Plays it; the conversation and the certificate it ends with, by the names of their files."""
    certificates.with_our_key(house)
    numbers = _live(house, WORDS[language], language)
    text = "\n".join(conversation(house.world.thread(HOME, number)) for number in numbers)
    files = {"thread.md": text} | certificates.shown(house.said(HOME, numbers[-1])[-1])
    return files if language == "en" else {_in(language, name): text for name, text in files.items()}


def _in(language: str, name: str) -> str:
    stem, end = name.rsplit(".", 1)
    return f"{stem}.{language}.{end}"


def _live(house: House, words: Mapping[str, str], language: str) -> tuple[int, int]:
    world = house.world
    _settle_in(house, words, language)
    issue = world.open_issue(HOME, "octocat", words["title"], words["issue"]).number
    _later(house, DAY)
    world.comment(HOME, issue, "newcomer", words["claim"])
    _later(house, DAY)
    first = words["first"].format(issue=issue)
    pull = world.open_pull_request(HOME, "newcomer", words["pull"], first, files=["sky/planets.py"]).number

    def say(login: str, name: str) -> None:
        world.comment(HOME, pull, login, words[name])

    _later(house, HOUR)
    say("newcomer", "why")
    _later(house, 2 * DAY)  # the promise passes: a reminder
    _later(house, 3 * DAY)  # and the second mentor
    say("hubot", "help")
    _later(house, 5 * HOUR)
    world.synchronize(HOME, pull, "newcomer", files=["tests/test_planets.py"])
    say("newcomer", "pushed")
    _later(house, 2 * HOUR)
    world.review(HOME, pull, "hubot", "approved", words["approved"])
    _later(house, HOUR)
    world.merge(HOME, pull, "monalisa")
    _later(house, HOUR)
    say("newcomer", "thanks")
    _later(house, HOUR)
    say("hubot", "certificate")
    house.settle()
    return issue, pull


def _settle_in(house: House, words: Mapping[str, str], language: str) -> None:
    world = house.world
    world.organization(OWNER, members=["monalisa"])
    for login in ("octocat", "hubot", "newcomer"):
        world.user(login)
    file = PROGRAM.format(language=language, about=words["about"])
    world.repository(HOME, files={"README.md": "# Observatory\n", FILE: file})
    world.collaborator(HOME, "monalisa", role="maintain")
    world.install(OWNER, [HOME])
    house.settle()
    for title in ("north", "moons"):
        world.open_issue(HOME, "octocat", words[title], "/mentor starter")


def _later(house: House, duration: timedelta) -> None:
    house.settle()
    house.advance(duration)
    house.settle()
