"""What headers mean, in six languages; what two of them say, and what is nothing of ours."""

import tomllib
from collections import defaultdict
from importlib.resources import files

import pytest

from batch_tracker.loader.columns.header_text import normalise
from batch_tracker.loader.columns.names import OTHER, is_beside, may_be, meaning_of
from batch_tracker.loader.columns.stems import field_spoken_of
from batch_tracker.model import Field

FIELDS = {
    Field.PO: "PO/Check Number, Bestellnr., BestellNr, Einkaufsbelegnr., "
    "PO #, P.O. Number, P/O No., po_number, POID, Purchase Order, Customer PO No., PO号, "
    "Orden de Compra, Nº OC, Bestellnummer, Bestell-Nr., N° bon de commande, "
    "Numero ordine d'acquisto, 采购单号, 採購單號, Table1[PO Number], PO Number (Sellercloud)",
    Field.TRACKING_NUMBER: "Tracking #, Trk No, trackingNumber, package_trackingNumber, AWB No., "
    "Consignment No, Número de guía, Código de rastreo, Sendungsnummer, Paketnummer, "
    "N° de suivi, Numéro de colis, Codice di tracciamento, Lettera di vettura, 快递单号, 运单号, "
    "快遞單號, Tracking No./快递单号, 快递单号 (Tracking No.), Tracking Number 1, "
    "Sendungsnr., Trackingnr, Tracking # (no spaces), Tracking (text only)",
    Field.CARRIER: "Carrier, Carrier Name, Ship Via, SCAC, package_carrier, Transportista, "
    "Paquetería, Frachtführer, Spediteur, Paketdienst, Transporteur, Corriere, Vettore, "
    "快递公司, 物流公司, Carrier (UPS/FedEx), Carrier / Transportista",
    Field.SHIPPED_ON: "Ship Date, shipped_at, Date Shipped, Dispatch Date, package_shipmentDate, "
    "Fecha de envío, Fecha Embarque, Versanddatum, Versandt am, Date d'expédition, Expédié le, "
    "Data di spedizione, 发货日期, 出貨日期, Ship Date 发货日期, Ship Date (MM/DD/YYYY)",
    Field.VOID: "Void, Void (Y/N), Voided?, Label Voided, Is Cancelled, Deleted, isReturn, "
    "Anulado, Cancelado, Storno, Storniert, Annulé, Annullato, 作废, 是否取消",
}
UNKNOWN = (
    "Tracking Number (Return)",
    "Tracking Number 2",
    "Tracking Number 退货",
    "Ship Date (Estimated)",
    "Ship Date 预计发货日期",
    "Tracking / Weight",
    "PO / Carrier",
    "Číslo zásilky",
    "Foo",
    "",
)
KNOWN = (
    "Ship To, Ship-To Name, shipTo_companyName, Recipient City, Return Address 1, Zip, Weight, "
    "Package Weight (lbs), Weight [kg], Qty., No. of Cartons, Tracking ID Charge Amount, SKU, "
    "Item - SKU, Order Number, Invoice #, Order Date, ETA, Estimated Ship Date, Planned Ship Date, "
    "Return Tracking Number, Return[Tracking Number], Liftgate (Y/N), Drop Ship, Email Sent, "
    "Service, Status, Notes, Tracking URL, BOL, Custom - Field 1, customerAccountNumber, "
    "purchaseOrderShippedInFull, Empfängername, Lieferadresse PLZ, Versandgewicht, Gewicht (kg), "
    "Stadt, Código postal, Destinatario, Peso bruto, Ville, Poids, Adresse de livraison, Colli, "
    "Indirizzo, Peso lordo, 收件人姓名, 重量, 备注, 订单状态, 预计发货时间"
)


@pytest.mark.parametrize(
    ("field", "header"),
    [(field, header) for field, headers in FIELDS.items() for header in headers.split(", ")],
)
def test_a_name_is_known_in_every_language_and_with_what_stands_around_it(field, header):
    assert meaning_of(header).field is field


@pytest.mark.parametrize(
    "word",
    [
        *("Package", "Packages", "Parcel", "Parcels", "Shipment", "Shipments", "Shipping"),
        *("Label", "Fulfillment", "Fulfilment", "Carton", "Box", "Paket", "Colis", "Envío"),
        *("Spedizione",),
    ],
)
def test_a_word_that_only_says_of_what_a_name_is_stands_before_any(word):
    named = meaning_of(f"{word} SCAC"), meaning_of(f"{word} - Storniert")
    assert [meaning.field for meaning in named] == [Field.CARRIER, Field.VOID]


@pytest.mark.parametrize("header", UNKNOWN)
def test_what_is_not_known_or_says_two_things_is_not_guessed(header):
    assert meaning_of(header) is None


@pytest.mark.parametrize("header", KNOWN.split(", "))
def test_what_is_nothing_of_ours_is_known(header):
    assert meaning_of(header) == OTHER


def test_the_better_name_ranks_before_the_lesser():
    ranks = ["Tracking Number", "Master Tracking Number", "PRO Number", "Parcel Tracking Number 1"]
    assert sorted(ranks, key=lambda header: meaning_of(header).rank) == ranks


def test_some_names_may_be_a_field_or_are_of_use_without_it():
    assert may_be("Order No.", Field.PO)
    assert may_be("Container Nr.", Field.TRACKING_NUMBER)
    assert is_beside("Tracking Link", Field.TRACKING_NUMBER)
    assert not may_be("Tracking Number", Field.TRACKING_NUMBER)


@pytest.mark.parametrize(
    ("field", "headers"),
    [
        (Field.TRACKING_NUMBER, "Trackable ref,Trk data,Waybill ref,Consign ref,PRO / BOL ref"),
        (Field.TRACKING_NUMBER, "Sendung X,Envío X,Suivi X,物流单号X"),
        (Field.VOID, "Voidance,Cancel code,Annul.,Storno X,Delet.,Return X,Status X,isvoid"),
        (Field.VOID, "Hold code,RTN,Test X,Draft X"),
        (Field.CARRIER, "Carrier X,Transportista X"),
        (Field.SHIPPED_ON, "Ship window date,Datum des Versandes X,Fecha X envío"),
        (Field.PO, "PO X,Purchaser ref,Bestell-X"),
        (None, "Product,Province,Process,Symbol,Consignee ref,Avocado,Foo,Colour"),
    ],
)
def test_a_stem_speaks_of_a_field(field, headers):
    names = headers.split(",")
    assert {name: field_spoken_of(name) for name in names} == dict.fromkeys(names, field)


def test_no_name_has_two_meanings():
    meanings = defaultdict(set)
    for file in (files("batch_tracker.loader.columns") / "names").iterdir():
        tables = tomllib.loads(file.read_text("utf-8"))
        for field, ranks in tables["fields"].items():
            for name in (name for rank in ranks for name in rank):
                meanings[normalise(name)].add(field)
        for table in ("maybe", "beside"):
            for names in tables.get(table, {}).values():
                for name in names:
                    meanings[normalise(name)].add("not sure")
        for name in tables["other"]["names"]:
            meanings[normalise(name)].add("other")
    assert [name for name, said in meanings.items() if len(said) > 1] == []
