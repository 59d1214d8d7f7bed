"""An index that was lost or damaged is built again."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.search import state as state_module
from archive.search.index import SearchIndex
from archive.search.state import SearchIndexError, TornIndexError
from tests.archive.search.index.followed import Archive, document, found, on_list


def lose(folder: Path) -> None:
    shutil.rmtree(folder)


def lose_state(folder: Path) -> None:
    (folder / state_module.STATE_FILE).unlink()


def garble_state(folder: Path) -> None:
    (folder / state_module.STATE_FILE).write_bytes(b"[" * 100_000)


def point_outside(folder: Path) -> None:
    change_state(folder, generation="../elsewhere")


def other_schema(folder: Path) -> None:
    change_state(folder, schema=-1)


def change_state(folder: Path, **fields: object) -> None:
    path = folder / state_module.STATE_FILE
    path.write_text(json.dumps({**json.loads(path.read_text()), **fields}))


def generation(folder: Path) -> Path:
    [path] = [entry for entry in folder.iterdir() if entry.is_dir()]
    return path


def lose_generation(folder: Path) -> None:
    shutil.rmtree(generation(folder))


def garble_meta(folder: Path) -> None:
    (generation(folder) / "meta.json").write_bytes(b'{"segments": [')


def cut_segments(folder: Path) -> None:
    for path in generation(folder).glob("*.term"):
        path.write_bytes(path.read_bytes()[:10])


def lose_segments(folder: Path) -> None:
    for path in generation(folder).glob("*.idx"):
        path.unlink()


@pytest.mark.parametrize(
    "damage",
    [
        lose,
        lose_state,
        garble_state,
        point_outside,
        other_schema,
        lose_generation,
        garble_meta,
        cut_segments,
        lose_segments,
    ],
)
def test_a_lost_torn_or_outdated_index_is_built_again(
    local: Archive, damage: Callable[[Path], None]
) -> None:
    rows = [local.post(f"kata{number}") for number in range(3)]
    local.follow(local.index())
    damage(local.folder)
    index = local.index()
    assert local.follow(index) == 3
    assert on_list(index, local.talk) == set(rows)
    assert local.is_exact(index)
    assert len([entry for entry in local.folder.iterdir() if entry.is_dir()]) == 1


def test_a_reader_of_a_torn_index_is_told_so(local: Archive) -> None:
    local.post("halo")
    local.follow(local.index())
    garble_meta(local.folder)
    with pytest.raises(TornIndexError):
        local.index().reload()


def test_clearing_begins_an_empty_index_and_readers_go_over_to_it(local: Archive) -> None:
    message = local.post("halo")
    index, reader = local.index(), local.index()
    local.follow(index)
    assert found(reader, "halo") == {message}
    index.clear()
    assert found(reader, "halo") == set()
    local.follow(index)
    assert found(reader, "halo") == {message}


def test_a_folder_that_cannot_be_written_is_one_clear_error(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with pytest.raises(SearchIndexError, match="cannot write the search index"):
        SearchIndex(blocked / "index").add([document(1)])
