"""The repository as platforms see it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests import starts

REPOSITORY = Path(__file__).resolve().parent.parent
FILES = ("requirements.txt", ".python-version", "Procfile", "app.json")


def detect(root: Path) -> subprocess.CompletedProcess[str]:
    script = REPOSITORY / ".ci" / "buildpack"
    return subprocess.run([sys.executable, str(script), str(root)], capture_output=True, text=True)


def test_the_buildpack_takes_the_repository() -> None:
    done = detect(REPOSITORY)
    assert (done.returncode, done.stderr) == (0, "")


def add_lock(root: Path) -> None:
    (root / "poetry.lock").touch()


def old_runtime(root: Path) -> None:
    (root / "runtime.txt").write_text("python-3.11.7\n")


def unpinned(root: Path) -> None:
    with (root / "requirements.txt").open("a") as file:
        file.write("requests\n")


def address(root: Path) -> None:
    with (root / "requirements.txt").open("a") as file:
        file.write("--index-url https://packages.example/simple\n")


def no_version(root: Path) -> None:
    (root / ".python-version").unlink()


def no_worker(root: Path) -> None:
    (root / "Procfile").write_text("web: python -m bot web\nrelease: python -m bot store migrate\n")


@pytest.mark.parametrize(
    "spoil, reason",
    [
        (add_lock, "exactly one package manager"),
        (old_runtime, "runtime.txt"),
        (unpinned, "not pinned"),
        (address, "an option or an address"),
        (no_version, ".python-version"),
        (no_worker, "worker and release"),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_what_the_buildpack_would_refuse(tmp_path: Path, spoil: Callable[[Path], None], reason: str) -> None:
    for name in FILES:
        shutil.copy(REPOSITORY / name, tmp_path / name)
    assert detect(tmp_path).returncode == 0
    spoil(tmp_path)
    done = detect(tmp_path)
    assert done.returncode == 1
    assert reason in done.stdout


def test_the_image_holds_what_runs_and_its_memory_is_a_volume() -> None:
    lines = (REPOSITORY / "Dockerfile").read_text().splitlines()
    assert "VOLUME /state" in lines
    assert 'CMD ["python", "-m", "bot", "run"]' in lines, "no shell between the signal and the worker"
    ignored = (REPOSITORY / ".dockerignore").read_text().split()
    for line in lines:
        if line.startswith("COPY "):
            source = line.split()[1]
            assert f"!{source}" in ignored
            assert (REPOSITORY / source).exists()


def test_every_command_of_the_procfile_is_one_of_ours() -> None:
    for line in (REPOSITORY / "Procfile").read_text().splitlines():
        words = line.split(": ", 1)[1].removeprefix("HOST=0.0.0.0 ").split()
        assert words[:3] == ["python", "-m", "bot"]
        done = starts.run(*words[3:], "--help", cwd=REPOSITORY, env={})
        assert done.returncode == 0, done.stderr
    assert json.loads((REPOSITORY / "app.json").read_text())["addons"] == ["heroku-postgresql:essential-0"]


def test_the_recipe_for_kubernetes_reads_and_its_probe_is_a_command_of_ours(tmp_path: Path) -> None:
    recipe = re.search(r"## Kubernetes.*?```yaml\n(.*?)```", (REPOSITORY / "docs" / "deploy.md").read_text(), re.DOTALL)
    assert recipe is not None
    claim, deployment = yaml.safe_load_all(recipe[1])
    spec = deployment["spec"]
    pod = spec["template"]["spec"]
    (worker,) = pod["containers"]
    assert (spec["replicas"], spec["strategy"]) == (1, {"type": "Recreate"})
    assert spec["selector"]["matchLabels"] == spec["template"]["metadata"]["labels"]
    assert {mount["name"] for mount in worker["volumeMounts"]} == {volume["name"] for volume in pod["volumes"]}
    assert pod["volumes"][0]["persistentVolumeClaim"]["claimName"] == claim["metadata"]["name"]
    for probe in (worker["startupProbe"], worker["livenessProbe"]):
        command = probe["exec"]["command"]
        assert command[:3] == ["python", "-m", "bot"]
        assert starts.run(*command[3:], cwd=tmp_path, env={}).returncode == 1, "no worker has run here"
