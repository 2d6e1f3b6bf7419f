"""Every template with its longest page in every variant, and every other page once."""

import pytest

from tests.e2e.conftest import VARIANTS
from tests.e2e.visitor import ANIMATIONS, NARROW, TOO_SMALL, TOO_WIDE
from tests.html import none_of

AXE = {"light": "everything", "dark": "colours", "phone": "all but colours"}
SCRIPTLESS = "without scripts"
PARTS = 2  # so that several processes can share them
# How a page looks: what the settings of a reader and of a device change.
LOOKS = """() => [...document.querySelectorAll("html, body, h1, main p, main a, nav")].map(one => {
  const style = getComputedStyle(one), { width, height } = one.getBoundingClientRect();
  return [one.tagName, width, height, style.color, style.backgroundColor, style.fontSize, style.letterSpacing, style.lineHeight];
})"""
# What axe has read already in another state or with other words.
TWINS = {
    "more results",
    "results of a kind",
    "some words only",
    "nothing like it",
    "too common",
    "help elsewhere",
    "saved",
    "forbidden",
    "too fast",
    "no database",
}
# Pages of plain text: axe reads them on a wide screen, and colours not at all. The pattern page shows every component.
PLAIN = {"about", "accessibility", "guidelines", "terms", "contact", "privacy", "bad request", "our mistake", "stale form", "icd-codes", "synonyms"}
LISTS = {
    "symptoms",
    "treatments",
    "organisations",
    "sources",
    "glossary",
    "topic",
    "how we review",
    "search",
    "help now",
    "unprocessable",
    "nearly found",
}
SAMPLE = 25  # of the other pages every twenty-fifth is read by axe, too: they share their templates with the samples


def _asked(variant, name):
    """Return what axe is asked about a sample in a variant: a key of tests.e2e.visitor.AXE, or an empty string for nothing."""
    if name in TWINS or variant not in AXE:
        return ""
    if name in PLAIN:
        return "all but colours" if variant == "light" else ""
    if name in LISTS and variant == "dark":
        return ""
    return AXE[variant]


@pytest.mark.parametrize("part", range(PARTS))
def test_every_template_with_its_longest_page(visitors, server, part):
    visitor = visitors("light")
    faults = []
    for name, address in list(server.samples.items())[part::PARTS]:
        looks = {variant: (VARIANTS[variant], _asked(variant, name)) for variant in VARIANTS if variant != SCRIPTLESS}
        faults += [f"{name} {fault}" for fault in visitor.look_in_all(address, looks)]
    visitor.wear()
    none_of(faults)


def test_every_template_without_scripts(visitors, server):
    visitor = visitors(SCRIPTLESS)
    none_of([f"{name} {fault}" for name, address in server.samples.items() for fault in visitor.look(address)])


@pytest.mark.parametrize("variant", ["dark", "phone", "largest and wide"])
def test_a_page_that_is_changed_on_the_spot_looks_as_if_it_were_loaded_so(reader, server, variant):
    loaded, changed = reader(**VARIANTS[variant]), reader()
    for visitor in (loaded, changed):
        visitor.open(server.samples["treatment"])
    changed.wear(**VARIANTS[variant])
    assert changed.page.evaluate(LOOKS) == loaded.page.evaluate(LOOKS)


def test_every_other_page_once(visitors, server):
    visitor = visitors("light")
    faults = []
    for number, address in enumerate(server.others):
        faults += visitor.look(address, axe="everything" if number % SAMPLE == 0 else "")
    none_of(faults)


def test_without_scripts_no_script_is_even_asked_for(visitors, server):
    visitor = visitors("without scripts")
    visitor.open(server.samples["treatment"])
    assert not [address for address in visitor.requests if address.endswith(".js")]


def test_a_page_on_paper_has_its_text_and_sources_and_nothing_else(visitors, server):
    page = visitors("light").page
    visitors("light").open(server.samples["treatment"])
    page.emulate_media(media="print")
    try:
        for gone in (".site-header", ".site-footer", ".breadcrumb", ".toc", ".read-next", "[data-print]"):
            assert not page.locator(gone).first.is_visible(), gone
        for there in ("h1", ".lead", ".stamp__state", "#evidence", "#sources", ".sources li", ".review-line"):
            assert page.locator(there).first.is_visible(), there
        colours = page.evaluate("() => [getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]")
        assert colours == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    finally:
        page.emulate_media(media="screen")


def test_the_checks_see_what_is_wrong(reader, server):
    visitor = reader(size=NARROW)
    assert visitor.look(server.samples["about"]) == []
    visitor.page.evaluate(
        """() => {
          const main = document.querySelector("main"), wide = document.createElement("p"), small = document.createElement("button");
          wide.textContent = small.textContent = "odd";
          wide.style.width = "900px";
          small.style.cssText = "width: 10px; height: 10px; color: #bbb; background: #fff";
          main.append(wide, small);
          wide.animate([{ opacity: 0 }, { opacity: 1 }], 60000);
          fetch("https://elsewhere.example/").catch(() => null);
          console.warn("odd");
        }"""
    )
    visitor.page.wait_for_timeout(200)
    found = [visitor.page.evaluate(check) for check in (ANIMATIONS, TOO_WIDE, TOO_SMALL)]
    assert all(found)
    assert any("color-contrast" in one for one in visitor.axe("colours"))
    assert any("Content Security Policy" in one for one in visitor.noted)
    assert any(one.endswith("odd") for one in visitor.noted)
