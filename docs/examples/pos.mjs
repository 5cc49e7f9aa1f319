// A POS in a few lines of JavaScript: charges an amount, follows the payment to its end, says what happened.
//
//     KVITT_TOKEN_FILE=… node docs/examples/pos.mjs 249.00

import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";

const pos = process.env.KVITT_POS ?? "http://127.0.0.1:7650";
const token = readFileSync(process.env.KVITT_TOKEN_FILE, "utf8").trim();

/** Asks the till. A request whose answer is lost may be repeated as it is. */
async function ask(method, path, { body, headers = {} } = {}) {
  const request = {
    method,
    headers: { Authorization: `Bearer ${token}`, ...(body && { "Content-Type": "application/json" }), ...headers },
    body: body && JSON.stringify(body),
  };
  for (let attemptsLeft = 4; ; attemptsLeft -= 1) {
    let answer;
    try {
      answer = await fetch(pos + path, request);
    } catch (silence) {
      if (attemptsLeft === 0) throw silence;
      continue;
    }
    const said = await answer.json();
    if (answer.ok) return said;
    console.error(`${said.code}: ${said.cashier}`);
    process.exit(1);
  }
}

/** The payment at its end. The key makes sure that nobody is charged twice, however often we ask. */
async function charge(amount) {
  let payment = await ask("POST", "/v1/payments", { body: { amount }, headers: { "Idempotency-Key": randomUUID() } });
  console.log(payment.reference);
  while (!payment.final) {
    payment = await ask("GET", `/v1/payments/${payment.reference}?wait=30`);
    console.log(payment.status);
  }
  return payment;
}

const payment = await charge({ value: Math.round(Number(process.argv[2]) * 100), currency: "NOK" });
if (payment.status === "paid") {
  console.log("The customer has paid: hand over the goods.");
} else {
  // Only when mayPayAgain is true has no money of this payment moved.
  console.log(payment.problem.cashier);
  process.exitCode = 1;
}
