"""The sample, drawn once for all tests of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reports.sample import sample_report
from zhicheng.reports.rendering import render_all
from zhicheng.reports.report import Report


@pytest.fixture(scope="session")
def report() -> Report:
    return sample_report()


@pytest.fixture(scope="session")
def files(report: Report, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return render_all(report, tmp_path_factory.mktemp("report"))
