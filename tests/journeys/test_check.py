"""The check run on a commit: what is wrong with the file in it, whatever branch it is on, once for each commit."""

import json
from collections.abc import Mapping
from datetime import timedelta

import pytest
from sqlalchemy import delete

from adapters.ledger import pace, schema
from jobs import check, check_simulation
from sandbox import shapes_repository
from sandbox.models import CheckRun
from tests.journeys.house import House
from tests.journeys.programs import FILE, HOME, OWNER, configuration, settled_in

AGREED = "      - {login: octocat, mentoring: agreed}\n"
QUIET = "starter_issues: 0"
PLAIN = "program: Observatory\nareas:\n  sky: {paths: [lens.py], team: Sky team}\n"


def begun(house: House, text: str = PLAIN, files: Mapping[str, str | None] | None = None) -> None:
    settled_in(house.world, text)
    house.world.push(HOME, "monalisa", files or {"lens.py": "1", "sky/db/stars.py": "1"})
    house.settle()


def runs(house: House, commit: str, repo: str = HOME) -> list[CheckRun]:
    return [run for run in house.world.check_runs(repo) if run.head_sha == commit]


def run(house: House, commit: str, repo: str = HOME) -> CheckRun:
    (found,) = runs(house, commit, repo)
    return found


def pushed(house: House, text: str | None, branch: str | None = "topic", repo: str = HOME) -> CheckRun:
    commit = house.world.push(repo, "monalisa", {FILE: text}, branch=branch)
    house.settle()
    return run(house, commit.sha, repo)


def told(found: CheckRun) -> list[str]:
    return [
        f"{it['start_line']}:{it['start_column']} {it['annotation_level']}: {it['message']}"
        for it in found.annotations
    ]


# --- where and when -------------------------------------------------------------------------------


def test_a_mistake_on_a_branch_is_annotated_and_changes_nothing(house: House) -> None:
    good = configuration(house.world, members=AGREED, extra=QUIET)
    begun(house, good)
    found = pushed(house, good.replace("organizers:", "organisers:"))
    assert found.conclusion == "failure"
    assert told(found) == ["2:1 failure: unknown key `organisers`; did you mean `organizers`?"]
    assert "this branch changes nothing there" in found.output["summary"]
    pull = house.world.open_pull_request(HOME, "newcomer", "Polish", files=["lens.py"])
    house.settle()
    assert "**@octocat is your mentor" in house.said(HOME, pull.number)[0]


def test_a_good_file_on_a_branch_is_not_in_force(house: House) -> None:
    good = configuration(house.world, members=AGREED, extra=QUIET)
    begun(house, good)
    found = pushed(house, f"{good}mentor_noun: guide\n")
    assert (found.conclusion, found.output["title"]) == ("neutral", "1 thing to look at")
    assert "It takes effect once it is on **main**" in found.output["summary"]
    pull = house.world.open_pull_request(HOME, "newcomer", "Polish", files=["lens.py"])
    house.settle()
    assert "@octocat is your mentor" in house.said(HOME, pull.number)[0]


def test_without_a_mistake_the_check_is_green(house: House) -> None:
    begun(house)
    found = pushed(house, f"{PLAIN}mentor_noun: guide\n", branch=None)
    assert (found.conclusion, found.output["title"]) == ("success", "Nothing to change")
    assert "This file is in force: Observatory, 1 area." in found.output["summary"]
    assert found.annotations == []


def test_a_push_of_several_commits_is_checked_at_its_last(house: House) -> None:
    begun(house)
    bad = {FILE: "progam: Observatory\n"}
    last = house.world.push(HOME, "monalisa", bad, branch="topic", then=[{"a": "1"}, {"b": "1"}])
    house.settle()
    assert run(house, last.sha).conclusion == "failure"
    assert len(house.world.check_runs(HOME)) == 1


def test_a_push_of_other_files_costs_nothing(house: House) -> None:
    begun(house)
    before = len(house.world.requests)
    house.world.push(HOME, "monalisa", {"a": "1"}, branch="topic")
    house.world.push(
        HOME, "monalisa", {"a": "2"}, branch="topic", onto=house.world.find_repository(HOME).branches["main"]
    )
    house.settle()
    assert len(house.world.requests) == before


