"""Nobody gets in who does not belong, and nothing gets out."""
