"""Fixtures of the whole-shop tests: a server on a copy of the demo shop, a browser.

Run them with `./shop test tests/test_x.py`: it makes the demo database they copy.
"""

import json
import os
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from shoplib import odoo_tree, packages, paths, server
from shoplib.console import Progress
from shoplib.database import Databases
from shoplib.odoo_process import Odoo

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]
FORGET = "() => (localStorage.clear(), sessionStorage.clear())"
OPEN_ACTION = """(action) => odoo.__WOWL_DEBUG__.root.env.services.action.doAction(
    action, {clearBreadcrumbs: true})"""
SCREENSHOTS = paths.STATE / "screenshots"
DESKTOP = {"width": 1366, "height": 850}
PHONE = {"width": 390, "height": 844}


class Rpc:
    """Calls of models over HTTP in the name of a user."""

    def __init__(self, base_url, database, login, password):
        self.base_url = base_url
        self.database = database
        self.password = password
        self.uid = self._service("common", "login", database, login, password)
        assert self.uid, f"{login} cannot log in"

    def __call__(self, model, method, *args, **kwargs):
        """Call a method of a model: rpc("crm.lead", "search_read", domain, limit=1)."""
        return self._service(
            "object",
            "execute_kw",
            self.database,
            self.uid,
            self.password,
            model,
            method,
            args,
            kwargs,
        )

    def ref(self, xmlid):
        """Return the database id of an external id."""
        module, name = xmlid.split(".")
        return self("ir.model.data", "check_object_reference", module, name)[1]

    def run_cron(self, xmlid):
        """Run a scheduled action now: the server under test has none of its own."""
        return self("ir.cron", "method_direct_trigger", [self.ref(xmlid)])

    def _service(self, service, method, *args):
        body = {
            "jsonrpc": "2.0",
            "method": "call",
            "params": {"service": service, "method": method, "args": args},
        }
        answer = post_json(f"{self.base_url}/jsonrpc", body)
        if "error" in answer:
            raise RpcError(answer["error"]["data"]["message"])
        return answer.get("result")


class RpcError(Exception):
    """What the server refused, in its words."""


class ShopCopy:
    """A copy of the demo database."""

    def __init__(self, odoo, database):
        self.odoo = odoo
        self.database = database

    def shell(self, code):
        """Run Python code with `env` in a process of its own, and commit.

        :return: what the code leaves in `result`, through JSON
        """
        script = (
            "result = None\n"
            f"exec({code!r})\n"
            "env.cr.commit()\n"
            "import json\n"
            "print('\\nRESULT', json.dumps(result))\n"
        )
        done = subprocess.run(
            list(
                map(
                    str,
                    self.odoo.command("shell", f"-d{self.database}", "--no-http"),
                )
            ),
            input=script,
            env=self.odoo.env(),
            capture_output=True,
            text=True,
            check=False,
        )
        found = re.search(r"^RESULT (.*)$", done.stdout, re.MULTILINE)
        assert found, f"{done.stdout}\n{done.stderr}"
        return json.loads(found.group(1))


class ShopServer(ShopCopy):
    """A running shop with a database of its own."""

    def __init__(self, odoo, database, port):
        super().__init__(odoo, database)
        self.base_url = f"http://{server.HOST}:{port}"

    def rpc(self, login="admin", password=None):
        """Return the calls in the name of a user; demo passwords equal the logins."""
        return Rpc(self.base_url, self.database, login, password or login)


def post_json(url, body, headers=None):
    """Post JSON and return the JSON of the answer."""
    request = urllib.request.Request(
        url,
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json", **(headers or {})},
    )
    with urllib.request.urlopen(request, timeout=120) as response:
        return json.load(response)


@pytest.fixture(scope="session")
def odoo():
    """Odoo's programs, as `./shop` calls them."""
    return Odoo(Path(sys.executable), odoo_tree.ensure())


@pytest.fixture(scope="module")
def shop_copy(request, odoo):
    """A fresh copy of the demo database, one for each test file."""
    source = os.environ.get("AUTO_SHOP_DEMO_DATABASE")
    assert source, "Run ./shop test tests/, which makes the demo database."
    databases = Databases(odoo, Progress(1))
    name = f"{source}_{request.module.__name__.rpartition('.')[2]}"
    databases.clone(source, name)
    yield ShopCopy(odoo, name)
    databases.drop(name)


@pytest.fixture(scope="module")
def shop_server(odoo, shop_copy):
    """A running shop on a copy of the demo database, one for each test file."""
    name = shop_copy.database
    port = server.free_port()
    with server.serving(odoo, name, port, "--max-cron-threads=0", log=name):
        yield ShopServer(odoo, name, port)