def test_a_branch_that_is_deleted_or_gone_says_nothing(house: House) -> None:
    begun(house)
    house.world.push(HOME, "monalisa", {FILE: "progam: x\n"}, branch="topic")
    house.settle()
    house.world.delete_branch(HOME, "monalisa", "topic")
    house.settle()
    assert len(house.world.check_runs(HOME)) == 1


def test_a_commit_that_is_gone_by_then_needs_no_check(house: House) -> None:
    begun(house)
    house.world.faults.hold_deliveries = True
    commit = house.world.push(HOME, "monalisa", {FILE: "progam: x\n"}, branch="topic")
    house.world.delete_branch(HOME, "monalisa", "topic")
    del house.world.find_repository(HOME).commits[commit.sha]
    house.world.faults.hold_deliveries = False
    house.settle()
    assert house.world.check_runs(HOME) == []


def test_a_commit_that_goes_before_its_check_is_written(house: House) -> None:
    begun(house)
    commit = house.world.push(HOME, "monalisa", {FILE: "progam: x\n"}, branch="topic")
    (installation_id,) = house.world.installations
    house.decide(installation_id)
    assert house.writes_waiting() == 1
    del house.world.find_repository(HOME).commits[commit.sha]
    house.settle()
    assert house.world.check_runs(HOME) == []


def test_a_forced_push_that_sets_a_branch_back_is_looked_at(house: House) -> None:
    begun(house)
    world = house.world
    last = world.push(HOME, "monalisa", {FILE: "progam: x\n"}, branch="topic", then=[{FILE: PLAIN}])
    house.settle()
    (middle,) = last.parents
    world.push(HOME, "monalisa", {FILE: "progam: y\n"}, branch="topic", onto=middle)
    house.settle()
    assert [it.conclusion for it in world.check_runs(HOME)] == ["success", "failure"]


def test_a_file_that_is_taken_away(house: House) -> None:
    begun(house)
    on_branch = pushed(house, None)
    assert (on_branch.conclusion, on_branch.output["title"]) == (
        "neutral",
        "There is no configuration any more",
    )
    assert "**main** would no longer have" in on_branch.output["summary"]
    assert "is gone, so Lamplighter is silent here" in pushed(house, None, branch=None).output["summary"]


def test_a_webhook_that_comes_again_is_told_once(house: House) -> None:
    begun(house)
    commit = house.world.push(HOME, "monalisa", {FILE: "progam: x\n"}, branch="topic")
    house.settle()
    (push,) = [it for it in house.world.deliveries if it.event == "push" and commit.sha in it.body.decode()]
    house.world.redeliver(push.id)
    house.settle()
    # The same commit on another branch, in a delivery of its own.
    other = push.body.decode().replace("refs/heads/topic", "refs/heads/other")
    assert house.post("push", json.loads(other)) == 202
    house.settle()
    assert len(runs(house, commit.sha)) == 1


def test_a_lost_answer_makes_no_second_check(house: House) -> None:
    begun(house)
    house.world.faults.lose_replies = 1
    found = pushed(house, "progam: x\n")
    assert found.conclusion == "failure"


def test_a_pull_request_from_a_fork_pushes_nothing_to_us(house: House) -> None:
    begun(house)
    house.world.open_pull_request(HOME, "regular", "Tidy", files={FILE: "progam: x\n"})
    house.settle()
    assert house.world.check_runs(HOME) == []


# --- what is worth a second look ------------------------------------------------------------------


