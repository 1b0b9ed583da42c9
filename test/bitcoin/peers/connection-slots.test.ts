import {
  inboundSlots,
  maxConnections,
  requiredInboundSlots,
} from '../../../bitcoin/peers/connection-slots.ts';
import { planNetwork } from '../../../bitcoin/plan/network-plan.ts';

describe('maxConnections', () => {
  test.each([
    [undefined, 125],
    [{}, 125],
    [{ maxconnections: 8 }, 8],
    [{ maxconnections: '20' }, 20],
    [{ maxconnections: 'many' }, 0],
    [{ maxconnections: '' }, 0],
    [{ nomaxconnections: 1 }, 0],
    [{ maxconnections: 40, nomaxconnections: 0 }, 0],
  ])('of %j is %i', (options, connections) => {
    expect(maxConnections(options)).toBe(connections);
  });
});

describe('inboundSlots', () => {
  // Counted on Bitcoin Knots 29.4 with 50 connections.
  test.each([
    [0, 0],
    [8, 0],
    [11, 0],
    [12, 1],
    [20, 9],
    [23, 12],
    [43, 32],
  ])('with maxconnections %i are %i, as bitcoind accepts', (maxconnections, slots) => {
    expect(inboundSlots({ maxconnections })).toBe(slots);
  });
});

describe('requiredInboundSlots', () => {
  test.each([
    [0, 0],
    [1, 0],
    [3, 2],
    [9, 8],
    [17, 8],
    [18, 9],
    [24, 12],
    [64, 32],
  ])('of a full mesh of %i nodes are %i', (nodes, slots) => {
    expect(requiredInboundSlots(planNetwork({ nodes }))).toBe(slots);
  });
});
