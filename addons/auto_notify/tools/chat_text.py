"""Text of a chatter message as a messenger shows it. Pure Python."""

import re
from urllib.parse import urljoin

from lxml import html

BLOCKS = {"p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "pre"}
BLOCKS |= {"ul", "ol", "table", "blockquote", "hr"}
SKIPPED = {"style", "script", "head"}
EDGE = "\x00"  # of a block: a line ends here, however many blocks do


def html_to_text(body, base_url=""):
    """Return the text of HTML, one line a paragraph, links and pictures by address.

    :param str body: HTML
    :param str base_url: makes addresses on this server complete
    """
    if not (body and body.strip()):
        return ""
    root = html.fragment_fromstring(str(body), create_parent="div")
    text = "".join(_walk(root, base_url)).replace("\xa0", " ")
    text = re.sub(f"{EDGE}+", "\n", text)
    lines = (re.sub(r"[ \t]+", " ", line).strip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _walk(node, base_url):
    """Yield the pieces of a node, without its tail."""
    if not isinstance(node.tag, str) or node.tag in SKIPPED:
        return
    edge = EDGE if node.tag in BLOCKS else ""
    yield edge
    if node.tag == "br":
        yield "\n"
    if node.tag == "li":
        yield "• "
    yield _clean(node.text)
    for child in node:
        yield from _walk(child, base_url)
        yield _clean(child.tail)
    yield _get_address(node, base_url)
    yield edge


def _clean(text):
    """Line breaks of the source are no line breaks of the text."""
    return re.sub(r"\s*\n\s*", " ", text or "")


def _get_address(node, base_url):
    """Return the address of a link that does not show it, and of a picture."""
    if node.tag == "img":
        source = node.get("src") or ""
        return "" if source.startswith("data:") else urljoin(base_url, source)
    address = node.get("href") or ""
    if node.tag != "a" or not address or address.startswith(("#", "javascript:")):
        return ""
    if node.get("data-oe-model"):  # a mention
        return ""
    if address.startswith(("mailto:", "tel:")):
        address = address.partition(":")[2]
    else:
        address = urljoin(base_url, address)
    shown = "".join(node.itertext()).strip()
    return "" if shown and shown in address else f" ({address})"
