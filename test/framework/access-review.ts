import type { KubeClient } from '../../kube/index.ts';
import type { ApiResource } from './api-resources.ts';
import { forEachConcurrently } from './concurrency.ts';

/** Every verb that an authorizer of Kubernetes evaluates. */
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

/** A ServiceAccount. */
export interface Account {
  readonly namespace: string;
  readonly name: string;
}

/** An action that an account may or may not take. */
export interface AccessQuestion {
  readonly verb: string;
  readonly target: ApiResource;
  /** Empty for all namespaces. */
  readonly namespace: string;
  /** The name of an object; empty for all. */
  readonly name: string;
}

interface SubjectAccessReview {
  readonly status: { readonly allowed: boolean };
}

/**
 * Submits a SubjectAccessReview for every question.
 *
 * @returns the allowed actions, as `VERB RESOURCE.GROUP/SUBRESOURCE NAME`
 */
export async function allowedAccess(
  client: KubeClient,
  account: Account,
  questions: readonly AccessQuestion[],
): Promise<Set<string>> {
  const { namespace, name } = account;
  const user = `system:serviceaccount:${namespace}:${name}`;
  const groups = [
    'system:serviceaccounts',
    `system:serviceaccounts:${namespace}`,
    'system:authenticated',
  ];
  const allowed = new Set<string>();
  await forEachConcurrently(questions, async (question) => {
    const { verb, target } = question;
    const { group, resource, subresource } = target;
    const scope = { namespace: question.namespace, name: question.name };
    const resourceAttributes = { ...scope, verb, group, resource, subresource };
    const review = await client.request<SubjectAccessReview>({
      method: 'POST',
      path: '/apis/authorization.k8s.io/v1/subjectaccessreviews',
      body: {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SubjectAccessReview',
        spec: { user, groups, resourceAttributes },
      },
    });
    if (review.status.allowed) allowed.add(formatAction(question));
  });
  return allowed;
}

function formatAction({ verb, target, name }: AccessQuestion): string {
  const { group, resource, subresource } = target;
  const path = [group === '' ? resource : `${resource}.${group}`, subresource].filter(Boolean);
  return [verb, path.join('/'), name].filter(Boolean).join(' ');
}
