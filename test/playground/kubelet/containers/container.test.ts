import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ContainerContext } from '../../../../playground/kubelet/containers/start-request.ts';
import { Container } from '../../../../playground/kubelet/containers/container.ts';
import type { Image } from '../../../../playground/kubelet/containers/image-table.ts';
import type { ContainerStatus, DataObject } from '../../../../playground/kubelet/api/pod.ts';
import type { Exit, Runtime } from '../../../../playground/kubelet/runtime/runtime.ts';
import { FakeClock } from '../../../kube/fake-clock.ts';
import { buildContainer, buildPod } from '../pod-builder.ts';

const image: Image = {
  mounts: [],
  links: {},
  entrypoint: [],
  command: ['bitcoind'],
  env: {},
  workingDir: '/',
};

/** A runtime whose containers run until the test ends them. */
class FakeRuntime implements Runtime {
  readonly argvs: (readonly string[])[] = [];
  readonly signals: string[] = [];
  end: (exit: Exit) => void = () => undefined;

  start({ argv, env }: Parameters<Runtime['start']>[0]): ReturnType<Runtime['start']> {
    this.argvs.push(argv);
    const exited = Promise.withResolvers<Exit>();
    this.end = exited.resolve;
    return Promise.resolve({
      running: true,
      exited: exited.promise,
      env,
      kill: (signal) => this.signals.push(signal),
      enterCommand: () => ({ file: '', args: [] }),
      enter: () => {
        throw new Error('not in this test');
      },
    });
  }
}

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'container-'));
});
afterEach(() => rm(folder, { recursive: true }));

function setUp(
  spec: object = {},
  options: { restartPolicy?: string; previous?: ContainerStatus } = {},
) {
  const pod = buildPod({ restartPolicy: options.restartPolicy ?? 'Always' });
  const clock = new FakeClock(Date.parse('2026-01-01T00:00:00Z'));
  const runtime = new FakeRuntime();
  const events: string[] = [];
  const objects = new Map<string, DataObject>();
  let onChange: () => void = () => undefined;
  const container = new Container({
    pod,
    spec: buildContainer(spec),
    kind: 'main',
    runtime,
    images: (reference) => (reference.startsWith('bitcoin/') ? image : undefined),
    clock,
    previous: options.previous,
    onChange: () => {
      onChange();
    },
    onEvent: (_, reason) => events.push(reason),
  });
  const context: ContainerContext = {
    facts: { pod, podIP: '127.64.0.2', hostIP: '127.0.0.1' },
    lookup: (_, name) => objects.get(name),
    volumes: new Map(),
    folder,
    hostsFile: '',
    hostname: 'alice-0',
    kubeletEnv: {},
  };
  return {
    container,
    clock,
    runtime,
    events,
    objects,
    advance: () => container.advance(context),
    end: async (code: number) => {
      const changed = new Promise<void>((resolve) => {
        onChange = resolve;
      });
      runtime.end({ code, at: clock.now() });
      await changed;
    },
  };
}

test('runs the command of the image and emits the events of a kubelet', async () => {
  const { container, runtime, events, advance } = setUp();
  await advance();
  expect(runtime.argvs).toEqual([['bitcoind']]);
  expect(events).toEqual(['Pulled', 'Created', 'Started']);
  expect(container.status).toMatchObject({ ready: true, started: true, restartCount: 0 });
});

test('restarts once at once and then backs off', async () => {
  const { container, clock, runtime, advance, end } = setUp();
  await advance();
  await end(1);
  await advance();
  expect(container.status).toMatchObject({
    restartCount: 1,
    lastState: { terminated: { exitCode: 1 } },
  });
  await end(1);
  await advance();
  expect(container.status.state.waiting).toMatchObject({
    reason: 'CrashLoopBackOff',
    message: 'back-off 10s restarting failed container=main pod=alice-0_default(uid-alice-0)',
  });
  await clock.advance(9999);
  await advance();
  expect(runtime.argvs).toHaveLength(2);
  await clock.advance(1);
  await advance();
  expect(runtime.argvs).toHaveLength(3);
  expect(container.status.restartCount).toBe(2);
});

test.each([
  ['Never', 1, true],
  ['OnFailure', 0, true],
  ['OnFailure', 1, false],
  ['Always', 0, false],
])(
  'with restartPolicy %s, exit code %i finishes the container: %s',
  async (restartPolicy, code, finished) => {
    const { container, advance, end } = setUp({}, { restartPolicy });
    await advance();
    await end(code);
    expect(container.finished).toBe(finished);
  },
);

test('waits for a missing Secret and starts when it exists', async () => {
  const valueFrom = { secretKeyRef: { name: 'login', key: 'user' } };
  const { container, objects, advance } = setUp({
    env: [{ name: 'USER', valueFrom }],
  });
  await advance();
  expect(container.status.state).toEqual({
    waiting: { reason: 'CreateContainerConfigError', message: 'secret "login" not found' },
  });
  const metadata = { name: 'login' };
  objects.set('login', { apiVersion: 'v1', kind: 'Secret', metadata, data: { user: '' } });
  container.configChanged();
  await advance();
  expect(container.running).toBe(true);
});

test('reports an image that cannot be pulled like a kubelet: first the error, then the back-off', async () => {
  const { container, clock, events, advance } = setUp({ image: 'nginx' });
  await advance();
  expect(container.status.state.waiting!.reason).toBe('ErrImagePull');
  await clock.advance(1000);
  await advance();
  expect(container.status.state.waiting).toMatchObject({
    reason: 'ImagePullBackOff',
    message: expect.stringMatching(/^Back-off pulling image "nginx": ErrImagePull: /) as string,
  });
  expect(events).toEqual(['Pulling', 'Failed', 'Failed', 'BackOff', 'Failed']);
});

test('stops with SIGTERM, and with SIGKILL after the grace period', async () => {
  const { container, clock, runtime, events, advance, end } = setUp();
  await advance();
  const stopped = container.stop(5000);
  expect([runtime.signals, events.at(-1)]).toEqual([['SIGTERM'], 'Killing']);
  await clock.advance(5000);
  expect(runtime.signals).toEqual(['SIGTERM', 'SIGKILL']);
  await end(137);
  await stopped;
  expect(container.status.state.terminated).toMatchObject({ exitCode: 137, reason: 'Error' });
});

test('reports a run under a previous kubelet as terminated', async () => {
  const previous: ContainerStatus = {
    name: 'main',
    image: '',
    imageID: '',
    containerID: 'playground://1',
    state: { running: { startedAt: '2026-01-01T00:00:00Z' } },
    lastState: {},
    ready: true,
    started: true,
    restartCount: 2,
  };
  const { container, advance } = setUp({}, { previous });
  await advance();
  expect(container.status).toMatchObject({
    restartCount: 3,
    lastState: { terminated: { exitCode: 255, reason: 'Unknown' } },
  });
});
