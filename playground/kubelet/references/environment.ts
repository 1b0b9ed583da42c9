import type { V1Container, V1EnvVarSource } from '@kubernetes/client-node';
import { fieldValue, type PodFacts } from './field-ref.ts';
import type { DataKind, DataObject } from '../api/pod.ts';

/** A container cannot be created from its spec yet. The message is the kubelet's. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Returns an object in the pod's namespace that the pod refers to; undefined if it is missing. */
export type Lookup = (kind: DataKind, name: string) => DataObject | undefined;

/**
 * The environment variables of a container.
 *
 * @param base variables that the spec can refer to and override
 * @throws ConfigError if an object or key that the spec refers to is missing and not optional
 */
export function containerEnv(
  container: V1Container,
  pod: PodFacts,
  lookup: Lookup,
  base: Readonly<Record<string, string>>,
): Record<string, string> {
  const env: Record<string, string> = { ...base };
  for (const { prefix = '', configMapRef, secretRef } of container.envFrom ?? []) {
    const [kind, ref] = secretRef
      ? (['Secret', secretRef] as const)
      : (['ConfigMap', configMapRef] as const);
    if (!ref) continue;
    const object = lookup(kind, ref.name ?? '');
    if (!object && !ref.optional) throw notFound(kind, ref.name ?? '');
    for (const [key, value] of Object.entries(object?.data ?? {})) {
      env[prefix + key] = kind === 'Secret' ? decode(value) : value;
    }
  }
  for (const { name, value, valueFrom } of container.env ?? []) {
    const resolved = valueFrom
      ? valueOf(valueFrom, pod, lookup)
      : expandVariables(value ?? '', env);
    if (resolved !== undefined) env[name] = resolved;
  }
  return env;
}

/** Replaces `$(NAME)` with a variable and `$$` with `$`. Unknown names remain unchanged. */
export function expandVariables(text: string, env: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$(\$|\(([^)]*)\))/g, (all, escape: string, name?: string) => {
    if (escape === '$') return '$';
    return env[name!] ?? all;
  });
}

function valueOf(source: V1EnvVarSource, pod: PodFacts, lookup: Lookup): string | undefined {
  const { fieldRef, secretKeyRef, configMapKeyRef } = source;
  if (fieldRef) {
    const value = fieldValue(fieldRef.fieldPath, pod);
    if (value === undefined) {
      throw new ConfigError(`unsupported fieldPath: ${fieldRef.fieldPath}`);
    }
    return value;
  }
  const [kind, ref] = secretKeyRef
    ? (['Secret', secretKeyRef] as const)
    : (['ConfigMap', configMapKeyRef] as const);
  if (!ref)
    throw new ConfigError('the playground does not support resourceFieldRef: use a literal value');
  const name = ref.name ?? '';
  const object = lookup(kind, name);
  const value = object?.data?.[ref.key];
  if (value !== undefined) return kind === 'Secret' ? decode(value) : value;
  if (ref.optional) return undefined;
  if (!object) throw notFound(kind, name);
  const { namespace } = pod.pod.metadata;
  throw new ConfigError(`couldn't find key ${ref.key} in ${kind} ${namespace}/${name}`);
}

function notFound(kind: DataKind, name: string): ConfigError {
  return new ConfigError(`${kind.toLowerCase()} "${name}" not found`);
}

function decode(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}
