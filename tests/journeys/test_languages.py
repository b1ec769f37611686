"""Languages: a program is spoken to in its own, and a thread in the one its newcomer asked for."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from adapters.ledger import schema
from tests.journeys.house import House
from tests.journeys.programs import FILE, HOME, configuration, settled_in

ON_BOTH = True

MENTORS = """\
      - {login: octocat, mentoring: agreed, languages: [es]}
      - {login: hubot, mentoring: agreed}
"""


def program(house: House, extra: str) -> House:
    text = configuration(house.world, members=MENTORS, extra=f"starter_issues: 0\n{extra}")
    settled_in(house.world, text)
    house.settle()
    return house


def pull(house: House, author: str = "newcomer") -> list[str]:
    number = house.world.open_pull_request(HOME, author, "Polish the lens", files=["lens.py"]).number
    house.settle()
    return house.said(HOME, number)


def asks(house: House, words: str) -> tuple[int, list[str]]:
    number = house.world.open_issue(HOME, "newcomer", "How do I build it?", "I am lost.").number
    house.settle()
    house.world.comment(HOME, number, "newcomer", f"/mentor {words}")
    house.settle()
    return number, house.said(HOME, number)


@pytest.mark.parametrize("language", ["es", "es-MX"])
def test_a_program_is_spoken_to_in_its_language(house: House, language: str) -> None:
    (said,) = pull(program(house, f"language: {language}"))
    assert said.startswith("Gracias por tu primer pull request aquí, @newcomer.")
    assert "**@octocat es tu mentor para este cambio** y te responderá antes de que acabe el **" in said


@pytest.mark.parametrize("language", ["en", "fr", "tlh"])
def test_a_language_without_a_catalogue_is_english(house: House, language: str) -> None:
    (said,) = pull(program(house, f"language: {language}"))
    assert said.startswith("Thank you for your first pull request here, @newcomer")


def test_a_thread_is_in_the_language_its_newcomer_asked_for(house: House) -> None:
    program(house, "follow_up: {answer_within: 1d, hand_over_after: 9d, organizer_after: 9d}")
    number, (said,) = asks(house, "me in Spanish")
    assert "@newcomer, te presentamos a @octocat, tu mentor a partir de ahora." in said
    house.advance(timedelta(days=2))
    house.settle()
    assert "te espera aquí desde el" in house.said(HOME, number)[-1]
    (elsewhere,) = pull(house, "newcomer-two")
    assert elsewhere.startswith("Thank you for your first pull request")


def test_what_is_said_days_later_is_in_the_language_that_was_asked_for(house: House) -> None:
    """A hand-over, a refusal, and the word on a merge: each is composed anew, by the clock or by a webhook."""
    program(house, "follow_up: {answer_within: 1d, hand_over_after: 2d, organizer_after: 9d}")
    number = house.world.open_pull_request(
        HOME, "newcomer", "Polish the lens", "Hello!\n\n/mentor me in Spanish", files=["lens.py"]
    ).number
    house.settle()
    for _ in range(3):
        house.advance(timedelta(days=1))
        house.settle()
    assert (
        "@newcomer, te presentamos a @hubot, que te ayuda junto con **octocat**."
        in house.said(HOME, number)[-1]
    )
    house.world.comment(HOME, number, "newcomer", "/mentor claim")
    house.settle()
    assert "`/mentor claim` sirve en un issue bueno para empezar" in house.said(HOME, number)[-1]
    house.world.merge(HOME, number, "monalisa")
    house.settle()
    assert "@newcomer" in house.said(HOME, number)[-1] and "integr" in house.said(HOME, number)[-1]


def test_a_language_that_was_asked_for_once_is_spoken_to_them_from_then_on(house: House) -> None:
    program(house, "")
    asks(house, "me in Spanish")
    (said,) = pull(house)
    assert said.startswith("Gracias por tu primer pull request aquí, @newcomer.")
    assert "**@octocat es tu mentor para este cambio**" in said and "Habla tu idioma." in said


def test_a_newcomer_who_has_a_mentor_may_ask_for_another_language(house: House) -> None:
    program(house, "")
    number = house.world.open_pull_request(HOME, "newcomer", "Polish the lens", files=["lens.py"]).number
    house.settle()
    labels = house.world.thread(HOME, number).labels
    for words, begins in (("Spanish", "Gracias por tu primer"), ("English", "Thank you for your first")):
        comment = house.world.comment(HOME, number, "newcomer", f"/mentor me in {words}")
        house.settle()
        (said,) = house.said(HOME, number)
        assert said.startswith(begins) and len(comment.reactions) == 1
    assert house.world.thread(HOME, number).labels == labels
    for login, words in (("newcomer", "Italian"), ("newcomer", "English"), ("regular", "Spanish")):
        house.world.comment(HOME, number, login, f"/mentor me in {words}")
        house.settle()
        assert (
            "on this thread already" in house.said(HOME, number)[-1]
            or "is your mentor here" in house.said(HOME, number)[-1]
        )


def test_a_language_we_do_not_speak_leaves_the_programs(house: House) -> None:
    program(house, "language: es")
    _, (said,) = asks(house, "me in Klingon")
    assert "te presentamos a @" in said


def test_a_new_language_in_the_file_is_spoken_from_the_next_text_on(house: House) -> None:
    program(house, "")
    text = configuration(house.world, members=MENTORS, extra="starter_issues: 0\nlanguage: es")
    house.world.push(HOME, "monalisa", {FILE: text})
    house.settle()
    (said,) = pull(house)
    assert said.startswith("Gracias por tu primer pull request aquí")


OWN = 'texts: {welcome: "Ahoy {newcomer}, {mentor} writes by {answer_by}. @everyone"}'


def test_a_programs_own_words_are_said_with_our_mark_below(house: House) -> None:
    (said,) = pull(program(house, OWN))
    assert said.startswith("Ahoy @newcomer, @octocat writes by ")
    assert "@\u200beveryone" in said
    assert "\n<!-- lamplighter:welcome " in said


def test_ours_are_said_where_there_is_more_to_tell(house: House) -> None:
    program(house, f"{OWN}\nfollow_up: {{answer_within: 1d, hand_over_after: 9d, organizer_after: 9d}}")
    number = house.world.open_pull_request(HOME, "newcomer", "Polish the lens", files=["lens.py"]).number
    house.settle()
    house.advance(timedelta(days=2))
    house.settle()
    said = house.said(HOME, number)
    assert said[0].startswith("Thank you for your first pull request here, @newcomer")
    assert "was asked again" in said[0]


def test_own_words_are_not_for_somebody_who_asked_for_another_language(house: House) -> None:
    program(house, 'texts: {introduction: "Ahoy {newcomer}, {mentor} is here."}')
    _, (said,) = asks(house, "me in Spanish")
    assert "te presentamos a @octocat" in said
    _, (said,) = asks(house, "me in English")
    assert said.startswith("Ahoy @newcomer, @")


def test_a_file_with_an_unknown_placeholder_leaves_the_one_before_in_force(house: House) -> None:
    program(house, OWN)
    text = configuration(house.world, members=MENTORS, extra='starter_issues: 0\ntexts: {welcome: "{mentr}"}')
    house.world.push(HOME, "monalisa", {FILE: text})
    house.settle()
    (said,) = pull(house)
    assert said.startswith("Ahoy @newcomer")


COMMANDS = """texts:
  welcome: |
    {newcomer}, meet {mentor}. Whoever cannot write on a line of its own:

    /mentor away 2 weeks
    /mentor decline
    @lamplighter forget me
