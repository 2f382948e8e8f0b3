"""Many send the same at the same moment: one customer, one car, one deal; no limit is
passed, and nobody is answered with a fault of the server.

A real server with the default settings and real connections: what races here cannot be
seen in tests of one transaction.
"""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
import requests

from conftest import post_json

CROWD = 16
LABOUR = [("service_tracking", "=", "auto_job")]
SIGNATURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA"
    "AABJRU5ErkJggg=="
)
API = "/auto_planner/api/v1"
START = r'name="start"[^>]*value="([^"]+)"'


def at_once(function, count=CROWD):
    """Call the function with 0, 1, … in as many threads, all let go at one moment."""
    barrier = threading.Barrier(count)

    def call(number):
        barrier.wait()
        return function(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(call, range(count)))


def statuses(answers):
    """Return how many answers there are of each status."""
    codes = [answer.status_code for answer in answers]
    return {code: codes.count(code) for code in sorted(set(codes))}


class Visitor:
    """Somebody with a session of his own who books without scripts."""

    def __init__(self, shop, package):
        self.base_url = shop.base_url
        self.session = requests.Session()
        self.package = package

    def get(self, path):
        return self.session.get(self.base_url + path, timeout=120)

    def post(self, path, **values):
        """Send the form that a page of this path shows."""
        return self.send(path, self.token(path), **values)

    def token(self, path):
        return re.search(r'name="csrf_token" value="([^"]+)"', self.get(path).text)[1]

    def send(self, path, token, **values):
        return self.session.post(
            self.base_url + path, data={"csrf_token": token, **values}, timeout=120
        )

    def choose_work(self, plate):
        self.post("/book", plate=plate, model="Lada Vesta", package_ids=self.package)
        return self

    def hold(self, start):
        """Hold a time, as the button of a free one does."""
        answer = self.post("/book/time", start=start)
        assert answer.url.endswith("/book/contact"), answer.url
        return self

    def times(self):
        """Return free times far enough from each other, of all days."""
        pages = [
            self.get(f"/book/time?day={day}").text
            for day in re.findall(r'data-day="([^"]+)"', self.get("/book/time").text)
        ]
        return [time for page in pages for time in re.findall(START, page)[::4]]


class Shop:
    """The shop as strangers and other programs meet it."""

    def __init__(self, server):
        self.server = server
        self.base_url = server.base_url
        self.rpc = server.rpc()
        self.company = self.rpc("res.company", "search", [], limit=1)
        self.rpc("ir.config_parameter", "set_param", "auto_notify.test_mode", "True")
        channels = self.rpc("auto.notify.channel", "search", [("kind", "=", "sms")])
        self.rpc("auto.notify.channel", "write", channels, {"active": False})
        packages = self.rpc("auto.package", "search", [])
        self.rpc("auto.package", "write", packages, {"is_online": True})
        fits = [("brand_ids", "=", False), ("model_ids", "=", False)]
        self.package = self.rpc("auto.package", "search", fits, limit=1)[0]
        for number in range(3):
            self.rpc("auto.post", "create", [{"name": f"Crowd lift {number}"}])
        self.rpc(
            "res.company",
            "write",
            self.company,
            {"auto_booking_is_online": True, "auto_booking_limit_phone": 2},
        )

    def post(self, path, json=None, **values):
        return requests.post(
            self.base_url + path, timeout=120, **({"json": json} if json else values)
        )

    def count(self, phone, plate):
        """Return how many customers, cars and deals there are."""
        partners = self.rpc("res.partner", "search", [("phone_sanitized", "=", phone)])
        deal = ["|", ("phone_sanitized", "=", phone), ("partner_id", "in", partners)]
        return [
            len(partners),
            self.rpc("auto.vehicle", "search_count", [("plate_key", "=", plate)]),
            self.rpc("crm.lead", "search_count", deal),
        ]

    def source(self, **vals):
        """Return a caller's id and the headers with its key."""
        number = self.rpc("auto.request.source", "create", vals)
        self.rpc("auto.request.source", "action_generate_key", [number])
        [row] = self.rpc("auto.request.source", "read", [number], ["key"])
        return number, {"X-Api-Key": row["key"]}

    def visitors(self, plate):
        """Return a crowd that has chosen its work."""
        return [Visitor(self, self.package).choose_work(plate) for _ in range(CROWD)]

    def codes(self):
        return self.rpc(
            "auto.notify.message", "search_count", [("key", "=like", "code:%")]
        )


@pytest.fixture(scope="module")
def shop(shop_server):
    return Shop(shop_server)


