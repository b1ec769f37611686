"""What people do in one busy month, and when: the script that `month.py` plays."""

from datetime import UTC, datetime, timedelta

from tests.journeys.story import Mentor, Newcomer, Says, Story

# Ahead of every machine's clock: tokens expire by the sandbox's, and one that has expired is asked for anew.
BEGINS = datetime(2037, 11, 2, 8, tzinfo=UTC)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)

FILE = """\
program: Djangonaut Space
organizers: [monalisa]
timezone: Europe/Rome
starter_issues: 1
areas:
  database: {paths: ["sky/db/**"], labels: [database]}
cohorts:
  - name: Session 4
    starts: 2037-09-07
    ends: 2037-11-01
    captain: captain-ada
    members:
      - {login: octocat, timezone: Europe/Rome, about: "Ask me anything."}
      - {login: hubot, areas: [database], about: "Migrations looked like magic to me too."}
      - {login: grace, timezone: America/New_York}
      - {login: margaret}
      - {login: linus, capacity: 3}
      - {login: katherine}
"""

MENTORS = (
    Mentor("octocat", answers=4 * HOUR),
    Mentor("katherine", answers=9 * HOUR, away=("Mon 16 Nov 08:00", "Fri 4 Dec 08:00")),  # without a word
    Mentor("linus", answers=14 * HOUR),  # and declines in the middle of the month
    Mentor("grace", answers=8 * HOUR, away=("Mon 9 Nov 10:05", "Fri 20 Nov 08:00")),  # and says so
    Mentor("hubot", answers=60 * HOUR),  # slow: once reminded
    Mentor("margaret"),  # says yes, and is absent without a word
)

NEWCOMERS = (
    Newcomer("nadia", "Mon 2 Nov 14:20", "Sort the moons by name", goes_on=20 * HOUR),
    Newcomer("noah", "Tue 3 Nov 09:12", "Index the stars", files=("sky/db/stars.py",), goes_on=DAY),
    Newcomer("nina", "Tue 3 Nov 16:45", "Explain how to focus", goes_on=6 * HOUR),
    Newcomer("nils", "Wed 4 Nov 11:05", "Translate the planets"),  # vanishes
    Newcomer("nora", "Thu 5 Nov 18:30", "Dim the display at night", goes_on=2 * DAY),
    Newcomer("nuri", "Fri 6 Nov 12:10", "Tell comets from planes", goes_on=30 * HOUR),
    Newcomer("naomi", "Mon 9 Nov 09:12", "Add a meteor shower", goes_on=DAY),
    Newcomer("nico", "Tue 10 Nov 15:25", "Speed up the zoom"),  # vanishes
    Newcomer("nela", "Thu 12 Nov 10:40", "Rename the tables", files=("sky/db/names.py",), goes_on=DAY),
    Newcomer("nasir", "Mon 16 Nov 13:00", "Draw the ecliptic", goes_on=10 * HOUR),
    Newcomer("nell", "Wed 18 Nov 08:50", "Fix a typo in the sky", goes_on=3 * HOUR),
    Newcomer("nadine", "Thu 19 Nov 09:30", "Count the craters", goes_on=DAY),
    Newcomer("neal", "Thu 19 Nov 10:00", "Name the craters", goes_on=DAY),
    Newcomer("nyla", "Mon 23 Nov 17:15", "Show the phase of the moon", goes_on=DAY),
)

INVITATION = "Session 4"  # a part of a title finds the thread
NORTH, MAP, PLUTO = "Say which way is north", "The moon is missing from the map", "Is Pluto a planet?"

ACTS = (
    Says("Mon 2 Nov 09:05", "octocat", INVITATION, "With pleasure!\n\n/mentor accept"),
    Says("Mon 2 Nov 09:30", "katherine", INVITATION, "/mentor accept"),
    Says("Mon 2 Nov 10:15", "linus", INVITATION, "/mentor accept"),
    Says("Mon 2 Nov 11:00", "grace", INVITATION, "I would love to.\n\n/mentor accept"),
    Says("Mon 2 Nov 11:20", "hubot", INVITATION, "/mentor accept"),
    Says("Mon 2 Nov 12:45", "margaret", INVITATION, "/mentor accept"),
    Says("Mon 2 Nov 16:00", "octocat", opens=NORTH, text="On the map.\n\n/mentor starter"),
    Says("Tue 3 Nov 08:30", "monalisa", opens=MAP, labels=("good first issue",)),
    Says("Tue 3 Nov 08:31", "monalisa", opens=PLUTO, labels=("good first issue",)),
    # Plain words first, then the command; and given back after three days.
    Says("Wed 4 Nov 13:10", "nathan", NORTH, "Can I work on this?"),
    Says("Wed 4 Nov 13:40", "nathan", NORTH, "/mentor claim"),
    Says("Sat 7 Nov 19:00", "nathan", NORTH, "Exams, sorry.\n\n/mentor release"),
    # Claimed, and never heard of again.
    Says("Thu 5 Nov 20:15", "nova", MAP, "/mentor claim"),
    # Claimed, and done.
    Says("Mon 9 Nov 18:00", "nikita", NORTH, "/mentor claim"),
    Says("Mon 9 Nov 10:05", "grace", "Is Pluto", "/mentor away until 20 November"),
    Says("Sun 15 Nov 11:00", "linus", INVITATION, "I have a new job, and no time left.\n\n/mentor decline"),
    Says("Tue 17 Nov 09:00", "regular", "Draw the ecliptic", "/mentor sing"),
)

CLAIMED = Newcomer("nikita", "Thu 12 Nov 20:00", "Draw an arrow to the north", goes_on=DAY, fixes=NORTH)

MONTH = Story(BEGINS, 30 * DAY, FILE, MENTORS, (*NEWCOMERS, CLAIMED), ACTS)
