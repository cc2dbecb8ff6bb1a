"""Fetching what citizens sent: from our account only, without showing our password to anybody else,
never more than is asked for, never for ever."""

import socket
from collections.abc import Iterator
from time import monotonic

import pytest

from channels.contract import NotFetched
from channels.providers import media
from channels.providers.media import MediaStore
from tests.counterpart.media import ACCOUNT, TOKEN, MediaShelf

LIMIT = 1000
PHOTO = b"\xff\xd8\xff" + bytes(500)
LIVE = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}"


@pytest.fixture
def shelf() -> Iterator[MediaShelf]:
    with MediaShelf() as shelf:
        yield shelf


@pytest.fixture
def store(shelf: MediaShelf) -> MediaStore:
    return MediaStore(ACCOUNT, TOKEN, shelf.url, seconds=2.0)


def test_a_thing_comes_with_the_type_it_is_called(shelf: MediaShelf, store: MediaStore) -> None:
    came = store.fetch(shelf.keep(PHOTO, "image/jpeg"), LIMIT)
    assert (came.content, came.content_type) == (PHOTO, "image/jpeg")


def test_only_the_store_is_shown_our_password(shelf: MediaShelf, store: MediaStore) -> None:
    store.fetch(shelf.keep(PHOTO, "image/jpeg"), LIMIT)
    shown = [(asked.where, "authorization" in asked.headers) for asked in shelf.asked]
    assert shown == [("store", True), ("network", False)]


def test_a_thing_given_at_once_needs_no_second_request(shelf: MediaShelf) -> None:
    """As the store did before it had a delivery network."""
    store = MediaStore(ACCOUNT, TOKEN, shelf.network_url)
    url = shelf.keep(PHOTO, "image/jpeg").replace(shelf.url, shelf.network_url)
    with pytest.raises(NotFetched, match="400"):
        store.fetch(url, LIMIT)
    assert len(shelf.asked) == 1


FOREIGN = {
    "another host": f"https://example.com/2010-04-01/Accounts/{ACCOUNT}/Messages/MM1/Media/ME1",
    "another account": f"{LIVE[:-1]}2/Messages/MM1/Media/ME1",
    "without a lock": f"{LIVE.replace('https', 'http')}/Messages/MM1/Media/ME1",
    "a host that begins alike": f"{LIVE.replace('.com', '.com.example.com')}/Messages/M/Media/M",
    "our host as a user": f"https://api.twilio.com@example.com/2010-04-01/Accounts/{ACCOUNT}/M",
    "a password in it": f"{LIVE.replace('https://', 'https://a:b@')}/Messages/M/Media/M",
    "another port": f"{LIVE.replace('.com', '.com:8443')}/Messages/M/Media/M",
    "a way up": f"{LIVE}/../../Accounts/AC2/Messages/M",
    "a way up in disguise": f"{LIVE}/%2e%2e/%2e%2e/Messages/M",
    "a query": f"{LIVE}/Messages/M/Media/M?to=elsewhere",
    "the machine's own services": "http://169.254.169.254/latest/meta-data",
    "a file": "file:///etc/passwd",
    "no address": "MediaUrl0",
    "half a bracket": "https://[api.twilio.com/2010-04-01/Accounts/AC1/Messages/M",
    "a port that no machine has": f"{LIVE.replace('.com', '.com:99999')}/Messages/M/Media/M",
    "nothing": "",
}


