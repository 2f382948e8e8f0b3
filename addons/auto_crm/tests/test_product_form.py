from lxml import etree

from odoo.tests import Form, new_test_user, tagged

from .order_common import AutoOrderCommon


@tagged("post_install", "-at_install")
class TestProductForm(AutoOrderCommon):
    """Works and parts have forms of their own; stock's form stays stock's."""

    def _get_form(self, name):
        """Return the form that an action of ours opens."""
        action = self.env.ref(f"auto_crm.{name}")
        views = {kind: view for view, kind in action.views}
        return self.env["ir.ui.view"].browse(views["form"])

    def test_a_work_is_made_with_what_a_garage_knows(self):
        view = self._get_form("product_template_action_labour")
        works = self.env["product.template"].with_user(self.manager)
        context = {
            "default_type": "service",
            "default_service_tracking": "auto_job",
            "default_purchase_ok": False,
        }
        form = Form(works.with_context(**context), view=view)
        form.name = "Replacement of the pads"
        form.norm_hours = 1.2
        form.work_type_id = self.work_type
        work = form.save()
        self.assertEqual(work.price_now, 1200)
        self.assertEqual((work.type, work.labour_pricing), ("service", "norm"))
        form = Form(work, view=view)
        form.labour_pricing = "fixed"
        form.list_price = 2500
        self.assertEqual(form.save().price_now, 2500)

    def test_a_part_is_made_with_article_maker_and_supplier(self):
        view = self._get_form("product_template_action_part")
        parts = self.env["product.template"].with_user(self.manager)
        context = {"default_type": "consu", "default_is_storable": True}
        form = Form(parts.with_context(**context), view=view)
        form.name = "Rear pads"
        form.default_code = "GDB3549"
        form.maker = "TRW"
        form.cross_numbers = "58302-H5A25; P 30 095"
        with form.seller_ids.new() as seller:
            seller.partner_id = self.supplier
            seller.price = 2050
        part = form.save()
        self.assertTrue(part.is_storable)
        self.assertEqual(part.product_variant_id.default_code, "GDB3549")
        self.assertEqual(part.seller_ids.partner_id, self.supplier)

    def test_no_form_of_ours_speaks_of_food(self):
        for name in ("labour", "part"):
            view = self._get_form(f"product_template_action_{name}")
            arch = etree.fromstring(
                self.env["product.template"].get_view(view.id, "form")["arch"]
            )
            placeholders = arch.xpath("//@placeholder")
            self.assertTrue(placeholders)
            self.assertFalse([one for one in placeholders if "Burger" in one])

    def test_lines_of_orders_open_our_forms_and_stock_opens_its_own(self):
        template = self.env["product.template"]
        for product, kind in ((self.labour, "labour"), (self.part, "part")):
            ours = self._get_form(f"product_template_action_{kind}")
            here = product.with_user(self.advisor).with_context(auto_product_form=True)
            with self.subTest(kind):
                self.assertEqual(here.product_tmpl_id.get_formview_id(), ours.id)
                action = here.get_formview_action()
                self.assertEqual(action["res_model"], template._name)
                self.assertEqual(action["res_id"], product.product_tmpl_id.id)
                self.assertEqual(action["views"], [(ours.id, "form")])
                stock = product.with_user(self.advisor)
                self.assertFalse(stock.product_tmpl_id.get_formview_id())
                self.assertEqual(
                    stock.get_formview_action()["res_model"], "product.product"
                )
        view = self.env.ref("auto_crm.sale_order_view_form_work_order")
        arch = etree.fromstring(
            self.env["sale.order"].get_view(view.id, "form")["arch"]
        )
        for name in ("product_id", "product_template_id"):
            [field] = arch.xpath(
                f"//field[@name='order_line']/list/field[@name='{name}']"
            )
            self.assertIn("auto_product_form", field.get("context"))

    def test_goods_that_are_neither_open_in_stocks_form(self):
        other = self.env["product.template"].create({"name": "Fee", "type": "service"})
        ours = other.with_context(auto_product_form=True)
        self.assertFalse(ours.get_formview_id())

    def test_a_user_of_stock_only_works_in_stocks_form(self):
        user = new_test_user(
            self.env,
            login="stock_only",
            groups="product.group_product_manager,stock.group_stock_user",
        )
        products = self.env["product.template"].with_user(user)
        view = self.env.ref("product.product_template_only_form_view")
        form = Form(products, view=view)
        form.name = "A thing"
        self.assertEqual(form.save().name, "A thing")

    def test_parts_are_found_by_any_number_however_it_is_written(self):
        self.part.write({"default_code": "26300-35505", "cross_numbers": "W 811/80"})
        self.part.seller_ids.product_code = "OC-500.1"
        parts = self.env["product.product"].with_user(self.advisor)
        for text in ("26300 35505", "2630035505", "w811/80", "w 811 80", "oc5001"):
            with self.subTest(text):
                self.assertEqual(
                    parts.search([("article_search", "ilike", text)]), self.part
                )
                self.assertEqual(
                    parts.product_tmpl_id.search([("article_search", "ilike", text)]),
                    self.part.product_tmpl_id,
                )
        self.assertFalse(parts.search([("article_search", "ilike", "--")]))
        self.assertFalse(parts.search([("article_search", "ilike", "999777")]))

    def test_prices_of_many_works_take_as_many_queries_as_of_one(self):
        works = self.labour.product_tmpl_id
        for number in range(6):
            works += works[0].copy({"name": f"Work {number}"})
        counts = []
        for some in (works[:1], works[:1], works):
            self.env.invalidate_all()
            start = self.cr.sql_log_count
            some.mapped("price_now")
            counts.append(self.cr.sql_log_count - start)
        self.assertEqual(counts[1], counts[2])
