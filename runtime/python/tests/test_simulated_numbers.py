"""Numbers that no integer of Python's and no float can hold are answered as any other, by both APIs."""

import json
import time
from collections.abc import Iterator

import httpx2
import pytest

from tests.simulated_providers.json_values import decode
from tests.simulated_providers.testing import simulate

ZEROS = "0" * 20_000
LONG = f"1{ZEROS}"
ASKS = {
    "/chat/completions": '"messages":[{"role":"user","content":"Hello"}]',
    "/responses": '"input":"Hello"',
}
LIMITS = {"/chat/completions": "max_tokens", "/responses": "max_output_tokens"}
SCHEMA = '{"type":"object","properties":{"a":{"type":"number","%s":%s}},"required":["a"],"additionalProperties":false}'
FORMATS = {
    "/chat/completions": '"response_format":{"type":"json_schema","json_schema":{"name":"a","schema":%s}}',
    "/responses": '"text":{"format":{"type":"json_schema","name":"a","schema":%s}}',
}


@pytest.fixture(scope="module")
def http() -> Iterator[httpx2.Client]:
    headers = {"authorization": "Bearer sk-test", "content-type": "application/json"}
    with simulate() as running, httpx2.Client(base_url=running.base_url, headers=headers, trust_env=False) as client:
        yield client


def _post(http: httpx2.Client, path: str, *members: str) -> httpx2.Response:
    started = time.process_time()
    body = ",".join(['"model":"gpt-4o"', *members])
    response = http.post(path, content=f"{{{body}}}".encode())
    assert time.process_time() - started < 1
    return response


def _said(response: httpx2.Response) -> str:
    assert response.status_code == 200, response.text
    body = response.json()
    return body["choices"][0]["message"]["content"] if "choices" in body else body["output"][0]["content"][0]["text"]


@pytest.mark.parametrize("path", ASKS)
@pytest.mark.parametrize("written", [LONG, f"-{LONG}", f"{LONG}.5", "1e400", "-1E+99999", "1" + "0" * 400, "3e2"])
def test_a_limit_that_is_no_integer(http: httpx2.Client, path: str, written: str) -> None:
    response = _post(http, path, ASKS[path], f'"{LIMITS[path]}":{written}')
    error = response.json()["error"]
    assert (response.status_code, error["code"], error["param"]) == (400, "invalid_type", LIMITS[path])
    assert "expected an integer, but got a decimal" in error["message"]


@pytest.mark.parametrize("path", ASKS)
@pytest.mark.parametrize(
    ("written", "code"),
    [
        (LONG, "decimal_above_max_value"),
        (f"-{LONG}", "decimal_below_min_value"),
        ("1e999", "decimal_above_max_value"),
        (f"0.{ZEROS}1", None),
        (f"1.{ZEROS}", None),
        ("1e-999", None),
        ("1" + "0" * 200, "decimal_above_max_value"),
    ],
)
def test_a_temperature(http: httpx2.Client, path: str, written: str, code: str | None) -> None:
    response = _post(http, path, ASKS[path], f'"temperature":{written}')
    assert (response.status_code, response.json().get("error") and response.json()["error"]["code"]) == (
        (400, code) if code else (200, None)
    )


@pytest.mark.parametrize("path", ASKS)
@pytest.mark.parametrize("keyword", ["minimum", "maximum", "exclusiveMinimum", "multipleOf", "description"])
def test_a_schema(http: httpx2.Client, path: str, keyword: str) -> None:
    value = f'"{LONG}"' if keyword == "description" else LONG
    answer = json.loads(_said(_post(http, path, ASKS[path], FORMATS[path] % (SCHEMA % (keyword, value)))))
    assert isinstance(answer["a"], int | float)


@pytest.mark.parametrize("path", ASKS)
def test_what_the_user_says(http: httpx2.Client, path: str) -> None:
    asked = ASKS[path].replace("Hello", f"Take {LONG} and {LONG}.5 of A-1")
    form = FORMATS[path] % (SCHEMA % ("maximum", "5"))
    assert json.loads(_said(_post(http, path, asked, form)))["a"] <= 5
    assert 'You asked: "Take' in _said(_post(http, path, asked))


def test_what_a_function_gave(http: httpx2.Client) -> None:
    call = '{"id":"c","type":"function","function":{"name":"count","arguments":"{}"}}'
    said = [
        '{"role":"user","content":"How many?"}',
        f'{{"role":"assistant","content":null,"tool_calls":[{call}]}}',
        f'{{"role":"tool","tool_call_id":"c","content":"{{\\"number\\":{LONG}}}"}}',
    ]
    assert "number is 1.79" in _said(_post(http, "/chat/completions", f'"messages":[{",".join(said)}]'))


@pytest.mark.parametrize("path", ASKS)
@pytest.mark.parametrize("written", [ZEROS, f"-{ZEROS}", f"+{LONG}", f"{LONG}.", f"{LONG}e", f"{LONG}a"])
def test_what_is_no_number_is_no_json(http: httpx2.Client, path: str, written: str) -> None:
    response = _post(http, path, ASKS[path], f'"temperature":{written}')
    assert response.status_code == 400
    assert "could not parse the JSON body" in response.json()["error"]["message"]


@pytest.mark.parametrize("text", [LONG, f'say \\"{LONG}\\" \\\\', f"1e9 {LONG}", "\\ud83d\\ude00 1E5"])
def test_texts_stay_as_they_are(text: str) -> None:
    written = f'{{"a":"{text}","b":[7,-0.5,{LONG}]}}'
    expected = json.loads(written, parse_int=lambda digits: int(digits) if len(digits) < 9 else 1.7976931348623157e308)
    assert decode(written) == expected
