"""The second verifier as one HTML file: the parts in ``page/`` put into one another, allowed by their hashes.

One file is what a reader can save, send and open from a folder. Its policy admits these scripts and this
style alone, and no address at all: the page cannot reach the network.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from pathlib import Path

FOLDER = Path(__file__).with_name("page")
_LINKED = re.compile(
    r'<link rel="stylesheet" href="([a-z0-9]+\.css)">|<script src="([a-z0-9]+\.js)"></script>'
)
_POLICY = re.compile(r"default-src 'none'[^\"]*")


@functools.cache
def verify_html() -> bytes:
    """The page with its parts inside, each named by its hash in the policy."""
    hashes: dict[str, list[str]] = {"script": [], "style": []}

    def part(found: re.Match[str]) -> str:
        name = found[1] or found[2]
        tag = "style" if found[1] else "script"
        text = (FOLDER / name).read_text(encoding="utf-8")
        if "</" in text or "<!--" in text:
            raise ValueError(f"{name} could not stand in a page")
        digest = hashlib.sha256(text.encode()).digest()
        hashes[tag].append(f"'sha256-{base64.b64encode(digest).decode()}'")
        return f"<{tag}>{text}</{tag}>"

    page = _LINKED.sub(part, (FOLDER / "index.html").read_text(encoding="utf-8"))
    policy = (
        f"default-src 'none'; script-src {' '.join(hashes['script'])}; style-src {' '.join(hashes['style'])}; "
        "worker-src blob:; base-uri 'none'; form-action 'none'"
    )
    return _POLICY.sub(lambda _found: policy, page, count=1).encode()
