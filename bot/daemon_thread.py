"""A call that may take long → its result, from a thread that no stop waits for.

`asyncio.to_thread` will not do: a loop that ends joins its threads, and a scan of the archive takes half a minute.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import TypeVar

_T = TypeVar("_T")


async def in_daemon_thread(call: Callable[..., _T], /, *args: object) -> _T:
    """Makes the call in a thread of its own. Whoever is cancelled meanwhile leaves it to itself."""
    future: Future[_T] = Future()

    work = partial(carry_out, future, partial(call, *args))
    threading.Thread(target=work, name=call.__name__, daemon=True).start()
    return await asyncio.wrap_future(future)


def carry_out(future: Future[_T], call: Callable[[], _T]) -> None:
    """Makes the call, unless nobody waits any more; what becomes of it is the future's."""
    if not future.set_running_or_notify_cancel():
        return
    try:
        result = call()
    except BaseException as error:  # noqa: BLE001  # handed to the caller, whoever it is
        future.set_exception(error)
    else:
        future.set_result(result)
