"""The house rules find what they are for."""

from pathlib import Path

import pytest

from tools import rules


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """A small tree with one of each fault, from its root."""
    monkeypatch.chdir(tmp_path)
    texts = {
        "coalition/long.py": "x = 1\n" * 301,
        "coalition/short.py": "x = 1\n" * 300,
        "coalition/web/utils.py": "",
        "migrations/0001_long.py": "x = 1\n" * 400,
        "requirements.lock": "a==1\n--index-url https://packages.example.org/simple\n",
        "package-lock.json": '{\n"resolved": "https://packages.example.org/a.tgz"}',
    }
    for name, text in texts.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text)
    return [Path(name) for name in texts]


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        (rules.files_are_short, ["coalition/long.py:300: has 301 lines; 300 are enough"]),
        (
            rules.names_say_something,
            ["coalition/web/utils.py: says nothing; name it after what it does"],
        ),
        (
            rules.locks_name_no_host,
            [
                "package-lock.json:2: names a package index",
                "requirements.lock:2: names a package index",
            ],
        ),
    ],
)
def test_a_rule_finds_what_it_is_for(tree: list[Path], rule: rules.Rule, found: list[str]) -> None:
    assert rules.problems(rule, tree) == found


def test_a_migration_that_the_version_before_can_not_live_with_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("migrations").mkdir()
    column = "migrations.AddField(model_name='post', name='a', field=models.{})\n"
    texts = {
        "0018_old.py": "migrations.RemoveField(model_name='post', name='a')\n",
        "0031_contract_a.py": "migrations.RemoveField(model_name='post', name='a')\n",
        "0030_removes.py": "migrations.RemoveField(model_name='post', name='a')\n",
        "0032_adds.py": "".join(
            column.format(field)
            for field in (
                "TextField(default='')",
                "TextField(null=True)",
                "TextField(db_default='')",
                "TextField(null=False)",
                "ManyToManyField('coalition.account')",
            )
        ),
    }
    for name, text in texts.items():
        Path("migrations", name).write_text(text)
    found = rules.problems(rules.migrations_only_add, [Path("migrations", name) for name in texts])
    assert [line.partition(": ")[0] for line in found] == [
        *("migrations/0030_removes.py:1", "migrations/0032_adds.py:1"),
        "migrations/0032_adds.py:4",
    ]


def test_a_lock_without_hashes_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("good.lock").write_text(
        "a==1 \\\n    --hash=sha256:00\nb==2 ; x \\\n    --hash=sha256:11\n"
    )
    Path("bad.lock").write_text("a==1 \\\n    --hash=sha256:00\nb==2\nc==3\n")
    Path("package-lock.json").write_text(
        '{"packages": {"": {}, "a": {"integrity": "sha512-0"}, "b": {"version": "1"}}}'
    )
    found = rules.locks_carry_hashes(
        [Path("good.lock"), Path("bad.lock"), Path("package-lock.json")]
    )
    assert list(found) == [
        "bad.lock:3: has no hash",
        "bad.lock:4: has no hash",
        "package-lock.json: b has no hash",
    ]
