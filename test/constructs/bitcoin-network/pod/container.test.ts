import { commonContainer } from '../../../../constructs/bitcoin-network/pod/container.ts';
import { context } from '../builders.ts';

describe('commonContainer', () => {
  test('passes the name and the addresses of the pod to the start script', () => {
    expect(commonContainer(context()).env).toEqual([
      {
        name: 'POD_NAME',
        valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.name' } },
      },
      {
        name: 'POD_IPS',
        valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'status.podIPs' } },
      },
    ]);
  });

  test("passes the user's credentials from the Secret that the spec names", () => {
    expect(commonContainer(context({ secret: 'login' })).env.slice(2)).toEqual([
      {
        name: 'BC_RPC_USER',
        valueFrom: { secretKeyRef: { name: 'login', key: 'BC_RPC_USER' } },
      },
      {
        name: 'BC_RPC_PASSWORD',
        valueFrom: { secretKeyRef: { name: 'login', key: 'BC_RPC_PASSWORD' } },
      },
    ]);
  });

  test('has the image, the pull policy and the resources of the spec', () => {
    const spec = {
      image: 'registry.example/bitcoin:30.0',
      imagePullPolicy: 'Always',
      resources: { limits: { memory: '1Gi' } },
    } as const;
    expect(commonContainer(context(spec))).toMatchObject(spec);
  });

  test('has the defaults of the schema', () => {
    expect(commonContainer(context())).toMatchObject({
      image: 'docker.io/bitcoin/bitcoin:31.1',
      imagePullPolicy: 'IfNotPresent',
      resources: { requests: { cpu: '20m', memory: '128Mi' } },
    });
  });

  test('reports the last output of a failed container as its termination message', () => {
    expect(commonContainer(context()).terminationMessagePolicy).toBe('FallbackToLogsOnError');
  });
});
