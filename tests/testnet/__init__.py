"""Real servers on loopback, for tests, benchmarks and the soak. Nothing reaches the internet."""
