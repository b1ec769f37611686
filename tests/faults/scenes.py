"""The steady stream: small scenes, each in an organization of its own, that end the same whatever dies meanwhile.

A scene is a generator: it does what people do and yields what it waits for on the sandbox before it goes on.
What follows from the order of two events is waited for, since deliveries that were lost come late.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from sandbox.demo.scenes import digest_day
from sandbox.world import Comment, Thread, World

BOT = "lamplighter[bot]"
MARKER = re.compile(r"<!-- lamplighter:(\S+) (.*?) -->")
MOMENT = re.compile(r"20\d\d-\d\d-\d\d(T[\d:%A.+]+)?")
NUMBER = re.compile(r"\d{6,}")
FILE = ".github/lamplighter.yml"
SOON = "3s"  # what is waited for where others wait for days

Seen = Callable[[], Any]
Acts = Iterator[Seen]


class Scene:
    """One organization with its people and its program. `number` makes its names its own."""

    def __init__(self, world: World, kind: str, number: int, moment: Callable[[int], bool]) -> None:
        self.world, self.kind, self.number = world, kind, number
        self.owner = self.name(kind.replace("_", "-"))
        self.repo = f"{self.owner}/lamp"
        self.is_due = moment  # makes the digest of a program due; False if that failed
        self.installation_id = 0
        self.acts = KINDS[kind](self)
        self.awaited: Seen = lambda: True
        self.is_over = False

    def name(self, login: str) -> str:
        return f"{login}-{self.number}"

    def go_on(self) -> None:
        """Does what comes next, if what it waits for is to be seen."""
        while not self.is_over and self._is_seen():
            try:
                self.awaited = next(self.acts)
            except StopIteration:
                self.is_over = True

    def _is_seen(self) -> bool:
        with self.world.lock:
            return bool(self.awaited())

    # -- what people do --------------------------------------------------------------------------------

    def prepare(self, *people: str, file: str = "", install: bool = True) -> None:
        self.world.organization(self.owner, members=[self.name("monalisa")])
        for login in people:
            self.world.user(self.name(login))
        self.world.repository(self.repo, files={"README.md": "# Lamp\n"} | ({FILE: file} if file else {}))
        self.world.collaborator(self.repo, self.name("monalisa"), role="maintain")
        if "grace" in people:  # who can be assigned, whether or not they have said something
            self.world.collaborator(self.repo, self.name("grace"))
        if install:
            self.installation_id = self.world.install(self.owner, [self.repo]).id

    def file(self, *members: str, ended: bool = False, more: str = "") -> str:
        """A program; `ended`: its graduates are to be invited at once."""
        today = self.world.now().date()
        rows = "".join(
            f"      - {{login: {self.name(login)}{rest}}}\n" for login, _, rest in map(_split, members)
        )
        return (
            f"program: Lamp {self.kind}\norganizers: [{self.name('monalisa')}]\n"
            f"{'' if ended else 'starter_issues: 0'}\n{more}\n"
            f"digest: {{weekday: {digest_day(self.world)}}}\ncohorts:\n  - name: Winter\n"
            # Long enough ago that no report is due, which counts what happens to be there when it is made.
            f"    starts: {today - timedelta(days=90)}\n    ends: {today - timedelta(days=40)}\n"
            f"    members:\n{rows}"
        )

    def pull(self, login: str, title: str) -> Thread:
        return self.world.open_pull_request(
            self.repo, self.name(login), title, "My first!", files=["lamp.py"]
        )

    def issue(self, login: str, title: str, *labels: str, body: str = "It is dark.") -> Thread:
        return self.world.open_issue(self.repo, self.name(login), title, body, labels=labels)

    def say(self, login: str, thread: Thread, text: str) -> Comment:
        return self.world.comment(self.repo, thread.number, self.name(login), text)

    # -- what is seen ----------------------------------------------------------------------------------

    def told(self, thread: Thread, kind: str, *words: str) -> bool:
        """Whether the App said something of this kind there."""
        ours = (one.body for one in thread.comments if one.author == BOT)
        return any(f"<!-- lamplighter:{kind} " in body and all(w in body for w in words) for body in ours)

    def mentored(self, thread: Thread, *logins: str) -> bool:
        return {f"mentor: {self.name(login)}" for login in logins} <= set(thread.labels)

    def welcomed(self, pull: Thread, mentor: str = "grace") -> Seen:
        return lambda: self.told(pull, "welcome") and self.mentored(pull, mentor)

    def thumb(self, comment: Comment) -> bool:
        return BOT in comment.reactions.get("+1", [])

    def found(self, words: str) -> Thread:
        """The issue with these words in its title, which is known to be there."""
        return next(one for one in self.world.issues(self.repo) if words in one.title)

    def asked(self, *logins: str) -> bool:
        """Whether these graduates were invited."""
        said = [(one, f"@{self.name(login)}") for one in self.world.issues(self.repo) for login in logins]
        return sum(self.told(thread, "invitation", words) for thread, words in said) == len(logins)

    # -- how it ended ----------------------------------------------------------------------------------

    def ending(self) -> dict[str, Any]:
        """What people see in the end, without numbers, ids and moments: alike for all scenes of a kind."""
        with self.world.lock:
            home = self.world.find_repository(self.repo)
            threads = {self._plain(one.title): self._thread(one) for one in home.threads.values()}
            runs = sorted(f"{run.name}: {run.conclusion}" for run in home.check_runs.values())
        return {"threads": threads, "check runs": runs, "effects": dict(sorted(self.effects().items()))}

    def effects(self) -> Counter[str]:
        """How often each effect was written, by its marker; those taken back later included."""
        return Counter(self._plain(name) for name in self.markers().elements())

    def markers(self) -> Counter[str]:
        bodies = (
            str((one.body or {}).get("body")) for one in self.world.writes(self.repo) if one.method == "POST"
        )
        return Counter(f"{kind} {key}" for body in bodies for kind, key in MARKER.findall(body))

    def _thread(self, thread: Thread) -> dict[str, Any]:
        said = [self._comment(one) for one in thread.comments]
        return {
            "state": thread.state,
            "labels": sorted(map(self._plain, thread.labels)),
            "assignees": sorted(map(self._plain, thread.assignees)),
            "comments": sorted(said),
        }

    def _comment(self, one: Comment) -> str:
        kinds = ", ".join(kind for kind, _ in MARKER.findall(one.body)) if one.author == BOT else one.body
        thumbs = "".join(f" {name}" for name in sorted(one.reactions) if BOT in one.reactions[name])
        return self._plain(f"{one.author}: {kinds}{thumbs}")

    def _plain(self, text: str) -> str:
        without_moments = NUMBER.sub("…", MOMENT.sub("then", text))
        return re.sub(rf"-{self.number}\b", "", without_moments)


def _split(member: str) -> tuple[str, str, str]:
    login, comma, rest = member.partition(",")
    return login, comma, f",{rest}" if rest else ""


AGREED = "grace, mentoring: agreed, capacity: 9"


def first_pulls(scene: Scene) -> Acts:
    """Two newcomers are welcomed; one pull request is reviewed, goes on and is merged, the other closed."""
    scene.prepare("grace", "newcomer", "second", file=scene.file(AGREED))
    one, two = scene.pull("newcomer", "Trim the wick"), scene.pull("second", "Fill the oil")
    yield scene.welcomed(one)
    yield scene.welcomed(two)
    scene.world.review(scene.repo, one.number, scene.name("grace"), "changes_requested", "A test, please?")
    scene.world.synchronize(scene.repo, one.number, scene.name("newcomer"), files=["tests/test_lamp.py"])
    scene.world.close(scene.repo, two.number, scene.name("second"))
    why = scene.say("newcomer", one, "/mentor why")
    yield lambda: scene.told(one, "why") and scene.thumb(why)
    scene.world.merge(scene.repo, one.number, scene.name("monalisa"))


def claim(scene: Scene) -> Acts:
    """A good first issue with a mentor's name is wanted, claimed and given back."""
    scene.prepare("grace", "newcomer", file=scene.file(AGREED))
    issue = scene.issue("monalisa", "The wick is short")
    scene.world.label(scene.repo, issue.number, scene.name("monalisa"), "good first issue")
    yield lambda: scene.told(issue, "good_first") and scene.mentored(issue, "grace")
    scene.say("newcomer", issue, "Can I work on this?")
    yield lambda: scene.told(issue, "claim_hint")
    claims = scene.say("newcomer", issue, "/mentor claim")
    yield lambda: scene.thumb(claims) and scene.name("newcomer") in issue.assignees
    gives = scene.say("newcomer", issue, "/mentor release")
    yield lambda: scene.thumb(gives) and not issue.assignees


