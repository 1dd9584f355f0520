"""The tables of GB/T 2828.1: each cell against the agreed transcriptions, and against the structure of the standard."""

from __future__ import annotations

import hashlib

import pytest

from zhicheng.stats.sampling import tables
from zhicheng.stats.sampling.plans import resolve
from zhicheng.stats.sampling.tables import code_letter, preferred_aqls, single_size, stage_numbers, stage_size

# SHA-256 of the lines "letter,aql,letter used,n,Ac" of all cells that the transcriptions agree on (R AQLSchemes for MIL-STD-105E, a
# TypeScript transcription of the scanned GB/T 2828.1-2012, a C++ one of ISO 2859-1:1999), made from those and not from our files.
AGREED = {
    "normal": (416, "c83ffa448a6d7afd96f3acd0aee21a0534e85b1191e2e511f5dd83a507639df8"),
    "tightened": (416, "18f905231d3676f4e9e928fdd7f0f697ea8e69e4bb8bde3cc98fd9ef683f64da"),
    "reduced": (416, "183eac593976949f8a7d7ab7a8c91c09bcfc4227ed8ab92d76dfbcc8f8daf91c"),
}
CODE_LETTERS = "3c743edb571fbafe8f5bbdb9aa7c7feffdf5b2a426c5a97c1b89de311fad7a85"
ALONG = {
    "normal": (0, "up", "down", 1, 2, 3, 5, 7, 10, 14, 21, 30, 44),
    "tightened": (0, "down", "down", 1, 2, 3, 5, 8, 12, 18, 27, 41),
    "reduced": (0, "up", "down", "down", 1, 2, 3, 5, 6, 8, 10, 14, 21, 30),
}


@pytest.mark.parametrize("severity", AGREED)
def test_each_agreed_cell_resolves_as_the_transcriptions_do(severity):
    digest, cells = hashlib.sha256(), 0
    for letter in tables.letters_of(severity):
        for aql in preferred_aqls():
            cell = tables.cell(severity, letter, aql)
            if (severity, letter, aql) == ("tightened", "A", "10") or (not cell.arrow and cell.ac is None):
                continue
            found = resolve(severity, letter, aql)
            size = single_size(severity, found.letter)
            digest.update(f"{letter},{aql},{found.letter},{size},{found.ac}\n".encode())
            cells += 1
    assert (cells, digest.hexdigest()) == AGREED[severity]


def test_code_letters_are_those_of_the_transcriptions():
    digest = hashlib.sha256()
    lows = [2, 9, 16, 26, 51, 91, 151, 281, 501, 1201, 3201, 10001, 35001, 150001, 500001]
    for low, high in zip(lows, [*(x - 1 for x in lows[1:]), None], strict=True):
        letters = [code_letter(low, level) for level in tables.LEVELS]
        assert high is None or letters == [code_letter(high, level) for level in tables.LEVELS]
        digest.update((",".join([str(low), "" if high is None else str(high), *letters]) + "\n").encode())
    assert digest.hexdigest() == CODE_LETTERS


@pytest.mark.parametrize("severity", ALONG)
def test_cells_follow_the_diagonal_of_the_standard(severity):
    """One more letter and one more AQL give the same acceptance number: a second, independent way to each cell but the edges."""
    held = 0
    for row, letter in enumerate(tables.letters_of(severity)):
        for column, aql in enumerate(preferred_aqls()):
            cell = tables.cell(severity, letter, aql)
            shift = 15 if severity == "tightened" else 14
            at = row + column - shift
            if cell.ac is None or letter == "S":
                continue
            if severity == "reduced" and letter in "AB" and cell.ac:
                # both have n=2 and the plans of letter A on normal inspection
                assert cell.ac == tables.cell("normal", "A", aql).ac
                continue
            if 0 <= at < len(ALONG[severity]):
                assert cell.ac == ALONG[severity][at], (letter, aql)
                held += 1
            else:
                pytest.fail(f"{severity} {letter} {aql} has a plan off the diagonal band")
    assert held >= 119


def test_no_tighter_severity_is_laxer():
    for letter in "ABCDEFGHJKLMNPQR":
        for aql in preferred_aqls():
            normal, tight = resolve("normal", letter, aql), resolve("tightened", letter, aql)
            if tight.letter == normal.letter and (letter, aql) != ("A", "10"):
                assert tight.ac <= normal.ac


def test_sample_sizes_of_the_letters():
    sizes = [single_size("normal", letter) for letter in "ABCDEFGHJKLMNPQR"]
    assert sizes == [2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800, 1250, 2000]
    assert single_size("tightened", "S") == 3150
    reduced = [single_size("reduced", letter) for letter in "ABCDEFGHJKLMNPQR"]
    assert reduced == [2, 2, 2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800]


