"""Which headers are those of columns that tell whether a shipment counts."""

import pytest

from batch_tracker.loader.columns.status_columns import StatusColumn, status_column


@pytest.mark.parametrize(
    ("kind", "headers"),
    [
        (
            StatusColumn.FLAG,
            (
                "Void (Y/N),Label Voided,Deleted,isReturn,On Hold,Date cancelled,Voided By,"
                "Storniert,Annulé,Anulado,Annullato,作废,是否取消,Draft,Test,refund_status"
            ),
        ),
        (StatusColumn.AFFIRMED, "Shipped?,Is Shipped,Active,Valid,Versendet,Enviado,已发货"),
        (StatusColumn.STATUS, "Status,Order Status,Delivery Status,Statut,Estado,Stato,状态"),
        (StatusColumn.REMARK, "Notes,Service,Shipment Type,Remarks,Bemerkungen,Motivo,备注"),
        (
            None,
            (
                "PO Number,Return Tracking Number,Return Address,Return Label,Cancel Date,"
                "Cancel By,Shipped On,Ship To,Backordered Qty,Payment Status,Hold At Location,"
                "Gift Message,Town,Weight"
            ),
        ),
    ],
)
def test_a_header_tells_what_its_column_says(kind, headers):
    assert {header: status_column(header) for header in headers.split(",")} == dict.fromkeys(
        headers.split(","), kind
    )
