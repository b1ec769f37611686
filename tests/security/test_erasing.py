"""What is to be erased is gone: from every column of every table, and from the queue."""

from datetime import timedelta

from sqlalchemy import func, select

from adapters.ledger import certificates, exit_question, schema
from mentoring.certificate import MENTOR, Certificate
from tests.journeys.house import BOT, House
from tests.journeys.programs import FILE, HOME, OWNER, configuration, settled_in
from tests.security.traces import everything, traces

PATIENCE = 300.0  # seconds: a busy machine is no defect
MEMBERS = (
    "      - {login: octocat, mentoring: agreed, capacity: 3}\n"
    "      - {login: hubot, mentoring: agreed, capacity: 3}\n"
    "      - {login: graduate-three}\n"
)
LENS = f"{OWNER}/lens"
PEOPLE = ("octocat", "hubot", "graduate-three", "ada", "ada-two", "monalisa")


def busy_story(house: House) -> int:
    """Weeks in which everybody does something that is recorded; the newcomer's thread."""
    world = house.world
    text = configuration(world, members=MEMBERS, extra="asks: [event, showcase]")
    settled_in(world, text)
    for login in ("ada", "ada-two"):  # words that stand nowhere else
        world.user(login)
    world.repository(LENS, files={"README.md": "#", FILE: f"_extends: {HOME}\n"})
    world.add_repositories(next(iter(world.installations)), [LENS])
    house.settle(PATIENCE)
    issue = world.open_issue(HOME, "monalisa", "Dust the lens", labels=["good first issue"])
    world.open_issue(HOME, "octocat", "Shine it", "/mentor starter")
    house.settle(PATIENCE)
    pull = world.open_pull_request(HOME, "ada", "Polish", files=["lens.py"])
    other = world.open_pull_request(LENS, "ada-two", "Wax", files=["wax.py"])
    house.settle(PATIENCE)
    says = [
        (HOME, issue.number, "ada-two", "/mentor claim"),
        (
            HOME,
            pull.number,
            "ada",
            "/mentor why\n/mentor path\n/mentor accept\n/mentor win @octocat helped",
        ),
        (
            HOME,
            pull.number,
            "monalisa",
            "/mentor @hubot\n/mentor win ada is kind\n/mentor win @ada review: Kind",
        ),
        (HOME, pull.number, "octocat", "/mentor win @ada-two talk: Wax"),
        (HOME, pull.number, "hubot", "/mentor away 2 weeks\n/mentor list"),
        (LENS, other.number, "ada-two", "/mentor next"),
        (HOME, pull.number, "octocat", "Look at @ada's work\n\n/mentor list\n\n/mentor yes showcase"),
    ]
    for repo, number, login, text in says:
        world.comment(repo, number, login, text)
        house.settle(PATIENCE)
    collected = next(one for one in world.issues(HOME) if "what we made" in one.title)
    world.comment(HOME, collected.number, "octocat", "/mentor share With @hubot and ada")
    house.settle(PATIENCE)
    _asked_for_what_is_personal(house)
    for days in (5, 9):  # a hand-over, the organizers, a check-in, a digest
        house.advance(timedelta(days=days))
        house.settle(PATIENCE)
    return pull.number


def _asked_for_what_is_personal(house: House) -> None:
    """A certificate for each, and what each wrote about staying, with others' names in it."""
    home_id, now = house.world.find_repository(HOME).id, house.context.now()
    stated = Certificate(MENTOR, "Space", "mentor", 2, 3, now - timedelta(days=9), now)
    with house.context.ledger.write() as connection:
        certificates.make_key(connection)
        for login, about in (
            ("octocat", "ada helped"),
            ("ada", "octocat was kind"),
            ("hubot", "@ada was kind"),
        ):
            person_id = house.world.user(login).id
            certificates.give(connection, home_id, person_id, stated)
            exit_question.answer(connection, home_id, person_id, about, "nothing", True, now)


def sought(house: House, *logins: str) -> list[object]:
    return [word for login in logins for word in (login, house.world.user(login).id)]


def found(house: House, words: list[object], *apart: str) -> list[str]:
    return traces(house.context.ledger, house.context.bell._open().connection, words, apart)


