"""Fixtures for every test: where the shared measuring data lies, if it is there; a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import postgres

REPOSITORY = Path(__file__).resolve().parent.parent
SHARED_DATA = REPOSITORY.parent / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of measuring data beside the checkout. Tests that need it are skipped where it is absent."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the measuring data (../shared/data) is not here")
    return SHARED_DATA


@pytest.fixture(scope="session")
def postgres_server() -> Any:
    """One PostgreSQL for the whole run, and the name of a database with our schema to copy from."""
    server = postgres.start(postgres.shared_folder())
    return server, postgres.make_template(server)


@pytest.fixture
def postgres_url(postgres_server: Any) -> Iterator[str]:
    """The address of a database of this test's own: migrated, empty."""
    with postgres.database(*postgres_server) as url:
        yield url


@pytest.fixture
def bare_postgres_url(postgres_server: Any) -> Iterator[str]:
    """The same without any table."""
    with postgres.database(postgres_server[0]) as url:
        yield url