def test_logins_labels_and_paths_that_are_nobodys(house: House) -> None:
    world = house.world
    begun(house)
    world.create_label(HOME, "monalisa", "database")
    world.organization("mona")
    text = """\
program: Observatory
organizers: [monalisa, MONALISA, mona]
good_first_issue_labels: [good first isue, good first issue]
areas:
  sky: {paths: ["sky/**", sky, "*.rst"], labels: [DataBase, databse]}
  void: {team: Nobody}
cohorts:
  - {name: A, starts: 2026-01-01, ends: 2026-02-01, members: [{login: octocat}, {login: nobody-has-this}]}
  - {name: B, starts: 2026-01-01, ends: 2026-03-01, members: [{login: 0123}, {login: Octocat}]}
"""
    before = len(world.requests)
    found = pushed(house, text)
    assert found.conclusion == "neutral"
    assert told(found) == [
        "2:24 warning: `MONALISA` is in this list twice",
        "2:34 warning: no person on GitHub is called `mona`; teams and organizations do not count",
        "3:27 warning: this repository has no label `good first isue`; did you mean `good first issue`?",
        "5:27 warning: no file of this repository matches `sky`; for all that is in the folder write `sky/**`",
        "5:32 warning: no file of this repository matches `*.rst`",
        "5:61 warning: this repository has no label `databse`; did you mean `database`?",
        "6:9 warning: `void` has neither paths nor labels, so nothing belongs to it",
        "8:89 warning: no person on GitHub is called `nobody-has-this`; teams and organizations do not count",
        "9:71 warning: no person on GitHub is called `0123`; teams and organizations do not count",
        "9:86 warning: `Octocat` is in `A` too; the entry in `B` counts",
    ]
    # The file, five people, the labels, the tree; and the check run.
    asked = [request for request in world.requests[before:] if not request.path.endswith("access_tokens")]
    assert [request.method for request in asked[:9]] == [*["GET"] * 8, "POST"], (
        "what follows plays the last days"
    )


def test_who_asked_to_be_forgotten_is_not_spoken_of(house: House) -> None:
    begun(house, configuration(house.world, members=AGREED, extra=QUIET))
    pull = house.world.open_pull_request(HOME, "newcomer", "Polish", files=["lens.py"])
    house.settle()
    house.world.comment(HOME, pull.number, "octocat", "/mentor forget me")
    house.settle()
    house.world.rename_user("octocat", "somebody-else")
    found = pushed(
        house, "program: X\norganizers: [octocat, octocat]\nareas: {sky: {paths: [lens.py], team: Sky}}\n"
    )
    assert found.conclusion == "success", told(found)


def test_a_login_that_passed_on_to_somebody_else(house: House) -> None:
    world = house.world
    begun(house, configuration(world, members=AGREED, extra=QUIET))
    world.rename_user("octocat", "octocat-renamed")
    world.user("octocat")
    house.advance(timedelta(hours=2))
    text = configuration(world, members=AGREED, extra=f"{QUIET}\nmentor_noun: guide")
    world.push(HOME, "monalisa", {FILE: text})
    house.settle()
    found = pushed(house, f"{text}\n")
    assert any("`octocat` belongs to somebody else by now" in one for one in told(found)), told(found)


