"""A coalition leaves a platform together: the stages of the exit, and the doors to them."""
