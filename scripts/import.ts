/**
 * Writes the TypeScript of the API from crds/: `node scripts/import.ts`. With `--check` it writes
 * nothing and exits 1 if a committed file is not what it would write.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { compile, type JSONSchema } from 'json-schema-to-typescript';
import { format, resolveConfig } from 'prettier';
import {
  customResourceDefinitionName,
  customResourceDefinitionSpec,
  apiGroup,
  crdNames,
  v1,
} from '../crds/index.ts';

/** What `cdk8s import` runs, from the file of cdk8s-cli that the exact version in package.json pins. */
interface Cdk8sImport {
  ImportCustomResourceDefinition: new (manifest: string) => {
    import(options: { targetLanguage: 'typescript'; outdir: string }): Promise<void>;
  };
}

const folder = join(import.meta.dirname, '..', 'imports');
const banner = '// Generated from crds/ by npm run import. Do not edit.';

/** The resource as a typed cdk8s ApiObject, for authors of resources. */
async function apiObject(): Promise<string> {
  const require = createRequire(import.meta.url);
  const cli = dirname(require.resolve('cdk8s-cli/package.json'));
  const { ImportCustomResourceDefinition } = require(join(cli, 'lib/import/crd.js')) as Cdk8sImport;
  const manifest = JSON.stringify({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: customResourceDefinitionName },
    spec: customResourceDefinitionSpec,
  });
  const outdir = await mkdtemp(join(tmpdir(), 'cdk8s-import-'));
  const { log } = console;
  try {
    // It prints the names of what it imports.
    console.log = () => undefined;
    await new ImportCustomResourceDefinition(manifest).import({
      targetLanguage: 'typescript',
      outdir,
    });
    return `${banner}\n${await readFile(join(outdir, `${apiGroup}.ts`), 'utf8')}`;
  } finally {
    console.log = log;
    await rm(outdir, { recursive: true });
  }
}

/** The part of metav1.ObjectMeta that code of this package reads; the CRD itself leaves metadata open. */
const metadata: JSONSchema = {
  title: 'ObjectMeta',
  type: 'object',
  required: ['name'],
  properties: {
    name: { type: 'string' },
    namespace: { type: 'string' },
    uid: { type: 'string' },
    resourceVersion: { type: 'string' },
    generation: { type: 'integer' },
    creationTimestamp: { type: 'string' },
    deletionTimestamp: { type: 'string' },
    labels: { type: 'object', additionalProperties: { type: 'string' } },
    annotations: { type: 'object', additionalProperties: { type: 'string' } },
  },
};

/** Writes int-or-string as the union it is, with none of the keywords that only bound strings. */
const plain = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(plain);
  if (typeof schema !== 'object' || schema === null) return schema;
  if ('x-kubernetes-int-or-string' in schema && 'description' in schema) {
    return { description: schema.description, type: ['integer', 'string'] };
  }
  if ('x-kubernetes-int-or-string' in schema) return { type: ['integer', 'string'] };
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, plain(value)]));
};

/** The resource as plain interfaces, status included, for code that reads it. */
async function interfaces(path: string): Promise<string> {
  const schema = plain({
    ...v1,
    required: ['apiVersion', 'kind', 'metadata', 'spec'],
    properties: {
      ...v1.properties,
      apiVersion: { const: `${apiGroup}/v1` },
      kind: { const: crdNames.kind },
      metadata,
    },
  }) as JSONSchema;
  const source = await compile(schema, crdNames.kind, {
    additionalProperties: false,
    bannerComment: `${banner}\n/* eslint-disable @typescript-eslint/consistent-indexed-object-style -- the generator's style */`,
    format: false,
    ignoreMinAndMaxItems: true,
  });
  return format(source, { ...(await resolveConfig(path)), parser: 'typescript' });
}

const interfacesPath = join(folder, 'bitcoin-network.ts');
const files = {
  [join(folder, `${apiGroup}.ts`)]: await apiObject(),
  [interfacesPath]: await interfaces(interfacesPath),
};

if (process.argv.includes('--check')) {
  for (const [path, content] of Object.entries(files)) {
    const committed = await readFile(path, 'utf8').catch(() => undefined);
    if (committed !== content) {
      console.error(
        `imports/${basename(path)} is not what crds/ says: run npm run import and commit the result.`,
      );
      process.exitCode = 1;
    }
  }
} else {
  for (const [path, content] of Object.entries(files)) {
    await writeFile(path, content);
  }
}
