import json

import aiohttp
import pytest

from batch_tracker.sandbox import MAGIC_ENDINGS, REHEARSAL, PurchaseOrder, ShippingStatus


@pytest.fixture
def rehearse(play):
    settings = {name: getattr(REHEARSAL, name) for name in REHEARSAL.model_fields_set}
    return lambda story: play(story, **settings)


def test_any_credentials_and_any_po_will_do(rehearse):
    async def story(_sandbox, client):
        assert (await client.login("me@example.com", "whatever")).status == 200
        assert [(await client.put(po)).status for po in (1, 4711, 2_147_483_647)] == [200] * 3

    rehearse(story)


@pytest.mark.parametrize(
    ("po", "expected"),
    [
        (1404, [404, 404]),
        (404, [404, 404]),
        (88400, [400, 400]),
        (1500, [500, 500, 500]),
        (2503, [503, 200, 200]),
        (4040, [200]),
    ],
)
def test_the_magic_endings_show_each_state(rehearse, po, expected):
    async def story(_sandbox, client):
        await client.login("me", "pw")
        assert [(await client.put(po)).status for _ in expected] == expected

    rehearse(story)


def test_a_po_without_shipping_status_takes_the_rest_and_is_listed_so(rehearse):
    async def story(_sandbox, client):
        await client.login("me", "pw")
        assert (await client.put(1400, {"TrackingNumber": "X"})).status == 200
        answer = await client.list(("model.pOIds", "1400"), ("model.pOIds", "1404"))
        (item,) = answer["Items"]
        assert (item["ID"], item["PurchaseOrdersShippingStatus"]) == (1400, 0)

    rehearse(story)


def test_the_ending_408_takes_every_update_and_loses_the_answer(rehearse):
    async def story(sandbox, client):
        await client.login("me", "pw")
        for number in ("A", "B"):
            with pytest.raises(aiohttp.ClientConnectionError):
                await client.put(1408, {"TrackingNumber": number})
            assert sandbox.orders[1408].tracking_number == number

    rehearse(story)


def test_the_rules_are_few_and_each_says_what_it_shows():
    assert [rule.ending for rule in MAGIC_ENDINGS] == ["404", "400", "408", "500", "503"]
    assert all(rule.meaning for rule in MAGIC_ENDINGS)


def test_without_rules_the_endings_are_not_magic(play):
    async def story(_sandbox, client):
        assert [(await client.put(po)).status for po in (1404, 1400, 1500)] == [200] * 3

    play(story)


def test_only_the_range_exists_and_what_is_put_beside_it(play):
    async def story(sandbox, client):
        sandbox.orders[500] = PurchaseOrder(500)
        pos = (99, 100, 200, 201, 500)
        assert [(await client.put(po)).status for po in pos] == [404, 200, 200, 404, 200]

    play(story, id_range=(100, 200))


def test_only_the_orders_given_exist_and_can_be_changed_or_removed(play):
    async def story(sandbox, client):
        assert [(await client.put(po)).status for po in (1, 2)] == [200, 404]
        sandbox.orders[1] = PurchaseOrder(1, shipping_status=ShippingStatus.NotShipped)
        assert (await client.put(1)).status == 400
        del sandbox.orders[1]
        assert json.loads((await client.put(1)).text)["Message"].endswith("not found.")
        with pytest.raises(KeyError):
            sandbox.orders[1]

    play(story, orders=(PurchaseOrder(1),))
