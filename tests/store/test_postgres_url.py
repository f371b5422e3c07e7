"""DATABASE_URL as people write it: what is wrong is said, and nothing of the password."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import StoreError
from bot.store import open_store, sqlite_path
from bot.store.postgres_url import read_postgres_url

WRONG = [
    "postgres://desk:geheim@wort@127.0.0.1:1/news",
    "postgres://desk:geheim/wort@127.0.0.1:1/news",
    "postgres://desk:12/wort@127.0.0.1:1/news",
    "postgres://desk:geheim/w?rt@127.0.0.1:1/news",
    "postgres://desk:geheim/w?o=rt@127.0.0.1:1/news",
    "postgres://desk:geheim/w#rt@127.0.0.1:1/news",
    "postgres://desk:/wort@127.0.0.1:1/news",
    "postgres://desk:geheim%wort@127.0.0.1:1/news",
    "postgres://desk:geheim wort@127.0.0.1:1/news",
    "postgres://desk:geheim/wort@127.0.0.1:1/news?sslmode=require",
    "postgres://desk:geheim/news",
]
READ_RIGHT = ["geheim#wort", "geheim?wort", "geheim:wort", "geheim[wort", "geheim%23wort"]


@pytest.mark.parametrize("url", WRONG)
def test_a_password_that_is_not_encoded(url: str) -> None:
    with pytest.raises(StoreError, match="Percent-encode the password") as raised:
        open_store(url)
    assert "geheim" not in str(raised.value)
    assert "wort" not in str(raised.value)
    assert raised.value.__cause__ is None


@pytest.mark.parametrize("password", READ_RIGHT)
def test_a_password_that_is_read_right_all_the_same_is_hinted_at_when_nothing_answers(password: str) -> None:
    with (
        closing(open_store(f"postgres://desk:{password}@127.0.0.1:1/news")) as store,
        pytest.raises(StoreError, match=r"cannot be reached.*Percent-encode the password") as raised,
    ):
        store.migrate()
    assert "geheim" not in str(raised.value)
    assert "wort" not in str(raised.value)


@pytest.mark.parametrize(
    "parameter, hint",
    [
        ("pgbouncer=true", "transaction mode"),
        ("schema=news", "search_path"),
        ("bogus=1", "Take it out"),
        ("amp;pool=5", "Take it out"),
    ],
)
def test_a_parameter_of_other_libraries_is_named(parameter: str, hint: str) -> None:
    with pytest.raises(StoreError, match=f"parameter {parameter.split('=')[0]},.*{hint}") as raised:
        open_store(f"postgres://desk:geheim@127.0.0.1:1/news?sslmode=require&{parameter}")
    assert "geheim" not in str(raised.value)


@pytest.mark.parametrize(
    "url, place",
    [
        ("postgres://desk:geheim@db.example/news", "db.example/news"),
        ("postgres://desk:geheim@one.example:1,two.example:2/news", "one.example,two.example/news"),
        ("postgresql:///news?host=/run/postgresql&user=a@b.example", "/run/postgresql/news"),
        ("postgres://desk:@/news?host=/run/postgresql", "/run/postgresql/news"),
        ("postgres://[::1]:5432/news", "::1/news"),
        ("postgres://desk%40team:a%2Fb%40c@db.example/n%40ws", "db.example/n@ws"),
    ],
)
def test_good_addresses(url: str, place: str) -> None:
    assert read_postgres_url(url).place == place
    assert "geheim" not in repr(read_postgres_url(url))


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=6, max_size=12))
def test_no_password_is_ever_shown(text: str) -> None:
    password = f"Ge{text}Im"
    try:
        shown = repr(read_postgres_url(f"postgres://desk:{password}@db.example:5432/news"))
    except StoreError as error:
        shown = str(error)
    assert text not in shown


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg2", "POSTGRES"])
def test_the_scheme_as_other_programs_write_it(scheme: str) -> None:
    with closing(open_store(f"{scheme}://desk@db.example/news")) as store:
        assert store.place == "db.example/news"


@pytest.mark.parametrize("url", ["sqlite:///:memory:", "sqlite:///x.db?mode=ro", "sqlite://x.db", "/srv/x.db"])
def test_a_file_that_would_not_be_the_store(url: str) -> None:
    """Files of the names `:memory:` and `x.db?mode=ro` were made."""
    with pytest.raises(StoreError, match="neither postgres"):
        open_store(url)


def test_a_file_at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/desk")
    assert sqlite_path("sqlite:///~/x.db") == Path("/home/desk/x.db")
