"""The words by which a manifest says that a shipment does not count, or is not on its way.

English, Spanish, German, French, Italian and Chinese, and a few of other languages, without their
accents. A `*` stands for the rest of a word. What is made of them stands in `status_text.py`.
"""

import re

VOID = (
    "void, voids, voided, voiding, cancel*, canc, cxl, cxld, delete*, deletion, refund*, annul*",
    "revoked, withdrawn, recalled, replaced by",
    "anul*, eliminad*, borrado, borrada, reembols*, estorn*, supprim*, rembours*, eliminat*",
    "rimbors*",
    "storn*, gelosch*, geloesch*, ungultig, ungueltig, geannuleerd",
    "作废, 作廢, 取消, 撤销, 撤銷, 撤单, 删除, 刪除, 退款, 无效, 無效, キャンセル, 취소",
)
_VOID_ALONE = (
    "void, voided, cancelled, canceled, cxl, deleted, refunded, annulled, anulado, anulada",
    "cancelado, cancelada, eliminado, eliminada, storniert, gelöscht, annulé, annulée, supprimé",
    "supprimée, annullato, annullata, eliminato, eliminata, 作废, 已作废, 取消, 已取消, 已删除",
)
NOT_SHIPPED = (
    "return, returns, returned, returning, rts, rma, undeliverable, refus*, declin*, reject*",
    "devuelt*, devoluc*, rechaz*, retour*, rucksend*, ruecksend*, zuruckgesandt",
    "renvoy*, rejet*, reso, restituit*, rifiut*, abgelehnt",
    "退货, 退貨, 退回, 退件, 拒收, 拒绝, 拒絕",
    "hold, holds, held, suspend*, sospes*, paused, blocked, stopped, angehalten, gesperrt",
    "zuruckgestellt, en espera, retenid*, detenid*, bloquead*, bloque, bloquee, bloccat*",
    "暂停, 暫停, 暂缓, 冻结, 凍結, 扣留, 挂起",
    "draft*, test, tests, dummy, borrador*, prueba*, entwurf, brouillon*, essai*, bozza, prova",
    "草稿, 测试, 測試",
    "fail*, error*, invalid, abort*, supersed*, fehler*, fehlgeschlagen, abgebrochen",
    "abgelaufen, fallid*, vencid*, caducad*, echec*, echou*, erreur*, expire*, perime*",
    "fallit*, scadut*, 失败, 失敗, 错误, 錯誤, 过期, 過期",
    "pending, awaiting, waiting, backorder*, back order*, unshipped, unfulfilled, unsent",
    "undispatched, scheduled, planned, queued, out of stock, to ship, to be shipped, to be sent",
    "not yet, not ship*, not sent, not dispatched, not despatched, not picked up, not collected",
    "not fulfilled, not released, not confirmed, not ready, not been shipped, never shipped",
    "no shipment, no scan, incomplete, did not ship, didn t ship, will ship",
    "shipping tomorrow, ships tomorrow, ship tomorrow",
    "do not send, do not ship, do not use, do not process, do not upload, do not import",
    "do not enter, do not update, don t ship, don t send, don t use, dont ship, dont send",
    "dont use, disregard, not used, unused, never used, see new, wrong label, bad label",
    "nicht verwenden, nicht benutzen, nicht senden, kein versand, keine sendung",
    "no usar, no utilizar, no enviar, no se envio, no se ha enviado, ne pas utiliser",
    "ne pas envoyer, ne pas expedier, non usare, non utilizzare, non spedire",
    "nicht versandt, nicht versendet, nicht verschickt, nicht gesendet, nicht abgeholt",
    "nicht lieferbar, unversandt, ausstehend*, offen, offene, wartend, wartet, geplant, ruckstand*",
    "rueckstand*, pendiente*, no enviad*, sin enviar, por enviar, no despachad*, sin despachar",
    "agotad*, non expedi*, pas expedi*, pas encore, a expedier, non envoy*, en attente, reliquat*",
    "non spedit*, da spedire, in attesa",
    "未发货, 未發貨, 待发货, 待發貨, 待出库, 待出庫, 未出库, 未寄出, 未发, 待发",
    "缺货, 缺貨, 待处理",
)
UNCLEAR = (
    "label created, label generated, label purchased, label only, pre transit, pretransit",
    "pre shipment, preshipment, information received, info received, information sent",
    "ready for pickup, exception*, lost, lost in transit, damaged, missing",
    "duplicate*, dup, dupe, partial*, delayed, denied, inactive, dead, removed, reversed",
    "abandoned, discarded, destroyed, scrap, scrapped, unavailable, reissued, reprint*, relabel*",
    "reship*, re ship*, ignore, ignored, wrong tracking, wrong number, wrong address",
    "credit issued, inaktiv, inactif, inactivo, inattivo, doppelt, duplicad*, doublon*",
    "etikett erstellt, label erstellt, etiqueta creada, etiquette creee, etichetta creata",
    "verloren, beschadigt, perdid*, extraviad*, perdu, perdue, perso, smarrit*, danneggiat*",
    "已创建, 待揽收, 待取件, 异常, 異常, 丢失, 破损, 部分",
)
UNCLEAR_ALONE = (
    "new, open, created, ready, processing, in process, in progress, packing, picking, unknown",
    "neu, erstellt, in bearbeitung, nuevo, nueva, abierto, creado, en proceso, en preparacion",
    "nouveau, nouvelle, ouvert, cree, en preparation, nuovo, aperto, creato, in lavorazione",
    "新建, 处理中, 處理中, resi",
)
"""What says something only where it is the whole text: there is a New York."""
SHIPPED = (
    "shipped, sent, dispatched, despatched, delivered, in transit, picked up, fulfilled",
    "manifested, versandt, versendet, verschickt, zugestellt, enviad*, entregad*, despachad*",
    "expedie*, envoye*, livre, livree, livres, livrees, spedito, spediti, spedita, spedite",
    "consegnat*, 已发货, 已發貨, 已出库, 已签收, 运输中",
)
AFFIRMING = (
    "shipped, ship, ok to ship, okay to ship, dispatched, despatched, fulfilled, manifested",
    "active, valid, live, enabled, include, included, versandt, versendet, verschickt, aktiv",
    "gultig, enviado, enviada, despachado, activo, valido, expedie, expediee, envoye, envoyee",
    "actif, valide, spedito, spedita, attivo, 已发货, 已發貨, 已出库, 发货, 發貨, 有效",
)
"""What a column is called of which a no speaks against sending."""
BEFORE_AFFIRMING = "is, was, has been, order, label, package, shipment, item, 是否"
BEHIND_AFFIRMING = "flag, yes no, y n, s n, j n, o n, t f, true false, 0 1"
HARMLESS = (
    "return receipt*, return label*, return address*, return slip*, return polic*, return by",
    "ok to ship, okay to ship, free return*, hold at, hold for pickup, hold for pick up",
    "void fill, test tube*, cancel date, cancel by, cancel after, cancel if, cancel before",
)
"""Services, goods and terms of trade that only sound like a status."""
NEGATIONS = "not, no, non, never, without, cannot be, nicht, kein*, ohne, sans, sin, senza, 0"
DENIABLE = ("return, returned, returns, hold, held, error*, fail*, reject*, refus*, exception*",)
DENIALS = "0, no, n, none, false, nein"
AROUND = (
    "label, labels, shipment, shipments, order, orders, package, packages, parcel, parcels, item",
    "items, this, is, was, were, has, have, been, be, by, customer, the, to, sender, please, now",
    "already, yet, of, on, in, and, or, at, al, remitente, absender, an, von, durch, par, le, la",
    "client, cliente, kunde, kunden, 已, 被",
)
"""What may stand beside a status without saying more."""

