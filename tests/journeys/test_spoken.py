"""Spoken: in a program of another language nothing on a thread is English, neither help, nor reasons, nor a refusal."""

from tests.journeys.house import House
from tests.journeys.programs import HOME, configuration, settled_in

ON_BOTH = True

MENTORS = """\
      - {login: octocat, mentoring: agreed, languages: [it]}
      - {login: hubot, mentoring: agreed, capacity: 0}
"""


def program(house: House, extra: str = "language: es") -> House:
    settled_in(house.world, configuration(house.world, members=MENTORS, extra=f"starter_issues: 0\n{extra}"))
    house.settle()
    return house


def issue(house: House) -> int:
    number = house.world.open_issue(HOME, "newcomer", "How do I build it?", "I am lost.").number
    house.settle()
    return number


def says(house: House, number: int, login: str, text: str) -> list[str]:
    """What the App answers to a comment, without its marks."""
    before = len(house.said(HOME, number))
    house.world.comment(HOME, number, login, text)
    house.settle()
    return [one.partition("\n\n<!--")[0] for one in house.said(HOME, number)[before:]]


def test_a_program_in_spanish_refuses_helps_and_explains_in_spanish(house: House) -> None:
    number = issue(program(house))
    (introduced,) = says(house, number, "newcomer", "/mentor me in Italian")
    assert introduced.startswith("@newcomer, te presentamos a @octocat, tu mentor a partir de ahora.")
    (refused,) = says(house, number, "newcomer", "/mentor me")
    assert refused == "@newcomer: octocat es tu mentor aquí; `/mentor next` pide a otra persona."
    (refused,) = says(house, number, "octocat", "/mentor away until yesterday")
    assert refused == (
        "@octocat: Eso ya ha pasado; escribe un momento futuro, como en `/mentor away 2 weeks` o "
        "`/mentor away until 24 December`."
    )
    (helped,) = says(house, number, "newcomer", "/mentor help")
    assert (
        "| `/mentor claim` · `/mentor release` | quien acaba de llegar, en un issue inicial | toma el issue;"
        in helped
    )
    (why,) = says(house, number, "newcomer", "/mentor why")
    assert why.startswith("**octocat** acompaña aquí como mentor.")
    assert "- **octocat**: habla italiano, ayuda a 0 de 2, todavía no ha recibido a nadie\n" in why
    assert "- **hubot** (no disponible): ahora no acompaña a nadie\n" in why


REFUSED = [
    ("acept", "No existe `/mentor acept`; ¿querías decir `/mentor accept`, o `/mentor help`?"),
    ("accept", "Aquí no hay ninguna invitación para ti, así que no hay nada que responder."),
    ("me for lenses", "En este programa no hay ningún área así; las que hay son `database`."),
    (
        "capacity many",
        "`/mentor capacity` es para quienes acompañan a otras personas en este programa, y todavía",
    ),
    ("next", "Nadie acompaña esta conversación; `/mentor me` pide que alguien lo haga."),
    ("claim", "En este issue no figura nadie como mentor: pregunta aquí mismo si puedes quedártelo."),
    (
        "starter",
        "Los issues iniciales los abren quienes terminaron el programa, y tú no estás en su lista.",
    ),
    (
        "forget octocat",
        "Para que te olvidemos en todas partes, escribe `/mentor forget me`, y nada más, en una",
    ),
    (
        "certificate revoke",
        "No tienes ningún certificado en este programa, así que no hay nada que retirar.",
    ),
    (
        "win",
        "Di en una línea, o con un enlace, qué ha salido bien, como en `/mentor win talk: My first talk`.",
    ),
]


def test_each_refusal_is_in_the_language_of_the_program(house: House) -> None:
    number = issue(program(house))
    for words, sentence in REFUSED:
        (said,) = says(house, number, "newcomer", f"/mentor {words}")
        assert said.startswith(f"@newcomer: {sentence}")
