"""A client that looks at every page it is given: what makes a page readable and safe holds on all of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from connector.app import create_app
from connector.domain.access import TIMER, Actor, Role
from connector.services.accounts import add_membership
from connector.services.installation import Installation
from connector.services.sessions import Identity, find_visitor, open_session

ADMINISTRATOR = Actor(Role.ADMINISTRATOR, None)
SECRET = "for-tests-only-" * 4
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@dataclass
class _Form:
    attributes: dict[str, str]
    fields: set[str] = field(default_factory=set)


class _Page(HTMLParser):
    """Reads a page and notes what is wrong with it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.problems: list[str] = []
        self.title = ""
        self.language = ""
        self.headings: list[int] = []
        self.labels: set[str] = set()
        self.ids: list[str] = []
        self.unlabelled: list[dict[str, str]] = []
        self.forms: list[_Form] = []
        self._open: list[str] = []
        self._form: _Form | None = None
        self._named: list[tuple[str, int, bool]] = []
        self.feed(text)
        self.close()
        self._conclude(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag not in _VOID:
            self._open.append(tag)
        if "id" in attributes:
            self.ids.append(attributes["id"])
        if tag == "html":
            self.language = attributes.get("lang", "")
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag in ("a", "button"):
            self._named.append((tag, 0, bool(attributes.get("aria-label"))))
        self._forbidden(tag, attributes)
        self._form_parts(tag, attributes)

    def _forbidden(self, tag: str, attributes: dict[str, str]) -> None:
        inline = [name for name in attributes if name.startswith("on") or name == "style"]
        wrong = {
            f"<{tag}> has an inline {inline}": bool(inline),
            "a script stands in the page": tag == "script" and "src" not in attributes,
            "a style stands in the page": tag == "style",
            "a picture has no alternative": tag == "img" and "alt" not in attributes,
            f"<{tag}> runs a script": "javascript:" in "".join(attributes.values()).lower(),
            "a link to another site has no rel": tag == "a"
            and attributes.get("href", "").startswith(("http:", "https:", "//"))
            and "rel" not in attributes,
        }
        self.problems += [problem for problem, holds in wrong.items() if holds]

    def _form_parts(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "form":
            self._form = _Form(attributes)
            self.forms.append(self._form)
        if tag == "label" and "for" in attributes:
            self.labels.add(attributes["for"])
        if tag not in ("input", "select", "textarea", "button"):
            return
        if self._form is not None and "name" in attributes:
            self._form.fields.add(attributes["name"])
        hidden = attributes.get("type") in ("hidden", "submit")
        if tag != "button" and not hidden and "label" not in self._open and "aria-label" not in attributes:
            self.unlabelled.append(attributes)

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        if not self._open or self._open.pop() != tag:
            self.problems.append(f"</{tag}> closes what is not open")
        if tag == "form":
            self._form = None
        if tag in ("a", "button") and self._named:
            name, letters, labelled = self._named.pop()
            if not letters and not labelled:
                self.problems.append(f"a <{name}> has no name")

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] == "title" and "svg" not in self._open:
            self.title += data
        self._named = [(tag, letters + len(data.strip()), labelled) for tag, letters, labelled in self._named]

    def _conclude(self, text: str) -> None:
        twice = sorted({name for name in self.ids if self.ids.count(name) > 1})
        bare = [field.get("name") for field in self.unlabelled if field.get("id") not in self.labels]
        lost = sorted(self.labels - set(self.ids))
        steps = zip([0, *self.headings], self.headings, strict=False)
        skipped = [after for before, after in steps if after > before + 1]
        wrong = {
            "it does not begin with its doctype": not text.startswith("<!doctype html>"),
            f"not closed: {self._open}": bool(self._open),
            "it does not say its language": self.language not in ("nl", "en", "fr"),
            "it has no title": not self.title.partition(" · ")[0].strip(),
            f"it has {self.headings.count(1)} first headings": self.headings.count(1) != 1,
            f"headings {skipped} skip a level": bool(skipped),
            f"ids stand twice: {twice}": bool(twice),
            f"fields have no label: {bare}": bool(bare),
            f"labels are for nothing: {lost}": bool(lost),
        }
        self.problems += [problem for problem, holds in wrong.items() if holds]
        for form in self.forms:
            action, method = form.attributes.get("action", ""), form.attributes.get("method", "get").lower()
            if not action.startswith("/"):
                self.problems.append("a form has no action on this site")
            if method == "post" and "csrf_token" not in form.fields:
                self.problems.append(f"the form to {action} has no CSRF token")


def _check_page(text: str) -> None:
    """Fail when a page breaks a rule that holds for all pages."""
    problems = _Page(text).problems
    assert not problems, "this page: " + "; ".join(problems)


class PageClient:
    """A browser without JavaScript. Every page that it gets is checked; a form carries the token of this session."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.browser: FlaskClient = app.test_client()

    def get(self, path: str, *, status: int = 200, **parts: Any) -> TestResponse:
        return self._checked(self.browser.get(path, **parts), status)

    def post(
        self, path: str, data: dict[str, Any] | None = None, *, status: int = 302, csrf: bool = True, **parts: Any
    ) -> TestResponse:
        token = {"csrf_token": self.token()} if csrf else {}
        return self._checked(self.browser.post(path, data={**token, **(data or {})}, **parts), status)

    def follow(self, path: str, **parts: Any) -> TestResponse:
        return self._checked(self.browser.get(path, follow_redirects=True, **parts), 200)

    def token(self) -> str:
        """The CSRF token as a page of this session shows it: a language form stands on every page."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.browser.get("/nowhere-at-all").text)
        assert found is not None
        return found[1]

    def cookie(self) -> str:
        """The value of the session cookie."""
        found = self.browser.get_cookie(self.app.config["SESSION_COOKIE_NAME"])
        return found.value if found else ""

    def enter(self, key: str) -> None:
        """Be the browser that holds this session key."""
        with self.browser.session_transaction() as kept:
            kept.clear()
            kept["key"] = key

    @staticmethod
    def _checked(response: TestResponse, status: int) -> TestResponse:
        assert response.status_code == status, f"{response.status} {response.location or ''}"
        if response.mimetype == "text/html" and response.status_code not in (301, 302, 303, 308):
            _check_page(response.text)
        return response


@pytest.fixture
def check_page() -> Callable[[str], None]:
    """`check_page(text)`: fails when a page breaks a rule that holds for all pages."""
    return _check_page


@pytest.fixture
def create_client(installation: Installation) -> Callable[..., PageClient]:
    """A factory of clients: `create_client()`, `create_client(demo=True)`, `create_client(installation=other)`."""

    def create(*, demo: bool = False, **parts: Any) -> PageClient:
        chosen = parts.pop("installation", installation)
        app = create_app(chosen, secret_key=SECRET, demo=demo, **parts)
        app.testing = False  # errors must become pages, as they do for people
        return PageClient(app)

    return create


@pytest.fixture
def create_visitor(installation: Installation) -> Callable[..., tuple[int, str]]:
    """A factory: an account that signed in, with these roles at acme: (account id, session key)."""

    def create(*roles: Role, subject: str = "42", name: str = "Amina El Amrani") -> tuple[int, str]:
        key = open_session(TIMER, installation, Identity("https://id.example", subject, name))
        found = find_visitor(TIMER, installation, key)
        assert found is not None
        for role in roles:
            add_membership(ADMINISTRATOR, installation, found.account_id, 1, role)
        return found.account_id, key

    return create


@pytest.fixture
def client_as(
    create_client: Callable[..., PageClient], create_visitor: Callable[..., tuple[int, str]]
) -> Callable[..., PageClient]:
    """A factory: a client signed in with these roles: `client_as(Role.HR)`."""

    def create(*roles: Role, **parts: Any) -> PageClient:
        client = create_client()
        client.enter(create_visitor(*roles, **parts)[1])
        return client

    return create


@pytest.fixture
def served(create_client: Callable[..., PageClient]) -> Iterator[Callable[[Flask], str]]:
    """Serve an application on loopback for a browser: `served(app)` gives its address."""
    import threading

    from werkzeug.serving import make_server

    servers = []

    def serve(app: Flask) -> str:
        server = make_server("127.0.0.1", 0, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        servers.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}"

    yield serve
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Any]:
    """A headless Chromium, driven by playwright: `browser.new_page(viewport={"width": 390, "height": 800})`."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        opened = driver.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        yield opened
        opened.close()


@pytest.fixture
def check_in_browser(browser: Any) -> Callable[..., None]:
    """`check_in_browser(page)`: axe finds nothing, nothing was blocked by the policy, nothing scrolls sideways."""
    from axe_playwright_python.sync_playwright import Axe

    def check(page: Any) -> None:
        results = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]})
        found = [
            (rule["id"], [node["html"][:200] for node in rule["nodes"]]) for rule in results.response["violations"]
        ]
        assert not found, f"axe at {page.url}: {found}"
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{page.url} is {wide} pixels wider than the screen"

    return check