def free_again(scene: Scene) -> Acts:
    """A claim of which nothing comes."""
    more = f"follow_up: {{newcomer_check_in: {SOON}, release_claim_after: {SOON}}}"
    scene.prepare("grace", "newcomer", file=scene.file(AGREED, more=more))
    issue = scene.issue("monalisa", "The glass is black", "good first issue")
    yield lambda: scene.told(issue, "good_first") and scene.mentored(issue, "grace")
    claims = scene.say("newcomer", issue, "/mentor claim")
    yield lambda: scene.thumb(claims) and scene.told(issue, "claim_released") and not issue.assignees


def commands(scene: Scene) -> Acts:
    """What a mentor and a newcomer ask of the App."""
    scene.prepare("grace", "ada", "newcomer", file=scene.file(AGREED))
    pull = scene.pull("newcomer", "Light it")
    yield scene.welcomed(pull)
    asked = [
        scene.say("newcomer", pull, "/mentor help"),
        scene.say("newcomer", pull, "/mentor path"),
        scene.say("grace", pull, "/mentor capacity 4"),
        scene.say("ada", pull, "/mentor capacity 4"),
    ]
    yield lambda: scene.told(pull, "help") and scene.told(pull, "path") and scene.told(pull, "refusal")
    yield lambda: scene.thumb(asked[2])
    away = scene.say("grace", pull, "/mentor away 3 seconds")
    yield lambda: scene.thumb(away)


