/**
 * Generates the TypeScript types in imports/ from crds/:
 *
 *   npm run import
 *   npm run import -- --check
 *
 * With `--check`, nothing is written; the exit code is 1 if a file in imports/ is out of date.
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

/**
 * The class that runs `cdk8s import`. It is not exported by cdk8s-cli, hence the exact version in
 * package.json.
 */
interface Cdk8sImport {
  ImportCustomResourceDefinition: new (manifest: string) => {
    import(options: { targetLanguage: 'typescript'; outdir: string }): Promise<void>;
  };
}

const folder = join(import.meta.dirname, '..', 'imports');
const banner = '// Generated from crds/ by npm run import. Do not edit.';

/** Renders the resource as a typed cdk8s ApiObject, for authors of resources. */
async function renderApiObject(): Promise<string> {
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
    // The importer prints the names of the kinds.
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

/** The fields of metav1.ObjectMeta that this package reads. The CRD does not describe metadata. */
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

/** Replaces each int-or-string by a union type without the keywords that bound its values. */
const withUnionTypes = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(withUnionTypes);
  if (typeof schema !== 'object' || schema === null) return schema;
  if ('x-kubernetes-int-or-string' in schema && 'description' in schema) {
    return { description: schema.description, type: ['integer', 'string'] };
  }
  if ('x-kubernetes-int-or-string' in schema) return { type: ['integer', 'string'] };
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, withUnionTypes(value)]),
  );
};

/** Renders the resource, with its status, as interfaces, for code that reads it. */
async function renderInterfaces(path: string): Promise<string> {
  const schema = withUnionTypes({
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
    bannerComment: `${banner}\n/* eslint-disable @typescript-eslint/consistent-indexed-object-style -- generated code */`,
    format: false,
    ignoreMinAndMaxItems: true,
  });
  return format(source, { ...(await resolveConfig(path)), parser: 'typescript' });
}

const interfacesPath = join(folder, 'bitcoin-network.ts');
const files = {
  [join(folder, `${apiGroup}.ts`)]: await renderApiObject(),
  [interfacesPath]: await renderInterfaces(interfacesPath),
};

if (process.argv.includes('--check')) {
  for (const [path, content] of Object.entries(files)) {
    const committed = await readFile(path, 'utf8').catch(() => undefined);
    if (committed !== content) {
      console.error(
        `imports/${basename(path)} is out of date: run npm run import and commit the result`,
      );
      process.exitCode = 1;
    }
  }
} else {
  for (const [path, content] of Object.entries(files)) {
    await writeFile(path, content);
  }
}
