from odoo.tests import HttpCase, tagged


def unit_test_error_checker(message):
    """Hoot reports a failed test itself; other errors of the console stop the run."""
    return "[HOOT]" not in message


class HootCase(HttpCase):
    """Runs a suite of `static/tests/*.test.js` in Odoo's own Hoot runner."""

    preset = "desktop"
    test_cursor_lock_timeout = 120  # as long as a cold bundle takes to be made

    def _run_suite(self, name):
        self.browser_js(
            f"/web/tests?headless&loglevel=2&preset={self.preset}&timeout=15000"
            f"&id={self._get_job_id(name)}",
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
    def test_widgets_work_by_mouse(self):
        self._run_suite("@auto_crm")


@tagged("post_install", "-at_install")
class TestHootMobile(HootCase):
    preset = "mobile"
    browser_size = "375x667"
    touch_enabled = True

    def test_damage_is_marked_by_touch(self):
        self._run_suite("@auto_crm/damage_map")
