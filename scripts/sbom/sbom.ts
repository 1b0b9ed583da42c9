import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { productionLock, withoutDevDependencies, type LockFile } from './production-lock.ts';

/** The part of a CycloneDX document that is read here. */
export interface Sbom {
  readonly serialNumber: string;
  readonly metadata: {
    readonly timestamp?: string | undefined;
    readonly component: { readonly name: string; readonly version: string };
  };
  readonly components: readonly {
    readonly name: string;
    readonly version: string;
    readonly purl: string;
    readonly licenses?: readonly object[];
  }[];
}

/** The part of package.json that is read here. */
interface Manifest {
  readonly name: string;
}

/** Returns a version 8 UUID (RFC 9562) of a text. */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  const variant = (8 + (parseInt(hex[16]!, 16) & 3)).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

/**
 * Returns the SBOM of a project's production dependencies as `npm sbom` writes it, in CycloneDX
 * JSON. It depends on package.json, package-lock.json and the version of npm only: the serial
 * number is a digest of the content, and the document has no timestamp. It uses no network.
 */
export function renderSbom(root: string): Sbom {
  const read = (file: string): unknown => JSON.parse(readFileSync(join(root, file), 'utf8'));
  const manifest = read('package.json') as Manifest;
  const lock = productionLock(read('package-lock.json') as LockFile);
  const folder = mkdtempSync(join(tmpdir(), 'sbom-'));
  try {
    const write = (file: string, value: object) => {
      writeFileSync(join(folder, file), JSON.stringify(value));
    };
    write('package.json', withoutDevDependencies(manifest));
    write('package-lock.json', lock);
    const args = ['sbom', '--package-lock-only', '--sbom-format=cyclonedx'];
    const output = execFileSync('npm', [...args, '--sbom-type=application'], {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    });
    const { metadata, ...sbom } = JSON.parse(output) as Sbom;
    // npm names the project after its folder.
    const component = { ...metadata.component, name: manifest.name };
    const content = {
      ...sbom,
      serialNumber: undefined,
      metadata: { ...metadata, timestamp: undefined, component },
    };
    return { ...content, serialNumber: `urn:uuid:${uuidOf(JSON.stringify(content))}` };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
