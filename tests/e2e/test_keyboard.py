"""Everything by keyboard, and always in sight."""

import pytest

from tests.e2e.visitor import PHONE, WIDE

FOCUSED = """() => {
  const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect();
  return {
    name: one.getAttribute("aria-label") || one.textContent.trim() || one.labels?.[0]?.textContent.trim() || one.name || "",
    tag: one.tagName.toLowerCase(), id: one.id, href: one.getAttribute("href"), type: one.type,
    outline: style.outlineStyle, width: parseFloat(style.outlineWidth),
    seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    place: one.closest("main") ? "main" : one.closest("nav") ? "nav" : one.closest("header") ? "header" : one.closest("footer") ? "footer" : "top",
  };
}"""


def walk(page, most=400):
    """Press Tab until it comes round, and return what had the focus."""
    met = []
    for _ in range(most):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused["tag"] == "body":
            break
        met.append(focused)
    return met


def test_the_skip_link_is_first_and_leads_into_the_content(reader, server):
    page = (visitor := reader()).page
    visitor.open(server.samples["topic"])
    page.keyboard.press("Tab")
    first = page.evaluate(FOCUSED)
    assert (first["href"], first["seen"]) == ("#main", True)
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED)["place"] in ("main", "nav")
    assert page.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.parametrize(("name", "size"), [("home", WIDE), ("topic", WIDE), ("topic", PHONE), ("help now", PHONE), ("settings", PHONE)])
def test_tab_goes_through_the_page_in_order_and_the_focus_is_always_seen(reader, server, name, size):
    visitor = reader(size=size)
    visitor.open(server.samples[name])
    met = walk(visitor.page)
    places = list(dict.fromkeys(one["place"] for one in met))
    assert places[0] == "top"
    assert {"nav", "main", "footer"} <= set(places)
    assert places.index("nav") < places.index("main") < places.index("footer")
    assert not [one for one in met if not one["name"]]
    assert not [one for one in met if one["outline"] == "none" or one["width"] < 2]
    assert not [one for one in met if not one["seen"]]
    assert visitor.page.evaluate("document.activeElement === document.body")  # out again: no trap


def test_search_by_keyboard_alone(reader, server):
    page = (visitor := reader()).page
    visitor.open(server.samples["topic"])
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED)["type"] == "search":
            break
    page.keyboard.type("sleep")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=sleep")
    assert page.get_by_role("status").first.is_visible()


def test_contents_on_a_phone_open_with_a_key(reader, server):
    page = (visitor := reader(size=PHONE)).page
    visitor.open(server.samples["topic"])
    summary = page.locator("summary", has_text="On this page")
    summary.focus()
    inside = page.locator(".toc a").first
    assert not inside.is_visible()
    page.keyboard.press("Enter")
    assert inside.is_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert "#" in page.url


def test_a_refused_form_puts_the_focus_on_what_is_wrong(reader, server):
    page = (visitor := reader()).page
    visitor.open(server.samples["settings"])
    page.evaluate("document.querySelector('[name=theme][value=dark]').value = 'neon'")
    page.get_by_label("Dark").check()
    page.get_by_role("button", name="Save").click()
    assert page.title().startswith("Error:")
    assert page.evaluate("document.activeElement.textContent") == "There is a problem"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "theme"
