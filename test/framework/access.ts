import type { KubeClient } from '../../kube/index.ts';
import { forEach } from './networks.ts';

/** Something that may be asked for: `deployments.apps`, or `deployments.apps/scale`. */
export interface Target {
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespaced: boolean;
}

/** All verbs that an authorizer of Kubernetes gives a meaning to. */
export const verbs = [
  'get',
  'list',
  'watch',
  'create',
  'update',
  'patch',
  'delete',
  'deletecollection',
  'impersonate',
  'bind',
  'escalate',
  'approve',
  'sign',
  'use',
];

/** Every resource and subresource that the API server has. */
export async function discover(client: KubeClient): Promise<Target[]> {
  interface ApiResources {
    readonly resources: readonly { readonly name: string; readonly namespaced: boolean }[];
  }
  interface ApiGroups {
    readonly groups: readonly {
      readonly name: string;
      readonly versions: readonly { readonly groupVersion: string }[];
    }[];
  }
  const read = <T>(path: string) => client.request<T>({ method: 'GET', path });
  const { groups } = await read<ApiGroups>('/apis');
  const versions = groups.flatMap(({ name, versions: all }) =>
    all.map(({ groupVersion }) => ({ group: name, path: `/apis/${groupVersion}` })),
  );
  const found = new Map<string, Target>();
  for (const { group, path } of [{ group: '', path: '/api/v1' }, ...versions]) {
    for (const { name, namespaced } of (await read<ApiResources>(path)).resources) {
      const [resource, subresource = ''] = name.split('/') as [string, string | undefined];
      found.set(`${group}/${name}`, { group, resource, subresource, namespaced });
    }
  }
  return [...found.values()];
}

/** Whom a question is about. */
export interface Account {
  readonly namespace: string;
  readonly name: string;
}

/** One question: may the account do this there? */
export interface Question {
  readonly verb: string;
  readonly target: Target;
  /** Empty for every one. */
  readonly namespace: string;
  /** Of one object; empty for any. */
  readonly name: string;
}

/**
 * Asks the API server every question.
 *
 * @returns those it says yes to, as `verb resource.group/subresource name`
 */
export async function allowed(
  client: KubeClient,
  account: Account,
  questions: readonly Question[],
): Promise<Set<string>> {
  interface Review {
    readonly status: { readonly allowed: boolean };
  }
  const { namespace, name } = account;
  const user = `system:serviceaccount:${namespace}:${name}`;
  const groups = [
    'system:serviceaccounts',
    `system:serviceaccounts:${namespace}`,
    'system:authenticated',
  ];
  const yes = new Set<string>();
  await forEach(questions, async (question) => {
    const { verb, target } = question;
    const { group, resource, subresource } = target;
    const place = { namespace: question.namespace, name: question.name };
    const resourceAttributes = { ...place, verb, group, resource, subresource };
    const review = await client.request<Review>({
      method: 'POST',
      path: '/apis/authorization.k8s.io/v1/subjectaccessreviews',
      body: {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SubjectAccessReview',
        spec: { user, groups, resourceAttributes },
      },
    });
    if (review.status.allowed) yes.add(describe(question));
  });
  return yes;
}

function describe({ verb, target, name }: Question): string {
  const { group, resource, subresource } = target;
  const what = [group === '' ? resource : `${resource}.${group}`, subresource].filter(Boolean);
  return [verb, what.join('/'), name].filter(Boolean).join(' ');
}
