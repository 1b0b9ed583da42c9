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

/** A user of the API server. */
export interface Subject {
  readonly user: string;
  readonly groups: readonly string[];
}

/** Returns a ServiceAccount as a user. */
export function serviceAccount(namespace: string, name: string): Subject {
  return {
    user: `system:serviceaccount:${namespace}:${name}`,
    groups: [
      'system:serviceaccounts',
      `system:serviceaccounts:${namespace}`,
      'system:authenticated',
    ],
  };
}

/** An action that a user may or may not take. */
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
  subject: Subject,
  questions: readonly AccessQuestion[],
): Promise<Set<string>> {
  const { user, groups } = subject;
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
