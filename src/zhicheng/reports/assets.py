"""The files that rendering needs beside the code: two fonts and the chart script, carried in the package."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import zhicheng

PACKAGE = Path(zhicheng.__file__).resolve().parent
FONT_NAMES = ("NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf")


class AssetsMissing(FileNotFoundError):
    """A font or the chart script is not there: the package was not built."""


@dataclass(frozen=True, slots=True)
class Assets:
    fonts: Path = PACKAGE / "reports" / "fonts"
    echarts: Path = PACKAGE / "web" / "static" / "vendor" / "echarts.min.js"

    @property
    def font_files(self) -> tuple[Path, ...]:
        return tuple(self.fonts / name for name in FONT_NAMES)

    def check(self) -> None:
        """Raises AssetsMissing, naming what is not there."""
        missing = [str(path) for path in (*self.font_files, self.echarts) if not path.is_file()]
        if missing:
            listed = "、".join(missing)
            raise AssetsMissing(f"缺少文件，请运行 python build_assets.py：{listed} / missing: {listed}")


PACKAGED = Assets()
