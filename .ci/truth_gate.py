"""A baseline is not truth: refuses a commit that changes hand-read values and an accepted baseline together, and one
that lowers a recorded score without a reason.

Without an argument it looks at what is staged; with `--since REVISION`, at every commit after it.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import yaml

RECORDS = ("tests/truth/scores.yml", "tests/truth/corpus.yml", "tests/corpus/scores.yml")
LOWER_IS_BETTER = ("silent", "unit_wrong", "doubts")
NO_SCORES = ("owed", "reason", "families")


def main() -> None:
    commits = git("rev-list", "--reverse", "--no-merges", f"{sys.argv[2]}..HEAD").split() if sys.argv[1:] else [""]
    faults = [fault for commit in commits for fault in faults_of(commit)]
    sys.exit("\n".join(faults) if faults else 0)


def faults_of(commit: str) -> list[str]:
    """What is wrong with a commit; with what is staged, when it is ""."""
    where = f"{commit[:10]}: " if commit else ""
    changed = git("diff", "--name-only", *([f"{commit}^", commit] if commit else ["--cached"])).splitlines()
    truth = [f for f in changed if f.startswith("tests/truth/") and f.count("/") > 2]
    baselines = [f for f in changed if f.startswith("extracted/")]
    faults = []
    if truth and baselines:
        faults.append(f"{where}{truth[0]} and {baselines[0]} change together: truth is read by hand, commit it alone")
    for path in set(RECORDS) & set(changed):
        before, after = record(path, f"{commit}^" if commit else "HEAD"), record(path, commit)
        faults += [f"{where}{path}: {fault}" for fault in lowered(before, after)]
    return faults


def record(path: str, revision: str) -> dict[str, dict[str, Any]]:
    """Set → numbers, as the record stood at `revision` ("": as staged); empty where it was not there yet."""
    return yaml.safe_load(git("show", f"{revision}:{path}", missing="{}")) or {}


def lowered(before: Mapping[str, Mapping[str, Any]], after: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Scores that fell, or went, without a reason that was not there before."""
    faults = []
    for name, old in before.items():
        new = after.get(name)
        if new is None:
            faults.append(f"the score of {name} is gone")
            continue
        fell = [
            f"{what} from {old[what]} to {new.get(what)}"
            for what in old
            if what not in NO_SCORES and worse(what, old[what], new.get(what))
        ]
        if fell and new.get("reason") in (None, "", old.get("reason")):
            faults.append(f"{name}: {', '.join(fell)}: give the reason beside it (reason: …)")
    return faults


def worse(what: str, old: float, new: float | None) -> bool:
    return new is None or (new > old if what in LOWER_IS_BETTER else new < old)


def git(*arguments: str, missing: str | None = None) -> str:
    done = subprocess.run(["git", *arguments], capture_output=True, text=True, check=missing is None)
    return done.stdout if done.returncode == 0 else missing or ""


if __name__ == "__main__":
    main()
