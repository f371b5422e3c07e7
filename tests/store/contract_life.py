"""The store's life: migration, transactions, the lease, small facts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.errors import LeaseLost
from bot.store import SqlStore
from bot.store.migrations import newest_version
from tests.builders import NASTY, NOW
from tests.store.handles import Reopen

TTL = timedelta(seconds=45)


class LifeContract:
    def test_migrating_again_changes_nothing(self, store: SqlStore, reopen: Reopen) -> None:
        store.save_facts({"a": "1"})
        assert store.migrate() == newest_version() == reopen().migrate()
        assert store.get_fact("a") == "1"

    def test_what_was_kept_is_there_after_a_restart(self, store: SqlStore, reopen: Reopen) -> None:
        store.save_facts({"rules": NASTY})
        store.close()
        assert reopen().get_fact("rules") == NASTY

    def test_a_transaction_happens_whole_or_not_at_all(self, store: SqlStore) -> None:
        class Stop(Exception): ...

        def half() -> None:
            with store.database.transaction():
                store.save_facts({"first": "1"})
                store.add_notices([])
                raise Stop

        with pytest.raises(Stop):
            half()
        assert store.get_fact("first") is None
        store.save_facts({"second": "2"})
        assert store.get_fact("second") == "2"

    def test_nobody_else_sees_half_a_transaction(self, store: SqlStore, reopen: Reopen) -> None:
        other = reopen()
        with store.database.transaction():
            store.save_facts({"a": "1"})
            assert other.get_fact("a") is None
        assert other.get_fact("a") == "1"

    def test_one_holder_at_a_time(self, store: SqlStore, reopen: Reopen) -> None:
        other = reopen()
        assert store.claim_lease("one", NOW, TTL)
        assert store.claim_lease("one", NOW, TTL), "claiming again is no mistake"
        assert not other.claim_lease("two", NOW, TTL)
        assert store.lease_holder() == other.lease_holder() == "one"
        store.renew_lease(NOW, TTL)
        store.save_facts({"a": "1"})

    def test_a_released_lease_is_free_at_once(self, store: SqlStore, reopen: Reopen) -> None:
        other = reopen()
        assert store.claim_lease("one", NOW, TTL)
        store.release_lease()
        assert other.lease_holder() is None
        assert other.claim_lease("two", NOW, TTL)
        assert not store.claim_lease("one", NOW, TTL)

    def test_closing_releases_the_lease(self, store: SqlStore, reopen: Reopen) -> None:
        assert store.claim_lease("one", NOW, TTL)
        store.close()
        assert reopen().claim_lease("two", NOW, TTL)

    def test_after_release_nothing_is_written_until_the_lease_is_claimed_again(self, store: SqlStore) -> None:
        assert store.claim_lease("one", NOW, TTL)
        store.release_lease()
        with pytest.raises(LeaseLost, match="given the lease back"):
            store.save_facts({"late": "1"})
        with pytest.raises(LeaseLost, match="given the lease back"):
            store.renew_lease(NOW, TTL)
        assert store.claim_lease("one", NOW, TTL)
        store.save_facts({"late": "2"})
        assert store.get_fact("late") == "2"

    def test_a_store_that_never_claimed_the_lease_writes_freely(self, store: SqlStore, reopen: Reopen) -> None:
        assert store.claim_lease("one", NOW, TTL)
        poller = reopen()
        poller.save_facts({"poller": "1"})
        assert store.get_fact("poller") == "1"

    def test_facts(self, store: SqlStore) -> None:
        store.save_facts({"mute:1": "a", "mute:2": NASTY, "muted": "b", "nut": "c", "mute:": ""})
        assert dict(store.facts("mute:")) == {"mute:": "", "mute:1": "a", "mute:2": NASTY}
        assert len(store.facts("")) == 5
        store.save_facts({"mute:1": None, "mute:2": "d", "never": None})
        assert dict(store.facts("mute:")) == {"mute:": "", "mute:2": "d"}
        assert store.get_fact("mute:1") is None
        store.save_facts({})

    @pytest.mark.parametrize("text", ["a\0b", "a\ud800b", "\udfff", "é\0\ud83d"])
    def test_text_that_no_database_keeps_costs_a_character_not_the_transaction(
        self, store: SqlStore, text: str
    ) -> None:
        store.save_facts({"odd": text})
        kept = store.get_fact("odd")
        assert kept is not None
        assert "\0" not in kept
        assert kept.encode()
