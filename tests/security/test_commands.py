"""Who may not, may not: each command of the design's table from people who have no right to it."""

from datetime import timedelta

from sqlalchemy import select

from adapters.ledger import outbox, schema
from jobs import clock
from tests.journeys.house import BOT, House
from tests.journeys.programs import HOME, configuration, settled_in
from tests.security.traces import everything

PATIENCE = 300.0  # seconds: a busy machine is no defect

MEMBERS = (
    "      - {login: octocat, mentoring: agreed}\n"
    "      - {login: hubot, mentoring: agreed}\n"
    "      - {login: graduate-three}\n"
)
NOT_A_MENTOR = "is for mentors of this program, and you are not one yet."
# Who says what, on octocat's mentorship with the newcomer; and a part of the sentence they get.
WRONG = [
    ("regular", "accept", "There is no invitation for you here"),
    ("newcomer", "decline", "There is no invitation for you here"),
    ("newcomer", "later 3 weeks", "There is no invitation for you here"),
    ("regular", "starter", "Starter issues are opened by graduates"),
    ("octocat", "starter", "works on an issue that you opened yourself"),
    ("newcomer", "@hubot", "Only maintainers and organizers name a mentor"),
    ("octocat", "@hubot", "Only maintainers and organizers name a mentor"),
    ("regular", "@hubot", "Only maintainers and organizers name a mentor"),
    ("regular", "next", "Only the mentor, the newcomer, maintainers and organizers"),
    ("hubot", "next", "Only the mentor, the newcomer, maintainers and organizers"),
    ("regular", "away 2 weeks", NOT_A_MENTOR),
    ("newcomer", "back", NOT_A_MENTOR),
    ("regular", "capacity 9", NOT_A_MENTOR),
    ("regular", "win I am the best", "Wins are told by members"),
    ("regular", "forget octocat", "nobody can ask for somebody else, or for a part"),
    ("newcomer", "claim", "works on a good first issue"),
]
DECIDED = ("mentors", "mentorships", "starters", "claims", "wins", "invitations", "forgotten")


def decided(house: House) -> dict[str, list[str]]:
    found = everything(house.context.ledger)
    return {name: found[name] for name in DECIDED}


def test_people_without_the_right_change_nothing(house: House) -> None:
    world = house.world
    settled_in(world, configuration(world, members=MEMBERS))
    house.settle(PATIENCE)
    pull = world.open_pull_request(HOME, "newcomer", "Polish", files=["lens.py"])
    house.settle(PATIENCE)
    with house.context.ledger.read() as connection:
        chosen = connection.execute(select(schema.mentorships.c.mentor_id)).scalar()
    if chosen == world.user("hubot").id:  # the table is written for octocat
        world.comment(HOME, pull.number, "monalisa", "/mentor @octocat")
        house.settle(PATIENCE)
    before = decided(house)

    said = [(login, f"/mentor {words}", part) for login, words, part in WRONG]
    comments = [world.comment(HOME, pull.number, login, text) for login, text, _ in said]
    house.settle(PATIENCE)
    answers = house.said(HOME, pull.number)
    assert [one.reactions for one in comments] == [{}] * len(said)
    for login, text, part in said:
        assert any(one.startswith(f"@{login}: ") and part in one for one in answers), text

    # Others' words do not become commands, whoever edits them, and no App or bot is listened to.
    harmless = world.comment(HOME, pull.number, "octocat", "Hello")
    world.edit_comment(HOME, harmless.id, "monalisa", "Hello\n/mentor next\n/mentor capacity 9")
    opening = world.thread(HOME, pull.number).body
    world.edit(HOME, pull.number, "monalisa", body=f"{opening}\n/mentor forget me")
    for bot in ("some-app[bot]", "lamplighter-fake[bot]"):
        world.user(bot)
        world.comment(HOME, pull.number, bot, "/mentor forget me\n/mentor @hubot\n/mentor win spam")
    house.settle(PATIENCE)
    assert harmless.reactions == {}
    after = decided(house)
    assert {name: len(rows) for name, rows in after.items()} == {
        name: len(rows) for name, rows in before.items()
    }
    assert after["wins"] == after["forgotten"] == []
    with house.context.ledger.read() as connection:
        assert connection.execute(select(schema.mentorships.c.mentor_id)).scalar() == world.user("octocat").id
        rows = connection.execute(select(schema.mentors)).all()
    # Whoever speaks is alive, which is noted; nothing else is.
    assert not [row for row in rows if row.capacity is not None or row.away_until is not None]


def test_a_copied_marker_and_an_account_named_like_ours_prove_nothing(house: House) -> None:
    world = house.world
    settled_in(world, configuration(world, members=MEMBERS))
    house.settle(PATIENCE)
    pull = world.open_pull_request(HOME, "newcomer", "Polish", files=["lens.py"])
    house.settle(PATIENCE)
    (welcome,) = house.said(HOME, pull.number)
    marker = next(line for line in welcome.splitlines() if line.startswith("<!-- lamplighter:"))

    # Somebody knows beforehand what our marker will be, and writes it first: in every way there is.
    number = pull.number + 1
    forged = marker.replace(f"thread {pull.number}", f"thread {number}")
    world.user("lamplighter")
    world.user("some-app[bot]")
    house.world.faults.hold_deliveries = True
    later = world.open_pull_request(HOME, "newcomer-two", "Wax", f"My text.\n\n{forged}", files=["wax.py"])
    assert later.number == number
    for login in ("newcomer-two", "lamplighter", "some-app[bot]", "monalisa"):
        world.comment(HOME, number, login, f"{welcome.replace(marker, '')}\n\n{forged}")
    world.faults.lose_replies = 1.0  # so that we have to look for what we wrote
    world.release_deliveries()
    while not house.said(HOME, number):
        assert world.wait_delivered(30)
        house.advance(timedelta(seconds=5))
        clock.tick(house.context)
        house._work()
    world.faults.lose_replies = 0.0
    house.settle(PATIENCE)
    ours = [one for one in world.thread(HOME, number).comments if one.author == BOT and forged in one.body]
    assert len(ours) == 1
    authors = {one.author for one in world.thread(HOME, number).comments if forged in one.body}
    assert BOT in authors and len(authors) == 5
    # And what we take for our own, to rewrite it later, is our own.
    key = f"repo {later.repository.id} · thread {number} · welcome"
    with house.context.ledger.read() as connection:
        made = outbox.result_of(connection, key)
    assert made and made["comment_id"] == ours[0].id
