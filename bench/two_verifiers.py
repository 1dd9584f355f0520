"""Do the two verifiers agree? Random reports, truthful and spoiled: ``python bench/two_verifiers.py [rounds] [seed]``.

Prints how many bundles came to which exit, and every disagreement with the number that makes it again.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[1] / "src")]


def main(rounds: int = 1500, seed: int = 1) -> int:
    """Compare that many bundles; 1 if any verdict differs."""
    import shutil

    from playwright.sync_api import sync_playwright

    from tests.conftest import CHROMIUM_FLAGS
    from tests.proof.build import PDF, fingerprint
    from tests.proof.mutate import mutations
    from tests.proof.second import differences, opened
    from zhicheng.proof.verify import verify_bundle

    counts: Counter[tuple[str, int]] = Counter()
    spent, differ = [0.0, 0.0], 0
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM_FLAGS)
        for second in opened(browser, Path(folder)):
            for turn, (kind, bundle) in enumerate(mutations(rounds, seed, Path(folder) / "b.zip")):
                began = time.perf_counter()
                first = verify_bundle(bundle, PDF, fingerprint())
                between = time.perf_counter()
                other = second.verify(bundle, PDF, fingerprint())
                spent[0] += between - began
                spent[1] += time.perf_counter() - between
                counts[kind, first.exit] += 1
                found = differences(first, other)
                if found:
                    differ += 1
                    print(f"turn {turn} ({kind}): {found}")
        browser.close()
    for (kind, exit_), number in sorted(counts.items()):
        print(f"{kind:9} exit {exit_}: {number}")
    print(
        f"{rounds} bundles, {differ} disagreements; first verifier {spent[0]:.1f} s, second {spent[1]:.1f} s"
    )
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main(*(int(one) for one in sys.argv[1:])))
