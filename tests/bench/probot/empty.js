// An app that hears what Lamplighter hears and does nothing with it.

const EVENTS = ["push", "pull_request", "issue_comment", "issues", "pull_request_review"];

export default (app) => {
  app.on(EVENTS, async () => {});
};
