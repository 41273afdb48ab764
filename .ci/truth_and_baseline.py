"""A baseline is not truth: refuses a commit that changes hand-read values and an accepted baseline together."""

from __future__ import annotations

import subprocess
import sys

staged = subprocess.run(["git", "diff", "--cached", "--name-only"], capture_output=True, text=True, check=True)
files = staged.stdout.split("\n")
truth = [f for f in files if f.startswith("tests/truth/")]
baselines = [f for f in files if f.startswith("extracted/")]
if truth and baselines:
    sys.exit(f"{truth[0]} and {baselines[0]} change in one commit: truth is read by hand, commit it on its own")
