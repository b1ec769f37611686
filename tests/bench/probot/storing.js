// An app that decides as Lamplighter's front door does and stores the same rows before it answers.
//
// SQLite with the same durability: a write-ahead log that is synced with every commit.

import { readFileSync } from "node:fs";

import Database from "better-sqlite3";

const EVENTS = ["push", "pull_request", "issue_comment", "issues", "pull_request_review"];
const NEW_HERE = ["NONE", "FIRST_TIMER", "FIRST_TIME_CONTRIBUTOR"];
const FILE = ".github/lamplighter.yml";
const COMMAND = /^[^\S\n]*(?:\/mentor\b|@[\w-]+\s+@?[a-z0-9])/im;

const database = new Database(process.env.BENCH_DATABASE);
database.pragma("journal_mode = WAL");
database.pragma("synchronous = FULL");
database.exec(`
  CREATE TABLE IF NOT EXISTS threads (repository_id INTEGER, number INTEGER, PRIMARY KEY (repository_id, number));
  CREATE TABLE IF NOT EXISTS inbox (
    id INTEGER PRIMARY KEY, delivery TEXT NOT NULL, job TEXT NOT NULL, installation_id INTEGER,
    repository_id INTEGER, thread INTEGER, fields TEXT NOT NULL, received_at TEXT NOT NULL, due_at TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, done_at TEXT, parked_at TEXT, UNIQUE (delivery, job)
  );
  CREATE INDEX IF NOT EXISTS ix_due ON inbox (due_at) WHERE done_at IS NULL AND parked_at IS NULL;
  CREATE INDEX IF NOT EXISTS ix_thread ON inbox (repository_id, thread) WHERE done_at IS NULL AND parked_at IS NULL;
`);
const known = database.prepare("INSERT OR IGNORE INTO threads VALUES (?, ?)");
database.transaction(() => {
  for (const line of readFileSync(process.env.BENCH_THREADS, "utf8").trim().split("\n")) known.run(...line.split(" "));
})();
const ours = database.prepare("SELECT 1 FROM threads WHERE repository_id = ? AND number = ?");
const waits = database.prepare(
  "SELECT 1 FROM inbox WHERE repository_id = ? AND thread = ? AND done_at IS NULL AND parked_at IS NULL LIMIT 1"
);
const put = database.prepare(`
  INSERT INTO inbox (delivery, job, installation_id, repository_id, thread, fields, received_at, due_at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (delivery, job) DO UPDATE SET parked_at = NULL, due_at = excluded.due_at WHERE done_at IS NULL
`);

function isOurs(payload) {
  const thread = payload.pull_request ?? payload.issue;
  const where = [payload.repository.id, thread.number];
  return ours.get(...where) !== undefined || waits.get(...where) !== undefined;
}

function jobOf(name, payload) {
  switch (name) {
    case "push":
      return payload.ref === `refs/heads/${payload.repository.default_branch}` &&
        payload.commits.some((one) => [...one.added, ...one.modified, ...one.removed].includes(FILE))
        ? "configuration" : null;
    case "pull_request":
      if (payload.action === "opened")
        return NEW_HERE.includes(payload.pull_request.author_association) ? "welcome" : null;
      return ["synchronize", "review_requested", "closed"].includes(payload.action) && isOurs(payload) ? "turns" : null;
    case "issue_comment":
      return COMMAND.test(payload.comment.body) ? "commands" : isOurs(payload) ? "turns" : null;
    case "issues":
      if (payload.action === "labeled" || (payload.action === "opened" && payload.issue.labels.length))
        return "good_first";
      return payload.action === "closed" && isOurs(payload) ? "threads" : null;
    default:
      return isOurs(payload) ? "turns" : null;
  }
}

export default (app) => {
  app.on(EVENTS, async ({ id, name, payload }) => {
    const job = jobOf(name, payload);
    if (job === null) return;
    const thread = payload.pull_request ?? payload.issue;
    const { id: repository, full_name, default_branch, archived } = payload.repository;
    const fields = {
      action: payload.action, "sender.id": payload.sender.id, "user.id": thread?.user.id,
      "comment.body": payload.comment?.body, repository: { id: repository, full_name, default_branch, archived },
    };
    const now = new Date().toISOString();
    put.run(id, job, payload.installation?.id, repository, thread?.number ?? null, JSON.stringify(fields), now, now);
  });
};
