from pathlib import Path

from odoo.modules.module import Manifest
from odoo.tests import HttpCase, tagged


def unit_test_error_checker(message):
    """Hoot reports a failed test itself; other errors of the console stop the run."""
    return "[HOOT]" not in message


class HootCase(HttpCase):
    """Runs a suite of `static/tests/*.test.js` in Odoo's own Hoot runner."""

    preset = "desktop"
    test_cursor_lock_timeout = 120  # as long as a cold bundle takes to be made

    def _run_suites(self, names):
        """Run suites in one session, for making it ready takes longer than they do."""
        suites = "".join(f"&id={self._get_job_id(name)}" for name in names)
        self.browser_js(
            f"/web/tests?headless&loglevel=2&preset={self.preset}&timeout=15000"
            f"{suites}",
            "",
            "",
            login="admin",
            timeout=600,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=unit_test_error_checker,
        )

    def _get_job_id(self, name):
        """Hoot's id of a suite: a 32-bit hash of its full name."""
        job_id = 0
        for letter in name:
            job_id = ((job_id << 5) - job_id + ord(letter)) & 0xFFFFFFFF
        return f"{job_id:08x}"


@tagged("post_install", "-at_install")
class TestHootDesktop(HootCase):
    def test_components_of_our_addons_work_by_mouse(self):
        installed = self.env["ir.module.module"].search(
            [("name", "=like", r"auto\_%"), ("state", "=", "installed")]
        )
        names = [
            name
            for name in installed.sorted("name").mapped("name")
            if any(Path(Manifest.for_addon(name).path).glob("static/tests/*.test.js"))
        ]
        self.assertIn("auto_crm", names)
        self._run_suites([f"@{name}" for name in names])


@tagged("post_install", "-at_install")
class TestHootMobile(HootCase):
    preset = "mobile"
    browser_size = "375x667"
    touch_enabled = True

    def test_damage_is_marked_by_touch(self):
        self._run_suites(["@auto_crm/damage_map"])
