"""The table of faults and the cases are the same thing said twice."""

from pathlib import Path

from tests.faults.catalogue import DAYS, HOUSES

README = Path(__file__).with_name("README.md")


def rows() -> dict[str, list[str]]:
    lines = [line for line in README.read_text("utf-8").splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[1:]]
    return {fault: cases.split(" · ") for fault, cases in cells}


def cases() -> list[str]:
    return [name for plan in DAYS.values() for name in plan.faults]


def test_every_fault_of_the_table_has_cases_that_exist() -> None:
    assert {case for row in rows().values() for case in row} - set(cases()) == set()


def test_every_case_is_in_the_table() -> None:
    twins = {f"embedded: {name}" for name in cases()}  # the same, on the embedded run
    listed = {case for row in rows().values() for case in row}
    assert [name for name in cases() if name not in listed | twins] == []


def test_every_day_has_one_house() -> None:
    assert sorted(DAYS) == sorted(day for days in HOUSES.values() for day in days)


def test_no_two_faults_share_a_name() -> None:
    assert len(set(cases())) == len(cases())
