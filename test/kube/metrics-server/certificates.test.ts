import { once } from 'node:events';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect } from 'node:tls';
import { Certificates } from '../../../kube/metrics-server/certificates.ts';
import { serveMetrics } from '../../../kube/metrics-server/server.ts';
import { createCertificates } from '../../../playground/control-plane/certificates.ts';
import { useTemporaryFolder } from '../../playground/temporary-folder.ts';
import { RecordingLogger } from '../recording-logger.ts';
import { waitFor } from '../wait-for.ts';

const folder = useTemporaryFolder();
let log: RecordingLogger;
let certificates: Certificates | undefined;

const pki = () => join(folder(), 'pki');
const mounted = () => join(folder(), 'mounted');

/** Replaces the mounted certificate. */
async function mount(name: string): Promise<void> {
  await copyFile(join(pki(), `${name}.crt`), join(mounted(), 'tls.crt'));
  await copyFile(join(pki(), `${name}.key`), join(mounted(), 'tls.key'));
}

beforeEach(async () => {
  log = new RecordingLogger();
  certificates = undefined;
  const names = [{ type: 'ip', value: '127.0.0.1' }] as const;
  const subjects = ['first', 'second'].map((file) => ({ file, user: file, names }));
  await createCertificates(pki(), subjects, new Date());
  await mkdir(mounted());
  await mount('first');
});

afterEach(() => certificates?.stop());

test('a certificate that changes is loaded again', async () => {
  certificates = await Certificates.load(mounted(), log, 10);
  expect(certificates.current.cert).toBe(await readFile(join(pki(), 'first.crt'), 'utf8'));
  const changes: string[] = [];
  certificates.onChange(({ cert }) => changes.push(cert));
  await mount('second');
  await waitFor('the certificate is loaded', () => changes.length > 0);
  expect(changes).toEqual([await readFile(join(pki(), 'second.crt'), 'utf8')]);
});

test('a certificate that is invalid does not replace the old one', async () => {
  certificates = await Certificates.load(mounted(), log, 10);
  const { current } = certificates;
  await writeFile(join(mounted(), 'tls.crt'), 'nothing');
  await waitFor('the failure is logged', () => log.at('warn').length > 0);
  expect(certificates.current).toBe(current);
});

test.each([
  ['no file', () => join(folder(), 'absent')],
  [
    'the key of another certificate',
    async () => {
      await copyFile(join(pki(), 'second.key'), join(mounted(), 'tls.key'));
      return mounted();
    },
  ],
])('a folder with %s is rejected with its name', async (_, prepare) => {
  const path = await prepare();
  await expect(Certificates.load(path, log)).rejects.toThrow(`${path} has no certificate tls.crt`);
});

test('metrics are served over HTTPS with the certificate', async () => {
  const server = await serveMetrics({
    ...{ host: '127.0.0.1', port: 0, log, certificateFolder: mounted() },
    contentType: 'text/plain',
    render: () => Promise.resolve('up 1\n'),
  });
  try {
    const ca = await readFile(join(pki(), 'ca.crt'));
    const socket = connect({ host: '127.0.0.1', port: server.port, ca });
    await once(socket, 'secureConnect');
    expect(socket.getPeerCertificate().subject.CN).toBe('first');
    socket.end('GET /metrics HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n');
    expect(await text(socket)).toMatch(/^HTTP\/1.1 200 OK\r\n[^]*up 1\n/);
    await expect(fetch(`http://127.0.0.1:${server.port}/metrics`)).rejects.toThrow();
  } finally {
    await server.close();
  }
});
