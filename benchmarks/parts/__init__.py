"""What the benchmarks are built from: a network on loopback, a deployment, rows, figures."""
