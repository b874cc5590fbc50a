import json

import pytest

from batch_tracker.sandbox import OrderStatus, PurchaseOrder, ShippingStatus

NOT_SHIPPED = (PurchaseOrder(1001, shipping_status=ShippingStatus.NotShipped),)
CANCELLED = (PurchaseOrder(1001, status=OrderStatus.Cancelled),)


def test_a_put_changes_what_it_names(play, full):
    async def story(sandbox, client):
        reply = await client.put(1001, full)
        assert (reply.status, reply.text) == (200, "")
        order = sandbox.orders[1001]
        assert order.shipped_on == full["ShippedOn"]
        assert order.courier_service == full["ShippedViaCarrier"]
        assert order.tracking_number == full["TrackingNumber"]
        assert list(sandbox.orders) == [1001]

    play(story)


@pytest.mark.parametrize(
    "body", [{"TrackingNumber": "NEW"}, {"TrackingNumber": "NEW", "ShippedOn": None}]
)
def test_null_or_omitted_leaves_a_field_as_it_is(play, full, body):
    async def story(sandbox, client):
        await client.put(1001, full)
        assert (await client.put(1001, body)).status == 200
        order = sandbox.orders[1001]
        assert order.tracking_number == "NEW"
        assert order.courier_service == "UPS"
        assert order.shipped_on == full["ShippedOn"]

    play(story)


@pytest.mark.parametrize(
    "body",
    [
        {"trackingNumber": "X"},
        {"TrackingNumber": "X", "ShippingCarrier": "UPS"},
        {"TrackingNumber": 17},
        {"ShippedViaCarrier": ["UPS"]},
        {"ShippedOn": 1712665578},
        {"ShippedOn": "04/09/2024"},
        {"ShippedOn": "2024-04-09"},
        {"ShippedOn": "2024-04-09T12:26:18Z"},
        {"ShippedOn": "2024-04-09T12:26:18.210"},
        {"ShippedOn": "2024-04-09T12:26:18.210+00:00"},
        {"ShippedOn": "2024-02-30T12:26:18.210Z"},
        {"ShippedOn": "２024-04-09T12:26:18.210Z"},  # noqa: RUF001 - the wide digit is the point
        ["TrackingNumber", "X"],
        "TrackingNumber",
    ],
)
def test_a_body_that_is_not_as_documented_is_a_bad_request(play, body):
    async def story(sandbox, client):
        reply = await client.put(1001, body)
        assert reply.status == 400
        assert json.loads(reply.text)["Message"]
        assert not list(sandbox.orders)

    play(story)


@pytest.mark.parametrize(
    "raw", [b"", b"null", b"{", b"TrackingNumber=X", b'{"TrackingNumber": "\xff"}']
)
def test_a_body_that_is_no_json_is_a_bad_request(play, raw):
    async def story(sandbox, client):
        headers = {"Content-Type": "application/json"}
        assert (await client.put(1001, json=None, data=raw, headers=headers)).status == 400
        assert not list(sandbox.orders)

    play(story)


def test_the_body_is_judged_before_the_po(play):
    async def story(_sandbox, client):
        assert (await client.put(1001, {"ShippedOn": "yesterday"})).status == 400

    play(story, orders=())


def test_json_under_another_content_type_is_not_read(play, full):
    async def story(sandbox, client):
        reply = await client.put(1001, json=None, data=json.dumps(full))
        assert reply.status == 415
        assert not list(sandbox.orders)

    play(story)


@pytest.mark.parametrize(
    ("po", "status"),
    [
        ("abc", 404),
        ("10.0", 404),
        ("1001%20", 404),
        ("2147483648", 400),
        ("-2147483648", 404),
        ("-2147483649", 400),
        ("9" * 5000, 400),
        ("2147483647", 200),
        ("0", 404),
        ("-1", 404),
    ],
)
def test_a_po_id_is_an_int32(play, po, status):
    async def story(_sandbox, client):
        assert (await client.put(po)).status == status

    play(story)


STATUS = {"400": 400, "404": 404, "500-message": 500, "ignored": 200}


@pytest.mark.parametrize("policy", STATUS)
@pytest.mark.parametrize(
    ("setting", "world"),
    [
        ("unknown_po", {"orders": ()}),
        ("put_while_multiple_tracking", {"multiple_tracking": True}),
        ("cancelled_po", {"orders": CANCELLED}),
        ("future_ship_date", {}),
    ],
)
def test_what_is_unknown_can_be_set(play, full, clock, *, setting, world, policy):
    async def story(sandbox, client):
        before = dict(sandbox.orders)
        reply = await client.put(1001, full)
        assert reply.status == STATUS[policy]
        assert bool(reply.text) == (policy != "ignored")
        assert dict(sandbox.orders) == before
        assert not sandbox.calls[-1].applied

    clock.now = 1_600_000_000.0  # before the ship date
    play(story, clock=clock, **world, **{setting: policy})


