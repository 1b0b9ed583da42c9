import { renderController, renderCrds, type ChartSettings } from '../manifests.ts';
import { buildTemplates, type Manifest } from '../template/build.ts';
import type { Item } from '../template/node.ts';
import { writeTemplate } from '../template/write.ts';
import { withoutContradictions } from '../values/contradictions.ts';
import { controllerSettings } from '../values/controller.ts';
import { crdSettings } from '../values/crds.ts';
import type { Setting } from '../values/setting.ts';

/** The settings of one group do not affect the objects of the other. */
const groups: readonly {
  readonly render: (settings: ChartSettings) => Manifest[];
  readonly settings: readonly Setting[];
}[] = [
  { render: renderCrds, settings: crdSettings },
  {
    render: (settings) => renderController(withoutContradictions(settings)),
    settings: Object.values(controllerSettings).flat(),
  },
];

const initial: ChartSettings = {
  controller: { namespace: 'default' },
  crds: { create: true, keep: true },
};

/** The file of an object, such as cluster-role.yaml. Objects of one kind share a file. */
function fileName({ key = '' }: Item): string {
  const [kind = ''] = key.split('/');
  if (kind === 'CustomResourceDefinition') return 'crd.yaml';
  return `${kind.replace(/\B[A-Z]/g, '-$&').toLowerCase()}.yaml`;
}

/** Returns the text of the templates by file name. */
export function templateFiles(): Map<string, string> {
  const files = new Map<string, Item[]>();
  for (const { render, settings } of groups) {
    const parts = settings.map(({ part }) => part);
    for (const object of buildTemplates(render, initial, parts)) {
      const name = fileName(object);
      files.set(name, [...(files.get(name) ?? []), object]);
    }
  }
  return new Map([...files].map(([name, objects]) => [name, writeTemplate(objects)]));
}
