"""All checks, in one list. Each is a small pure function ``(document, profile) -> findings``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from zhicheng.review.checks.chapters import chapters
from zhicheng.review.checks.gc01_fact_table import fact_table
from zhicheng.review.checks.gc01_sayings import sayings_agree
from zhicheng.review.checks.gc02_recomputed_rate import recomputed_rate
from zhicheng.review.checks.gc03_sums import sums
from zhicheng.review.checks.gc04_citations import citations_valid
from zhicheng.review.checks.gc05_captions import captions
from zhicheng.review.checks.gc06_contents import contents
from zhicheng.review.checks.gc07_period import periods
from zhicheng.review.checks.gc08_actors import actors
from zhicheng.review.checks.gc09_foreign_vocabulary import foreign_vocabulary
from zhicheng.review.checks.gc10_blanks import blanks
from zhicheng.review.checks.gc11_left_over import left_over
from zhicheng.review.checks.gc11_spelling import spelling
from zhicheng.review.checks.gc12_measures import measures
from zhicheng.review.checks.gc13_target_actual import target_actual
from zhicheng.review.checks.gc14_cascade import cascade
from zhicheng.review.checks.gc15_terms import terms
from zhicheng.review.checks.gc16_rules import rules
from zhicheng.review.checks.gc17_list_numbers import list_numbers
from zhicheng.review.checks.gc18_duplicates import duplicates
from zhicheng.review.checks.gc19_claims import claims
from zhicheng.review.checks.gc20_section_content import section_content
from zhicheng.review.checks.gc21_rounding import rounding
from zhicheng.review.checks.gc22_dates import dates
from zhicheng.review.checks.gc23_document_register import document_register
from zhicheng.review.checks.gc24_authority import authority
from zhicheng.review.checks.gc25_coverage import coverage
from zhicheng.review.checks.gc26_plausibility import plausibility
from zhicheng.review.checks.gc27_impartiality import impartiality
from zhicheng.review.checks.gc28_definitions import definitions
from zhicheng.review.checks.gc29_boilerplate import boilerplate
from zhicheng.review.checks.gc30_language import language
from zhicheng.review.document import Document
from zhicheng.review.finding import Finding
from zhicheng.review.profile import Profile


@dataclass(frozen=True, slots=True)
class Check:
    """A check: its id and name, and the functions that make its findings."""

    id: str
    name: str
    functions: tuple[Callable[[Document, Profile], Iterable[Finding]], ...]


CHECKS: tuple[Check, ...] = (
    Check("GC01", "事实唯一", (fact_table, sayings_agree)),
    Check("GC02", "率可复算", (recomputed_rate,)),
    Check("GC03", "合计与枚举", (sums,)),
    Check("GC04", "引用有效", (citations_valid,)),
    Check("GC05", "图表编号与引用", (captions,)),
    Check("GC06", "目录", (contents,)),
    Check("GC07", "期间", (periods,)),
    Check("GC08", "部门与岗位", (actors,)),
    Check("GC09", "外来词汇", (foreign_vocabulary,)),
    Check("GC10", "空缺", (blanks,)),
    Check("GC11", "文字", (spelling, left_over)),
    Check("GC12", "量的类型", (measures,)),
    Check("GC13", "目标与实际", (target_actual,)),
    Check("GC14", "目标分解", (cascade,)),
    Check("GC15", "名称统一", (terms,)),
    Check("GC16", "规则相容", (rules,)),
    Check("GC17", "编号", (list_numbers,)),
    Check("GC18", "重复", (duplicates,)),
    Check("GC19", "主张与证据", (claims,)),
    Check("GC20", "文题相符", (section_content,)),
    Check("GC21", "修约", (rounding,)),
    Check("GC22", "日期", (dates,)),
    Check("GC23", "文件登记", (document_register,)),
    Check("GC24", "编审批", (authority,)),
    Check("GC25", "覆盖", (coverage,)),
    Check("GC26", "合理", (plausibility,)),
    Check("GC27", "公正性", (impartiality,)),
    Check("GC28", "定义", (definitions,)),
    Check("GC29", "套话", (boilerplate,)),
    Check("GC30", "语言", (language,)),
    Check("CHAPTERS", "章节", (chapters,)),
)
