"""What people see when something goes wrong, and what they do not see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import abort

from connector import errors
from connector.web.session import PUBLIC

WORDS = {
    400: "Dit kunnen we niet lezen",
    403: "Dit mag je niet zien",
    404: "Deze pagina vinden we niet",
    405: "Dit kan hier niet",
    409: "Iemand was je voor",
    413: "Dit is te groot",
    418: "Dit kunnen we niet lezen",
    500: "Er ging iets mis",
    501: "Er ging iets mis",
    503: "Dit lukt nu niet",
}


@pytest.fixture
def fail(create_client: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """A factory: the page that people get when a route fails like this."""
    client = create_client()
    monkeypatch.setattr("connector.web.session.PUBLIC", PUBLIC | {"failing"})

    def page(error: Exception | int, status: int) -> Any:
        def failing() -> str:
            if isinstance(error, int):
                abort(error)
            raise error

        client.app._got_first_request = False
        client.app.add_url_rule("/failing", "failing", failing)
        return client.get("/failing", status=status)

    return page


@pytest.mark.parametrize("status", WORDS)
def test_each_status_has_its_plain_words(status: int, fail: Callable[..., Any]) -> None:
    assert WORDS[status] in fail(status, status).text


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.InputError("Jan 1"), 400),
        (errors.NotAllowedError("Jan 2"), 403),
        (errors.NotFoundError("Jan 3"), 404),
        (errors.ConflictError("Jan 4"), 409),
        (errors.SourceUnavailableError("Jan 5"), 503),
        (errors.ThrottledError("Jan 6"), 503),
        (errors.StoreError("Jan 7"), 500),
        (errors.ConfigurationError("Jan 8"), 500),
        (ValueError("Jan 9"), 500),
        (KeyError("Jan 10"), 500),
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_error_becomes_a_page_without_its_details(error: Exception, status: int, fail: Callable[..., Any]) -> None:
    text = fail(error, status).text
    assert WORDS[status] in text
    assert "Jan" not in text
    assert "Traceback" not in text


def test_an_unexpected_error_leaves_its_place_in_the_log_and_no_value(
    fail: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    fail(ValueError("the secret of Amina"), 500)
    mine = [record.getMessage() for record in caplog.records if record.name == "connector.web.errors"]
    assert len(mine) == 1
    assert "ValueError at failing" in mine[0]
    assert "test_errors.py" in mine[0]
    assert "Amina" not in mine[0]


def test_a_wrong_method_is_a_page_too(create_client: Callable[..., Any]) -> None:
    create_client().get("/sign-out", status=405)


def test_a_body_that_is_too_large_is_refused(create_client: Callable[..., Any]) -> None:
    client = create_client()
    token = client.token()
    client.post("/language", {"csrf_token": token, "language": "x" * 2_000_000}, csrf=False, status=413)


@pytest.mark.parametrize(
    "path", ["/%00", "/%ff%fe", "/<script>alert(1)</script>", "/" + "a" * 8000, "/sign-in?x=%00%ff"]
)
def test_odd_addresses_give_a_page_that_does_not_repeat_them(path: str, create_client: Callable[..., Any]) -> None:
    response = create_client().browser.get(path)
    assert response.status_code in (200, 404)
    assert "<script>alert" not in response.text


def test_the_language_form_comes_back_to_a_strange_address_safely(create_client: Callable[..., Any]) -> None:
    text = create_client().get('/nowhere?q="><script>alert(1)</script>', status=404).text
    assert "<script>alert" not in text
