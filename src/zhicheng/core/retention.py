"""How long records of a kind are kept, from when that counts, and on what ground."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Retention:
    """Years from a record's end, with their ground; or, with ``always``, as long as the installation, and why.

    A record ends with the latest of: the day on which it happened, that on which it was entered, that on which it came into its
    present state, and the date that the fact ``until`` names. It has ended when its state is one of ``ends`` (none given: the final
    states of its process) or that date is over. What has not ended is kept.
    """

    years: int = 0
    ground: Any = ""
    ends: frozenset[str] = frozenset()
    until: str = ""
    always: Any = ""

    def ending(self, *states: str, until: str = "") -> Retention:
        """The same for records that end in other states than the final ones, or with a date."""
        return replace(self, ends=frozenset(str(s) for s in states), until=until)


PRODUCT = Retention(10, _("产品质量法第四十五条（赔偿请求权自交付满十年丧失）"))
"""Records of products, of who supplied and who received them."""
STAFF = Retention(10, _("劳动合同法第五十条（合同终止后至少二年），企业规定十年，与本人经手的产品记录相同"))
"""Files of persons: the law's two years, and as long as what they signed."""
PRIVACY = Retention(3, _("个人信息保护法第十九条（实现目的所必要的最短时间），年数为企业规定"))
"""What people said of themselves or their opinion, with their names."""
HOUSE = Retention(10, _("企业规定（未见法律规定期限）"))
"""Where no law is known to state a period."""


def always(why: Any) -> Retention:
    """Kept as long as the installation."""
    return Retention(always=why)