def test_the_sites_form_sent_at_once_is_one_request(shop):
    answers = at_once(
        lambda _number: shop.post(
            "/website/form/crm.lead",
            data={
                "name": "Request",
                "contact_name": "Anna",
                "phone": "+7 903 765-43-21",
                "email_from": "anna@example.com",
                "vehicle_line": "О551ТР97 Lada Vesta",
                "wish": "Knocks in front",
            },
        )
    )
    assert statuses(answers) == {200: CROWD}
    assert len({answer.text for answer in answers}) == 1, "all are told of one deal"
    assert shop.count("+79037654321", "O551TP97") == [1, 1, 1]


def test_requests_of_sixteen_customers_at_once_are_sixteen_deals(shop):
    answers = at_once(
        lambda number: shop.post(
            "/website/form/crm.lead",
            data={
                "name": "Request",
                "contact_name": f"Guest {number}",
                "phone": f"+7 903 111-22-{number:02}",
                "vehicle_line": f"Е{number:03}КХ97 Lada Vesta",
                "wish": "Oil",
            },
        )
    )
    assert statuses(answers) == {200: CROWD}
    assert len({answer.text for answer in answers}) == CROWD


@pytest.mark.parametrize("crowd", [2, CROWD])
def test_requests_of_another_site_at_once_are_one_deal(shop, crowd):
    _source, headers = shop.source(name="Landing")
    phone, plate = f"+790376500{crowd:02}", f"О{crowd:03}ТР97"
    answers = at_once(
        lambda number: requests.post(
            f"{shop.base_url}/auto_crm/request",
            json={
                "id": f"{crowd}-{number}",
                "name": "Boris",
                "phone": phone,
                "car": f"{plate} Lada Vesta",
                "text": "Brakes",
            },
            headers=headers,
            timeout=120,
        ),
        crowd,
    )
    assert statuses(answers) == {200: crowd}
    assert len({answer.json()["deal"] for answer in answers}) == 1
    assert shop.count(phone, f"O{crowd:03}TP97") == [1, 1, 1]


def test_a_request_with_one_id_sent_at_once_is_one_request(shop):
    _source, headers = shop.source(name="Landing with ids")
    answers = at_once(
        lambda _number: requests.post(
            f"{shop.base_url}/auto_crm/request",
            json={"id": "same", "name": "Olga", "phone": "+79037650099"},
            headers=headers,
            timeout=120,
        )
    )
    assert statuses(answers) == {200: CROWD}
    assert len({answer.json()["request"] for answer in answers}) == 1


def test_requests_over_the_limit_of_a_site_are_refused(shop):
    _source, headers = shop.source(name="Limited", limit_source=10)
    answers = at_once(
        lambda number: requests.post(
            f"{shop.base_url}/auto_crm/request",
            json={"name": "Guest", "phone": f"+790366500{number:02}"},
            headers=headers,
            timeout=120,
        )
    )
    assert statuses(answers) == {200: 10, 429: CROWD - 10}


def test_requests_without_a_time_at_once_are_one_deal_and_ten_at_most(shop):
    visitors = shop.visitors("О771ТР97")
    tokens = [visitor.token("/book/request") for visitor in visitors]
    answers = at_once(
        lambda number: visitors[number].send(
            "/book/request", tokens[number], name="Vera", phone="+7 903 765-00-77"
        )
    )
    assert statuses(answers) == {200: CROWD}
    assert sum("Please call us" in answer.text for answer in answers) == CROWD - 10
    assert shop.count("+79037650077", "O771TP97") == [1, 1, 1]


def test_bookings_of_an_app_at_once_are_one_booking(shop):
    source, headers = shop.source(name="App", can_book=True)
    start = free_starts(shop, headers)[0]
    answers = at_once(
        lambda _number: requests.post(
            f"{shop.base_url}{API}/bookings",
            json={
                "id": "same",
                "start": start,
                "services": [shop.package],
                "car": "О661ТР97 Lada Vesta",
                "name": "Gleb",
                "phone": "+79037650066",
            },
            headers=headers,
            timeout=120,
        )
    )
    assert statuses(answers) == {200: CROWD - 1, 201: 1}
    assert shop.count("+79037650066", "O661TP97") == [1, 1, 1]
    domain = [("request_source_id", "=", source)]
    assert shop.rpc("auto.booking", "search_count", domain) == 1


