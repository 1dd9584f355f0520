"""A report that the product itself publishes has no error, in any of its three formats."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reports.sample import sample_report
from zhicheng.reports.rendering import render_all
from zhicheng.review import read, review


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return render_all(sample_report(), tmp_path_factory.mktemp("own"))


@pytest.mark.parametrize("form", ["pdf", "docx", "html"])
def test_no_error_but_the_signature_that_the_sample_lacks(files: dict[str, Path], form: str) -> None:
    document = read(files[form])
    assert len(document.tables) >= 8
    errors = [(one.check, one.message) for one in review(document).findings if one.severity == "error"]
    assert set(errors) <= {("GC24", "“批准”没有签名。")}
    if form != "pdf":
        assert errors, "the sample is not approved, and the review says so"