@pytest.fixture(scope="session")
def browser():
    """A Chromium; a machine without one fails the test."""
    # not at the top: the tests of pure functions need no browser
    from playwright.sync_api import sync_playwright

    program = packages.browser()
    assert program, "No Chromium: ./shop test installs it, or install it by hand."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=CHROMIUM_FLAGS
        )
        yield browser
        browser.close()


class Browsers:
    """Browsers of users stay logged in, and keep what they have read, between tests."""

    def __init__(self, browser, base_url):
        self.browser = browser
        self.base_url = base_url
        self.errors = []
        self.free = {}
        self.lent = []
        self.kept = set()

    def lend(self, login, options):
        """Return a browser that nobody else has: of a user, or of a new visitor."""
        key = (login, json.dumps(options, sort_keys=True))
        waiting = self.free.setdefault(key, [])
        context = waiting.pop() if login and waiting else self._make(login, options)
        self.lent.append((waiting, context))
        return context

    def _make(self, login, options):
        context = self.browser.new_context(base_url=self.base_url, **options)
        context.set_default_timeout(120_000)  # a loaded machine is slow
        context.on("weberror", lambda error: self.errors.append(str(error.error)))
        context.on("console", self._hear)
        # the rest of the internet, which nobody shall ask
        context.route(
            lambda url: not url.startswith((self.base_url, "data:", "blob:")),
            self._refuse,
        )
        if login:
            page = context.new_page()
            log_in(page, login)
            page.close()
        return context

    def _hear(self, message):
        if message.type == "error":
            self.errors.append(message.text)

    def _refuse(self, route):
        self.errors.append(f"asked another host: {route.request.url}")
        route.fulfill(status=200, body="")

    def take_back(self):
        """Close the pages and forget what they kept; return the errors they wrote."""
        for waiting, context in self.lent:
            for page in context.pages:
                if page.url.startswith(self.base_url):
                    page.evaluate(FORGET)
                # what lies over the page would lie over the next test's
                if page not in self.kept or page.locator(".o-overlay-item").count():
                    page.close()
            waiting.append(context)
        errors, self.lent, self.errors = self.errors, [], []
        return errors

    def open_again(self, context, path, action):
        """Return a page at an action; a client once loaded stays for other tests."""
        page = next((page for page in context.pages if page in self.kept), None)
        if page:
            for button in page.locator(".o_notification_close").all():
                button.dispatch_event("click")
            page.locator(".o_notification").first.wait_for(state="detached")
            page.evaluate(OPEN_ACTION, action)
        else:
            page = context.new_page()
            page.goto(path)
            self.kept.add(page)
        return page

    def close(self):
        """End all browsers."""
        for contexts in self.free.values():
            for context in contexts:
                context.close()


@pytest.fixture(scope="module")
def browsers(browser, shop_server):
    """The browsers of a file's tests."""
    browsers = Browsers(browser, shop_server.base_url)
    yield browsers
    browsers.close()


@pytest.fixture
def open_page(request, browsers):
    """A function that opens an empty page of a user, on desktop or phone width.

    With `again`, path and xmlid of an action, the page is at that action, in a client
    that an earlier test of the file may have loaded. The test fails if a page wrote an
    error to its console, or asked another host for anything. Pages are photographed at
    the end, into `.run/screenshots`.
    """
    opened = []

    def open_page(login=None, *, again=None, **options):
        usual = {"viewport": DESKTOP, "locale": "en-US", "timezone_id": "UTC"}
        context = browsers.lend(login, {**usual, **options})
        page = browsers.open_again(context, *again) if again else context.new_page()
        opened.append(page)
        return page

    yield open_page
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    for number, page in enumerate(opened):
        page.screenshot(path=SCREENSHOTS / f"{request.node.name}-{number}.png")
    errors = browsers.take_back()
    assert not errors, f"errors of the browser: {errors}"


@pytest.fixture
def page(open_page):
    """A page of a visitor who is not logged in."""
    return open_page()


def log_in(page, login, password=None):
    """Log a user in through the login form, which shows when the scripts are there."""
    page.goto("/web/login")
    page.wait_for_selector("input[name=login]")
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", password or login)
    page.click("form.oe_login_form button[type=submit]")
    page.wait_for_url(re.compile(r"/(odoo|my|web)(?!/login)"), wait_until="commit")


def write_on_the_site(page, **values):
    """Fill in the site's contact form, by names of its fields, and send it."""
    page.goto("/contactus", wait_until="networkidle")
    page.wait_for_selector("body[is-ready=true]")  # its scripts empty what was typed
    for name, value in values.items():
        page.fill(f".s_website_form [name={name}]", value)
    page.click(".s_website_form_send")
    page.wait_for_url("**/contactus-thank-you**", wait_until="commit")
