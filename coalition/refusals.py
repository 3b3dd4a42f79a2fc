"""One clear sentence for a person: what can't be done, where, and what to do instead."""

from django.utils.functional import Promise


class Refusal(Exception):  # noqa: N818 — it is an answer, not a fault
    """Raised by an action that won't; a door shows the sentence, and nothing has been changed."""

    def __init__(self, sentence: str | Promise) -> None:
        """The sentence, translated lazily."""
        super().__init__(sentence)
        self.sentence = sentence

    def __str__(self) -> str:
        return str(self.sentence)
