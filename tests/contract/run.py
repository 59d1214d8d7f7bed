"""Try the API with generated requests: ``python -m tests.contract.run [WHO …] [--examples N]``.

Serves the bundled sample by ``pakar serve`` and lets schemathesis loose on it, with all of its
checks and in sequences too, as ``nobody`` and as the bearer of a token of each scope. Fails on
any failure, and on fewer than ``CASES`` cases.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from importlib import resources
from pathlib import Path

from tests.end_to_end.service import pakar, running

SAMPLE_LIST = "mandiri@lists.example.id"
BEARERS = ("nobody", "read", "curate", "admin")
CASES = 2_000
EXAMPLES = 15
"""Generated for each operation, beside those for its limits."""
# One client sends all of it, wrong tokens too: the check for ignored credentials tries some.
LIMITS = "reading=9999999,searching=9999999,matching=9999999,deciding=9999999,wrong-tokens=9999999"


def main() -> None:
    """Try each bearer on an archive of its own."""
    parser = argparse.ArgumentParser()
    parser.add_argument("bearers", nargs="*", metavar="WHO", help=", ".join(BEARERS))
    parser.add_argument("--examples", type=int, default=EXAMPLES)
    asked = parser.parse_args()
    results = [tried(who, asked.examples) for who in asked.bearers or BEARERS]
    sys.exit(0 if all(results) else 1)


def tried(who: str, examples: int) -> bool:
    """Whether no request of one bearer failed, and there were enough."""
    with tempfile.TemporaryDirectory(prefix="pakar-contract-") as folder:
        data_dir = Path(folder, "data")
        fill(data_dir)
        headers = [] if who == "nobody" else ["-H", f"Authorization: Bearer {token(data_dir, who)}"]
        with running(data_dir, PAKAR_RATE_LIMITS=LIMITS) as service:
            report = Path(folder, "report.json")
            command = [sys.executable, "-m", "schemathesis.cli"]
            options = ["--checks", "all", "--max-examples", str(examples), "--no-color"]
            options += ["--continue-on-failure", "--report-json-path", str(report), *headers]
            done = subprocess.run(
                [*command, "run", *options, service.http + "/openapi.json"], check=False, cwd=folder
            )
            alive = service.get("/healthz").status_code == 200
        cases = json.loads(report.read_text("utf-8"))["test_cases"]
    sys.stdout.write(f"{who}: {cases['generated']} cases, {cases['unique_failures']} failures\n")
    return done.returncode == 0 and alive and cases["generated"] >= CASES


def fill(data_dir: Path) -> None:
    """An archive of the sample, ranked."""
    sample = resources.files("archive") / "sample"
    with resources.as_file(sample / "mandiri.mbox") as mbox:
        for command in (
            ("list", "add", SAMPLE_LIST),
            ("import", mbox, "--list", SAMPLE_LIST),
            ("rank",),
        ):
            done = pakar(data_dir, *command)
            assert done.returncode == 0, done.stderr.decode()


def token(data_dir: Path, scope: str) -> str:
    """A new token of a scope."""
    made = pakar(data_dir, "token", "create", f"contract-{scope}", "--scope", scope, "--json")
    text: str = json.loads(made.stdout)["token"]
    return text


if __name__ == "__main__":
    main()
