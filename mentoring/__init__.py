"""The rules of mentoring: pure decisions, without I/O and without a clock."""
