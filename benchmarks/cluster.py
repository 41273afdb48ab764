"""Many editions on a real Dask cluster on loopback, one worker killed in the middle, one edition that ends its workers.

    python benchmarks/cluster.py [--editions 200] [--workers 2] [--no-deaths]

Small editions are made (one page each, values of their own), extracted here by two processes, then on a scheduler
with worker processes over TCP. The results must be the same bytes; the deadly edition must be a finding. With
`--no-deaths --workers N` it measures how the time falls with the number of workers.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from pipeline.catalogue.project import Project  # noqa: E402
from pipeline.core.files import folder_digest  # noqa: E402
from pipeline.run.build import Built, extract_editions  # noqa: E402
from pipeline.run.cluster import Cluster, Store  # noqa: E402
from tests import paper  # noqa: E402
from tests.cluster import DEADLY, Running, deadly, running  # noqa: E402
from tests.conftest import make_project, register  # noqa: E402


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--editions", type=int, default=200)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--no-deaths", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        project = _project(folder, options.editions, [] if options.no_deaths else [DEADLY])
        start = time.monotonic()
        here = _digests(extract_editions(project, project.editions(), 2, fresh=True))
        print(f"here, two processes: {time.monotonic() - start:.0f} s", flush=True)
        with running(folder, options.workers, 600) as cluster:
            start = time.monotonic()
            built = _away(project, cluster, folder, None if options.no_deaths else options.editions // 2)
            taken = time.monotonic() - start
        failed = [b for b in built if b.failure]
        away = _digests([b for b in built if not b.failure])
    same = sum(here[name] == digest for name, digest in away.items())
    print(
        f"cluster of {options.workers}: {taken:.0f} s (load {os.getloadavg()[0]:.0f}); {same} of {len(away)} identical"
    )
    for one in failed:
        print(f"quarantined: {one.edition}: {one.failure}")
    return int(same != len(away) or len(failed) != (0 if options.no_deaths else 1))


def _project(folder: Path, count: int, more: list[str]) -> Project:
    root = make_project(folder / "project")
    for i in range(count - 1):
        values = (f"{20 + i % 60}%", f"{70 - i % 60}%", "10%")
        register(root, f"e{i:04}", paper.as_bytes(paper.survey(values, str(1000 + i))))
    for name in more:
        register(root, name, paper.as_bytes(paper.survey(("1%", "98%", "1%"), name)))
    return Project.at(root)


def _away(project: Project, cluster: Running, folder: Path, kill_after: int | None) -> list[Built]:
    """Extracted afresh on the cluster; a worker is killed after `kill_after` editions."""
    away = Cluster(cluster.address, Store(f"file://{folder}/store"))
    done: list[int] = []

    def there(_: Any, *rest: Any) -> Any:
        for index, result in away(deadly, *rest):
            done.append(index)
            yield index, result

    def kill() -> None:
        while len(done) < (kill_after or 0):
            time.sleep(0.05)
        cluster.kill_one()
        print(f"a worker was killed after {len(done)} editions", flush=True)

    if kill_after is not None:
        threading.Thread(target=kill, daemon=True).start()
    return extract_editions(project, project.editions(), 2, fresh=True, cluster=there)  # type: ignore[arg-type]


def _digests(built: list[Built]) -> dict[str, str]:
    return {str(b.edition): folder_digest(b.folder) for b in built}


if __name__ == "__main__":
    sys.exit(main())
