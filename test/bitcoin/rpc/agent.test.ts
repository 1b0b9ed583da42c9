import { RpcAgent } from '../../../bitcoin/rpc/agent.ts';

describe('RpcAgent', () => {
  let agent: RpcAgent;

  beforeEach(() => {
    agent = new RpcAgent();
  });

  afterEach(() => {
    agent.destroy();
  });

  test('accepts 16 MiB of incomplete responses, and more after some are complete', () => {
    for (let chunk = 0; chunk < 16; chunk++) expect(agent.buffer(1 << 20)).toBe(true);
    expect(agent.buffer(1)).toBe(false);
    agent.release(1 << 20);
    expect(agent.buffer(1 << 20)).toBe(true);
  });
});
