"""What leaves the repository: the wheel, the locks, the tree itself."""

from __future__ import annotations

import ast
import importlib.metadata
import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.paths import REPOSITORY

FLOORS = ("archive", "reputation", "api")
CODE = (*FLOORS, "migrations")
MAILMAN_LOCK = "tests/end_to_end/list_managers/mailman.lock"
SMALL_LOCKS = ("requirements-fuzz.lock", "requirements-oracle.lock")
LOCKS = ("requirements.lock", "requirements-dev.lock", *SMALL_LOCKS, MAILMAN_LOCK)
NOT_OURS = {
    ".git",
    ".venv",
    "build",
    "dist",
    "__pycache__",
    ".hypothesis",
    ".import_linter_cache",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
}


@pytest.fixture(scope="module")
def project() -> dict[str, object]:
    parsed: dict[str, object] = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())[
        "project"
    ]
    return parsed


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder],
        cwd=REPOSITORY,
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def members(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def other_distributions(package: str) -> set[str]:
    found = importlib.metadata.packages_distributions().get(package, [])
    return set(found) - {"pakar"}


def tree() -> Iterator[Path]:
    """Every file of the working copy, without environments, caches and build products."""
    for folder, folders, files in os.walk(REPOSITORY):
        folders[:] = [name for name in folders if name not in NOT_OURS]
        for name in files:
            yield Path(folder, name)


def text_files() -> Iterator[tuple[Path, str]]:
    for path in tree():
        try:
            yield path, path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # not a text: nothing in it to read


def imported_packages() -> set[str]:
    """Top-level names that the three floors and the migrations import."""
    names: set[str] = set()
    for path in tree():
        if path.suffix != ".py" or path.relative_to(REPOSITORY).parts[0] not in CODE:
            continue
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Import):
                names.update(alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                names.add(node.module.partition(".")[0])
    return names


def locked(lock: str) -> list[tuple[Requirement, list[str]]]:
    """The requirements of a lock, each with its hashes."""
    entries: list[tuple[Requirement, list[str]]] = []
    for line in (REPOSITORY / lock).read_text().splitlines():
        content = line.strip().removesuffix("\\").strip()
        if content.startswith("--hash="):
            entries[-1][1].append(content)
        elif content and not content.startswith("#"):
            entries.append((Requirement(content), []))
    return entries


@pytest.mark.parametrize("floor", FLOORS)
def test_no_other_distribution_ships_our_top_level_names(floor: str) -> None:
    assert other_distributions(floor) == set()


def test_the_look_for_other_distributions_finds_those_that_are_there() -> None:
    assert other_distributions("pytest") == {"pytest"}


def test_the_wheel_holds_the_three_floors_and_nothing_beside_them(members: set[str]) -> None:
    tops = {name.split("/")[0] for name in members if ".dist-info/" not in name}

    assert tops == set(FLOORS)


def test_the_wheel_holds_every_file_of_the_floors(members: set[str]) -> None:
    ours = {
        path.relative_to(REPOSITORY).as_posix()
        for path in tree()
        if path.relative_to(REPOSITORY).parts[0] in FLOORS
    }

    assert ours - members == set()
    assert any(name.startswith("api/pages/templates/") for name in ours)
    assert any(name.startswith("archive/sample/") for name in ours)


def test_the_wheel_holds_the_migrations(members: set[str]) -> None:
    ours = {path.relative_to(REPOSITORY).as_posix() for path in tree()}
    expected = {f"archive/_{name}" for name in ours if name.startswith("migrations/")}

    assert "archive/_migrations/versions/0001_first_schema.py" in expected
    assert expected - members == set()


@pytest.fixture(scope="module")
def unpacked(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def run_from(unpacked: Path, folder: Path, program: str, *arguments: str) -> str:
    """Run a program in ``folder`` with the unpacked wheel, not the checkout, to import from."""
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(unpacked), "PAKAR_DATA_DIR": str(folder / "data")},
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


def test_an_unpacked_wheel_migrates_with_its_own_scripts(unpacked: Path, tmp_path: Path) -> None:
    program = (
        "from archive import migration\n"
        "url = 'sqlite:///pakar.db'\n"
        "migration.upgrade(url)\n"
        "assert migration.current(url) == migration.head()\n"
        "print(migration.scripts_folder())\n"
    )

    used = run_from(unpacked, tmp_path, program)

    assert used.strip() == str(unpacked / "archive" / "_migrations")


def test_the_command_line_of_an_unpacked_wheel_imports_the_bundled_sample(
    unpacked: Path, project: dict[str, object], tmp_path: Path
) -> None:
    assert project["scripts"] == {"pakar": "api.commands:main"}
    sample = next((unpacked / "archive" / "sample").glob("*.mbox"))
    arguments = ("import", str(sample), "--list", "sample@lists.example.org", "--json")

    printed = run_from(unpacked, tmp_path, "from api.commands import main; main()", *arguments)

    report = json.loads(printed)
    assert report["stored"] == report["read"] > 100


def test_every_package_that_the_floors_import_is_declared(project: dict[str, object]) -> None:
    declared = project["dependencies"]
    assert isinstance(declared, list)
    wanted = {canonicalize_name(Requirement(line).name) for line in declared}
    shipped = importlib.metadata.packages_distributions()
    for package in imported_packages() - {*FLOORS, *sys.stdlib_module_names}:
        distributions = {canonicalize_name(name) for name in shipped[package]}
        assert distributions & wanted, package


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_address_and_no_index(lock: str) -> None:
    content = (REPOSITORY / lock).read_text()

    assert "://" not in content
    assert not re.search(r"--(extra-)?index-url|--find-links|--trusted-host| @ ", content)


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_every_requirement_with_hashes(lock: str) -> None:
    entries = locked(lock)

    assert len(entries) > (0 if lock in SMALL_LOCKS else 30)
    for requirement, hashes in entries:
        assert re.fullmatch(r"==[^,*]+", str(requirement.specifier)), requirement
        assert hashes, requirement
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", each) for each in hashes)


def test_the_locks_agree() -> None:
    runtime = {str(requirement) for requirement, _ in locked("requirements.lock")}
    development = {str(requirement) for requirement, _ in locked("requirements-dev.lock")}

    assert runtime < development


def test_the_lock_satisfies_what_the_project_declares(project: dict[str, object]) -> None:
    pinned: dict[str, list[str]] = {}
    for requirement, _ in locked("requirements.lock"):
        version = str(requirement.specifier).removeprefix("==")
        pinned.setdefault(canonicalize_name(requirement.name), []).append(version)
    declared = project["dependencies"]

    assert isinstance(declared, list)
    for line in declared:
        wanted = Requirement(line)
        assert any(one.operator == ">=" for one in wanted.specifier), f"{line} has no lower bound"
        versions = pinned[canonicalize_name(wanted.name)]
        assert all(wanted.specifier.contains(version) for version in versions), line


def test_the_tree_names_no_package_registry() -> None:
    # Written in two halves: this file is part of the tree.
    hosts = ["pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".org", "npmjs" + ".com"]
    hosts += ["crates" + ".io", "jsdelivr" + ".net", "unpkg" + ".com", "cdnjs" + "."]

    named = [
        (str(path.relative_to(REPOSITORY)), host)
        for path, content in text_files()
        for host in hosts
        if host in content
    ]

    assert named == []


def test_the_tree_names_no_path_of_a_machine() -> None:
    paths = [f"{REPOSITORY}/", "/ro" + "ot/", "/opt/py" + "pi"]
    if REPOSITORY.parent not in (Path("/"), Path("/tmp"), Path.home(), Path.home().parent):
        paths.append(f"{REPOSITORY.parent}/")

    named = [
        (str(path.relative_to(REPOSITORY)), machine_path)
        for path, content in text_files()
        for machine_path in paths
        if machine_path in content
    ]

    assert named == []
