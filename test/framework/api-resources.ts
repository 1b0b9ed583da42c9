import type { KubeClient } from '../../kube/index.ts';

/** A resource of the API server, `deployments.apps`, or a subresource, `deployments.apps/scale`. */
export interface ApiResource {
  readonly group: string;
  readonly resource: string;
  /** Empty for the resource itself. */
  readonly subresource: string;
  readonly namespaced: boolean;
}

interface ApiGroupList {
  readonly groups: readonly {
    readonly name: string;
    readonly versions: readonly { readonly groupVersion: string }[];
  }[];
}

interface ApiResourceList {
  readonly resources: readonly { readonly name: string; readonly namespaced: boolean }[];
}

/** Returns every resource and subresource that the API server serves. */
export async function discoverResources(client: KubeClient): Promise<ApiResource[]> {
  const read = <T extends object>(path: string) => client.request<T>({ method: 'GET', path });
  const { groups } = await read<ApiGroupList>('/apis');
  const versions = groups.flatMap(({ name, versions: all }) =>
    all.map(({ groupVersion }) => ({ group: name, path: `/apis/${groupVersion}` })),
  );
  const found = new Map<string, ApiResource>();
  for (const { group, path } of [{ group: '', path: '/api/v1' }, ...versions]) {
    for (const { name, namespaced } of (await read<ApiResourceList>(path)).resources) {
      const [resource, subresource = ''] = name.split('/') as [string, string | undefined];
      found.set(`${group}/${name}`, { group, resource, subresource, namespaced });
    }
  }
  return [...found.values()];
}