"""


def test_a_command_in_a_programs_own_words_is_not_obeyed(house: House) -> None:
    """GitHub tells us of our own comment as of any other."""
    (said,) = pull(program(house, COMMANDS))
    assert "\n/mentor away 2 weeks\n" in said
    (other,) = pull(house, "newcomer-two")
    assert other.startswith("@newcomer-two, meet @")
    with house.context.ledger.read() as connection:
        away = select(schema.mentors.c.away_until).where(schema.mentors.c.away_until.is_not(None))
        assert not connection.execute(away).all()


def test_own_words_that_a_later_version_refuses_are_ours_and_the_organizers_are_told(house: House) -> None:
    """What is in force was taken by the version before; it is read again, and only its texts are left out."""
    program(house, OWN)
    with house.context.ledger.write() as connection:
        files = schema.files
        (row,) = connection.execute(select(files).where(files.c.text.contains("Ahoy"))).all()
        broken = row.text.replace("{mentor} writes", "{% for i in range(10**9) %} writes")
        good = [[slug, number, broken] for slug, number, _ in row.good]
        connection.execute(update(files).where(files.c.source == row.source).values(text=broken, good=good))
    (said,) = pull(house)
    assert said.startswith("Thank you for your first pull request here, @newcomer")
    house.advance(timedelta(days=8))
    house.settle()
    (digest,) = [one for one in house.world.issues(HOME) if "lamplighter:digest" in (one.body or "")][:1]
    assert "loops, conditions and filters do not work here" in digest.body.replace("\u200b", "")


def test_a_digest_begins_with_a_programs_own_words_and_they_count_as_part_of_it(house: House) -> None:
    program(house, 'texts: {digest: "Good morning from {program}. /mentor away 2 weeks"}')
    pull(house)
    house.advance(timedelta(days=8))
    house.settle()
    (digest,) = [one for one in house.world.issues(HOME) if "lamplighter:digest" in (one.body or "")][:1]
    assert digest.body.startswith("Good morning from ")
    assert "\n## What needs a hand\n" in digest.body


def test_what_is_wrong_is_told_in_a_spanish_digest_in_spanish(house: House) -> None:
    program(house, "language: es\ndigest: {repository: nobody/there}")
    text = configuration(house.world, members=MENTORS, extra="starter_issues: 0\nlanguage: es\nclaims: many")
    pull(house)
    house.world.push(HOME, "monalisa", {FILE: text})
    house.advance(timedelta(days=8))
    house.settle()
    (digest,) = [one for one in house.world.issues(HOME) if "lamplighter:digest" in (one.body or "")][:1]
    assert "El resumen no puede aparecer en nobody/there" in digest.body
    assert "escribe un número entero de 1 a 20" in digest.body
