"""Which columns tell whether a row's shipment counts, by their headers."""

import re
from enum import StrEnum
from functools import lru_cache

from batch_tracker.loader.values.status_text import Status, affirms, status_in, words_of
from batch_tracker.loader.values.status_words import any_of


class StatusColumn(StrEnum):
    """What the cells of such a column say.

    FLAG: whether the row has the status that the header names (`Deleted`: yes or no). AFFIRMED:
    whether it is shipped or counts (`Shipped?`, `Active`). STATUS: the status itself (`Shipped`,
    `On hold`). REMARK: something else, and at times a status.
    """

    FLAG = "flag"
    AFFIRMED = "affirmed"
    STATUS = "status"
    REMARK = "remark"


_STATUS = re.compile(
    any_of("*status, state, states, estado, estatus, statut, etat, stato, zustand", "状态, 狀態")
)
_REMARK = re.compile(
    any_of(
        "note, notes, remark*, comment*, memo, message, messages, reason, reasons, flag, flags",
        "service, services, method, type, types, mode, class, action, mark, info",
        "instruction*, exception*",
        "servicio, tipo, motivo, nota, notas, observacion*, comentario*, mensaje",
        "bemerkung*, anmerkung*, notiz*, hinweis*, kommentar*, grund, art, sendungsart, dienst",
        "versandart, typ",
        "remarque*, commentaire*, observation*, motif, raison, servizio, osservazion*, commento",
        "备注, 備註, 说明, 說明, 服务, 服務, 类型, 類型, 留言, 标记, 標記, 原因",
    )
)
_ABOUT_OTHER_THINGS = re.compile(
    any_of(
        "address*, addr, name, street, city, zip, postal, postcode, province, country, phone",
        "email, mail, fax, contact, company, location, number, no, nr, num, id",
        "url, link, account, reference*, ref, code, carrier, weight, qty, quantity, count",
        "units, pieces",
        "fee, fees, charge*, cost*, amount, amt, rate, price, tax, value, currency, payment*, paid",
        "billing, invoice*, customs, credit, insurance, duty, inventory, stock, gift",
        "policy, allowed, accepted, eligible, window, included, after, before, until",
        "deadline, size, color",
        "planned ship*, scheduled ship*, contre remboursement",
        "product, sku, 地址, 电话, 单号, 数量, 金额, 费用, 付款",
    )
    + r"|\btracking\b(?! status)"
)
"""What a header may name that only has to do with a return, or is no status of a shipment."""


@lru_cache(maxsize=1024)
def status_column(header: str) -> StatusColumn | None:
    """Return what the cells under a header say about a status; None where they say nothing.

    `Return Tracking Number` and `Cancel By` are none: they name other things.
    """
    words = words_of(header)
    if _ABOUT_OTHER_THINGS.search(words):
        return None
    if affirms(header):
        return StatusColumn.AFFIRMED
    if status_in(header) in {Status.VOID, Status.NOT_SHIPPED}:
        return StatusColumn.FLAG
    if _STATUS.search(words):
        return StatusColumn.STATUS
    return StatusColumn.REMARK if _REMARK.search(words) else None
