"""GC11 文字（续）：词典分词以后剩下的孤字——同音错字、换位、漏字、多字。"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate

from zhicheng.review.document import Block, Document
from zhicheng.review.facts.enterprise import NAME, own_name
from zhicheng.review.facts.words import commonness, is_word, sounding_like, words
from zhicheng.review.finding import Finding, found
from zhicheng.review.profile import Profile


def left_over(document: Document, profile: Profile) -> Iterator[Finding]:
    """Characters that the dictionary leaves alone, and that cannot stand alone."""
    own = own_name(document)
    for block in document.blocks:
        if block.kind in ("paragraph", "item", "row"):
            yield from _by_sound(block, profile, own)


_FREE = frozenset(
    "的了和与及在是为对将并把被从由使向于到以或等其该各每本可能应须要需有无不未已均都也还更最很再又就才而且但因所之者上下中内外前后间时期年月日个人大小多少高低新老好坏"
    "次项件台套批种类家名位条份套点面线体部处科室司厂站所局院校市省县区国村镇路号级层度量率值数额元吨米克升秒分第一二三四五六七八九十百千万亿零两半双"
    "做作用给让叫请看听说讲写读学教问答来去走进出入回过起开关收放送取得拿交换买卖生产销售设立建成提升降增减加乘除共同按照依据经通过至自此那这哪谁何如若则即便仅只约近超达满及时曾将正我你他她它们您贵吗呢吧啊"
    "质检测试验修配装运存储备供需求方法式样型款色味形状态势力气水电火土木金银铜铁油煤钢板管线轴阀泵机器具模架箱柜盒袋瓶罐包桶盘片块粒粉液剂药物品料材件车船房屋楼堂馆店铺"
    "受控着重防治改善抓紧落实严格强化细化深化优化简化净化转化变化美化标准化化性学家员工长师友客商户网信息图表书报刊证照码签章印记录档案卷册页章节款段句字词语言文明礼貌"
)


def _by_sound(block: Block, profile: Profile, own: str) -> Iterator[Finding]:
    """Single characters left over by the dictionary: 始总 for 始终 by sound, 量质 for 质量 by place, a lone 安 for 安排."""
    threshold = int(profile.number("GC11", "commonness", 300))
    for run in re.finditer(r"[\u4e00-\u9fff]{3,}", block.plain):
        if NAME.search(run.group()):
            continue
        cut = words(run.group())
        starts = list(accumulate(map(len, cut), initial=run.start()))
        for place, word in enumerate(cut):
            if len(word) != 1 or _names_a_person(block.plain, starts[place]):
                continue
            before = cut[place - 1] if place else ""
            after = cut[place + 1] if place + 1 < len(cut) else ""
            span = (max(0, starts[place] - 2), starts[place] + 4)
            named = (after and word + after[0] in own) or (before and before[-1] + word in own)
            if named:
                continue
            if word == before[-1:] and len(before) > 1 and word not in _MAY_REPEAT:
                yield found(
                    "GC11", "error", block, f"“{before}{word}”多了一个“{word}”。", f"删去一个“{word}”。", span
                )
            elif len(after) == 1:
                better = _pair(word, after, threshold)
                if better:
                    yield found(
                        "GC11",
                        "question",
                        block,
                        f"“{word}{after}”不成词，是否“{better}”之误？",
                        f"若是，改为“{better}”。",
                        span,
                    )
            elif len(before) != 1 and before and after and word not in _ALONE:
                yield found(
                    "GC11",
                    "question",
                    block,
                    f"“{word}”单独在这里不成词，是否漏了字或多了字？",
                    "核对这一处的文字。",
                    span,
                )


_MAY_REPEAT = frozenset("人天家年个种件条批层次处事时样点步一二三四五六七八九十会的上下")


def _pair(first: str, second: str, threshold: int) -> str:
    """The word that two left-over characters were meant to be, or ``""``."""
    if first == second or first + second in _MODERN or (first in _FREE and second in _FREE):
        turned = second + first
        both_bound = first not in _PARTICLES and second not in _PARTICLES and first != second
        return turned if both_bound and first + second not in _MODERN and commonness(turned) >= 2000 else ""
    if commonness(second + first) >= threshold and not {first, second} & _PARTICLES:
        return second + first
    return _better(first, second, threshold)


_TITLE = re.compile(
    r"(?:编制|编写|审核|审查|批准|审批|签发|签字|签名|总经理|经理|董事长|书记|主任|部长|厂长|组长|代表人?|负责人|联系人|姓名|作者|发明人)(?:人|者)?[:：]?.{0,2}$"
)


_CALLED = re.compile(r".{2,3}(?:先生|女士|同志|担任)")


def _names_a_person(text: str, at: int) -> bool:
    """Whether what stands here follows a post or a sign-off, or is followed by 先生: names make no words."""
    return bool(_TITLE.search(text[max(0, at - 8) : at])) or bool(_CALLED.match(text, at))


_PARTICLES = frozenset(
    "的了和与及在是为对将并把被从由使向于到以或等其该各每本可应须要需有无不未已均都也还更最很再又就才而且但因所之者我你他它们上下中内外前后间时年月日个这那此某第两二三四五六七八九十百千万亿一"
)
# Characters that are words by themselves in this kind of text, beside those of _FREE and _PARTICLES.
_ALONE_TEXT = (
    "赢阻地里填符编先留戳天附拼跑锁写一是的创官全距任差组厅系负畔总事初单慢会视相仓见氮氧塔既发反守现含占属仍较凡宜即逐遇凭靠替拟定改查审批签报送领借还退换修拆装调配洗涂喷焊切割磨钻铣刨铸锻烘烤煮蒸泡晒压冲拉挤吹注镀"
    "炉仪器计槽罐仓库棚井桥坝洞窗门墙顶层梁柱板绳网布纱线丝棉麻毛皮革纸墨漆胶膜粉粒渣灰烟尘泥沙石煤焦炭酸碱盐糖酒茶奶肉蛋鱼虾菜果米面油药针片丸膏苗种树草花牛羊猪鸡"
    "县区镇乡村街路巷港湾岛湖江河海山岭坡原田园林场馆院校所站社团队班组会局署厅司委办处科股室部党员工农兵警医师生客商户主任长总副正助理员士者家人民"
    "东西南北左右上中下内外旁侧边角首尾头底面心层级类型式款号码届次轮期批代世纪季旬周日夜晨晚早迟快慢冷热温湿干净脏满空轻重厚薄宽窄粗细软硬紧松深浅明暗亮黑白红黄蓝绿紫灰"
    "爱恨怕愿想知懂信疑盼望求助帮救保护防避免除消灭杀治疗养育教导引带领随跟伴陪离别聚散合并分拆连断接续存储积累集散布置摆放挂贴盖包裹装卸搬运载送寄投递交付收取拿握持举抬推拉"
    "称叫名曰谓指示表述讲说谈论议评判断定决选择挑拣抽检测量算计估价值钱款项账税费额度数据率比例差距幅涨跌升降增减添补充足够缺乏欠余剩多少几何若干约近满超逾"
    "设立建造修筑开办停止结束始终完毕竟仅唯独特别殊异同样似像如若假使令让给予赋授受承担任负责管控制约束缚限禁许可准能够敢肯愿须应该当必要需"
    "另均皆都俱全尽总共凡各每某本该此彼这那何谁孰哪几多么怎样为何故因由于以便从而且或与及和跟同并又也还亦乃则就才刚正将曾已未没不非无莫勿别休毋请敬谨致谢祝贺"
    "型号图章证照册簿卡票券函件电传真邮包箱袋盒瓶桶罐缸盆盘碗杯壶锅炉灶床桌椅柜架台座垫套罩壳盖帽靴鞋袜衣裤裙衫袖领扣链环圈管筒棒杆轴轮齿键销钉螺母栓阀泵机车船舰艇"
    "鲜嫩老熟生脆甜咸酸苦辣香臭硅铁铜铝锌锡铅金银镍铬锰钛钨钼氢氯硫磷碳钙钠钾镁砂瓷陶玻璃砖瓦筹聘邀派遣驻赴抵达返回归属占据守遵违犯罚奖惩扣抵押租赁售购买卖销促拓扩展延伸缩减"
)
_ALONE = frozenset(_ALONE_TEXT) | _FREE | _PARTICLES


@lru_cache(maxsize=20000)
def _better(first: str, second: str, threshold: int) -> str:
    candidates = []
    if second not in _PARTICLES:
        candidates += [first + other for other in sounding_like(second)] if first not in _PARTICLES else []
    if first not in _PARTICLES:
        candidates += [other + second for other in sounding_like(first)] if second not in _PARTICLES else []
    good = [(commonness(word), word) for word in candidates if is_word(word)]
    best = max(good, default=(0, ""))
    return best[1] if best[0] >= threshold else ""


_MODERN_TEXT = "检制 重算 复算 验算 抗疫 防疫 大疫 疫情 公钥 私钥 微信 微博 云端 网购 物联 快充 直播 点赞 扫码 智控 智造 数智 数控 碳纤 双碳 专精 特新 品控 品管 质管 质控 管控 空分 制氮 制氧 富氧 压铸 拧紧 焊装 涂装 总装 供销 购销 产销 研产"
_MODERN = frozenset(_MODERN_TEXT.split())
