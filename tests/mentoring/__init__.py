"""The rules: scenario tables, pure and fast."""
