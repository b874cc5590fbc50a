"""What the page says of the quota before anything is sent."""

from batch_tracker.page.looking import quota_left
from batch_tracker.quota import Lane, lane_name
from batch_tracker.settings import Quota, Settings


def test_the_calls_left_are_those_of_all_addresses_together(folder):
    given = {"url": "https://xx.example", "username": "clerk", "home": folder / "home"}
    one = Settings(**given, quota="5/3600")
    two = one.model_copy(update={"addresses": ("127.0.0.1", "127.0.0.2")})
    assert (quota_left(one), quota_left(two)) == (5, 10)
    for address, calls in (("", 4), ("127.0.0.1", 2), ("127.0.0.2", 1)):
        name = lane_name(one.url, one.username, address)
        lane = Lane(folder / "home", name=name, quota=Quota(5, 3600))
        assert lane.take(calls).given == calls
        lane.close()
    assert (quota_left(one), quota_left(two)) == (1, 7)
