"""What a text is understood to say of a shipment's status, in the languages of suppliers."""

import pytest

from batch_tracker.loader.values import status_words
from batch_tracker.loader.values.status_text import (
    Status,
    affirms,
    says_no,
    says_not_void,
    says_shipped,
    says_yes,
    status_alone,
    status_in,
    status_in_number,
)
from batch_tracker.loader.values.status_words import phrases

VOID = """VOID ***VOID*** voided LABEL_VOIDED REFUNDPENDING Cancelled canceled Deleted Storniert
    Gelöscht Annulé Annulée Supprimé Anulado Cancelado Eliminado Annullato 作废 已取消 已删除"""
NOT_SHIPPED = """Return Returned RMA Retoure Devuelto Retourné Reso 退货 OnHold Held Gesperrt
    Draft Entwurf Brouillon Borrador Bozza Test 测试 Failed Error Fehler Erreur Rejected Expired
    Incomplete Unused Superseded Pending Unshipped notShipped Backordered
    Pendiente Ausstehend 未发货 待发货"""
HARMLESS = """Delivered in_transit Shipped Printed Enviado Expédié Versandt Spedito 已发货 avoid
    household Tester Renewed active"""


@pytest.mark.parametrize("text", VOID.split())
def test_a_void_is_understood(text):
    assert status_in(text) is status_alone(text) is Status.VOID


@pytest.mark.parametrize(
    "text",
    [
        *NOT_SHIPPED.split(),
        "Not yet shipped",
        "On hold",
        "Do not ship",
        "Label created - not yet shipped",
        "Returned to sender",
        "Nicht versandt",
        "Sin enviar",
        "Non expédié",
        "En attente",
        "Da spedire",
        "In attesa",
        "En espera",
        "Did not ship",
        "Do not process",
        "Nicht verwenden",
        "No usar",
    ],
)
def test_what_is_not_on_its_way_is_understood(text):
    assert status_in(text) is Status.NOT_SHIPPED
    assert not says_shipped(text)


@pytest.mark.parametrize("text", ["Label created", "Pre-Transit", "Exception", "new", "OPEN"])
def test_what_may_not_be_on_its_way_is_unclear(text):
    assert status_in(text) is Status.UNCLEAR


@pytest.mark.parametrize(
    "text",
    [
        *HARMLESS.split(),
        "",
        "not void",
        "Voided: 0",
        "no errors",
        "Cannot be cancelled",
        "non annullato",
        "kein Storno",
        "Return receipt requested",
        "FedEx Hold at Location",
        "Cancel Date",
        "New York",
        "Ring the bell, do not leave",
    ],
)
def test_what_only_sounds_like_a_status_says_nothing(text):
    assert status_in(text) is None


def test_a_status_alone_is_told_from_one_amid_other_words():
    assert status_alone("Cancelled by customer") is Status.VOID
    assert status_alone("VOID 11/20") is Status.VOID
    assert status_alone("duplicate - ignore") is Status.UNCLEAR
    assert status_alone("replaced by 1Z999AA10123456784") is None
    assert status_in("replaced by 1Z999AA10123456784") is Status.VOID
    assert status_alone("UPS Returns") is None
    assert status_in("UPS Returns") is Status.NOT_SHIPPED


@pytest.mark.parametrize("text", ["Shipped", "SHIPPED PACKAGES", "Versandt", "Enviados", "已发货"])
def test_what_is_on_its_way_is_understood(text):
    assert says_shipped(text)


@pytest.mark.parametrize("text", ["Y", "Yes", "X", "1", "TRUE", "Sí", "Ja", "Oui", "是", "✓"])
def test_a_yes_is_understood(text):
    assert says_yes(text)
    assert not says_not_void(text)


@pytest.mark.parametrize("text", ["N", "No", "0", "FALSE", "Nein", "non", "否", "☐"])
def test_a_no_is_understood(text):
    assert says_no(text)
    assert says_not_void(text)
    assert not says_yes(text)


@pytest.mark.parametrize("text", ["-", "N/A", "Active", "valid", "正常"])
def test_what_only_a_void_flag_has_for_a_no_is_none_elsewhere(text):
    assert says_not_void(text)
    assert not says_no(text)


@pytest.mark.parametrize(
    "header",
    ["Shipped?", "Is Shipped", "Order shipped", "✓ Shipped", "Active", "Versendet", "Expédié"],
)
def test_a_header_of_which_a_no_speaks_against_sending_is_told(header):
    assert affirms(header)


@pytest.mark.parametrize("header", ["Not shipped", "Shipped On", "Ship To", "Email Sent", "Void"])
def test_other_headers_affirm_nothing(header):
    assert not affirms(header)


@pytest.mark.parametrize("text", ["in process", "In Bearbeitung", "In Progress", "en proceso"])
def test_a_state_counts_whatever_its_small_words(text):
    assert status_in(text) is Status.UNCLEAR
    assert status_alone(text) is None


def test_a_status_is_found_beside_a_number():
    assert status_in_number("VOID-9400111899255192744104") is Status.VOID
    assert status_in_number("771820933116VOID") is Status.VOID
    assert status_in_number("TEST123456") is Status.NOT_SHIPPED
    assert status_in_number("MSCU0134393") is None
    assert status_in_number("1Z999AA10123456784") is None


@pytest.mark.parametrize(
    "words", [status_words.VOID, status_words.NOT_SHIPPED, status_words.UNCLEAR]
)
def test_every_phrase_of_the_lists_is_found(words):
    texts = [phrase.replace("*", "") for phrase in phrases(*words)]
    assert [text for text in texts if status_in(text) is None] == []
