import stat
from pathlib import Path

from tests.test_settings import RIGHT, seen, start


def test_vault_keys_makes_what_a_deployment_needs_and_never_overwrites(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    made = start("manage.py", "vault_keys", "--into", str(folder), ENV_FILE="")
    assert (made.returncode, made.stderr) == (0, "")
    files = {path.name: path.read_text() for path in folder.iterdir()}
    assert files.keys() == {
        *("vault_public_key", "vault_private_keys", "secret_key", "database_password"),
        "bluesky_client_keys",
    }
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.iterdir())}
    assert modes == {0o700, 0o600}
    assert not any(value.strip() in made.stdout for value in files.values())
    again = start("manage.py", "vault_keys", "--into", str(folder), ENV_FILE="")
    assert (again.returncode, again.stderr.count("\n")) == (1, 1)
    assert {path.name: path.read_text() for path in folder.iterdir()} == files
    secrets = {f"{name.upper()}_FILE": str(folder / name) for name in files}
    without = {"SECRET_KEY": None, "VAULT_PUBLIC_KEY": None}
    bare = {**RIGHT, **without, "DATABASE_URL": "postgres://exit@127.0.0.1/exit", **secrets}
    assert seen(**bare)["password"] == files["database_password"].strip()


def test_vault_keys_prints_a_pair_that_fits() -> None:
    made = start("manage.py", "vault_keys", ENV_FILE="", DEPLOYMENT="production")
    lines = dict(line.split("=", 1) for line in made.stdout.splitlines() if "KEY" in line[:17])
    assert lines.keys() == {"VAULT_PUBLIC_KEY", "VAULT_PRIVATE_KEYS"}
    opens = start(
        *("-c", "import django; django.setup(); from coalition.wiring import vault; v = vault()\n"),
        **{**RIGHT, **lines},
    )
    assert (opens.returncode, opens.stderr) == (0, "")


def test_a_folder_that_holds_one_of_them_gets_none_of_the_others(tmp_path: Path) -> None:
    (tmp_path / "database_password").write_text("in use")
    end = start("manage.py", "vault_keys", "--into", str(tmp_path), ENV_FILE="")
    assert end.returncode == 1
    assert end.stderr.startswith(f"CommandError: {tmp_path} already holds database_password: ")
    assert [path.read_text() for path in tmp_path.iterdir()] == ["in use"]
