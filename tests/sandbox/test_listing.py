import pytest

from batch_tracker.sandbox import OrderStatus, PurchaseOrder, ShippingStatus

ORDERS = tuple(PurchaseOrder(po) for po in range(1000, 1200))


def ids(*pos):
    return [("model.pOIds", str(po)) for po in pos]


def shown(answer):
    return [item["ID"] for item in answer["Items"]]


def test_an_item_says_what_the_po_is_and_carries(play, full):
    async def story(_sandbox, client):
        await client.put(1001, full)
        answer = await client.list(*ids(1001))
        assert answer["TotalResults"] == 1
        assert answer["Items"] == [
            {
                "ID": 1001,
                "CompanyID": 1,
                "PurchaseTitle": "PO 1001",
                "PurchaseOrderStatus": 3,
                "PurchaseOrdersShippingStatus": 1,
                "TrackingNumber": full["TrackingNumber"],
                "TrackingNumbers": [
                    {
                        "ShippedOn": full["ShippedOn"],
                        "ShippingCarrier": "UPS",
                        "TrackingNumber": full["TrackingNumber"],
                    }
                ],
                "ShippedOn": full["ShippedOn"],
                "CourierService": "UPS",
                "DropShipOrderNumber": 77,
            }
        ]

    order = PurchaseOrder(
        1001,
        status=OrderStatus.Received,
        shipping_status=ShippingStatus.PartiallyShipped,
        drop_ship_order_number=77,
    )
    play(story, orders=(order,))


def test_an_untouched_po_has_nulls(play):
    async def story(_sandbox, client):
        (item,) = (await client.list(*ids(1001)))["Items"]
        assert item["TrackingNumber"] is item["ShippedOn"] is item["CourierService"] is None
        assert item["TrackingNumbers"] == []

    play(story)


def test_enums_may_come_by_name(play):
    async def story(_sandbox, client):
        (item,) = (await client.list(*ids(1001)))["Items"]
        assert item["PurchaseOrderStatus"] == "Cancelled"
        assert item["PurchaseOrdersShippingStatus"] == "None"

    order = PurchaseOrder(1001, OrderStatus.Cancelled, ShippingStatus.NotShipped)
    play(story, orders=(order,), enum_shape="name")


@pytest.mark.parametrize(
    ("shape", "text"),
    [
        ("as-sent", "2024-04-09T02:26:18.210Z"),
        ("without-zone", "2024-04-09T02:26:18.210"),
        ("server-local", "2024-04-08T21:26:18"),
    ],
)
def test_dates_come_back_in_a_settable_shape(play, shape, text):
    async def story(_sandbox, client):
        await client.put(1001, {"ShippedOn": "2024-04-09T02:26:18.210Z"})
        (item,) = (await client.list(*ids(1001)))["Items"]
        assert item["ShippedOn"] == text

    play(story, returned_dates=shape)


def test_unknown_ids_are_missing_and_doubled_ones_come_once(play):
    async def story(_sandbox, client):
        answer = await client.list(*ids(1001, 5, 1001))
        assert shown(answer) == [1001]
        assert answer["TotalResults"] == 1

    play(story, orders=ORDERS)


def test_the_order_is_the_servers_own_and_the_same_every_time(play):
    async def story(_sandbox, client):
        asked = list(range(1000, 1010))
        first = shown(await client.list(*ids(*asked)))
        assert sorted(first) == asked
        assert first not in (asked, asked[::-1])
        assert shown(await client.list(*ids(*reversed(asked)))) == first

    play(story, orders=ORDERS)


@pytest.mark.parametrize(
    ("asked", "size"), [(None, 10), (3, 3), (50, 50), (51, 50), (200, 50), (0, 10)]
)
def test_a_page_has_ten_items_unless_asked_and_never_more_than_fifty(play, asked, size):
    async def story(_sandbox, client):
        page_size = [] if asked is None else [("model.pageSize", str(asked))]
        answer = await client.list(*ids(*range(1000, 1060)), *page_size)
        assert len(answer["Items"]) == size
        assert answer["TotalResults"] == 60

    play(story, orders=ORDERS)


@pytest.mark.parametrize(
    ("settings", "repeats"), [({}, True), ({"repeats_across_pages": False}, False)]
)
def test_a_later_page_repeats_a_record_of_the_one_before_unless_set(play, settings, repeats):
    async def story(_sandbox, client):
        asked = ids(*range(1000, 1060))
        pages = [
            shown(await client.list(*asked, ("model.pageSize", "50"), ("model.pageNumber", n)))
            for n in "123"
        ]
        assert {*pages[0], *pages[1]} == set(range(1000, 1060))
        assert (pages[1][0] == pages[0][-1]) == repeats
        assert pages[2] == []

    play(story, orders=ORDERS, **settings)


def test_an_unknown_key_is_ignored_and_the_newest_pos_are_shown(play):
    async def story(_sandbox, client):
        answer = await client.list(("pOIds", "1001"), ("model.poId", "1001"))
        assert shown(answer) == list(range(1199, 1189, -1))
        assert answer["TotalResults"] == 200

    play(story, orders=ORDERS)


def test_without_ids_the_newest_of_a_whole_range_are_shown(play):
    async def story(_sandbox, client):
        answer = await client.list()
        assert shown(answer) == list(range(5000, 4990, -1))

    play(story, id_range=(1, 5000))


@pytest.mark.parametrize(
    "pair", [("model.pOIds", "x"), ("model.pageSize", "x"), ("model.pageNumber", "-1")]
)
def test_a_number_that_is_none_is_a_bad_request(play, pair):
    async def story(_sandbox, client):
        reply = await client.send("GET", "/api/PurchaseOrders", params=[pair])
        assert reply.status == 400

    play(story)


def test_another_companys_po_may_be_invisible(play):
    async def story(_sandbox, client):
        assert shown(await client.list(*ids(1, 2))) == [2]
        assert shown(await client.list()) == [2]

    orders = (PurchaseOrder(1, company_id=9), PurchaseOrder(2, company_id=8))
    play(story, orders=orders, default_company=8)
