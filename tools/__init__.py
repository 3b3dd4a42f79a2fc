"""What run.py is made of. The standard library alone: nothing may be installed yet."""

import os

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
VENV_PYTHON = os.path.join(VENV, "Scripts" if os.name == "nt" else "bin", "python")
VAR = os.path.join(ROOT, "var")


class Stopped(Exception):
    """It can't go on; the text says what, where, and what to do."""
