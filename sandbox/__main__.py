"""Runs the stand-in alone on loopback: `python -m sandbox --port 8080 --webhook-url http://…/webhooks`."""

from __future__ import annotations

import argparse
import threading
from pathlib import Path

from sandbox.registration import register
from sandbox.server import serve
from sandbox.story import tell
from sandbox.world import App, World


def arguments(argv: list[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--webhook-url", help="where the App listens; without it no webhooks are sent")
    parser.add_argument("--webhook-secret", default="a-secret-for-the-sandbox")
    parser.add_argument("--app-id", type=int, default=1001)
    parser.add_argument("--slug", default="lamplighter")
    parser.add_argument("--private-key-out", type=Path, help="write the App's private key here (mode 0600)")
    parser.add_argument("--without-app", action="store_true", help="begin without an App: rehearse `/setup`")
    parser.add_argument("--seed-story", action="store_true", help="begin with a few people and repositories")
    return parser.parse_args(argv)


def explain(url: str, app: App, key: Path | None) -> str:
    """What to set for an App to talk to this, and what to try."""
    where = f"GITHUB_PRIVATE_KEY_PATH={key}" if key else "# --private-key-out FILE writes the private key"
    post = f"curl -s -X POST {url}/_sandbox"
    return f"""\
A stand-in for GitHub on {url} (pages: {url}/)

  GITHUB_API_URL={url}
  GITHUB_APP_ID={app.id}
  GITHUB_CLIENT_ID={app.client_id}
  GITHUB_CLIENT_SECRET={app.client_secret}
  GITHUB_WEBHOOK_SECRET={app.webhook_secret}
  {where}

Try:
  {post}/user -d '{{"login": "octocat"}}'
  {post}/repository -d '{{"full_name": "octocat/hello"}}'
  {post}/install -d '{{"owner": "octocat", "repositories": ["octocat/hello"]}}'
  {post}/open_issue -d '{{"repo": "octocat/hello", "author": "octocat", "title": "Hi"}}'
  {post}/faults -d '{{"lose_replies": 0.2, "slow": 0.5}}'
  {post}/advance -d '{{"seconds": 86400}}'
  curl -s {url}/_sandbox/state
"""


NO_APP = """\
A stand-in for GitHub on {url} (pages: {url}/), on which no App is registered yet.

  GITHUB_API_URL={url}
"""


def _register(world: World, options: argparse.Namespace) -> App:
    return register(
        world, options.webhook_secret, options.webhook_url, app_id=options.app_id, slug=options.slug
    )


def main(argv: list[str] | None = None) -> None:
    """Run until interrupted."""
    options = arguments(argv)
    world = World()
    app = None if options.without_app else _register(world, options)
    if app and options.private_key_out:
        options.private_key_out.touch(mode=0o600)
        options.private_key_out.write_text(app.private_key_pem)
    with serve(world, options.port) as server:
        if options.seed_story:
            tell(world)
        told = explain(server.url, app, options.private_key_out) if app else NO_APP.format(url=server.url)
        print(told, flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print("\nGone.")


if __name__ == "__main__":
    main()
