import { buckets, counts, ofReplicas, series } from '../../../constructs/monitoring/expression.ts';

test('a selector has the name of its metric and conditions on its labels', () => {
  expect(series('workqueue_depth')).toBe('workqueue_depth');
  expect(series('rest_client_requests_total', { code: '=~"5.."', method: '="GET"' })).toBe(
    'rest_client_requests_total{code=~"5..", method="GET"}',
  );
});

test('a histogram has series of buckets and of counts', () => {
  const name = 'bitcoin_network_rpc_duration_seconds';
  expect(buckets(name)).toBe(`${name}_bucket`);
  expect(counts(name, { outcome: '="success"' })).toBe(`${name}_count{outcome="success"}`);
});

test('an expression is restricted to processes that take part in the election', () => {
  expect(ofReplicas('a')).toBe(
    '(a and on (job, instance) leader_election_master_status{name="bitcoin-controller"})',
  );
});
