"""Each word by which suppliers tell a status, as they write it, and what it is taken for."""

from itertools import product

import pytest

from batch_tracker.loader.values.status_text import (
    Status,
    affirms,
    says_no,
    says_not_void,
    says_shipped,
    says_yes,
    status_alone,
    status_in,
)
from batch_tracker.loader.values.status_words import VOID_ALONE

VOID = """
VOID; 2 voids; Label voided; voiding; Cancellation; Canc.; CXL; cxld; Deleted; Deletion; Refunded
Annulled; revoked; withdrawn; recalled; replaced by #2; Anulación; ELIMINADO; borrado; Borrada
Reembolso; Estornado; supprimée; remboursé; eliminata; Rimborso; Storniert; gelöscht; geloescht
ungültig; UNGUELTIG; geannuleerd
作废; 作廢; 已取消; 撤销; 撤銷; 撤单; 已删除; 刪除; 已退款; 无效; 無效; キャンセル; 취소
"""
NOT_SHIPPED = """
return; 3 returns; returned; Returning; RTS; RMA #12; undeliverable; refused; declined; Rejected
Devuelto; devolución; rechazado; Retoure; retourné; Rücksendung; Ruecksendung; zurückgesandt
renvoyé; rejeté; reso; restituito; rifiutato; abgelehnt
退货; 退貨; 退回; 退件; 拒收; 拒绝; 拒絕
On hold; holds; Held; suspended; Sospeso; paused; blocked; stopped; angehalten; gesperrt
zurückgestellt; en espera; retenido; detenido; bloqueada; bloqué; bloquée; bloccato
暂停; 暫停; 暂缓; 冻结; 凍結; 扣留; 已挂起
Draft; test; tests; dummy; Borrador; prueba; Entwurf; Brouillon; essai; bozza; prova
草稿; 测试; 測試
failed; Errors; invalid; aborted; expired; superseded; Fehler; fehlgeschlagen; abgebrochen
abgelaufen; fallido; vencida; caducado; échec; échoué; erreur; expiré; périmé; fallito; scaduto
失败; 失敗; 错误; 錯誤; 过期; 過期
Pending; awaiting; Waiting; Backordered; back-orders; unshipped; UNFULFILLED; unsent; undispatched
scheduled; planned; queued; out of stock; Ready to ship; to be shipped; to be sent; not yet
not shipping; not sent; not dispatched; not despatched; not picked up; not collected; not fulfilled
not released
not confirmed; not ready; has not been shipped; never shipped; No shipment; no scan; incomplete
Did not ship; Didn't ship; will ship 12/01; Shipping tomorrow; ships tomorrow; ship tomorrow
Do not send; do not ship!; DO NOT USE; do not process; do not upload; do not import; do not enter
do not update; Don't ship; don't send; don't use; dont ship; dont send; dont use; disregard
not used; unused; never used; see new; wrong label; bad label
nicht verwenden; nicht benutzen; nicht senden; kein Versand; keine Sendung
no usar; no utilizar; no enviar; no se envió; no se ha enviado; ne pas utiliser; ne pas envoyer
ne pas expédier; non usare; non utilizzare; non spedire
nicht versandt; nicht versendet; nicht verschickt; nicht gesendet; nicht abgeholt
nicht lieferbar; unversandt; ausstehend; offen; Offene; wartend; wartet; geplant; Rückstand
Rueckstand; Pendiente; no enviada; sin enviar; por enviar; no despachado; sin despachar; agotado
non expédiée; pas expédié; pas encore; à expédier; non envoyé; en attente; reliquat
non spedito; da spedire; in sospeso; in attesa
未发货; 未發貨; 待发货; 待發貨; 待出库; 待出庫; 未出库; 未寄出; 未发; 待发; 缺货; 缺貨; 待处理
"""
UNCLEAR = """
Label created; label generated; label purchased; label only; Pre-transit; pretransit; Pre-shipment
preshipment; Information received; info received; information sent
Ready for pickup; exceptions; Lost; Lost in transit; damaged; missing; Duplicated; dup; dupe
partially
delayed; denied; inactive; dead; removed; reversed; abandoned; discarded; destroyed; scrap; scrapped
unavailable; reissued; reprinted; Relabeled; reshipped; re-ship; ignore; ignored; wrong tracking
wrong number; wrong address; credit issued; inaktiv; inactif; inactivo; inattivo; doppelt
duplicado; doublons; Etikett erstellt; Label erstellt; Etiqueta creada; Étiquette créée
etichetta creata; verloren; beschädigt; perdido; extraviada; perdu; perdue; perso; smarrito
danneggiata
已创建; 待揽收; 待取件; 异常; 異常; 丢失; 破损; 部分
"""
UNCLEAR_ALONE = """
new; OPEN; Created; ready; processing; in process; in progress; packing; Picking; unknown; neu
erstellt; in Bearbeitung; nuevo; Nueva; abierto; creado; en proceso; en preparación; nouveau
nouvelle; ouvert; créé; en préparation; nuovo; aperto; creato; in lavorazione
新建; 处理中; 處理中; resi
"""
SHIPPED = """
Shipped; sent; dispatched; despatched; delivered; In transit; picked up; fulfilled; manifested
versandt; versendet; verschickt; zugestellt; enviada; entregado; despachada; expédiée; envoyé
livré; livrée; livrés; livrées; spedito; spediti; spedita; spedite; consegnato
已发货; 已發貨; 已出库; 已签收; 运输中
"""
HARMLESS = """
Return receipts; return label; Return address; return slip; return policy; Return by 12/01
OK to ship; okay to ship; free returns; Hold at location; Hold for pickup; hold for pick-up
Void fill; test tubes; Cancel date; cancel by 12/01; cancel after; cancel if late; cancel before
not voided; no voids; non annullato; never voided; without void; Cannot be cancelled
nicht storniert; kein Storno; ohne Storno; sans annulation; sin anulación; senza annullo; 0 voids
No return; not returned; no returns; no hold; not held; no errors; no failures; not rejected
not refused; no exceptions; not been voided; not be voided; not yet voided; no any void
Voided: 0; Voided: No; Voided: N; Voided: none; Voided: FALSE; storniert: nein
"""
AFFIRMING = """
Shipped; Ship; OK to ship; okay to ship; Dispatched; despatched; Fulfilled; Manifested; Active
Valid; live; enabled; Include; included; versandt; Versendet; verschickt; aktiv; gültig; Enviado
enviada; despachado; activo; válido; expédié; Expédiée; envoyé; envoyée; actif; valide; Spedito
spedita; attivo; 已发货; 已發貨; 已出库; 发货; 發貨; 有效
Is shipped; Was shipped; Has been shipped; Order shipped; Label active; Package shipped
Shipment active; Item shipped; 是否发货
Shipped flag; Shipped (Yes/No); Shipped Y/N; Enviado S/N; aktiv (J/N); actif O/N; Shipped T/F
Shipped true/false; Shipped 0/1
"""
YES = """
Y; Yes; TRUE; T; x; 1; On; Sí; S; Ja; J; Oui; O; vrai; verdadero; wahr; vero; sim; tak; да
是; 真; 对; はい; 예; ✓; ✔; ☑; ☒; ✗; ✘; √; ✅; ■
"""
NO = """
N; No; F; FALSE; 0; off; Nein; falsch; non; faux; falso; não; nee; nie; нет
否; 假; いいえ; 아니오; ☐; □
"""
NOT_VOID = """
-; none; N/A; NA; null; Not void; not voided; Active; valid; OK; good; printed; aktiv; gültig
actif; valide; activo; válido; attivo; 有效; 正常
"""
SMALL_WORDS = """
label; labels; shipment; shipments; order; orders; package; packages; parcel; parcels; item; items
this; is; was; were; has; have; been; be; by; customer; the; to; sender; please; now; already; yet
of; on; in; and; or; at; al; remitente; Absender; an; von; durch; par; le; la; client; cliente
Kunde; Kunden; 已; 被
"""
WHOLE_CELLS = """
void; voided; cancelled; canceled; cxl; deleted; refunded; annulled; anulado; anulada; cancelado
cancelada; eliminado; eliminada; storniert; gelöscht; annulé; annulée; supprimé; supprimée
annullato; annullata; eliminato; eliminata; 作废; 已作废; 取消; 已取消; 已删除
"""


