"""One use case each: read the facts, let the rules decide, record the decision and ask the outbox."""
