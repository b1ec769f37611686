"""What happens when things break: real processes that are killed, limits, storms, nonsense."""
