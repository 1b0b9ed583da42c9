/**
 * The cdk8s app that `npm run synth` renders to dist/: the CustomResourceDefinition, the
 * installation of the controller, and the networks of networks/.
 */
import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { BitcoinNetworkCrd } from './constructs/crd/bitcoin-network-crd.ts';
import { BitcoinNetwork } from './constructs/bitcoin-network/bitcoin-network.ts';
import { ControllerInstall } from './constructs/controller-install/controller-install.ts';
import { ValidationError } from './crds/validation/index.ts';
import { NetworkFilesError, readNetworkFiles } from './scripts/network-files.ts';

/** The output folder; `cdk8s synth --output` sets CDK8S_OUTDIR. */
const outdir = process.env.CDK8S_OUTDIR ?? 'build/dist';
/** The folder with the YAML files of the networks. */
const networksFolder = process.env.NETWORKS ?? 'networks';

const install = new App({ outdir, outputFileExtension: '.yaml' });
new BitcoinNetworkCrd(new Chart(install, 'crd'), 'crd');
new ControllerInstall(new Chart(install, 'controller'), 'controller');

/**
 * One app for each output folder: networks/, and networks/NAMESPACE for networks with a namespace.
 */
const apps = new Map<string, App>();
function appOf(namespace = ''): App {
  let app = apps.get(namespace);
  if (!app) {
    const folder = join(outdir, 'networks', namespace);
    app = new App({ outdir: folder, outputFileExtension: '.yaml' });
    apps.set(namespace, app);
  }
  return app;
}

try {
  // To define a network in TypeScript instead of a file in networks/, add it here:
  //   new BitcoinNetwork(new Chart(appOf(), 'alice'), 'alice', { nodes: 3 });

  for (const { metadata, spec } of readNetworkFiles(networksFolder)) {
    const { name, namespace } = metadata;
    new BitcoinNetwork(new Chart(appOf(namespace), name), name, {
      ...spec,
      ...(namespace !== undefined && { namespace }),
    });
  }
  for (const app of [install, ...apps.values()]) app.synth();
} catch (error) {
  if (!(error instanceof NetworkFilesError || error instanceof ValidationError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