@pytest.mark.parametrize("world", [{"orders": CANCELLED}, {}])
def test_a_cancelled_po_and_a_future_date_are_accepted_unless_set(play, full, clock, world):
    async def story(_sandbox, client):
        assert (await client.put(1001, full)).status == 200

    clock.now = 1_600_000_000.0
    play(story, clock=clock, **world)


def test_a_past_ship_date_passes_where_future_ones_do_not(play, clock):
    async def story(_sandbox, client):
        assert (await client.put()).status == 200

    clock.now = 1_712_665_579.0  # half a second after the ship date
    play(story, clock=clock, future_ship_date="400")


@pytest.mark.parametrize("policy", ["400", "404", "500-message"])
def test_a_ship_date_needs_a_shipping_status(play, full, policy):
    async def story(sandbox, client):
        reply = await client.put(1001, full)
        assert reply.status == STATUS[policy]
        assert "shipping status" in json.loads(reply.text)["Message"]
        assert sandbox.orders[1001] == NOT_SHIPPED[0]

    play(story, orders=NOT_SHIPPED, ship_date_while_not_shipped=policy)


def test_a_ship_date_without_shipping_status_may_be_dropped_in_silence(play, full):
    async def story(sandbox, client):
        assert (await client.put(1001, full)).status == 200
        assert sandbox.orders[1001].shipped_on is None
        assert sandbox.orders[1001].tracking_number == full["TrackingNumber"]

    play(story, orders=NOT_SHIPPED, ship_date_while_not_shipped="ignored")


def test_the_rest_needs_no_shipping_status(play):
    async def story(sandbox, client):
        body = {"TrackingNumber": "X", "ShippedViaCarrier": "UPS"}
        assert (await client.put(1001, body)).status == 200
        assert sandbox.orders[1001].tracking_number == "X"

    play(story, orders=NOT_SHIPPED)


@pytest.mark.parametrize("field", ["TrackingNumber", "ShippedOn", "ShippedViaCarrier"])
@pytest.mark.parametrize(
    ("policy", "status", "kept"),
    [("400", 400, True), ("ignored", 200, True), ("clears", 200, False)],
)
def test_empty_text_is_refused_ignored_or_clears(play, full, *, field, policy, status, kept):
    async def story(sandbox, client):
        await client.put(1001, full)
        before = sandbox.orders[1001]
        assert before.tracking_number == full["TrackingNumber"]
        assert (await client.put(1001, {field: ""})).status == status
        assert (sandbox.orders[1001] == before) == kept

    play(story, empty_text=policy)


def test_long_text_is_refused_where_a_length_is_set(play):
    async def story(_sandbox, client):
        assert (await client.put(1001, {"TrackingNumber": "X" * 10})).status == 200
        assert (await client.put(1001, {"TrackingNumber": "X" * 11})).status == 400
        assert (await client.put(1001, {"ShippedViaCarrier": "X" * 11})).status == 400

    play(story, max_text_length=10)


@pytest.mark.parametrize(("access", "status"), [("403", 403), ("404", 404)])
def test_an_employee_may_lack_the_permission(play, access, status):
    async def story(sandbox, client):
        assert (await client.put()).status == status
        assert not list(sandbox.orders)

    play(story, put_access=access)


@pytest.mark.parametrize(
    ("shape", "body"), [("empty", ""), ("json", '{"Success": true}'), ("text", "OK")]
)
def test_a_success_may_have_any_body(play, shape, body):
    async def story(_sandbox, client):
        reply = await client.put()
        assert (reply.status, reply.text) == (200, body)

    play(story, success_body=shape)


@pytest.mark.parametrize(
    ("shape", "content_type", "key"),
    [
        ("message", "application/json", "Message"),
        ("error-message", "application/json", "ErrorMessage"),
        ("problem", "application/problem+json", "Title"),
        ("text", "text/plain", None),
    ],
)
def test_an_error_comes_in_any_of_the_known_shapes(play, shape, content_type, key):
    async def story(_sandbox, client):
        reply = await client.put()
        assert reply.status == 404
        assert reply.headers["Content-Type"].startswith(content_type)
        message = json.loads(reply.text)[key] if key else reply.text
        assert message == "Purchase order 1001 was not found."

    play(story, orders=(), error_shape=shape)
