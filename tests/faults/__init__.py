"""Every fault that we promise to survive, really injected, and judged by the networks' own logs."""
