import { parsePeerAddress } from '../../../bitcoin/peers/peer-address.ts';

describe('parsePeerAddress', () => {
  test.each([
    ['10.0.0.7:18444', '10.0.0.7', 18444],
    ['10.0.0.7', '10.0.0.7', 1],
    ['Node.Example.:2', 'node.example', 2],
    ['[fd00:0:0::8]:2', 'fd00::8', 2],
    ['FD00::8', 'fd00::8', 1],
    ['::ffff:10.0.0.7', '10.0.0.7', 1],
    ['[::ffff:a00:7]:2', '10.0.0.7', 2],
    ['a:b:c', '', 1],
    ['', '', 1],
  ])('reads %j', (text, host, port) => {
    expect(parsePeerAddress(text, 1)).toEqual({ host, port });
  });
});