def texts(table):
    """The texts of a table above: one after each `;` or line end."""
    return [text.strip() for line in table.strip().splitlines() for text in line.split(";")]


@pytest.mark.parametrize(
    ("table", "status"),
    [
        (VOID, Status.VOID),
        (NOT_SHIPPED, Status.NOT_SHIPPED),
        (UNCLEAR, Status.UNCLEAR),
        (UNCLEAR_ALONE, Status.UNCLEAR),
        (SHIPPED, None),
        (HARMLESS, None),
    ],
)
def test_each_word_for_a_status_is_understood(table, status):
    assert [text for text in texts(table) if status_in(text) is not status] == []


@pytest.mark.parametrize(
    ("table", "status"),
    [(VOID, Status.VOID), (NOT_SHIPPED, Status.NOT_SHIPPED), (UNCLEAR, Status.UNCLEAR)],
)
def test_the_words_for_a_status_say_nothing_else(table, status):
    assert [text for text in texts(table) if status_alone(text) is not status] == []


@pytest.mark.parametrize(
    ("table", "understands"),
    [
        (SHIPPED, says_shipped),
        (AFFIRMING, affirms),
        (YES, says_yes),
        (NO, says_no),
        (NO, says_not_void),
        (NOT_VOID, says_not_void),
    ],
)
def test_each_word_that_is_no_status_is_understood(table, understands):
    assert [text for text in texts(table) if not understands(text)] == []


@pytest.mark.parametrize("table", [VOID, NOT_SHIPPED, UNCLEAR, YES])
def test_no_word_against_sending_is_taken_for_its_opposite(table):
    assert [text for text in texts(table) if says_shipped(text) or says_not_void(text)] == []


@pytest.mark.parametrize("frame", ["{} void", "void {}", "{} returned", "lost in transit {}"])
def test_small_words_leave_a_status_alone(frame):
    alone = [(text, status_alone(frame.format(text))) for text in texts(SMALL_WORDS)]
    assert [text for text, status in alone if status is None] == []


def test_a_whole_cell_says_void_in_whatever_column():
    frames = ("{}", "*{}*", "**{}**", "***{}***", "({})", "[{}]", "{}!")
    spelled = [
        each for text in texts(WHOLE_CELLS) for each in (text, text.capitalize(), text.upper())
    ]
    wanted = {frame.format(text) for frame, text in product(frames, spelled)}
    assert wanted - VOID_ALONE == set()