def test_a_large_tree_and_many_labels_are_not_judged(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    begun(house)
    monkeypatch.setattr(shapes_repository, "LARGEST_TREE", 2)
    monkeypatch.setattr(check, "FEW_PAGES", 1)
    monkeypatch.setattr(check, "FEW", 1)
    for number in range(100):
        house.world.create_label(HOME, "monalisa", f"label {number}")
    found = pushed(
        house, "program: X\norganizers: [a-nobody, b-nobody]\nareas: {sky: {paths: [nope], labels: [nope]}}\n"
    )
    assert told(found) == [
        "1:10 warning: nobody can be named yet, so newcomers hear nothing: add a cohort, or a team or channel for an area",
        "2:14 warning: no person on GitHub is called `a-nobody`; teams and organizations do not count",
    ]
    assert "Only 1 of the new logins were looked up." in found.output["summary"]
    assert "too many labels" in found.output["summary"] and "too many files" in found.output["summary"]


def test_where_other_repositories_build_on_the_file_its_labels_are_not_looked_for(house: House) -> None:
    world = house.world
    text = PLAIN.replace("lens.py", "nope.py")
    settled_in(world, text, install=False)
    settled_in(world, f"_extends: {HOME}\n", repo=f"{OWNER}/code", install=False)
    world.install(OWNER, [HOME, f"{OWNER}/code"])
    house.settle()
    found = pushed(house, f"{text}\n")
    assert told(found) == []
    assert "Other repositories build on this file" in found.output["summary"]


def test_a_private_file_is_not_quoted_in_a_public_repository(house: House) -> None:
    world = house.world
    members = "      - {login: hubot}\n"
    good = configuration(world, members=members, extra=QUIET)
    again = good[good.index("  - name:") :].replace("Session 4", "Session 5")
    settled_in(world, f"{good}{again}", install=False, private=True)
    settled_in(world, f"_extends: {HOME}\n", repo=f"{OWNER}/code", install=False)
    world.install(OWNER, [HOME, f"{OWNER}/code"])
    house.settle()
    code = f"{OWNER}/code"
    assert told(pushed(house, f"_extends: {HOME}\nmentor_noun: guide\n", repo=code)) == []
    world.push(HOME, "monalisa", {FILE: good.replace("organizers:", "secret-plan:")})
    house.settle()
    found = pushed(house, f"_extends: {HOME}\nmentor_noun: buddy\n", repo=code)
    assert told(found) == [
        f"1:1 failure: In {HOME}: there is a mistake; the check of its own commits tells it"
    ]
    assert "secret" not in json.dumps(found.output)


def test_a_private_file_is_not_quoted_either_where_the_ledger_does_not_know_its_repository(
    house: House,
) -> None:
    world = house.world
    private = configuration(world, members="      - {login: hubot}\n").replace("organizers:", "secret-plan:")
    settled_in(world, private, install=False, private=True)
    settled_in(world, f"_extends: {HOME}\n", repo=f"{OWNER}/code", install=False)
    world.install(OWNER, [HOME, f"{OWNER}/code"])
    house.settle()
    with house.context.ledger.write() as connection:
        connection.execute(delete(schema.repositories).where(schema.repositories.c.full_name == HOME))
    found = pushed(house, f"_extends: {HOME}\nmentor_noun: guide\n", repo=f"{OWNER}/code")
    assert told(found) and "secret" not in json.dumps(found.output)


def test_a_hint_names_nothing_of_a_private_file_either(house: House) -> None:
    world = house.world
    private = "program: Djangonaut Space\nareas:\n  secret-plan: {paths: [src/**]}\n"
    settled_in(world, private, install=False, private=True)
    settled_in(world, f"_extends: {HOME}\n", repo=f"{OWNER}/code", install=False)
    world.install(OWNER, [HOME, f"{OWNER}/code"])
    house.settle()
    cohort = (
        "{name: One, starts: 2026-01-01, ends: 2026-02-01, members: [{login: hubot, areas: [secret-plans]}]}"
    )
    found = pushed(house, f"_extends: {HOME}\ncohorts: [{cohort}]\n", repo=f"{OWNER}/code")
    assert told(found) == ["2:94 failure: `areas`: no area is called `secret-plans`"]
    assert "did you mean" not in json.dumps(found.output)


def test_fifty_of_many_mistakes_are_annotated(house: House) -> None:
    begun(house)
    found = pushed(house, "program: X\n" + "".join(f"key{number}: 1\n" for number in range(70)))
    assert len(found.annotations) == 50
    assert "from here on there are 20 more problems" in found.output["summary"]


def test_what_builds_on_another_file_is_checked_with_it(house: House) -> None:
    world = house.world
    settled_in(world, configuration(world, members=AGREED, extra=QUIET), install=False)
    settled_in(world, f"_extends: {HOME}\n", repo=f"{OWNER}/code", install=False)
    world.install(OWNER, [HOME, f"{OWNER}/code"])
    house.settle()
    good = pushed(house, f"_extends: {HOME}\nmentor_noun: guide\n", repo=f"{OWNER}/code")
    assert good.conclusion == "success", good.output
    bad = pushed(house, f"_extends: {OWNER}/nowhere\nprogram: X\n", branch="other", repo=f"{OWNER}/code")
    assert told(bad) == [f"1:1 failure: `_extends` names {OWNER}/nowhere, whose file cannot be read"]


def test_the_app_is_missing_on_the_programs_home(house: House) -> None:
    world = house.world
    world.organization("elsewhere")
    settled_in(world, configuration(world, members=AGREED, extra=QUIET), install=False)
    world.repository("elsewhere/code", files={FILE: f"_extends: {HOME}\n"})
    world.install("elsewhere", ["elsewhere/code"])
    house.settle()
    (found,) = world.check_runs("elsewhere/code")
    assert found.conclusion == "neutral"
    assert f"Lamplighter is not installed on {HOME}, where the cohorts are kept" in told(found)[0]


# --- what the last days would have been -----------------------------------------------------------


def month(house: House, *, private: bool = False) -> tuple[int, int, int]:
    """Two newcomers and a good first issue, before there is any program."""
    world = house.world
    settled_in(world, "program: Nothing yet\n", private=private)
    if private:
        world.organization(OWNER, private_members=["newcomer", "newcomer-two"])
    house.settle()
    first = world.open_pull_request(HOME, "newcomer", "Polish the lens", files=["lens.py"]).number
    issue = world.open_issue(HOME, "monalisa", "Dim it", labels=["good first issue"]).number
    house.advance(timedelta(days=1))
    second = world.open_pull_request(HOME, "newcomer-two", "Index", files=["sky/db/stars.py"]).number
    house.advance(timedelta(days=4))
    house.settle()
    return first, second, issue


@pytest.mark.parametrize("private", [False, True])
def test_a_check_tells_what_the_last_days_would_have_been(house: House, private: bool) -> None:
    first, second, issue = month(house, private=private)
    before = len(house.world.writes())
    found = pushed(house, configuration(house.world, ended_days_ago=9))
    title, details = found.output["title"], found.output["text"]
    assert title.startswith(
        "2 things to look at – with this file the last 30 days would have asked 3 graduates, "
    )
    assert "greeted 2 newcomers" in title
    assert f"**greeted 2 newcomers**: [{first}](" in details and f"[{second}](" in details
    assert f"**named a mentor on 1 new good first issue**: [{issue}](" in details
    assert "Whoever is asked says yes at once" in details and "@" not in details
    assert found.conclusion == "neutral" and len(told(found)) == 2, (
        "told once, though the check was written twice"
    )
    made, changed = house.world.writes()[before:]
    assert (made.method, changed.method) == ("POST", "PATCH") and "/check-runs" in changed.path


def test_too_long_a_month_is_left_out_with_a_sentence(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    month(house)
    monkeypatch.setattr(check_simulation, "MOST_REQUESTS", 3)
    found = pushed(house, configuration(house.world, ended_days_ago=9))
    assert found.output["title"] == "2 things to look at"
    assert found.output["text"] == "- Too much happened here in 30 days to play it again for a check."


def test_with_little_left_of_the_limit_only_the_file_is_read(house: House) -> None:
    month(house)
    (installation_id,) = house.world.installations
    resets = house.context.now() + timedelta(hours=1)
    with house.context.ledger.write() as connection:
        pace.note_remaining(
            connection, [pace.Remaining(installation_id, "core", 5000, 300, resets)], house.context.now()
        )
    before = len(house.world.requests)
    commit = house.world.push(
        HOME, "monalisa", {FILE: "program: X\norganizers: [a-nobody]\n"}, branch="topic"
    )
    house.decide(installation_id)
    asked = [it.path for it in house.world.requests[before:] if not it.path.endswith("access_tokens")]
    assert len(asked) == 1 and asked[0].endswith(FILE)
    house.settle()
    found = run(house, commit.sha)
    assert "Little is left of the requests" in found.output["summary"] and "text" not in found.output


def test_only_the_last_of_several_commits_is_played(house: House) -> None:
    month(house)
    (installation_id,) = house.world.installations
    text = configuration(house.world, ended_days_ago=9)
    house.world.faults.hold_deliveries = True
    one = house.world.push(HOME, "monalisa", {FILE: text}, branch="topic")
    two = house.world.push(HOME, "monalisa", {FILE: f"{text}# More to say.\n"}, branch="topic")
    house.world.faults.hold_deliveries = False
    house.settle()
    assert "text" not in run(house, one.sha).output
    assert "greeted 2 newcomers" in run(house, two.sha).output["text"]


def test_a_mistake_leaves_nothing_to_play(house: House) -> None:
    month(house)
    assert "text" not in pushed(house, "progam: X\n").output


# --- what somebody may push to hurt us ------------------------------------------------------------

LAUGHS = "a0: &a0 [lol, lol]\n" + "".join(f"a{i + 1}: &a{i + 1} [{f'*a{i}, ' * 9}]\n" for i in range(9))
NASTY = {
    "a huge file": ("#" * 2_000_000, "1:1 failure: the file is larger than 64 KiB"),
    "laughs": (LAUGHS, "1:5 failure: anchors (&) and aliases (*) are not read; write it out"),
    "deep": (f"a: {'[' * 5000}", "1:23 failure: this is nested deeper than 20 levels"),
    "binary": ("program: \x00\x01", "1:10 failure: a character that cannot be printed (U+0000)"),
    "a tag": (
        "program: !!python/object:os.system x",
        "1:10 failure: tags (!) are not read; put quotes around",
    ),
    "leftwards": ("program: X\nشفق: 1\n", "2:1 failure: unknown key `\u2068شفق\u2069`"),
    "turned": (
        "program: X\nmentor_noun: '\u202etxt'\n",
        "2:14 failure: `mentor_noun`: write words of letters",
    ),
    "a mention": ("program: X\n'@octocat #1': 1\n", "2:1 failure: unknown key `@octocat #1`"),
}


def test_whatever_is_pushed_is_told_in_a_sentence_at_its_place(house: House) -> None:
    begun(house)
    for number, (name, (text, sentence)) in enumerate(NASTY.items()):
        found = pushed(house, text, branch=f"nasty-{number}")
        assert found.conclusion == "failure", name
        assert told(found)[0].startswith(sentence), (name, told(found))
        assert "\u202e" not in json.dumps(told(found), ensure_ascii=False)
        assert "@octocat" not in found.output["summary"] and "#1" not in found.output["summary"]


def test_a_thousand_labels_are_read_in_ten_requests(house: House) -> None:
    begun(house)
    there = len(house.world.find_repository(HOME).labels)
    for number in range(1000 - there - 1):
        house.world.create_label(HOME, "monalisa", f"label {number}")
    before = len(house.world.requests)
    text = "program: X\nareas: {sky: {labels: [label 7, label x], team: Sky}}\n"
    assert told(pushed(house, text)) == [
        "2:33 warning: this repository has no label `label x`; did you mean `label 9`?"
    ]
    assert len([it for it in house.world.requests[before:] if it.path.endswith("/labels")]) == 10


# --- in which language ------------------------------------------------------------------------------


def test_the_check_speaks_the_language_that_its_file_asks_for(house: House) -> None:
    """Whoever proposes another language hears what it means, before it is in force."""
    begun(house, f"{PLAIN}language: en\n")
    wrong = pushed(house, f"{PLAIN}language: es\nclaims: many\norganisers: [monalisa]\n")
    assert wrong.output["title"] == "2 problemas en .github/lamplighter.yml"
    assert told(wrong) == [
        "5:9 failure: `claims`: escribe un número entero de 1 a 20 (dice `many`)",
        "6:1 failure: clave desconocida: `organisers`; ¿querías decir `organizers`?",
    ]
    assert "línea 5, columna 9" in wrong.output["summary"]
    back = pushed(house, f"{PLAIN}claims: many\n", branch="other")
    assert back.output["title"] == "1 problem in .github/lamplighter.yml"


def test_a_file_that_nobody_can_read_is_told_of_in_the_language_in_force(house: House) -> None:
    begun(house, f"{PLAIN}language: es\n")
    broken = pushed(house, f"{PLAIN}language: en\n\tx: 1\n")
    assert told(broken)[0].endswith("YAML no se sangra con tabuladores; usa espacios")
    odd = pushed(house, f"{PLAIN}language: 'tú'\n", branch="other")
    assert "escribe un código de idioma como en" in told(odd)[0]
    gone = pushed(house, None, branch="none")
    assert gone.output["title"] == "Ya no hay ninguna configuración"


def test_doubts_and_the_last_days_are_told_in_spanish_too_though_they_wait_in_between(house: House) -> None:
    month(house, private=False)
    text = configuration(
        house.world, ended_days_ago=9, extra="language: es\ngood_first_issue_labels: [facil]"
    )
    found = pushed(house, text)
    title, summary, details = (found.output[one] for one in ("title", "summary", "text"))
    assert "representarlas" not in details, details
    assert ": con este archivo, en los últimos 30 días Lamplighter habría invitado a 3 personas" in title
    assert "este repositorio no tiene la etiqueta \\`facil\\`" in summary
    assert "**dado la bienvenida a 2 personas**" in details
    assert "Quien recibe una invitación dice que sí enseguida" in details
    assert any("no tiene la etiqueta `facil`" in line for line in told(found))
