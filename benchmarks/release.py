"""How close the release comes to a bare script that just sends: see benchmarks/README.md.

    python3 run.py benchmark release [--posts N …] [--concurrency N] [--runs N]

Our own deployment and the bare scripts send the same posts, turn about. For each number of posts
one JSON line comes last.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from statistics import median

from benchmarks.parts.bench import Bench, Release, Rescue, Times, bench


def measure(made: Bench, posts: int, runs: int) -> list[tuple[Release, Times]]:
    """Ours and theirs, turn about."""
    pairs = []
    for run in range(1, runs + 1):
        ours, bare = made.ours(posts), made.bare()
        pairs.append((ours, bare))
        ratio = f"× {ours.times.last / bare.last:.3f} last, × {ours.times.p99 / bare.p99:.3f} p99"
        print(f"{posts} posts, run {run} of {runs}: {ratio}")
        print(f"  ours {ours.times}; {ours.statements:.0f} statements, {ours.cpu:.2f} s of CPU")
        print(f"  bare {bare}", flush=True)
    return pairs


def figures(
    posts: int, concurrency: int, pairs: Sequence[tuple[Release, Times]], rescue: Rescue
) -> dict[str, float]:
    """Medians of runs; sums of what must be none; the kill experiment's own."""
    releases = [ours for ours, _bare in pairs]
    return {
        "posts": posts,
        "concurrency": concurrency,
        "ratio_last": round(median(ours.times.last / bare.last for ours, bare in pairs), 3),
        "ratio_p99": round(median(ours.times.p99 / bare.p99 for ours, bare in pairs), 3),
        "first_ms": round(median(ours.times.first for ours in releases), 1),
        "early": sum(ours.times.early for ours in releases),
        "statements_per_post": round(median(ours.statements for ours in releases) / posts, 3),
        "cpu_seconds": round(median(ours.cpu for ours in releases), 2),
        "unrecorded_after_kill": rescue.unrecorded,
        "doubled": sum(ours.doubled for ours in releases) + rescue.doubled,
        "lost": sum(ours.lost for ours in releases) + rescue.lost,
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure each number of posts, and print the figures last."""
    parser = argparse.ArgumentParser(prog="run.py benchmark release")
    parser.add_argument("--posts", type=int, nargs="+", default=[1000, 10_000])
    parser.add_argument("--concurrency", type=int, default=200, help="calls in flight, in all")
    parser.add_argument("--runs", type=int, default=5)
    asked = parser.parse_args(arguments)
    lines = []
    with bench(asked.concurrency, max(asked.posts)) as made:
        for posts in sorted(asked.posts):
            pairs = measure(made, posts, asked.runs)
            peak = round(made.peak_mb())  # before a worker is killed, and its figures with it
            rescue = made.killed(posts)
            print(f"{posts} posts, a worker killed: all settled {rescue.seconds:.0f} s after T")
            found = figures(posts, asked.concurrency, pairs, rescue)
            lines.append({**found, "worker_peak_mb": peak})
    for line in lines:
        print(json.dumps(line))
    return 0


if __name__ == "__main__":
    sys.exit(main())
