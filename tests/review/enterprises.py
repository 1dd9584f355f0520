"""Invented enterprises of several trades: names, products and figures that agree with each other."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True)
class TradeData:
    """What is particular to a trade: the words of its name, products, processes, measures and a product standard."""

    suffix: str
    products: tuple[str, ...]
    processes: tuple[str, ...]
    materials: tuple[str, ...]
    instruments: tuple[str, ...]
    defects: tuple[str, ...]
    benchmark: tuple[tuple[str, str, bool], ...]  # name, unit, less is better
    unit: str


TRADES: dict[str, TradeData] = {
    "阀门": TradeData("阀门有限公司", ("闸阀", "截止阀", "球阀", "蝶阀"), ("铸件检验", "机加工", "装配", "压力试验"),
                    ("阀体毛坯", "密封圈", "紧固件"), ("压力表", "千分尺", "硬度计"), ("密封不严", "尺寸超差", "表面缺陷"),
                    (("泄漏率", "%", True), ("启闭寿命", "次", False)), "台"),
    "食品": TradeData("食品有限公司", ("果汁饮料", "茶饮料", "植物蛋白饮料"), ("原料验收", "调配", "灌装", "杀菌"),
                    ("白砂糖", "浓缩果汁", "瓶坯"), ("天平", "温度计", "糖度计"), ("净含量不足", "封口不良", "标签歪斜"),
                    (("吨产品水耗", "吨", True), ("灌装合格率", "%", False)), "箱"),
    "纺织": TradeData("纺织有限公司", ("棉布", "涤棉混纺布", "家纺面料"), ("整经", "浆纱", "织造", "验布"),
                    ("棉纱", "涤纶长丝", "浆料"), ("强力机", "天平", "密度镜"), ("断经", "油污", "纬斜"),
                    (("万米疵点数", "个", True), ("断裂强度", "N", False)), "米"),
    "电缆": TradeData("电缆有限公司", ("电力电缆", "控制电缆", "布电线"), ("拉丝", "绞线", "挤塑", "成缆"),
                    ("铜杆", "聚乙烯料", "填充绳"), ("电桥", "千分尺", "耐压试验仪"), ("外径超差", "绝缘偏心", "护套划伤"),
                    (("导体电阻偏差", "%", True), ("绝缘强度", "MPa", False)), "盘"),
    "家具": TradeData("家具有限公司", ("实木餐桌", "衣柜", "办公桌"), ("开料", "封边", "打孔", "组装"),
                    ("板材", "封边条", "五金件"), ("游标卡尺", "含水率仪", "甲醛测定仪"), ("崩边", "色差", "孔位偏移"),
                    (("甲醛释放量", "mg", True), ("抽屉开合寿命", "次", False)), "件"),
    "塑料": TradeData("塑业有限公司", ("给水管材", "排水管材", "管件"), ("混料", "挤出", "定径", "切割"),
                    ("聚氯乙烯树脂", "稳定剂", "色母"), ("千分尺", "压力表", "维卡仪"), ("壁厚不均", "弯曲", "杂质"),
                    (("纵向回缩率", "%", True), ("耐压强度", "MPa", False)), "批"),
    "医疗器械": TradeData("医疗器械有限公司", ("一次性输液器", "注射器", "医用导管"), ("注塑", "组装", "封口", "灭菌"),
                      ("医用粒料", "透析纸", "乳胶件"), ("温度计", "压差计", "拉力机"), ("毛刺", "封口不严", "漏装"),
                      (("微粒数", "个", True), ("连接强度", "N", False)), "支"),
    "涂料": TradeData("涂料有限公司", ("水性木器漆", "工业防腐漆", "外墙涂料"), ("配料", "分散", "研磨", "灌装"),
                    ("乳液", "钛白粉", "助剂"), ("粘度计", "天平", "细度计"), ("粘度超差", "色差", "返粗"),
                    (("挥发物含量", "g", True), ("耐洗刷次数", "次", False)), "桶"),
}  # fmt: skip
CITIES = ("江北市", "云川市", "临泽市", "禾阳市", "青浦岭市", "松湖市")
BRANDS = ("禾川", "云岭", "启明岩", "瑞浦", "恒屿", "松岚", "博远川", "景澄", "朗维", "拓岳")
SURNAMES = "赵钱孙李周吴郑王冯陈"
GIVEN = ("明远", "建华", "晓岚", "志诚", "海宁", "书然", "国梁", "文清", "立新", "嘉禾")
CITY_AUTHORITY = "市场监督管理局"


@dataclass(frozen=True)
class Enterprise:
    """One enterprise with all the figures of its year."""

    trade: TradeData
    name: str
    short: str
    city: str
    year: int
    month: int
    founded: int
    capital: int
    area: int
    built: int
    production_staff: int
    technical_staff: int
    management_staff: int
    policy: str
    vision: str
    values: tuple[str, ...]
    departments: tuple[str, ...]
    people: tuple[str, str, str]
    inspected: int
    accepted: int
    quarters: tuple[int, int, int, int]
    satisfaction: float
    complaints: int
    response: int
    arrival: int
    suppliers: int
    site: str

    @property
    def staff(self) -> int:
        return self.production_staff + self.technical_staff + self.management_staff


POLICIES = (
    "精工制造，诚信为本",
    "质量第一，持续改进，顾客满意",
    "严谨务实，精益求精，追求卓越",
    "以质取信，以诚待人",
)
VALUES = ("诚信", "责任", "创新", "共赢", "务实", "专注", "协作", "敬业")
QUALITY_DEPARTMENTS = ("质量部", "品质部", "质管部")


def enterprise(rng: random.Random, trade: str | None = None) -> Enterprise:
    """An enterprise drawn at random, whose figures agree."""
    data = TRADES[trade or rng.choice(list(TRADES))]
    city, brand = rng.choice(CITIES), rng.choice(BRANDS)
    year = rng.choice((2019, 2020, 2021, 2022, 2023, 2024))
    inspected = rng.randrange(400, 2400)
    accepted = inspected - rng.randrange(2, 12)
    first, second, third = (rng.randrange(inspected // 6, inspected // 4) for _ in range(3))
    people = rng.sample([surname + given for surname in SURNAMES for given in GIVEN], 3)
    return Enterprise(
        trade=data, name=f"{city}{brand}{data.suffix}", short=brand, city=city, year=year, month=rng.randrange(2, 9),
        founded=rng.randrange(1996, 2013), capital=rng.randrange(5, 80) * 100, area=rng.randrange(60, 400) * 100,
        built=rng.randrange(40, 300) * 100, production_staff=rng.randrange(80, 400), technical_staff=rng.randrange(12, 60),
        management_staff=rng.randrange(8, 30), policy=rng.choice(POLICIES), vision=f"成为{data.products[0]}行业受信赖的制造商",
        values=tuple(rng.sample(VALUES, 4)),
        departments=("综合部", "技术部", "采购部", "生产部", rng.choice(QUALITY_DEPARTMENTS), "销售部", "财务部"),
        people=(people[0], people[1], people[2]), inspected=inspected, accepted=accepted,
        quarters=(first, second, third, inspected - first - second - third),
        satisfaction=round(rng.uniform(91, 98.5), 1), complaints=rng.randrange(2, 16), response=rng.choice((2, 4, 8)),
        arrival=rng.choice((24, 36, 48)), suppliers=rng.randrange(20, 120), site=f"www.{rng.choice(('hc', 'yl', 'rp', 'sl'))}{rng.randrange(100, 999)}.example.com",
    )  # fmt: skip
