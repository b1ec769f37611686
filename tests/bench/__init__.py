"""The benchmarks: what a newcomer's welcome costs, and how fast deliveries are accepted and answered."""
