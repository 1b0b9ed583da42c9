import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { BitcoinNetworkCrd } from './constructs/crd/bitcoin-network-crd.ts';
import { BitcoinNetwork } from './constructs/bitcoin-network/bitcoin-network.ts';
import { ControllerInstall } from './constructs/controller-install/controller-install.ts';
import { ValidationError } from './crds/validation/index.ts';
import { FileProblems, readNetworkFiles } from './scripts/network-files.ts';

/** The folder `cdk8s synth --output` names. */
const outdir = process.env.CDK8S_OUTDIR ?? 'build/dist';
/** The folder whose BitcoinNetworks are rendered. */
const networksFolder = process.env.NETWORKS ?? 'networks';

const install = new App({ outdir, outputFileExtension: '.yaml' });
new BitcoinNetworkCrd(new Chart(install, 'crd'), 'crd');
new ControllerInstall(new Chart(install, 'controller'), 'controller');

/** An app a folder: dist/networks/, and in it one for each namespace that a network names. */
const networks = new Map<string, App>();
function networksOf(namespace = ''): App {
  let app = networks.get(namespace);
  if (!app) {
    const folder = join(outdir, 'networks', namespace);
    app = new App({ outdir: folder, outputFileExtension: '.yaml' });
    networks.set(namespace, app);
  }
  return app;
}

try {
  // A network can be written here as well as in a file of networks/:
  //   new BitcoinNetwork(new Chart(networksOf(), 'alice'), 'alice', { nodes: 3 });

  for (const { metadata, spec } of readNetworkFiles(networksFolder)) {
    const { name, namespace } = metadata;
    new BitcoinNetwork(new Chart(networksOf(namespace), name), name, {
      ...spec,
      ...(namespace !== undefined && { namespace }),
    });
  }
  for (const app of [install, ...networks.values()]) app.synth();
} catch (error) {
  if (!(error instanceof FileProblems || error instanceof ValidationError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
