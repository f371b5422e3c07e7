"""The system clock is set while the real worker runs, either way: nothing waits until the clock has caught up, which
would be an hour or more; the tests give up long before."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.worker.feeds import FeedServer, rss_of
from tests.worker.installation import Installation, until

RULES = """\
settings: {{allow_private_hosts: true, first_run: alert, fetch: {{min: 1s, per_host: 0s}}}}
feeds: [{{url: "{url}", id: wire, every: 1s}}]
channels:
  news: {{slack: "#news", immediate: {{per_hour: 50}}, follow: none}}
  later: {{slack: "#later", digest: {{every: 1s}}}}
rules: [{{id: huawei, when: Huawei, to: [news, later]}}]
"""


@pytest.fixture
def stepped_clock(tmp_path: Path) -> dict[str, str]:
    """What makes a process read its clock from a file of ours."""
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("no C compiler: the system clock of one process cannot be set")
    library = tmp_path / "stepped_clock.so"
    source = Path(__file__).with_name("stepped_clock.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", str(library), str(source)], check=True)
    file = tmp_path / "ahead"
    file.write_text("0")
    return {"LD_PRELOAD": str(library), "CLOCK_AHEAD": str(file)}


@pytest.mark.parametrize(
    "step",
    [
        pytest.param(3_600, id="an hour on", marks=pytest.mark.slow),
        pytest.param(-400 * 86_400, id="a year back"),
        pytest.param(-3_600, id="an hour back", marks=pytest.mark.slow),
    ],
)
def test_a_step_of_the_clock_stops_nothing(
    feeds: FeedServer, install: Callable[..., Installation], stepped_clock: dict[str, str], step: int
) -> None:
    feeds.pages["/feed"] = rss_of("Huawei opens research centre in Atlantis")
    place = install(RULES.format(url=feeds.url("/feed")), **stepped_clock)
    worker = place.start()
    until("the first story is told twice", lambda: worker.output.count("Atlantis") >= 2)
    Path(stepped_clock["CLOCK_AHEAD"]).write_text(str(step))
    worker.wait_for("clock_stepped")
    feeds.pages["/feed"] = rss_of("Huawei signs contract in Velmora", "Huawei opens research centre in Atlantis")
    until("the next story is told at once and in a digest", lambda: worker.output.count("in Velmora") >= 2)
    assert worker.stop() == 0


@pytest.mark.slow
def test_a_machine_that_begins_in_1970_goes_on_when_its_clock_is_set(
    feeds: FeedServer, install: Callable[..., Installation], stepped_clock: dict[str, str]
) -> None:
    """As one without a battery does, and one that wakes up. It counted the seconds since, one by one, for each job."""
    ahead = Path(stepped_clock["CLOCK_AHEAD"])
    ahead.write_text(str(5_000 - int(time.time())))
    feeds.pages["/feed"] = rss_of("Huawei opens research centre in Atlantis")
    worker = install(RULES.format(url=feeds.url("/feed")), **stepped_clock).start()
    until("the first story is told twice", lambda: worker.output.count("Atlantis") >= 2)
    ahead.write_text("0")
    worker.wait_for("clock_stepped")
    feeds.pages["/feed"] = rss_of("Huawei signs contract in Velmora", "Huawei opens research centre in Atlantis")
    until("the next story is told at once and in a digest", lambda: worker.output.count("in Velmora") >= 2)
    assert worker.stop() == 0
