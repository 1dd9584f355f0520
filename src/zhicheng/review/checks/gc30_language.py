"""GC30 语言：中文里夹着的外文词，抽取、转换留下的标记，乱码，繁体字。"""

from __future__ import annotations

import re
from collections.abc import Iterator

from zhicheng.review.document import Block, Document
from zhicheng.review.finding import Finding, found
from zhicheng.review.profile import Profile

_FUNCTION_WORDS = re.compile(
    r"(?<=[\u4e00-\u9fff，、。；）)])\s?(and|or|of|the|for|with|to|in|on|is|are|by|from|at|as|be|not|all|this|that|we|our|will|should|must|has|have)\s?(?=[\u4e00-\u9fff，、。；（(])",
    re.IGNORECASE,
)
_GARBLED = re.compile(
    r"�|锟斤拷|烫烫烫|屯屯屯|Ã.|â€|ï»¿|&(?:nbsp|amp|lt|gt|quot|#\d+);|\\u[0-9a-fA-F]{4}|[\ue000-\uf8ff]|\(cid:\d+\)|鈥|銆|锛"
)
_LEFTOVER = re.compile(
    r"</?(?:p|br|div|span|b|i|u|ul|ol|li|td|tr|th|table|font|strong|em|a|img|h[1-6])(?:\s[^<>]*)?/?>|\*\*[^*]{1,40}\*\*|!\[[^\]]*\]\([^)]*\)|\{#[^}]*\}|\[\^\d+\]|错误!\s?(?:未找到引用源|未定义书签|文档中没有)|Error! (?:Reference|Bookmark)[^。]*|MERGEFORMAT|HYPERLINK|_Toc\d+|PAGEREF"
)
_TRADITIONAL = "検査験図応経済発関気鉄銭拡価圧囲壱売変単評處師價優勢歷從來們條統計織約給結絕聯聲節裝製複規視覺觀訓託記許論譯護讀貢費資購贈趨轉農運達遠適選邊郵醫釋鋼鎮鐘鏡陽階際隨險雙雜離難靈靜頁順須頓領願類顯風飛飲館驚魚鮮麥黃點黨龍質誠體檢驗業認證標準責產設術應電務發開關機構實環員總經廠報號時長門間問題書簽審錄訊數據進過還這個為與說話讓語學習國場區縣鄉會議團隊導職權賬財稅稱級別項買賣貨輸車輛廣東華無網絡線纜鐵銅鋁銀錢"
_TRADITIONAL_RE = re.compile(f"[{_TRADITIONAL}]+")
_KANA = re.compile(r"[\u3041-\u30fa\uac00-\ud7a3]+")
_WORD = re.compile(r"(?<=[\u4e00-\u9fff，、。；])\s?([a-z]{4,}(?: [a-z]{2,})*)\s?(?=[\u4e00-\u9fff，、。；])")
_USED_TEXT = "min max www http https com app wifi email mail logo kwh mpa rohs reach iphone android linux windows python java excel word"
_USED = frozenset(_USED_TEXT.split())


def language(document: Document, profile: Profile) -> Iterator[Finding]:
    """Foreign words in Chinese sentences, marks of extraction, garbled and traditional characters."""
    told = 0
    by_index = {block.index: block for block in document.blocks}
    for index, mark in document.marks:
        block = by_index.get(index)
        if block is not None and told < 20:
            told += 1
            yield found(
                "GC30",
                "note",
                block,
                f"文字里有转换留下的标记“{mark[:30]}”。",
                "删去标记。",
                (0, min(20, len(block.plain))),
            )
    for block in document.blocks:
        if block.kind == "contents":
            continue
        yield from _words(block)
        yield from _marks(block)


def _words(block: Block) -> Iterator[Finding]:
    if not re.search(r"[\u4e00-\u9fff]", block.plain):
        return
    for match in _FUNCTION_WORDS.finditer(block.plain):
        yield found(
            "GC30",
            "error",
            block,
            f"中文句子里夹着英文“{match.group(1)}”。",
            "译成中文。",
            (max(0, match.start() - 6), match.end() + 6),
        )
    for match in _WORD.finditer(block.plain):
        word = match.group(1)
        if word.split()[0] not in _USED and not _FUNCTION_WORDS.match(word) and "@" not in block.plain:
            yield found(
                "GC30",
                "question",
                block,
                f"中文句子里夹着外文“{word}”。",
                "译成中文，或写出中文并把外文放在括号里。",
                (max(0, match.start() - 6), match.end() + 6),
            )


def _marks(block: Block) -> Iterator[Finding]:
    for pattern, wrong, fix in (
        (_GARBLED, "乱码", "按原稿改正。"),
        (_LEFTOVER, "转换或域代码留下的标记", "删去标记，更新域。"),
        (_KANA, "日文或韩文字", "译成中文。"),
    ):
        for match in pattern.finditer(block.plain):
            yield found(
                "GC30",
                "error",
                block,
                f"{wrong}“{match.group()[:24]}”。",
                fix,
                (max(0, match.start() - 6), match.end() + 6),
            )
    traditional = list(_TRADITIONAL_RE.finditer(block.plain))
    if traditional and sum(len(match.group()) for match in traditional) * 4 < len(
        re.findall(r"[\u4e00-\u9fff]", block.plain)
    ):
        match = traditional[0]
        yield found(
            "GC30",
            "question",
            block,
            f"简体文字里夹着繁体字“{match.group()}”。",
            "改为简体字（注册的名称除外）。",
            (max(0, match.start() - 4), match.end() + 4),
        )
