"""Word stems by which a header that is not understood still speaks of one of our fields."""

import re
from functools import lru_cache

from batch_tracker.loader.columns.header_text import words_of
from batch_tracker.loader.values.status_text import Status, status_in
from batch_tracker.model import Field

_VOID = re.compile(
    r"void|cancel|ann?ul|storn|delet|return|status|refund|retour|rucksend|devol|rimbors|rembours"
    r"|reembols|elimin|borrad|gelosch|losch|suppr|statut|estatus|\brtns?\b|\b(?:reso|stato|estado)\b"
    r"|作废|作廢|取消|删除|刪除|退|状态|狀態|无效|有效"
)
_TRACKING = re.compile(
    r"track|trk|waybill|consign(?!ee|or)|con note|sendung|rastre|seguim|suivi|tracci|spedizion"
    r"|envio|frachtbrief|paketn|lettera vettura|lettre voiture|colis"
    r"|\b(?:pro|bol|awb|hawb|mawb|mbl|hbl|lta|ldv|guia|lading)\b"
    r"|单号|單號|快递|快遞|运单|運單|跟踪|追踪|追蹤"
)
_CARRIER = re.compile(
    r"carrier|courier|scac|transportist|transporteur|spediteur|frachtf|vettor|corrier|paketdienst"
    r"|承运|承運|物流公司"
)
_SHIP = (
    r"(?:ship(?!per)|di?e?spatch|versand|versend|envio|exped|embarque|spediz|发货|發貨|出货|出貨)"
)
_DATE = r"(?:date|datum|fecha|data|日期|时间|時間)"
_SHIPPED_ON = re.compile(rf"{_SHIP}.*{_DATE}|{_DATE}.*{_SHIP}")
_PO = re.compile(r"purchas|bestell|acquisto|achat|\b(?:po|pos|compra|oda)\b|采购|採購")

_STEMS = {
    Field.VOID: _VOID,
    Field.SHIPPED_ON: _SHIPPED_ON,
    Field.TRACKING_NUMBER: _TRACKING,
    Field.CARRIER: _CARRIER,
    Field.PO: _PO,
}
"""What speaks against sending comes first; a ship date may have a word for a shipment in it."""


@lru_cache(maxsize=4096)
def field_spoken_of(header: str) -> Field | None:
    """Return the field of which a word of the header speaks, if any."""
    words = " ".join(words_of(header))
    if status_in(header) in {Status.VOID, Status.NOT_SHIPPED}:
        return Field.VOID
    return next((field for field, stem in _STEMS.items() if stem.search(words)), None)
