"""`python -m sandbox.demo`: plays the story, says what happened, then shows it until Ctrl-C."""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from sandbox.demo.clock import CHECKOUT, Clock
from sandbox.demo.house import AppProcess
from sandbox.demo.reading import shown
from sandbox.demo.scenes import LIGHTHOUSE, REPO, SCENES, Scene
from sandbox.demo.weeks import WEEKS, digests
from sandbox.registration import register
from sandbox.server import Server, serve
from sandbox.world import World

PATIENCE = 25.0  # seconds for one scene
PORT = 8321
STORY = (*SCENES, *WEEKS)


def main() -> int:
    """Play everything; 0 if every step was seen on the sandbox."""
    argparse.ArgumentParser(prog="python -m sandbox.demo", description=__doc__).parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the App is stopped then, too
    console = Console()
    data_dir = CHECKOUT / "var" / "demo"
    shutil.rmtree(data_dir, ignore_errors=True)
    data_dir.mkdir(parents=True)
    clock = Clock(data_dir / "clock")
    world = World()
    with _serve(world) as server:
        app = register(world, webhook_secret="a secret of the demo")  # noqa: S106
        house = AppProcess(app, server.url, data_dir, clock)
        app.webhook_url = f"{house.url}/webhooks"
        try:
            return _show(console, world, house, clock, server.url)
        finally:
            house.stop()


def _serve(world: World) -> Server:
    """On the usual port, so that a bookmark stays good; on a free one where it is taken."""
    try:
        return serve(world, PORT)
    except (OSError, SystemExit):
        return serve(world, 0)


def _show(console: Console, world: World, house: AppProcess, clock: Clock, page: str) -> int:
    console.print("[bold]Lamplighter[/bold] – every graduate lights the lamp for the next newcomer.\n")
    begun = time.monotonic()
    bar = Progress(TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=console)
    with bar:
        task = bar.add_task("starting web, worker and clock", total=len(STORY) + 1)
        house.start()
        bar.advance(task)
        done = all(_play(bar, task, world, house, clock, scene) for scene in STORY)
    seconds = time.monotonic() - begun
    if not done:
        console.print(f"[red]The story stopped here.[/red] The App's log: {house.log}")
        console.print(house.command("inbox"), house.command("outbox"))
        return 1
    console.print(f"\nEvery step was seen on the sandbox, in {seconds:.0f} s.")
    digest = digests(world)[-1]
    console.print()
    console.print(shown(digest))
    _keep_open(console, page, digest.number)
    return 0


def _play(bar: Progress, task: TaskID, world: World, house: AppProcess, clock: Clock, scene: Scene) -> bool:
    bar.update(task, description=scene.title)
    if scene.moment is not None:
        clock.move(scene.moment(world))
    scene.act(world)
    if scene.in_silence:
        _wait_for(lambda: house.command("inbox").startswith("0 waiting"))
    seen = _wait_for(lambda: scene.seen(world))
    told = scene.told(world) if seen else "[red]this was not seen[/red]"
    bar.console.print(f"• {scene.title}\n  [green]→[/green] {told}", highlight=False)
    bar.advance(task)
    return seen


def _wait_for(seen: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE
    while not seen():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _keep_open(console: Console, page: str, digest: int) -> None:
    if os.environ.get("CI") == "true":
        return
    console.print(f"The digest, as GitHub would show it: [bold]{page}/{REPO}/issues/{digest}[/bold]")
    console.print(f"all threads: [bold]{page}/{REPO}[/bold]")
    console.print(f"and, with the hand-over: [bold]{page}/{LIGHTHOUSE}[/bold] (Ctrl-C ends it)")
    with contextlib.suppress(KeyboardInterrupt):
        while True:
            time.sleep(3600)


if __name__ == "__main__":
    sys.exit(main())
