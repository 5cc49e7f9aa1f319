#!/usr/bin/env python3
"""A POS in a few lines of Python: charges an amount, follows the payment to its end, says what happened.

    KVITT_TOKEN_FILE=… python3 docs/examples/pos.py 249.00
"""

import json
import os
import sys
import urllib.error
import urllib.request
import uuid
from decimal import Decimal

POS = os.environ.get("KVITT_POS", "http://127.0.0.1:7650")
TOKEN = open(os.environ["KVITT_TOKEN_FILE"]).read().strip()


def ask(method, path, body=None, **headers):
    """Asks the till. A request whose answer is lost may be repeated as it is."""
    headers["Authorization"] = f"Bearer {TOKEN}"
    if body is not None:
        headers["Content-Type"] = "application/json"
        body = json.dumps(body).encode()
    request = urllib.request.Request(POS + path, body, headers, method=method)
    for attempts_left in range(4, -1, -1):
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refused:
            problem = json.load(refused)
            sys.exit(f"{problem['code']}: {problem['cashier']}")
        except OSError as silence:
            if not attempts_left:
                sys.exit(f"The till does not answer: {silence}")


def charge(value, currency):
    """The payment at its end. The key makes sure that nobody is charged twice, however often we ask."""
    wanted = {"amount": {"value": value, "currency": currency}}
    payment = ask("POST", "/v1/payments", wanted, **{"Idempotency-Key": str(uuid.uuid4())})
    print(payment["reference"], flush=True)
    while not payment["final"]:
        payment = ask("GET", f"/v1/payments/{payment['reference']}?wait=30")
        print(payment["status"], flush=True)
    return payment


if __name__ == "__main__":
    payment = charge(int(Decimal(sys.argv[1]) * 100), "NOK")
    if payment["status"] == "paid":
        print("The customer has paid: hand over the goods.")
    else:
        # Only when mayPayAgain is true has no money of this payment moved.
        print(payment["problem"]["cashier"])
        sys.exit(1)
