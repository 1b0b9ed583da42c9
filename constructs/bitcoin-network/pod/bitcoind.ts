import { rpcPort } from '../../../bitcoin/chain.ts';
import type { NetworkContext } from '../context.ts';
import { commonContainer } from './container.ts';
import { configDirectory, directoryMounts, fileMount } from './volumes.ts';

const cliPath = '/usr/local/bin/bitcoin-cli';
const configPath = '/bitcoin.conf';

/** The container that runs bitcoind. */
export function bitcoindContainer(context: NetworkContext) {
  const { chain } = context.plan;
  // The command works in every pod, whatever the image: it is part of the contract with users.
  const getNetworkInfo = {
    command: [cliPath, `-${chain.name}`, `-conf=${configPath}`, 'getnetworkinfo'],
  };
  return {
    name: 'bitcoind',
    ...commonContainer(context),
    command: ['sh', `${configDirectory}/start.sh`],
    ports: [
      { name: 'rpc', containerPort: rpcPort, protocol: 'TCP' },
      { name: 'p2p', containerPort: chain.p2pPort, protocol: 'TCP' },
    ],
    // RPC returns error -28 for minutes while a large chain loads. The container restarts after an
    // hour.
    startupProbe: {
      exec: getNetworkInfo,
      periodSeconds: 1,
      timeoutSeconds: 5,
      failureThreshold: 3600,
    },
    readinessProbe: { exec: getNetworkInfo, periodSeconds: 10, timeoutSeconds: 5 },
    lifecycle: { preStop: { exec: waitForSigtermHandler } },
    volumeMounts: [
      ...directoryMounts,
      fileMount('bitcoin.conf', configPath),
      fileMount('bitcoin-cli', cliPath),
    ],
  };
}

/**
 * Waits until bitcoind handles SIGTERM. The kernel drops a SIGTERM for which process 1 has no
 * handler, and bitcoind installs its handler shortly after it starts: without the wait, a pod that
 * is deleted before then remains for the whole grace period. SIGTERM is bit 14 of the mask of
 * handled signals (proc(5), SigCgt). If the kernel does not report the mask, the hook does not
 * wait.
 */
const waitForSigtermHandler = {
  command: [
    'sh',
    '-c',
    "while grep -q '^SigCgt:.*[0-389ab]...$' /proc/1/status; do sleep 0.1; done",
  ],
};
