// A service that says to each client which address it was found at: listen.ts PORT.
import { createServer } from 'node:net';

createServer((socket) => {
  socket.on('error', () => socket.destroy());
  socket.end(`${socket.localAddress ?? ''}\n`);
}).listen(Number(process.argv[2]), '0.0.0.0', () => console.log('ready'));
