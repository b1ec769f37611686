"""The handlers: a payload goes in, the jobs asked for come out."""
