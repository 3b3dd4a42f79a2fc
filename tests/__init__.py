"""The tests. They mirror the code; tests/test_the_exit.py tells the whole story."""
