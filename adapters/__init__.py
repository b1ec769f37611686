"""All input and output: GitHub reads, the outbox, the ledger, the queue, texts, settings."""
