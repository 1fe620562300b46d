"""The Node samples run by Node itself, where it is installed."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import Any

import pytest

from apps.sandbox.models import SandboxAccount
from tests.sandbox.samples.products import NASTY, PRODUCTS
from tests.sandbox.samples.wire import tell
from tests.support.json_shapes import misfits
from tests.support.vendor_languages import CUSTOMER, KEY, REQUESTS, SECRET

NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(NODE is None, reason="node is not installed")
SAMPLE = r"""
const crypto = require('crypto'), http = require('http'), querystring = require('querystring');
const { base, path, method, family, param, how, key, customer, secret } = JSON.parse(
  require('fs').readFileSync(0, 'utf8'));
const md5 = text => crypto.createHash('md5').update(text, 'utf8').digest('hex').toUpperCase();
const text = JSON.stringify(param), t = String(Date.now());
const form = family === 'query' ? { customer, sign: md5(text + key + customer), param: text }
  : family === 'none' ? { schema: 'json', param: text }
  : { method, key, t, sign: md5(text + t + key + secret), param: text };
const show = async answer => console.log(await answer.text());
if (how === 'fetch') {
  fetch(base + path, { method: 'POST', body: new URLSearchParams(form) }).then(show);
} else if (how === 'formdata') {
  const body = new FormData();
  for (const name in form) body.append(name, form[name]);
  fetch(base + path, { method: 'POST', body }).then(show);
} else {
  const body = querystring.stringify(form), headers = {
    'Content-Type': 'application/x-www-form-urlencoded',
    'Content-Length': Buffer.byteLength(body) };
  const request = http.request(base + path, { method: 'POST', headers }, answer => {
    answer.setEncoding('utf8'); let told = '';
    answer.on('data', part => told += part); answer.on('end', () => console.log(told));
  });
  request.end(body);
}
"""


def run(base: str, name: str, how: str, **changes: Any) -> Any:
    """What Node prints that was told to call a product its own way."""
    call = PRODUCTS[name].call
    asked = {
        "base": base, "path": call.path, "method": call.method, "family": call.family,
        "param": {**call.param, **changes}, "how": how, "key": KEY, "customer": CUSTOMER,
        "secret": SECRET,
    }  # fmt: skip
    done = subprocess.run(
        [str(NODE), "-e", SAMPLE], input=json.dumps(asked), text=True, capture_output=True,
        timeout=30, check=True,
    )  # fmt: skip
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("poll", "http"),
        ("query", "fetch"),
        ("bOrder", "formdata"),
        ("label", "fetch"),
        ("bsamecity price", "formdata"),
    ],
)
def test_node_itself_is_answered_as_documented(gateway, moving, name, how):
    tell(gateway, REQUESTS, PRODUCTS["query"].call)
    moving.forward(days=3)
    answer = run(gateway, name, how, note=NASTY)
    assert misfits(answer, PRODUCTS[name].answer) == []


def test_node_that_signs_with_another_secret_is_refused(gateway):
    SandboxAccount.objects.update(secret="another")
    told = {"result": False, "returnCode": "503", "message": "签名认证失败"}
    assert run(gateway, "price", "fetch") == told
