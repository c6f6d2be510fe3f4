// Node's ws, saying what the clients in clients.py say: node client.cjs URL true|false
const assert = require("node:assert");
const { once } = require("node:events");
const WebSocket = require("ws");

async function main(url, deflate) {
  const ws = new WebSocket(url, { perMessageDeflate: deflate && { threshold: 0 } });
  await once(ws, "open");
  const echo = async (send) => {
    const heard = once(ws, "message");
    send();
    return (await heard)[0];
  };
  const text = "Grüße, 世界 \u{1F419}";
  assert.strictEqual((await echo(() => ws.send(text))).toString(), text);
  const octets = Buffer.from([...Array(1024).keys()].map((n) => n % 256));
  assert.deepStrictEqual(await echo(() => ws.send(octets)), octets);
  const pieces = await echo(() => {
    ws.send("in ", { fin: false });
    ws.send("three ", { fin: false });
    ws.send("pieces", { fin: true });
  });
  assert.strictEqual(pieces.toString(), "in three pieces");
  const pong = once(ws, "pong");
  ws.ping("still there?");
  assert.strictEqual((await pong)[0].toString(), "still there?");
  ws.close(4001, "that was all");
  assert.ok([4001, 1000].includes((await once(ws, "close"))[0]));
}

main(process.argv[2], process.argv[3] === "true").catch((error) => {
  console.error(error);
  process.exit(1);
});