def test_bookings_of_one_phone_at_once_are_as_many_as_it_may_have(shop):
    source, headers = shop.source(name="Greedy app", can_book=True)
    starts = free_starts(shop, headers)
    answers = at_once(
        lambda number: requests.post(
            f"{shop.base_url}{API}/bookings",
            json={
                "id": f"greedy {number}",
                "start": starts[number],
                "services": [shop.package],
                "car": "О662ТР97 Lada Vesta",
                "name": "Zoya",
                "phone": "+79037650067",
            },
            headers=headers,
            timeout=120,
        )
    )
    assert statuses(answers) == {201: 2, 409: CROWD - 2}
    assert shop.count("+79037650067", "O662TP97") == [1, 1, 1]
    domain = [("request_source_id", "=", source)]
    assert shop.rpc("auto.booking", "search_count", domain) == 2


def test_calls_over_the_limit_of_an_app_are_refused(shop):
    _source, headers = shop.source(name="Limited app", can_book=True, limit_source=10)
    answers = at_once(
        lambda _number: requests.get(
            f"{shop.base_url}{API}/services", headers=headers, timeout=120
        )
    )
    assert statuses(answers) == {200: 10, 429: CROWD - 10}


def test_codes_asked_for_at_once_are_as_many_as_a_phone_and_an_address_may(shop):
    visitors = [
        Visitor(shop, shop.package).choose_work("О551ТР97") for _ in range(CROWD)
    ]
    for visitor, start in zip(visitors, visitors[0].times(), strict=False):
        visitor.hold(start)
    tokens = [visitor.token("/book/contact") for visitor in visitors]

    def ask(number, phone):
        return visitors[number].send(
            "/book/contact", tokens[number], name="Anna", phone=phone
        )

    before = shop.codes()
    answers = at_once(lambda number: ask(number, "+7 903 765-43-55"))
    assert statuses(answers) == {200: CROWD}
    assert sum(answer.url.endswith("/book/code") for answer in answers) == 3
    assert shop.codes() - before == 3
    answers = at_once(lambda number: ask(number, f"+7 903 765-44-{number:02}"))
    assert statuses(answers) == {200: CROWD}
    assert shop.codes() - before == 10, "as many as one network address may"


def test_times_held_at_once_are_thirty_at_most_with_those_of_before(shop):
    visitors = [
        Visitor(shop, shop.package).choose_work("О551ТР97") for _ in range(CROWD)
    ]
    tokens = [visitor.token("/book/time") for visitor in visitors]
    times = visitors[0].times()
    answers = at_once(
        lambda number: visitors[number].send(
            "/book/time", tokens[number], start=times[number]
        )
    )
    assert statuses(answers) == {200: CROWD}
    taken = sum(answer.url.endswith("/book/contact") for answer in answers)
    assert taken == 30 - CROWD, "the codes before took a time for each"


@pytest.mark.parametrize("what", ["accept", "agree_extra"])
def test_two_signatures_at_once_are_one_proof(shop, what):
    rpc = shop.rpc
    labour = rpc("product.product", "search", LABOUR, limit=1)[0]
    [vehicle] = rpc(
        "auto.vehicle", "search_read", [("partner_id", "!=", False)], limit=1
    )
    line = [(0, 0, {"product_id": labour})]
    order = rpc(
        "sale.order",
        "create",
        {
            "is_work_order": True,
            "partner_id": vehicle["partner_id"][0],
            "vehicle_id": vehicle["id"],
            "order_line": line,
        },
    )
    rpc("sale.order", "action_quotation_sent", [order])
    url = rpc("sale.order", "get_portal_url", [order])
    path, token = url.split("?access_token=")

    def sign(route, _number=0):
        params = {"access_token": token, "name": "Ivan", "signature": SIGNATURE}
        return post_json(f"{shop.base_url}{path}/{route}", {"params": params})

    if what == "agree_extra":
        assert "error" not in sign("accept")["result"]
        rpc("sale.order", "write", [order], {"order_line": line})
    before = rpc("auto.order.consent", "search_count", [("order_id", "=", order)])
    results = [answer["result"] for answer in at_once(partial(sign, what))]
    after = rpc("auto.order.consent", "search_count", [("order_id", "=", order)])
    assert after - before == 1
    errors = [result["error"] for result in results if "error" in result]
    assert len(errors) == CROWD - 1
    assert set(errors) == {
        "There is nothing to agree any more: please reload the page."
    }


def free_starts(shop, headers):
    """Return the free times an app is told, of the next weeks."""
    first = datetime.now(UTC).date() + timedelta(days=2)
    answer = requests.get(
        f"{shop.base_url}{API}/slots",
        params={
            "services": shop.package,
            "from": first,
            "to": first + timedelta(days=20),
        },
        headers=headers,
        timeout=120,
    )
    return [slot["start"] for slot in answer.json()["slots"]]