YES = (
    "y, yes, true, t, x, 1, on, si, s, ja, j, oui, o, vrai, verdadero, wahr, vero, sim, tak, да",
    "是, 真, 对, はい, 예, ✓, ✔, ☑, ☒, ✗, ✘, √, ✅, ■",
)
NO = (
    "n, no, f, false, 0, off, nein, falsch, non, faux, falso, nao, nee, nie, нет, 否, 假, いいえ",
    "아니오, ☐, □",
)
NOTHING_VOID = (
    "-, none, n a, na, null, not void, not voided, active, valid, ok, good, printed, aktiv, gultig",
    "actif, valide, activo, valido, attivo, 有效, 正常",
)
"""What a void flag has for a no, and others have not."""


def phrases(*lists: str) -> list[str]:
    """Return the phrases of such lists."""
    return [phrase.strip() for each in lists for phrase in each.split(",")]


def any_of(*lists: str) -> str:
    """Return a regular expression for any of the phrases: as whole words, where a script has words.

    It is meant for texts as `status_text.words_of` returns them.
    """
    ordered = sorted(phrases(*lists), key=len, reverse=True)
    patterns = [re.escape(each).replace(r"\*", r"\w*").replace(r"\ ", " ") for each in ordered]
    spaced = [each for each in patterns if each.isascii()]
    unspaced = [each for each in patterns if not each.isascii()]
    return "|".join(["(?!)", *unspaced, *([rf"\b(?:{'|'.join(spaced)})\b"] if spaced else [])])


VOID_ALONE = frozenset(
    frame.format(spelled)
    for word in phrases(*_VOID_ALONE)
    for spelled in (word, word.capitalize(), word.upper())
    for frame in ("{}", "*{}*", "**{}**", "***{}***", "({})", "[{}]", "{}!")
)
"""Whole cells that say so of their row in whatever column they stand."""
