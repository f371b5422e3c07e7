"""Two processes on one simulated time: a late answer is late, a starved process is not."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from bot.drills.simulated_time import SimulatedLoop

REPOSITORY = Path(__file__).resolve().parents[2]
CALLS = [
    # late, starved, patience → answered, after
    (0.0, 0.0, 9.0, True, 0.0),
    (8.5, 0.0, 9.0, True, 8.5),
    (12.0, 0.0, 9.0, False, 9.0),
    (0.0, 0.2, 0.01, True, 0.0),
    (0.005, 0.2, 0.01, True, 0.005),
    (0.02, 0.2, 0.01, False, 0.01),
    (86_400.0, 0.0, 100_000.0, True, 86_400.0),
]
"""Late, patience and after: simulated seconds. Starved: real seconds that server and client get no processor for."""
CLIENT = """
import asyncio, json, sys, time
from datetime import datetime
from bot.drills.simulated_time import SimulatedLoop

async def calls(port, calls):
    for _, starved, patience, *_ in calls:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        began = loop.time()
        time.sleep(starved)
        writer.write(b"hello\\n")
        try:
            async with asyncio.timeout(patience):
                answered = await reader.readline() == b"HELLO\\n"
        except TimeoutError:
            answered = False
        yield answered, round(loop.time() - began, 6)
        writer.close()

async def run(job):
    return [one async for one in calls(job["port"], job["calls"])]

job = json.loads(sys.argv[1])
loop = SimulatedLoop(datetime.now().astimezone(), job["leader"])
print(json.dumps(loop.run_until_complete(run(job))))
"""


async def accounts(loop: SimulatedLoop) -> list[tuple[bool, float]]:
    """What a client in a process of its own says of the calls that it made to a server in this one."""
    calls = iter(CALLS)
    served = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        late, starved, *_ = next(calls)
        line = await reader.readline()
        time.sleep(starved)
        await asyncio.sleep(late)
        writer.write(line.upper())
        writer.close()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        served.append(asyncio.create_task(serve(reader, writer)))

    async with await asyncio.start_server(connected, "127.0.0.1", 0) as server:
        job = {"leader": loop.port, "port": server.sockets[0].getsockname()[1], "calls": CALLS}
        client = await asyncio.create_subprocess_exec(
            sys.executable, "-c", CLIENT, json.dumps(job), cwd=REPOSITORY, stdout=subprocess.PIPE
        )
        printed, _ = await client.communicate()
        await asyncio.gather(*served)
    return [(answered, after) for answered, after in json.loads(printed)]


def test_only_simulated_time_ends_patience() -> None:
    loop = SimulatedLoop(datetime.now(UTC))
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        assert runner.run(accounts(loop)) == [(answered, after) for *_, answered, after in CALLS]
