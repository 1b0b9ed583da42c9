import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

export function sendText(response: ServerResponse, code: number, text: string): void {
  response.writeHead(code, { 'content-type': 'text/plain' });
  response.end(text);
}

/** Responds to an upgrade request without upgrading the connection. */
export function refuseUpgrade(socket: Duplex, code: number, text: string): void {
  socket.end(
    `HTTP/1.1 ${code} Refused\r\ncontent-type: text/plain\r\nconnection: close\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  );
}
