import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';

/**
 * Writes the kubeconfig of a user with a certificate in `pki`. It contains the key and the
 * certificates themselves.
 *
 * @param file the kubeconfig, which is replaced atomically and which only its owner can read
 * @param user the name of the certificate's files
 */
export async function writeKubeconfig(
  file: string,
  server: string,
  pki: string,
  user: string,
): Promise<void> {
  const data = async (name: string): Promise<string> =>
    (await readFile(join(pki, name))).toString('base64');
  const text = stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'playground',
    contexts: [{ name: 'playground', context: { cluster: 'playground', user } }],
    clusters: [
      {
        name: 'playground',
        cluster: { server, 'certificate-authority-data': await data('ca.crt') },
      },
    ],
    users: [
      {
        name: user,
        user: {
          'client-certificate-data': await data(`${user}.crt`),
          'client-key-data': await data(`${user}.key`),
        },
      },
    ],
  });
  await writeFile(`${file}.new`, text, { mode: 0o600 });
  await rename(`${file}.new`, file);
}
