"""The second verifier (src/zhicheng/proof/page), in Chromium or in Node, and its agreement with the first.

``compare`` is what makes the tests compare: from then on whoever verifies a bundle in this process gets a second
opinion on it, from one Node that stays, and a test in which the two differ fails. So every bundle that any test
makes or spoils is compared, those of later tests and those verified by the product's own pages included.
"""

from __future__ import annotations

import base64
import functools
import json
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from zhicheng.proof import verify as v
from zhicheng.proof.offline import verify_html

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

VERIFY = """async ({bundle, report, since, lenient, ...rest}) => {
  const bytes = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  const source = (text) => text === null ? null : ZC.bytesSource(bytes(text));
  const kept = ZC.ed25519;
  if (lenient) ZC.ed25519 = () => true;
  try {
    return await ZC.verify({...rest, bundle: source(bundle), report: source(report),
      since: since.map(([name, text]) => ({name, bytes: bytes(text)}))});
  } finally { ZC.ed25519 = kept; }
}"""
NOTHING = v.Held()
NUMBERS = ("adjusted_records", "changed_records_after_a", "undecided", "bounds", "provenance", "verdicts")
TRUE_ED25519 = v.verify_ed25519
TRUE_LIMITS = dict(v.MEMBER_LIMITS)


class Second(Protocol):
    """Where the second verifier runs."""

    def ask(self, asked: dict[str, Any]) -> dict[str, Any]:
        """The answer of ``VERIFY``."""

    def verify(
        self, bundle: bytes, report: bytes | None = None, key: str | None = None, held: v.Held = NOTHING
    ) -> dict[str, Any]:
        def coded(data: bytes) -> str:
            return base64.b64encode(data).decode()

        return self.ask(
            {
                "bundle": coded(bundle),
                "report": None if report is None else coded(report),
                "key": key or "",
                "since": [[name, coded(data)] for name, data in held.since],
                "witnesses": [vkey(one) for one in held.witnesses],
                "quorum": held.quorum,
                # A test that takes the signatures out of the first verifier takes them out of both.
                "lenient": v.verify_ed25519 is not TRUE_ED25519,
            }
        )


class SecondVerifier(Second):
    """The page in Chromium, open once."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def ask(self, asked: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = self.page.evaluate(VERIFY, asked)
        return found


class InNode(Second):
    """The page's scripts in Playwright's own Node: one process, begun with the first question, one question at a time."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[str] | None = None
        self.one = threading.Lock()

    def ask(self, asked: dict[str, Any]) -> dict[str, Any]:
        with self.one:
            if self.process is None:
                from playwright._impl._driver import compute_driver_executable

                node, serve = compute_driver_executable()[0], Path(__file__).parent / "js/serve.js"
                self.process = subprocess.Popen(
                    [node, str(serve), VERIFY],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                    encoding="utf-8",
                )
            asking, answering = self.process.stdin, self.process.stdout
            assert asking
            assert answering
            asking.write(json.dumps(asked) + "\n")
            asking.flush()
            found: dict[str, Any] = json.loads(answering.readline())
            return found

    def close(self) -> None:
        """End the process, if it began."""
        if self.process is not None:
            with self.process:  # closes its pipes
                self.process.kill()


def vkey(one: v.VerifierKey) -> str:
    """A witness's key as text."""
    blob = base64.b64encode(v.COSIGNATURE_ALGORITHM + one.public).decode()
    return f"{one.name}+{one.id.hex()}+{blob}"


def opened(browser: Browser, folder: Path) -> Iterator[SecondVerifier]:
    """The page from a file, as a reader opens it."""
    path = folder / "verify.html"
    path.write_bytes(verify_html())
    page = browser.new_page()
    page.goto(path.as_uri())
    yield SecondVerifier(page)
    page.close()


def _told(figure: dict[str, Any]) -> dict[str, Any]:
    """What both say of a recomputed figure."""

    def three(one: dict[str, Any] | None) -> list[Any] | None:
        return (
            None
            if one is None
            else [one.get("size"), str(one["numerator"]), str(one["denominator"]), one["value"]]
        )

    second = "recomputed_then" in figure
    return {
        "recomputed": three(figure["recomputed"]),
        "then": three(figure["recomputed_then" if second else "then"]),
        **{name: figure[name] for name in NUMBERS},
        "defined_since": figure["defined_since"],
    }


