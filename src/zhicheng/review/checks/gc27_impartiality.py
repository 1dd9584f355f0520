"""GC27 公正性：认证、检测机构的文字里推荐或提供咨询，或许诺通过。"""

from __future__ import annotations

import re
from collections.abc import Iterator

from zhicheng.review.document import Document
from zhicheng.review.facts.enterprise import own_name
from zhicheng.review.finding import Finding, found
from zhicheng.review.profile import Profile

_BODY = re.compile(r"认证(?:中心|有限公司|集团|股份)|认证|检验认证|质量认证")
_ADVISES = re.compile(
    r"(?:提供|开展|承接|推荐|介绍|推介|指定|承担)[^，。；]{0,16}?(?:咨询(?:服务|机构|公司|业务|师)?|辅导(?:服务|机构|老师)?|代办|体系建立服务|体系文件编写)"
    r"|(?:咨询|辅导)(?:与|和|、|加|\+)认证(?:一体|一站式|服务|捆绑|打包)|认证咨询一站式|一站式认证咨询|咨询认证一条龙"
)
_PROMISES = re.compile(
    r"包(?:通过|过|拿证|取证)|保证(?:一次)?(?:通过(?:认证|审核)|拿证|取证)|(?:100%|百分之百)(?:通过|拿证|取证)|快速拿证|不通过(?:全额)?退款|免审|免现场审核|无需现场"
)
_EASIER = re.compile(
    r"(?:使用|选择|委托)[^，。；]{0,14}(?:咨询机构|咨询公司|咨询师)[^，。；]{0,20}(?:更(?:容易|简单|快|省)|优惠|减免|优先)"
)
_FIX = "认证机构不得提供或推荐咨询（GB/T 27021.1 公正性要求，未核对原文）；删去或改为中立的说法。"


def impartiality(document: Document, profile: Profile) -> Iterator[Finding]:
    """In the text of a certification body: consultancy recommended or provided, certificates promised."""
    body = bool(_BODY.search(own_name(document)))
    for block in document.blocks:
        if block.kind == "contents":
            continue
        for pattern, wrong in ((_ADVISES, "提供或推荐咨询"), (_EASIER, "把咨询与认证的难易、价格相连")):
            for match in pattern.finditer(block.plain):
                sentence = _sentence(block.plain, match.start())
                if re.search(
                    r"不(?:得|提供|推荐|从事|开展|介入|指定|承接)|禁止|严禁|从未|避免|杜绝|回避|[两2]年内",
                    sentence,
                ):
                    continue
                if body:
                    yield found(
                        "GC27",
                        "error",
                        block,
                        f"认证机构的文字{wrong}：“{match.group()}”。",
                        _FIX,
                        match.span(),
                    )
        for match in _PROMISES.finditer(block.plain):
            if not re.search(r"不得|不|禁止|严禁", block.plain[max(0, match.start() - 8) : match.start()]):
                yield found(
                    "GC27",
                    "error" if body else "question",
                    block,
                    f"许诺认证结果：“{match.group()}”。",
                    "删去；认证结果只取决于审核。",
                    match.span(),
                )


def _sentence(text: str, at: int) -> str:
    start = max(text.rfind(mark, 0, at) for mark in "。；") + 1
    return re.split(r"[。；]", text[start:])[0]