def test_forgetting_and_the_end_of_an_installation_leave_nobody_behind(house: House) -> None:
    world = house.world
    number = busy_story(house)
    for login in PEOPLE:
        assert found(house, sought(house, login)), f"the story has nothing of {login}"
    told = everything(house.context.ledger)
    assert [len(told[name]) for name in ("certificates", "exit_answers")] == [3, 3]

    asked = world.comment(HOME, number, "ada", "/mentor forget me")
    house.settle(PATIENCE)
    for _ in range(4):
        house.advance(timedelta(minutes=1))
        house.settle(PATIENCE)
    assert dict(asked.reactions) == {"+1": [BOT]}
    assert found(house, sought(house, "ada")) == []
    assert found(house, sought(house, "ada-two"))  # whose name begins alike

    world.comment(HOME, number, "octocat", "/mentor forget me")
    house.settle(PATIENCE)
    for _ in range(4):
        house.advance(timedelta(minutes=1))
        house.settle(PATIENCE)
    # The organizers' own file names them; the ledger has a copy of the file in force.
    assert found(house, sought(house, "octocat"), "files") == []

    world.uninstall(next(iter(world.installations)))
    house.settle(PATIENCE)
    words = [*sought(house, *PEOPLE), "observatory", "lens", OWNER]
    assert found(house, words) == []
    left = everything(house.context.ledger)
    empty = [name for name, rows in left.items() if not rows]
    assert {
        "mentorships",
        "starters",
        "people",
        "logins",
        "programs",
        "files",
        "wins",
        "claims",
        "asks",
        "shares",
        "certificates",
        "exit_answers",
    } <= set(empty)
    assert len(left["forgotten"]) == 4  # of two: a hash of the id, and one of the login
    assert left["inbox"] and left["outbox"]  # that each came, and that each was said

    writes = len(world.writes())
    for one in list(world.deliveries):
        world.redeliver(one.id)
    house.settle(PATIENCE)
    assert len(world.writes()) == writes
    assert found(house, words) == []


def test_after_months_what_nobody_needs_is_gone_and_nothing_is_said_again(house: House) -> None:
    world = house.world
    number = busy_story(house)
    world.close(HOME, number, "ada")
    house.settle(PATIENCE)
    guids, before = _guids(house), _count(house)
    assert guids and before["clock"] and before["set-like"] and before["heard"]
    house.advance(timedelta(days=92))
    house.settle(PATIENCE)  # the first night
    after = _count(house)
    assert {name: after[name] for name in ("old moments", "old set-like")} == {
        "old moments": 0,
        "old set-like": 0,
    }
    assert after["heard"] < before["heard"]
    with house.context.ledger.read() as connection:
        kept = {row.delivery: row for row in connection.execute(select(schema.inbox)).all()}
    assert guids <= kept.keys()
    assert all((kept[one].fields, kept[one].thread, kept[one].note) == ({}, None, None) for one in guids)

    writes, said = len(world.writes()), house.said(HOME, number)
    for one in list(world.deliveries):
        world.redeliver(one.id)
    house.settle(PATIENCE)
    assert len(world.writes()) == writes
    assert house.said(HOME, number) == said


def _guids(house: House) -> set[str]:
    with house.context.ledger.read() as connection:
        found = connection.execute(select(schema.inbox.c.delivery)).scalars()
        return {one for one in found if len(one) == 36 and one.count("-") == 4}


_OURS = schema.inbox.c.delivery.startswith("clock:") & schema.inbox.c.done_at.is_not(None)


def _count(house: House) -> dict[str, int]:
    old = house.context.now() - timedelta(days=91)
    wheres = {
        "clock": (schema.inbox, _OURS),
        "old moments": (schema.inbox, _OURS & (schema.inbox.c.received_at < old)),
        "set-like": (schema.outbox, schema.outbox.c.key.is_(None)),
        "old set-like": (schema.outbox, schema.outbox.c.key.is_(None) & (schema.outbox.c.created_at < old)),
        "heard": (schema.heard, schema.heard.c.number > 0),
    }
    with house.context.ledger.read() as connection:
        return {
            name: connection.execute(select(func.count()).select_from(table).where(where)).scalar_one()
            for name, (table, where) in wheres.items()
        }
