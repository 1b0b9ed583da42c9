import * as fc from 'fast-check';
import { ResponseBuffers, type ResponseBuffer } from '../../../bitcoin/rpc/response-buffers.ts';

const mebibyte = 1 << 20;
const limit = 16 * mebibyte;

describe('ResponseBuffers', () => {
  let buffers: ResponseBuffers;
  let failed: string[];

  beforeEach(() => {
    buffers = new ResponseBuffers();
    failed = [];
  });

  const open = (tenant: string, name = tenant): ResponseBuffer =>
    buffers.open(tenant, () => failed.push(name));

  test('accepts 16 MiB, and more after a response is complete', () => {
    const first = open('a');
    expect(first.add(limit)).toBe(true);
    first.close();
    expect(open('a').add(limit)).toBe(true);
    expect(failed).toEqual([]);
  });

  test('fails the largest response of the tenant that has the most bytes', () => {
    for (let node = 0; node < 15; node++) open('hostile', `hostile-${node}`).add(mebibyte);
    open('hostile', 'hostile-large').add(mebibyte + 1);
    const healthy = open('healthy');
    // It is larger than any response of the other tenant.
    expect(healthy.add(2 * mebibyte)).toBe(true);
    expect(failed).toEqual(['hostile-large', 'hostile-0']);
  });

  test('fails the response that is received if it is the largest of its tenant', () => {
    const response = open('a');
    expect(response.add(limit + 1)).toBe(false);
    expect(response.add(1)).toBe(false);
    expect(failed).toEqual(['a']);
    expect(open('b').add(limit)).toBe(true);
  });

  test('never fails a response of a tenant with less than its share', () => {
    const chunk = fc.record({
      tenant: fc.constantFrom('a', 'b', 'c'),
      node: fc.nat(8),
      bytes: fc.nat(3 * mebibyte),
    });
    fc.assert(
      fc.property(fc.array(chunk, { maxLength: 60 }), (chunks) => {
        const all = new ResponseBuffers();
        const failures = { count: 0 };
        const honest = all.open('honest', () => failures.count++);
        honest.add(limit / 4 - 1);
        const nodes = new Map<string, ResponseBuffer>();
        for (const { tenant, node, bytes } of chunks) {
          const key = `${tenant} ${node}`;
          const response = nodes.get(key) ?? all.open(tenant, () => nodes.delete(key));
          nodes.set(key, response);
          if (!response.add(bytes)) nodes.delete(key);
        }
        expect(failures.count).toBe(0);
      }),
    );
  });
});
