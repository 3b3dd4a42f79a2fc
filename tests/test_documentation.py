"""Documents say what the code says: settings, states, commands, words, links."""

import re
from pathlib import Path

import pytest

from coalition.publishing.states import ARROWS, Move, State

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
DOCUMENTS = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
READ = re.compile(r'\benv\.[a-z_]+\(\s*"([A-Z0-9_]+)"')
COMPOSE_ITSELF = re.compile(r"\$\{([A-Z0-9_]+)[:}]")
WORDS = {
    "candidate",
    *("campaign", "organisation", "representative", "account", "credential", "pledge", "post"),
    *("farewell", "announcement", "route", "direct", "by hand", "attempt", "outcome"),
    *("uncertain", "missed", "window", "wave", "evidence", "journal, entry", "rehearsal"),
    *("press kit", "embargo link", "second step", "recovery code", "vouch"),
}


def read(path: str) -> str:
    return (ROOT / path).read_text("utf-8")


def settings_read() -> set[str]:
    """Every name that settings.py asks the environment for."""
    names = READ.findall(read("coalition/settings.py"))
    return {*names, "ENV_FILE"}


def read_by_compose() -> set[str]:
    return set(COMPOSE_ITSELF.findall(read("docker-compose.yml")))


def first_column(text: str, *, inside: str = "`") -> list[str]:
    """The names that tables begin their rows with."""
    return re.findall(rf"^\| {inside}([^`|*]+){inside} \|", text, re.MULTILINE)


# Settings


def test_every_read_of_the_environment_is_seen_here() -> None:
    text = read("coalition/settings.py")
    assert len(READ.findall(text)) == len(re.findall(r"\benv\.[a-z_]+\(", text))
    elsewhere = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "coalition").rglob("*.py")
        if re.search(r"os\.(environ\[|environ\.get|getenv)", path.read_text("utf-8"))
    ]
    assert sorted(elsewhere) == [
        "coalition/environment.py",
        "coalition/publishing/crash.py",  # for tests alone: where a worker is to die
        "coalition/settings.py",
    ]


def test_every_setting_has_its_row_and_every_row_its_setting() -> None:
    rows = first_column(read("docs/settings.md"))
    assert sorted(rows) == sorted(settings_read() | read_by_compose())


def test_every_setting_stands_in_the_example_and_nothing_else_does() -> None:
    text = read(".env.example")
    names = re.findall(r"^#?([A-Z0-9_]+)=", text, re.MULTILINE)
    assert sorted(names) == sorted(settings_read() | read_by_compose())


def test_the_example_is_safe_as_it_stands() -> None:
    lines = [line for line in read(".env.example").splitlines() if line and line[0] != "#"]
    values = dict(line.split("=", 1) for line in lines)
    assert values == {
        "PUBLIC_URL": "https://exit.example.org",
        "NETWORKS": "off",
        "MAIL_FROM": "exit@exit.example.org",
        "RUN_AS": "1000:1000",
        "PORT": "8080",
    }


# States


def arrows_drawn() -> set[tuple[str, str, str]]:
    """(from, letter, to) of every arrow in the diagram."""
    (diagram,) = re.findall(r"```mermaid\n(.*?)```", read("docs/architecture.md"), re.DOTALL)
    found = set()
    for line in diagram.splitlines():
        parts = re.split(r"\s+-- ([a-z]) -->\s+", line.strip())
        for before, letter, after in zip(parts[::2], parts[1::2], parts[2::2], strict=False):
            found |= {(state, letter, after) for state in before.split(" & ")}
    return found


def test_the_diagram_draws_the_arrows_of_the_table_and_no_others() -> None:
    table = {
        (before.value, move.value, after.value)
        for move, (befores, after) in ARROWS.items()
        for before in befores
    }
    assert arrows_drawn() == table
    assert {state for before, _, after in table for state in (before, after)} == set(State.values)


def test_every_arrow_has_its_sentence() -> None:
    explained = first_column(read("docs/architecture.md"), inside="")
    assert [cell for cell in explained if len(cell) == 1] == sorted(Move.values)


# Commands


def test_every_command_is_documented() -> None:
    text = "\n".join(path.read_text("utf-8") for path in DOCUMENTS)
    folder = ROOT / "coalition" / "management" / "commands"
    names = {path.stem for path in folder.glob("*.py")} - {"__init__", "run"}
    said = set(re.findall(r"(?:run\.py|run\.py manage|manage\.py) ([a-z_]+)", text))
    assert names - said == set()
    assert re.search(r"`python3 run\.py` alone", text)  # that is the command run


# Words and links


def test_the_glossary_holds_the_words_of_the_house_and_no_others() -> None:
    assert set(first_column(read("docs/glossary.md"), inside="")) - {"word"} == WORDS


def anchors(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", path.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-") for text in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    links = re.findall(r"\]\((?!https?://|mailto:)([^)\s]+)\)", document.read_text("utf-8"))
    broken = []
    for link in links:
        path, _, anchor = link.partition("#")
        target = (document.parent / path).resolve() if path else document
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def test_every_document_is_reached_from_the_readme() -> None:
    seen, waiting = set(), [ROOT / "README.md"]
    while waiting:
        document = waiting.pop()
        seen.add(document)
        for link in re.findall(r"\]\(([^)#\s]+\.md)", document.read_text("utf-8")):
            target = (document.parent / link).resolve()
            if target not in seen and target.exists():
                waiting.append(target)
    assert set(DOCUMENTS) - seen == set()


def test_the_picture_is_small() -> None:
    assert (DOCS / "img" / "progress.png").stat().st_size < 150_000
