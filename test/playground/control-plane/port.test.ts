import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { freePort } from '../../../playground/control-plane/port.ts';

test('returns any free port', async () => {
  const port = await freePort(0);
  expect(port).toBeGreaterThan(1023);
  expect(await freePort(port)).toBe(port);
});

test('waits for a port in use and then rejects it', async () => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await expect(freePort(port)).rejects.toThrow(
    `port ${port} on 127.0.0.1 is in use: choose another port with --port PORT`,
  );
  const waiting = freePort(port);
  server.close();
  expect(await waiting).toBe(port);
});