@pytest.mark.parametrize("url", FOREIGN.values(), ids=FOREIGN)
@pytest.mark.parametrize("does", ["fetch", "delete"])
def test_no_address_but_our_accounts_is_asked(
    url: str, does: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(socket.socket, "connect", lambda *to: asked.append(to))
    store = MediaStore(ACCOUNT, TOKEN)
    with pytest.raises(NotFetched, match="none of our account's") as refused:
        store.fetch(url, LIMIT) if does == "fetch" else store.delete(url)
    assert not refused.value.retry
    assert asked == []


ONWARD = {
    "without a lock": "http://cdn.example.com/x",
    "this machine": "https://127.0.0.1/x",
    "this machine by name": "https://localhost/x",
    "a neighbour": "https://10.0.0.7/x",
    "the machine's own services": "https://169.254.169.254/latest",
    "this machine in IPv6": "https://[::1]/x",
    "a neighbour in IPv6": "https://[fd00::7]/x",
    "a mapped neighbour": "https://[::ffff:10.0.0.7]/x",
    "another scheme": "ftp://cdn.example.com/x",
    "with a password": "https://a:b@1.1.1.1/x",
    "nowhere": "https:///x",
    "half a bracket": "https://[cdn.example.com/x",
    "a port that no machine has": "https://1.1.1.1:99999/x",
}


@pytest.mark.parametrize("url", ONWARD.values(), ids=ONWARD)
def test_the_store_cannot_send_us_into_our_own_network(url: str) -> None:
    with pytest.raises(NotFetched, match="sends on to"):
        MediaStore(ACCOUNT, TOKEN)._check_public(media._parts(url))


@pytest.mark.parametrize(
    ("onward", "why"),
    [
        ("ftp://cdn.example.com/x", "sends on to no https address"),
        ("https://[cdn.example.com/x", "ValueError"),
    ],
)
def test_where_the_store_sends_on_to_is_looked_at_before_it_is_asked(
    onward: str, why: str, shelf: MediaShelf, store: MediaStore
) -> None:
    shelf.onward = onward
    with pytest.raises(NotFetched, match=why):
        store.fetch(shelf.keep(PHOTO, "image/jpeg"), LIMIT)
    assert [asked.where for asked in shelf.asked] == ["store"]


def test_a_public_machine_may_be_sent_on_to() -> None:
    assert MediaStore(ACCOUNT, TOKEN)._check_public(media._parts("https://1.1.1.1/x")) is None


def test_a_second_redirect_is_not_followed(shelf: MediaShelf, store: MediaStore) -> None:
    url = shelf.keep(PHOTO, "image/jpeg")
    shelf.onward = url  # the store again, which does not know us without a password
    with pytest.raises(NotFetched, match="401"):
        store.fetch(url, LIMIT)
    assert [asked.where for asked in shelf.asked] == ["store", "store"]


@pytest.mark.parametrize("tells_length", [True, False], ids=["told", "not told"])
def test_more_than_is_asked_for_is_not_read(
    shelf: MediaShelf, store: MediaStore, tells_length: bool
) -> None:
    shelf.tells_length = tells_length
    with pytest.raises(NotFetched) as refused:
        store.fetch(shelf.keep(bytes(LIMIT + 1), "image/jpeg"), LIMIT)
    assert refused.value.too_large
    assert not refused.value.retry
    assert store.fetch(shelf.keep(bytes(LIMIT), "image/jpeg"), LIMIT).content == bytes(LIMIT)


def test_packed_content_is_not_unfolded(shelf: MediaShelf, store: MediaStore) -> None:
    shelf.packs = True
    with pytest.raises(NotFetched, match="packs"):
        store.fetch(shelf.keep(PHOTO, "image/jpeg"), LIMIT)
    assert shelf.asked[-1].headers["accept-encoding"] == "identity"


def test_a_drip_does_not_hold_us_for_ever(shelf: MediaShelf, store: MediaStore) -> None:
    shelf.drips = 1
    began = monotonic()
    with pytest.raises(NotFetched, match="too slow") as refused:
        store.fetch(shelf.keep(PHOTO, "image/jpeg"), LIMIT)
    assert refused.value.retry
    assert monotonic() - began < 25, "half of what all its drops would take"


def test_a_thing_cut_off_half_way_is_asked_for_again(shelf: MediaShelf, store: MediaStore) -> None:
    shelf.cuts = True
    with pytest.raises(NotFetched) as failed:
        store.fetch(shelf.keep(PHOTO, "image/jpeg"), LIMIT)
    assert failed.value.retry


@pytest.mark.parametrize(
    ("status", "again"),
    [
        (401, True), (403, True), (404, True), (429, True), (500, True), (503, True),
        (400, False), (410, False),
    ],
)  # fmt: skip
def test_what_a_status_means(
    status: int, again: bool, shelf: MediaShelf, store: MediaStore
) -> None:
    shelf.statuses = [status]
    with pytest.raises(NotFetched, match=str(status)) as failed:
        store.fetch(shelf.keep(PHOTO, "image/jpeg"), LIMIT)
    assert failed.value.retry is again


def test_a_store_that_is_away_is_asked_again() -> None:
    with MediaShelf() as shelf:
        url = shelf.keep(PHOTO, "image/jpeg")
    store = MediaStore(ACCOUNT, TOKEN, shelf.url)
    for does in (lambda: store.fetch(url, LIMIT), lambda: store.delete(url)):
        with pytest.raises(NotFetched, match="cannot be reached") as failed:
            does()
        assert failed.value.retry


def test_a_deleted_thing_is_gone_and_deleting_it_twice_is_once(
    shelf: MediaShelf, store: MediaStore
) -> None:
    url = shelf.keep(PHOTO, "image/jpeg")
    store.delete(url)
    store.delete(url)
    assert shelf.things == {}
    assert [asked.method for asked in shelf.asked] == ["DELETE", "DELETE"]


def test_a_delete_that_fails_says_so(shelf: MediaShelf, store: MediaStore) -> None:
    shelf.statuses = [503]
    with pytest.raises(NotFetched) as failed:
        store.delete(shelf.keep(PHOTO, "image/jpeg"))
    assert failed.value.retry
