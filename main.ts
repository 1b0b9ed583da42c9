import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { BitcoinNetworkCrd } from './constructs/crd/bitcoin-network-crd.ts';
import { BitcoinNetwork } from './constructs/bitcoin-network/bitcoin-network.ts';
import { ControllerInstall } from './constructs/controller-install/controller-install.ts';
import { FileProblems, readNetworkFiles } from './synth/network-files.ts';

/** The folder `cdk8s synth --output` names. */
const outdir = process.env.CDK8S_OUTDIR ?? 'build/dist';
/** The folder whose BitcoinNetworks are rendered. */
const networksFolder = process.env.NETWORKS ?? 'networks';

const install = new App({ outdir, outputFileExtension: '.yaml' });
new BitcoinNetworkCrd(new Chart(install, 'crd'), 'crd');
new ControllerInstall(new Chart(install, 'controller'), 'controller');

const networks = new App({ outdir: join(outdir, 'networks'), outputFileExtension: '.yaml' });

// A network can be written here as well as in a file of networks/:
//   new BitcoinNetwork(new Chart(networks, 'alice'), 'alice', { nodes: 3 });

try {
  for (const { metadata, spec } of readNetworkFiles(networksFolder)) {
    const { name, namespace } = metadata;
    new BitcoinNetwork(new Chart(networks, name), name, {
      ...spec,
      ...(namespace !== undefined && { namespace }),
    });
  }
  install.synth();
  networks.synth();
} catch (error) {
  if (!(error instanceof FileProblems)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
