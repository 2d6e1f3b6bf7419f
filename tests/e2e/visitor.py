"""A reader with a browser: opens pages and tells what is wrong with them."""

from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT

# Selectors of what is well take a quarter of the time; preload would fetch our style sheet again, for a rule that is not asked.
_QUIET = {"resultTypes": ["violations"], "selectors": False, "preload": False}
_EVERYTHING = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
# Contrast takes two thirds of the time: where the colours are those of another variant, or only they differ, axe is asked for less.
AXE = {
    "everything": {**_QUIET, "runOnly": _EVERYTHING},
    "all but colours": {**_QUIET, "runOnly": _EVERYTHING, "rules": {"color-contrast": {"enabled": False}}},
    "colours": {**_QUIET, "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}},
}
NARROW, PHONE, WIDE = {"width": 320, "height": 640}, {"width": 360, "height": 740}, {"width": 1280, "height": 900}

# What is wider than the window, innermost first; what is hidden or scrolls by itself does not widen the page.
TOO_WIDE = """() => {
  if (document.documentElement.scrollWidth <= innerWidth) return [];
  const wide = [...document.querySelectorAll("body *")].filter(one => one.getBoundingClientRect().right > innerWidth + 0.5);
  return wide.slice(-5).map(one => `<${one.tagName.toLowerCase()} class="${one.getAttribute("class") ?? ""}"> ends at `
    + `${Math.round(one.getBoundingClientRect().right)} px: ${one.textContent.trim().slice(0, 60)}`);
}"""

# Everything to press: at least 24 px each way; buttons and menus 44. A link inside a sentence is as high as its line.
TOO_SMALL = """() => {
  const found = [];
  for (const one of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")) {
    const target = (one.matches("[type=radio], [type=checkbox]") && one.closest("label")) || one;
    if (!target.checkVisibility({ visibilityProperty: true }) || target.closest(".visually-hidden, .skip-link")) continue;
    const style = getComputedStyle(target);
    if (target.tagName === "A" && style.display === "inline") continue;
    if (style.pointerEvents === "none") continue;
    const { width, height } = target.getBoundingClientRect();
    const least = target.matches("button, .button, input, select, textarea, label, nav a") ? 44 : 24;
    if (Math.min(width, height) < least - 0.5)
      found.push(`<${target.tagName.toLowerCase()} class="${target.className}"> is ${width.toFixed(1)} x ${height.toFixed(1)} px, not ${least}: `
        + target.textContent.trim().slice(0, 60));
  }
  return found;
}"""

ANIMATIONS = "() => document.getAnimations().map(one => one.animationName ?? one.transitionProperty ?? 'an animation')"
HEADING = "() => document.querySelector('h1')?.checkVisibility({ visibilityProperty: true }) ?? false"
LOOK = f"() => ({{ heading: ({HEADING})(), moves: ({ANIMATIONS})(), wide: ({TOO_WIDE})(), small: ({TOO_SMALL})() }})"

# What the server writes into the page for a reader with settings of their own (templates/base.html).
WEAR = """chosen => {
  for (const name of ["text", "spacing", "theme", "underline"])
    if (name in chosen) document.documentElement.dataset[name] = chosen[name];
    else delete document.documentElement.dataset[name];
}"""


class Visitor:
    """One window, used for many pages. Everything that the browser complains about is noted."""

    def __init__(self, browser, server, *, size=WIDE, dark=False, cookie="", scripts=True):
        """Open a window. cookie: of the reader's settings."""
        self.server, self.scripts, self.dark = server, scripts, dark
        self.context = browser.new_context(viewport=size, color_scheme="dark" if dark else "light", java_script_enabled=scripts)
        if cookie:
            self.context.add_cookies([{"name": "comfort", "value": cookie, "url": server.url}])
        self.page = self.context.new_page()
        self.noted: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.noted.append(f"script error: {error}"))
        self.page.on("request", self._request)
        self.page.on("requestfailed", self._failed)
        self.page.on("response", self._response)

    def become(self, session: str) -> None:
        """Carry on as whoever has this session, or as a visitor."""
        self.page.goto("about:blank")  # what the page before still asks for must not go out without its session
        self.context.clear_cookies(name="sessionid")
        if session:
            self.context.add_cookies([{"name": "sessionid", "value": session, "url": self.server.url}])

    def open(self, address: str) -> list[str]:
        """Open a page of the site and return what the browser complained about."""
        self.noted.clear()
        self.requests.clear()
        self.page.goto(self.server.url + address, wait_until="load")
        return self.noted

    def look(self, address: str, *, axe: str = "") -> list[str]:
        """Open a page and return everything that is wrong with it. axe: what it shall look for, a key of AXE; nothing if empty."""
        self.open(address)
        faults = self._faults(axe)
        return [f"{address}: {fault}" for fault in (*self.noted, *faults)]

    def look_in_all(self, address: str, looks: dict[str, tuple[dict, str]]) -> list[str]:
        """Open a page once and return everything that is wrong with it in several variants. looks: how to `wear` each, and what axe looks for."""
        self.open(address)
        faults = []
        for name, (variant, axe) in looks.items():
            self.wear(**variant)
            faults += [f"{name}: {fault}" for fault in self._faults(axe)]
        return [f"{address}: {fault}" for fault in (*self.noted, *faults)]

    def wear(self, *, size=WIDE, dark=False, cookie="") -> None:
        """Let the open page be seen as on another device, or by a reader with other settings: a new page would look the same."""
        if self.page.viewport_size != size:
            self.page.set_viewport_size(size)
        if self.dark != dark:
            self.page.emulate_media(color_scheme="dark" if dark else "light")
            self.dark = dark
        self.page.evaluate(WEAR, dict(choice.split(":") for choice in cookie.split("|") if choice))

    def _faults(self, axe: str) -> list[str]:
        seen = self.page.evaluate(LOOK)
        faults = [] if seen["heading"] else ["there is no heading to see"]
        faults += [f"moves: {one}" for one in seen["moves"]]
        faults += [f"wider than the window: {one}" for one in seen["wide"]]
        faults += [f"too small: {one}" for one in seen["small"]]
        return faults + (self.axe(axe) if axe else [])

    def axe(self, what: str) -> list[str]:
        """Return what axe finds on the open page."""
        if not self.page.evaluate("() => 'axe' in window"):
            self.page.evaluate(AXE_SCRIPT)
        found = self.page.evaluate("options => axe.run(document, options)", AXE[what])["violations"]
        return [f"axe {one['id']} ({len(one['nodes'])}): {one['nodes'][0]['html'][:160]}: {one['nodes'][0]['failureSummary']}" for one in found]

    def close(self) -> None:
        """Close the window."""
        self.context.close()

    def _console(self, message) -> None:
        # The browser repeats the status of a page that is an error page by intent.
        if "Failed to load resource" in message.text and message.location.get("url") == self.page.url:
            return
        self.noted.append(f"console ({message.type}): {message.text}")

    def _request(self, request) -> None:
        self.requests.append(request.url)
        if urlsplit(request.url).netloc != urlsplit(self.server.url).netloc:
            self.noted.append(f"asks another host: {request.url}")

    def _failed(self, request) -> None:
        # An icon that is still on its way when the next page is opened, or a question of the map that a newer one overtook.
        overtaken = request.url.endswith(".svg") or request.resource_type == "fetch"
        if not (request.failure == "net::ERR_ABORTED" and overtaken):
            self.noted.append(f"request failed ({request.failure}): {request.url}")

    def _response(self, response) -> None:
        if response.status >= 400 and not response.request.is_navigation_request():
            self.noted.append(f"{response.status} for {response.url}")