def cohort(scene: Scene) -> Acts:
    """A cohort has ended: its graduates are asked; one says yes and opens a starter issue, one says later."""
    scene.prepare("grace", "ada", file=scene.file("grace", "ada", ended=True))
    yield lambda: scene.asked("grace", "ada")
    issue = scene.found("Winter")
    yes, later = (
        scene.say("grace", issue, "/mentor accept"),
        scene.say("ada", issue, "/mentor later 3 seconds"),
    )
    yield lambda: scene.thumb(yes) and scene.thumb(later)
    yield lambda: scene.told(issue, "invitation_reminder")
    starter = scene.issue("grace", "Say who lit it", body="Who was it?\n\n/mentor starter")
    yield lambda: scene.told(starter, "starter") and scene.mentored(starter, "grace")


def push(scene: Scene) -> Acts:
    """A file with a mistake is installed; then a push mends it, and a cohort is due."""
    scene.prepare("grace", file="program: Lamp\ncohort: []\n")
    yield lambda: scene.world.check_runs(scene.repo)
    scene.world.push(scene.repo, scene.name("monalisa"), {FILE: scene.file("grace", ended=True)})
    yield lambda: scene.asked("grace")
    accepts = scene.say("grace", scene.found("Winter"), "/mentor accept")
    yield lambda: scene.thumb(accepts)


def reminder(scene: Scene) -> Acts:
    """A promised answer does not come."""
    scene.prepare("grace", "newcomer", file=scene.file(AGREED, more=f"follow_up: {{answer_within: {SOON}}}"))
    pull = scene.pull("newcomer", "Polish the brass")
    yield scene.welcomed(pull)
    yield lambda: scene.told(pull, "reminder")


def hand_over(scene: Scene) -> Acts:
    """A second mentor joins. Both moments come at once, so that the step does not depend on when it is looked."""
    more = f"follow_up: {{answer_within: {SOON}, hand_over_after: {SOON}}}"
    members = (AGREED, "ada, mentoring: agreed, capacity: 1")
    scene.prepare("grace", "ada", "newcomer", file=scene.file(*members, more=more))
    pull = scene.pull("newcomer", "Paint the tower")
    yield lambda: scene.told(pull, "welcome")
    yield lambda: scene.told(pull, "introduction") and scene.mentored(pull, "grace", "ada")


def organizers(scene: Scene) -> Acts:
    """Nobody answers at all."""
    more = f"follow_up: {{answer_within: {SOON}, hand_over_after: {SOON}, organizer_after: {SOON}}}"
    scene.prepare("grace", "newcomer", file=scene.file(AGREED, more=more))
    pull = scene.pull("newcomer", "Oil the hinge")
    yield scene.welcomed(pull)
    yield lambda: scene.told(pull, "organizers")


def patience(scene: Scene) -> Acts:
    """The welcome waits for people first."""
    scene.prepare("grace", "newcomer", file=scene.file(AGREED, more=f"human_first: {SOON}"))
    pull = scene.pull("newcomer", "Sweep the stairs")
    yield scene.welcomed(pull)
    scene.world.close(scene.repo, pull.number, scene.name("newcomer"))


def digest(scene: Scene) -> Acts:
    """The hour of the digest comes."""
    scene.prepare("grace", "newcomer", file=scene.file(AGREED))
    pull = scene.pull("newcomer", "Ring the bell")
    yield scene.welcomed(pull)
    home = scene.world.find_repository(scene.repo)
    yield lambda: scene.is_due(home.id)
    yield lambda: any("digest" in one.labels for one in scene.world.issues(scene.repo))


def leaving(scene: Scene) -> Acts:
    """The App is removed again."""
    scene.prepare("grace", "newcomer", file=scene.file(AGREED))
    pull = scene.pull("newcomer", "Close the door")
    yield scene.welcomed(pull)
    second = scene.issue("monalisa", "Open the door", "good first issue")
    yield lambda: scene.told(second, "good_first") and scene.mentored(second, "grace")
    scene.world.uninstall(scene.installation_id)


KINDS: dict[str, Callable[[Scene], Acts]] = {
    "first_pulls": first_pulls,
    "claim": claim,
    "cohort": cohort,
    "reminder": reminder,
    "commands": commands,
    "push": push,
    "digest": digest,
    "free_again": free_again,
    "hand_over": hand_over,
    "patience": patience,
    "organizers": organizers,
    "leaving": leaving,
}
