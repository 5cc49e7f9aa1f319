// A POS that is called: checks the signature of every webhook, and prints what has become of which payment.
//
//     KVITT_WEBHOOK_SECRET=$(kvitt webhook-secret show) node docs/examples/webhook.mjs 9000

import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";

const key = Buffer.from(process.env.KVITT_WEBHOOK_SECRET.trim().replace(/^whsec_/, ""), "base64");
const heard = new Set();

/** Whether the call comes from the till, just now: Standard Webhooks, version 1. */
function isGenuine(headers, body) {
  const [id, timestamp] = [headers["webhook-id"], headers["webhook-timestamp"]];
  if (!id || Math.abs(Date.now() / 1000 - Number(timestamp)) > 300) return false;
  const expected = createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body).digest("base64");
  return (headers["webhook-signature"] ?? "").split(" ").some((signature) => {
    const given = Buffer.from(signature.replace(/^v1,/, ""));
    return given.length === expected.length && timingSafeEqual(given, Buffer.from(expected));
  });
}

const server = createServer(async (request, response) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  const body = Buffer.concat(parts);
  if (!isGenuine(request.headers, body)) {
    response.writeHead(401).end();
    return;
  }
  // The same id again is the same change: it has been stored already.
  const id = request.headers["webhook-id"];
  if (!heard.has(id)) {
    heard.add(id);
    const { payment } = JSON.parse(body).data;
    console.log(`${payment.reference} ${payment.status}`);
  }
  response.writeHead(204).end();
});

server.listen(Number(process.argv[2] ?? 9000), "127.0.0.1", () => console.log(`listening on ${server.address().port}`));
