"""A desk for the tests of this folder: an installation, and `wirewatch web` on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.desks import DeskProcess, desk_process, installation


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return installation(tmp_path_factory.mktemp("desk"))


@pytest.fixture(scope="session")
def desk(folder: Path) -> Iterator[DeskProcess]:
    with desk_process(folder) as running:
        yield running