def test_the_disputed_cells_are_marked_and_no_others():
    marked = {
        (severity, letter, aql)
        for severity in tables.SEVERITIES
        for letter in tables.letters_of(severity)
        for aql in preferred_aqls()
        if tables.cell(severity, letter, aql).confidence == "disputed"
    }
    fives = {
        ("reduced", letter, aql) for letter, aql in zip("RQPNMLKJHGFEDC", preferred_aqls()[6:20], strict=True)
    }
    assert marked == {("tightened", "A", "10"), *fives}
    assert all(tables.cell(*cell).ac == 5 for cell in fives)


def test_double_and_multiple_plans_hold_together():
    """Numbers grow from sample to sample, the last decides, and the total count allowed stays near that of the single plan."""
    for plan_type, severities in (("double", tables.SEVERITIES), ("multiple", tables.SEVERITIES)):
        for severity in severities:
            for ac in {a for a in ALONG[severity] if isinstance(a, int) and a > 0}:
                if (plan_type, severity, ac) == ("double", "reduced", 30) or (
                    plan_type == "multiple" and severity == "reduced" and ac > 10
                ):
                    continue
                stages = stage_numbers(plan_type, severity, ac).stages
                assert len(stages) == (2 if plan_type == "double" else 5)
                lows = [-1 if stage.ac is None else stage.ac for stage in stages]
                highs = [stage.re for stage in stages]
                assert lows == sorted(lows)
                assert highs == sorted(highs)
                assert highs[-1] == lows[-1] + 1
                assert all(re > low + 1 for low, re in zip(lows[:-1], highs[:-1], strict=True))


@pytest.mark.parametrize(
    ("plan_type", "severity", "letter", "size"),
    [
        ("double", "normal", "J", 50),
        ("double", "normal", "R", 1250),
        ("double", "normal", "A", "single"),
        ("double", "reduced", "K", 32),
        ("multiple", "normal", "J", 20),
        ("multiple", "normal", "B", "double"),
        ("multiple", "reduced", "K", 13),
        ("double", "tightened", "S", 2000),
    ],
)
def test_sizes_of_double_and_multiple_samples(plan_type, severity, letter, size):
    assert stage_size(plan_type, severity, letter) == size


def test_what_is_not_in_the_tables_is_refused_in_words():
    with pytest.raises(ValueError, match="优先值"):
        tables.printed_aql("1.1")
    with pytest.raises(ValueError, match="检验水平"):
        code_letter(100, "IV")
    with pytest.raises(ValueError, match="从批量 2 开始"):
        code_letter(1)
    with pytest.raises(ValueError, match="整数"):
        code_letter(10.5)  # type: ignore[arg-type]
    assert tables.printed_aql(0.1) == "0.10"
    assert tables.checked_level("Ⅱ") == tables.checked_level("G-II") == "II"
    assert tables.checked_level("s2") == "S-2"


# SHA-256 of the lines "letter,aql,n,Ac/Re;Ac/Re" (or "letter,aql,single") of R AQLSchemes' tables for double sampling (MIL-STD-105E),
# for the cells whose single acceptance number was not changed in 1999. Left out: letter A at 10 and 15, where that source gives no
# plan for an arrow, and L to P at 100 on normal inspection, where it prints Ac 26 with Re 26.
DOUBLE = {
    "normal": (378, "c07f1ff12316343977c4f64e73324374e3f18a628f69eabfb56e52892a5e9a18"),
    "tightened": (382, "fa110eb7a61854522ae0bbd930d2749fe62b9200a0db822074aa9e3e3615cff5"),
}
CHANGED = {"normal": (3, 7), "tightened": (3, 8)}


@pytest.mark.parametrize("severity", DOUBLE)
def test_each_agreed_double_plan_is_that_of_mil_std_105e(severity):
    digest, cells = hashlib.sha256(), 0
    for letter in "ABCDEFGHJKLMNPQR":
        for aql in preferred_aqls():
            misprinted = severity == "normal" and letter in "LMNP" and aql == "100"
            if (letter == "A" and aql in ("10", "15")) or misprinted:
                continue
            found = resolve(severity, letter, aql)
            if found.ac in CHANGED[severity]:
                assert stage_numbers("double", severity, found.ac).confidence == "one_source"
                continue
            size = stage_size("double", severity, found.letter) if found.ac else "single"
            line = f"{letter},{aql},{size}"
            if size != "single":
                numbers = stage_numbers("double", severity, found.ac)
                assert numbers.confidence == "two_sources"
                line += "," + ";".join(f"{stage.ac}/{stage.re}" for stage in numbers.stages)
            digest.update((line + "\n").encode())
            cells += 1
    assert (cells, digest.hexdigest()) == DOUBLE[severity]