def _days_differ(first: v.Verdict, second: dict[str, Any]) -> list[str]:
    """Where two verdicts by which nothing is false differ on the reader's anchors, or on since when a target stands."""
    mine, theirs = first.data["log"], second["log"]
    names = ("first_anchor", "longest_without_anchor")
    out = [f"{one}: {mine[one]} and {theirs[one]}" for one in names if mine[one] != theirs[one]]
    said = [
        "anchors.none" in {one["code"] for one in found}
        for found in (first.data["findings"], second["findings"])
    ]
    dated = [
        {one["no"]: (one["since"], one.get("before")) for one in found}
        for found in (first.data["targets"], second["targets"])
    ]
    if dated[0] != dated[1]:
        out.append(f"targets {dated[0]} and {dated[1]}")
    return out if said[0] == said[1] else [*out, f"anchors.none: {said[0]} and {said[1]}"]


def differences(first: v.Verdict, second: dict[str, Any]) -> list[str]:
    """Where two verdicts differ: the exit, the status of a figure, a number of a figure that both recomputed."""
    out = []
    if first.exit != second["exit"]:
        reds = [
            (one.code, one.say.en, one.where) for one in first.findings if one.level == "red" or one.unchecked
        ]
        theirs = [
            (f["code"], f["en"], f["where"])
            for f in second["findings"]
            if f["level"] == "red" or f["unchecked"]
        ]
        out.append(f"exit {first.exit} and {second['exit']}: {reds[:4]} and {theirs[:4]}")
    if first.exit == second["exit"] and first.exit in (0, 3):
        out += _days_differ(first, second)
    mine = {one["no"]: one for one in first.data["figures"]}
    theirs_by_no = {one["no"]: one for one in second["figures"]}
    statuses = [{no: one["status"] for no, one in them.items()} for them in (mine, theirs_by_no)]
    if statuses[0] != statuses[1]:
        out.append(f"figures {statuses[0]} and {statuses[1]}")
    for no in mine.keys() & theirs_by_no.keys():
        if mine[no]["recomputed"] and theirs_by_no[no]["recomputed"]:
            a, b = _told(mine[no]), _told(theirs_by_no[no])
            out += [f"{no} {name}: {a[name]} and {b[name]}" for name in a if a[name] != b[name]]
    return out


def compare() -> Callable[[], None]:
    """Have ``verify_bundle`` ask the second verifier too, and fail where the two differ. Returns what ends the process.

    Before any module takes the name, so that all of them take this one.
    """
    second = InNode()
    v.verify_bundle = both(second)
    return second.close


def _bytes(one: Any) -> Any:
    """What stands in the file that is named, where there is one."""
    return Path(one).read_bytes() if isinstance(one, str | Path) and Path(one).is_file() else one


def both(second: Second) -> Callable[..., v.Verdict]:
    """``verify_bundle`` that asks the second verifier too and fails where the two differ."""
    original = v.verify_bundle

    @functools.wraps(original)
    def verified(bundle: Any, report: Any = None, key: str | None = None, held: Any = NOTHING) -> v.Verdict:
        first = original(bundle, report, key, held)
        data, paper = _bytes(bundle), _bytes(report)
        fit = isinstance(data, bytes) and isinstance(paper, bytes | None)
        if callable(held):
            try:
                held = held()
            except (v.Refused, OSError):
                return first  # what was brought cannot be read: the page's form takes no such thing
        if not fit or v.MEMBER_LIMITS != TRUE_LIMITS:  # a test's own limits are not the page's
            return first
        # Time stamps are left to the first: the two are compared as if none had been asked for.
        plain = held._replace(authorities=())
        compared = original(data, paper, key, plain) if held.authorities else first
        found = differences(compared, second.verify(data, paper, key, plain))
        assert not found, found
        return first

    return verified
