"""What a first visit costs: few requests, few bytes, and nothing that needs a script."""

import gzip

import pytest

MOST_REQUESTS, MOST_BYTES = 5, 40_000  # bytes on the wire, compressed, bodies of all answers together
VISITS = ("topic", "symptom", "treatment", "overview", "symptoms")


@pytest.fixture
def weigh(reader):
    """Return a maker of a list of (address, bytes on the wire, body) of everything that a first visit fetches."""

    def visit(server, name, **more):
        visitor = reader(**more)
        session = visitor.context.new_cdp_session(visitor.page)
        session.send("Network.enable")
        sizes, answers = {}, []
        session.on("Network.loadingFinished", lambda event: sizes.__setitem__(event["requestId"], event["encodedDataLength"]))
        visitor.page.on("response", lambda answer: answers.append(answer))
        faults = visitor.open(server.samples[name])
        visitor.page.wait_for_timeout(300)  # the icon comes last
        return visitor, faults, sizes, answers

    return visit


@pytest.mark.parametrize("name", VISITS)
def test_a_first_visit_fetches_little(weigh, server, name):
    _visitor, faults, sizes, answers = weigh(server, name)
    assert not faults
    assert 3 <= len(answers) <= MOST_REQUESTS
    assert 5_000 < sum(sizes.values()) - _saved_by_the_proxy(answers[0]) <= MOST_BYTES


def _saved_by_the_proxy(page) -> int:
    """Return how many bytes less a page is once the proxy in front of the site has compressed it (docs/deploy.md), if the site has not."""
    body = page.body()
    return 0 if "content-encoding" in page.all_headers() else len(body) - len(gzip.compress(body, compresslevel=6))


def test_static_files_are_compressed_and_kept_for_good(weigh, server):
    _visitor, _faults, _sizes, answers = weigh(server, "topic")
    files = [answer for answer in answers if "/static/" in answer.url]
    assert len(files) >= 2
    for answer in files:
        headers = answer.all_headers()
        assert "immutable" in headers["cache-control"], answer.url
        if len(answer.body()) > 1_000:
            assert headers.get("content-encoding") in ("br", "gzip"), answer.url


def test_the_second_page_fetches_only_itself(weigh, server):
    visitor, *_rest = weigh(server, "topic")
    session = visitor.context.new_cdp_session(visitor.page)
    session.send("Network.enable")
    sent, cached = [], []
    session.on("Network.requestWillBeSent", lambda event: sent.append(event["request"]["url"]))
    session.on("Network.requestServedFromCache", lambda event: cached.append(event["requestId"]))
    visitor.open(server.samples["treatment"])
    assert len(sent) >= 3
    assert len(sent) - len(cached) <= 2  # the page, and at most the icon


@pytest.mark.parametrize("name", VISITS)
def test_a_page_can_be_read_without_any_script(weigh, server, name):
    visitor, faults, _sizes, answers = weigh(server, name, scripts=False)
    assert not faults
    assert not [answer.url for answer in answers if answer.url.endswith(".js")]
    page = visitor.page
    for there in ("h1", ".lead", ".stamp__state", "#sources", "#counts", "#voices"):
        assert page.locator(there).first.is_visible(), there


def test_the_script_of_a_page_is_a_trifle(weigh, server):
    _visitor, _faults, _sizes, answers = weigh(server, "topic")
    scripts = [answer.body() for answer in answers if answer.url.endswith(".js")]
    assert sum(len(gzip.compress(body)) for body in scripts) < 2_000
