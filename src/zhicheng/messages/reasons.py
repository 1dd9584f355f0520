"""Why a message did not go: codes that hold no address, token or name, and the sentences that people read."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from zhicheng.core.roles import Role


class NotSent(Exception):
    """Surely not delivered. ``final``: trying again changes nothing until somebody mends it."""

    def __init__(self, code: str, *, final: bool = False) -> None:
        super().__init__(code)
        self.code, self.final = code, final


class Unclear(Exception):
    """It may have been delivered: the connection broke, or the answer was nobody's we know, after all was handed over."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


SENTENCES: dict[str, Any] = {
    "no_channel": _("没有名为“%s”的通道：请系统管理员添加通道，或撤回。"),
    "no_mail": _("没有邮件通道：请系统管理员用 zhicheng messages add 添加。"),
    "channels": _("通道文件不能读：请系统管理员运行 zhicheng messages list 查看原因。"),
    "no_address": _("收件人没有邮箱：请在本页“收件邮箱”登记，会自动补发。"),
    "no_holder": _("没有人担任“%s”：请分配角色后重发，或撤回。"),
    "unreachable": _("连不上服务器。"),
    "tls": _("加密连接建立不起来，可能是证书不受信任。"),
    "login": _("邮件服务器不接受登录（%s）：请核对用户名与密码。"),
    "address": _("邮件服务器拒收这个地址（%s）：请更正邮箱后重发。"),
    "smtp": _("邮件服务器拒收（%s）。"),
    "status": _("对方答复 HTTP %s。"),
    "robot": _("机器人拒收，错误码 %s。"),
    "rate": _("机器人限制频率（%s），稍后再发。"),
    "robot_address": _("机器人地址无效（%s）：群里的机器人可能已删除，请更换通道。"),
    "signature": _("机器人的安全设置不符（%s）：请核对签名密钥、关键词“质诚”和 IP 白名单。"),
    "broken": _("交出之后连接断开，不知对方是否收到。"),
    "answer": _("对方的答复看不懂，不知是否收到。"),
    "gateway": _("中间的网关没有等到答复（HTTP %s），不知对方是否收到。"),
    "died": _("发送途中程序停止，不知对方是否收到。"),
    "called_off": _("不再需要：对方已答复，或事情已结束。"),
    "fault": _("程序出错（%s）：见服务器日志。"),
}


def said(code: str) -> str:
    """A code as a sentence in the reader's language; its detail, after the colon, fills the place."""
    name, _sep, detail = code.partition(":")
    sentence = str(SENTENCES.get(name, code))
    if name == "no_holder" and detail in Role.values:
        detail = str(Role(detail).label)
    return sentence % detail if "%s" in sentence else sentence
