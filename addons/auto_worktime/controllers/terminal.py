import json
import re

from werkzeug.exceptions import BadRequest, NotFound

from odoo.http import Controller, request, route
from odoo.tools.json import scriptsafe
from odoo.tools.misc import file_open
from odoo.tools.translate import code_translations

from odoo.addons.bus.websocket import WebsocketConnectionHandler

from ..tools.presses import MAX_ITEMS, read_id, read_item, read_number, read_text
from .common import read_json

ADDON = "auto_worktime"
WORKER = "auto_worktime/static/src/worker/service_worker.js"
MAX_BODY = 64 * 1024
MAX_SENT = 24 * 1024 * 1024  # some photos
DEVICE = re.compile(r"[0-9a-f]{32}")
OPEN = {"type": "http", "auth": "public", "save_session": False}
PAGE = {**OPEN, "methods": ["GET"], "readonly": True}
CALL = {**OPEN, "methods": ["POST"], "csrf": False}


def find_screen(key, kind):
    """Return the screen of a link.

    :raise NotFound: without one
    """
    screen = request.env["auto.terminal"]._find_by_key(key, kind)
    if not screen:
        raise NotFound
    return screen


def render_page(screen, **props):
    """Return the page of a screen, which needs nothing more to be drawn offline."""
    terms = code_translations.get_web_translations(ADDON, screen.lang)["messages"]
    props = {
        "kind": screen.kind,
        "name": screen.name,
        "shop": screen.company_id.name,
        "lang": screen.lang,
        "tz": screen.company_id._get_tz(),
        "terms": {term["id"]: term["string"] for term in terms},
        **props,
    }
    values = {
        "screen": screen,
        "props_json": scriptsafe.dumps(props),
        "html_lang": screen.lang.replace("_", "-"),
    }
    page = screen.env["ir.qweb"]._render("auto_worktime.screen_page", values)
    return answer(page, "text/html; charset=utf-8")


def answer(body, kind):
    """Return an answer that nobody else sees or keeps."""
    return request.make_response(
        body,
        [
            ("Content-Type", kind),
            ("Cache-Control", "no-store"),
            ("Referrer-Policy", "no-referrer"),
            ("X-Robots-Tag", "noindex"),
            ("X-Frame-Options", "DENY"),
            ("X-Content-Type-Options", "nosniff"),
        ],
    )


def answer_json(data):
    return answer(json.dumps(data), "application/json; charset=utf-8")


def read_object(limit=MAX_BODY):
    """Return the object that was sent.

    :raise BadRequest: if it is none, or too large
    """
    data = read_json(request.httprequest, limit)
    if not isinstance(data, dict):
        raise BadRequest("An object is expected.")
    return data


class Terminal(Controller):
    """The screens of the workshop: small, and each answer a list of plain values."""

    @route("/auto_worktime/terminal/<string:key>", **PAGE)
    def open_terminal(self, key, **_params):
        """Show the terminal of a shared tablet or a phone."""
        screen = find_screen(key, "terminal")
        base = f"/auto_worktime/terminal/{screen.key}"
        return render_page(screen, base=base, id=screen.id, is_shared=screen.is_shared)

    @route("/auto_worktime/terminal/service-worker.js", **PAGE)
    def get_worker(self, **_params):
        """Return what lets the page be opened offline, where browsers allow it."""
        with file_open(
            "auto_worktime/static/src/worker/service_worker.js", "rb"
        ) as file:
            return answer(file.read(), "text/javascript; charset=utf-8")

    @route("/auto_worktime/terminal/<string:key>/photo/<int:number>", **PAGE)
    def get_photo(self, key, number, **_params):
        """Return the face on a tile."""
        people = find_screen(key, "terminal")._get_people()
        employee = people.filtered(lambda one: one.id == number)
        if not employee:
            raise NotFound
        stream = (
            request.env["ir.binary"]
            .sudo()
            ._get_image_stream_from(employee, "avatar_128")
        )
        return stream.get_response(as_attachment=False)

    @route("/auto_worktime/terminal/<string:key>/people", **CALL)
    def list_people(self, key, **_params):
        """Tell who works here and who is present."""
        return answer_json({"people": find_screen(key, "terminal")._get_people_data()})

    @route("/auto_worktime/terminal/<string:key>/sign_in", **CALL)
    def sign_in(self, key, **_params):
        """Give a ticket to who proves who he is."""
        screen, data = find_screen(key, "terminal"), read_object()
        employee = screen._sign_in(
            request.httprequest.remote_addr,
            employee_id=read_id(data.get("employee")),
            pin=read_text(data.get("pin"), 64),
            badge=read_text(data.get("badge"), 64),
        )
        if employee is None:
            return answer_json({"error": "too_many"})
        if not employee:
            return answer_json({"error": "wrong"})
        return answer_json(
            {"ticket": screen._make_ticket(employee), **screen._get_day_data(employee)}
        )

    @route("/auto_worktime/terminal/<string:key>/day", **CALL)
    def show_day(self, key, **_params):
        """Tell who has a ticket his jobs and his day."""
        screen, data = find_screen(key, "terminal"), read_object()
        employee = screen._find_signed_in(read_text(data.get("ticket"), 200))
        if not employee:
            return answer_json({"error": "signed_out"})
        return answer_json(screen._get_day_data(employee))

    @route("/auto_worktime/terminal/<string:key>/send", **CALL)
    def send(self, key, **_params):
        """Do what was pressed, once and in order; tell what has become of it."""
        screen, data = find_screen(key, "terminal"), read_object(MAX_SENT)
        device, sent = data.get("device"), read_number(data.get("sent"))
        items = data.get("items")
        if not isinstance(device, str) or not DEVICE.fullmatch(device) or sent is None:
            raise BadRequest("A device and its clock are expected.")
        if not isinstance(items, list) or len(items) > MAX_ITEMS:
            raise BadRequest(f"A list of up to {MAX_ITEMS} presses is expected.")
        presses = list(map(read_item, items))
        results = screen._take(device, sent, list(filter(None, presses)))
        for item, press in zip(items, presses, strict=True):
            number = read_id(item.get("sequence")) if isinstance(item, dict) else None
            if number and not press:
                bad = {"sequence": number, "state": "unknown", "refusal": ""}
                results.append(bad)
        return answer_json({"results": results})

    # ------------------------------------------------------------------
    # The board on the wall
    # ------------------------------------------------------------------

    @route("/auto_worktime/board/<string:key>", **PAGE)
    def open_board(self, key, **_params):
        """Show the board."""
        screen = find_screen(key, "board")
        return render_page(
            screen,
            base=f"/auto_worktime/board/{screen.key}",
            channel=screen._get_channel(screen.company_id.id),
            version=WebsocketConnectionHandler._VERSION,
        )

    @route("/auto_worktime/board/<string:key>/now", **CALL)
    def show_now(self, key, **_params):
        """Tell what happens on each post."""
        return answer_json(find_screen(key, "board")._get_board_data())
