"""What every method of `bot.ports.Store` promises, as tests. Each store's test module inherits `StoreContract`.

Split by the stages of the pipeline: `contract_life`, `contract_polls`, `contract_ingest`, `contract_outbox`,
`contract_review`, `contract_archive`.
"""

from __future__ import annotations

from tests.store.contract_archive import ArchiveContract
from tests.store.contract_ingest import IngestContract
from tests.store.contract_life import LifeContract
from tests.store.contract_outbox import OutboxContract
from tests.store.contract_polls import PollsContract
from tests.store.contract_review import ReviewContract


class StoreContract(LifeContract, PollsContract, IngestContract, OutboxContract, ReviewContract, ArchiveContract):
    """All of it. The module gives the fixtures `store` (migrated, empty) and `reopen` (a second handle on it)."""
