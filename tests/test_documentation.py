"""The documents say what the program does: every command, option, setting, path and link."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import typer.main
from typer.core import TyperCommand, TyperGroup

from api.commands.application import application
from api.service.app import create_app
from api.service.composition import open_context
from archive.settings import PREFIX, Settings
from tests.paths import REPOSITORY

DOCUMENTS = sorted(
    [
        *REPOSITORY.glob("*.md"),
        *REPOSITORY.glob("docs/**/*.md"),
        *REPOSITORY.glob("benchmarks/*.md"),
    ]
)
NAMES = [path.relative_to(REPOSITORY).as_posix() for path in DOCUMENTS]
EVERYWHERE = {"--help", "--json"}
"""Options that the rules for all commands describe once."""


def document(name: str) -> str:
    return (REPOSITORY / name).read_text(encoding="utf-8")


def commands() -> dict[str, TyperCommand]:
    """Every command of the program by its words, groups left out."""
    found: dict[str, TyperCommand] = {}
    waiting: list[tuple[str, object]] = [("pakar", typer.main.get_command(application))]
    while waiting:
        name, command = waiting.pop()
        if isinstance(command, TyperGroup):
            waiting.extend((f"{name} {word}", each) for word, each in command.commands.items())
        else:
            assert isinstance(command, TyperCommand)
            found[name] = command
    return found


COMMANDS = commands()


def options(command: TyperCommand) -> set[str]:
    return {
        option
        for parameter in command.params
        for option in [*parameter.opts, *parameter.secondary_opts]
        if option.startswith("--")
    }


def section(name: str) -> str:
    """What script-writers.md says under a command's own heading."""
    parts = re.split(r"^### `(.+)`$", document("docs/script-writers.md"), flags=re.MULTILINE)
    by_heading = dict(zip(parts[1::2], parts[2::2], strict=True))
    return by_heading.get(name, "").split("\n## ")[0]


def test_there_are_commands_to_document() -> None:
    assert {"pakar import", "pakar serve", "pakar list add"} <= set(COMMANDS)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_has_a_section_that_names_all_its_options(name: str) -> None:
    described = section(name)

    assert described.strip(), f"docs/script-writers.md has no section `{name}`"
    named = set(re.findall(r"--[a-z][a-z-]*", described))
    assert options(COMMANDS[name]) - named - EVERYWHERE == set()


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_no_section_names_an_option_that_its_command_lacks(name: str) -> None:
    # In code marks stand the options; in the prose around them none.
    named = set(re.findall(r"--[a-z][a-z-]*", section(name)))

    assert named - options(COMMANDS[name]) - EVERYWHERE == set()


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_the_help_of_every_command_ends_with_an_example(name: str) -> None:
    command = COMMANDS[name]

    assert command.help
    assert f"{name} " in f"{command.epilog} "


def test_no_document_describes_a_command_that_is_not_there() -> None:
    described = set(
        re.findall(r"^### `(pakar .+)`$", document("docs/script-writers.md"), re.MULTILINE)
    )

    assert described - set(COMMANDS) == set()


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_stands_in_the_operators_table_with_its_default(name: str) -> None:
    rows = [
        line
        for line in document("docs/operator.md").splitlines()
        if f"`{PREFIX}{name.upper()}`" in line
    ]
    field = Settings.model_fields[name]

    assert rows, f"docs/operator.md does not describe {PREFIX}{name.upper()}"
    if field.default and isinstance(field.default, str | int | float):
        plain = f"{field.default:g}" if isinstance(field.default, float) else str(field.default)
        assert f"`{plain}`" in rows[0]


def test_no_document_names_a_setting_that_is_not_there() -> None:
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}

    for path in DOCUMENTS:
        assert set(re.findall(rf"\b{PREFIX}[A-Z_]+\b", path.read_text())) - known == set(), path


def test_every_path_of_the_api_stands_in_the_table_and_none_beside_them(
    settings: Settings,
) -> None:
    described = re.findall(r"`(?:GET|POST|PATCH) (/[^`]+)`", document("docs/script-writers.md"))
    served = create_app(open_context(settings)).openapi()["paths"]

    assert {unnamed(path) for path in described} == {unnamed(path) for path in served}


def unnamed(path: str) -> str:
    """A path whose parameters have no names: those are the documents' own choice."""
    return re.sub(r"\{[^}]*\}", "{}", path)


def links(content: str) -> Iterator[str]:
    for target in re.findall(r"\]\(([^)\s]+)\)", content):
        if not target.startswith(("http://", "https://", "mailto:")):
            yield target.partition("#")[0]


@pytest.mark.parametrize("name", NAMES)
def test_links_lead_to_files_that_are_there(name: str) -> None:
    folder = (REPOSITORY / name).parent

    assert [each for each in links(document(name)) if each and not (folder / each).exists()] == []


@pytest.mark.parametrize("name", NAMES)
def test_make_targets_named_in_documents_exist(name: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", (REPOSITORY / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z]+)", document(name), re.MULTILINE))

    assert named - targets == set()


@pytest.mark.parametrize("name", NAMES)
def test_paths_of_the_tree_named_in_tables_exist(name: str) -> None:
    named = re.findall(
        r"`((?:archive|reputation|api|migrations|tests|benchmarks|docs)/[\w./-]*)`", document(name)
    )

    missing = [each for each in named if not (REPOSITORY / each).exists()]
    # Inside an installed wheel only.
    assert [each for each in missing if each != "archive/_migrations/"] == []


@pytest.mark.parametrize("name", NAMES)
def test_prose_stands_one_sentence_a_line(name: str) -> None:
    prose = re.sub(r"```.*?```", "", document(name), flags=re.DOTALL)
    lines = [
        line
        for line in prose.splitlines()
        if not line.lstrip().startswith(("|", "#", "<!--", "- "))
    ]

    crowded = [line for line in lines if re.search(r"[a-z)`]\. [A-Z]", line)]
    assert [line for line in crowded if not re.match(r"^\d+\. |.*\b(?:e\.g|vs)\. ", line)] == []
