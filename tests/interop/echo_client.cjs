// Node's ws, going through the cases of a fuzzing server as the clients in echo_clients.py do:
// node echo_client.cjs ws://127.0.0.1:9001 AGENT
const WebSocket = require("ws");

const DEFLATE = { clientNoContextTakeover: true, clientMaxWindowBits: true, threshold: 0 };

function visit(url) {
  return new Promise((resolve) => {
    let first = "";
    const ws = new WebSocket(url, { perMessageDeflate: DEFLATE, maxPayload: 0 });
    ws.on("message", (data, isBinary) => {
      first ||= data.toString();
      ws.send(data, { binary: isBinary });
    });
    ws.on("error", () => {});
    ws.on("close", () => resolve(first));
  });
}

async function main(base, agent) {
  const count = Number(await visit(`${base}/getCaseCount`));
  for (let number = 1; number <= count; number++) {
    await visit(`${base}/runCase?case=${number}&agent=${agent}`);
  }
  await visit(`${base}/updateReports?agent=${agent}`);
}

main(process.argv[2], process.argv[3]);
