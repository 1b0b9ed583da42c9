import type { MetricsProps } from '../../../constructs/controller-install/metrics-props.ts';
import { renderController } from '../../../helm/manifests.ts';
import { withoutContradictions } from '../../../helm/values/contradictions.ts';

const settings = (metrics: MetricsProps, scope: 'Cluster' | 'Namespace' = 'Cluster') => ({
  controller: { namespace: 'team-a', scope, metrics },
  crds: { create: true, keep: true },
});

test.each([
  ['TokenReview for one namespace', settings({ authentication: 'TokenReview' }, 'Namespace')],
  ['a ServiceMonitor without a Service', settings({ service: false, serviceMonitor: {} })],
])('%s can be rendered as a template', (_, contradictory) => {
  expect(() => renderController(contradictory)).toThrow('metrics.');
  expect(() => renderController(withoutContradictions(contradictory))).not.toThrow();
});

test('settings without a contradiction remain', () => {
  const valid = settings({ authentication: 'TokenReview', serviceMonitor: {} });
  expect(renderController(withoutContradictions(valid))).toEqual(renderController(valid));
});
