// An echo server on Node's ws, with compression and without a limit for messages.
const { WebSocketServer } = require("ws");

const options = { host: "127.0.0.1", port: 0, maxPayload: 0, perMessageDeflate: true };
const server = new WebSocketServer(options, () => console.log(server.address().port));

server.on("connection", (socket) => {
  socket.on("error", () => {}); // ws has failed the connection by then
  socket.on("message", (data, binary) => socket.send(data, { binary }));
});
