/**
 * The cdk8s app that `npm run synth` renders to dist/: the CustomResourceDefinition, the
 * installation of the controller, and the networks of networks/. The resources of kustomize/ are
 * rendered too.
 */
import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { BitcoinNetworkCrd } from './constructs/crd/bitcoin-network-crd.ts';
import { BitcoinNetwork } from './constructs/bitcoin-network/bitcoin-network.ts';
import { ControllerInstall } from './constructs/controller-install/controller-install.ts';
import type { ControllerInstallProps } from './constructs/controller-install/props.ts';
import { ValidationError } from './crds/validation/index.ts';
import { NetworkFilesError, readNetworkFiles } from './scripts/network-files.ts';

/** The output folder; `cdk8s synth --output` sets CDK8S_OUTDIR. */
const outdir = process.env.CDK8S_OUTDIR ?? 'build/dist';
/** The folder with the YAML files of the networks. */
const networksFolder = process.env.NETWORKS ?? 'networks';

/** The settings of the controller. */
const controller: ControllerInstallProps = {};

/** Returns an app that renders the CustomResourceDefinition and the controller into a folder. */
function installApp(folder: string): App {
  const app = new App({ outdir: folder, outputFileExtension: '.yaml' });
  new BitcoinNetworkCrd(new Chart(app, 'crd'), 'crd');
  new ControllerInstall(new Chart(app, 'controller'), 'controller', controller);
  return app;
}

/**
 * Returns an app that renders the controller for one namespace, which kustomize then sets. It
 * leaves out metrics with TokenReview, which needs permissions in the whole cluster.
 */
function namespacedApp(folder: string): App {
  const app = new App({ outdir: folder, outputFileExtension: '.yaml' });
  const { metrics, ...others } = controller;
  new ControllerInstall(new Chart(app, 'controller'), 'controller', {
    ...others,
    ...(metrics && metrics.authentication !== 'TokenReview' && { metrics }),
    namespace: 'bitcoin-controller',
    scope: 'Namespace',
  });
  return app;
}

/** kustomize loads no file of another folder, so it has a copy (docs/adr/0030-kustomize.md). */
const kustomize = join(outdir, '..', 'kustomize');

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
  const installs = [
    installApp(outdir),
    installApp(join(kustomize, 'base')),
    namespacedApp(join(kustomize, 'namespaced')),
  ];
  // To define a network in TypeScript instead of a file in networks/, add it here:
  //   new BitcoinNetwork(new Chart(appOf(), 'alice'), 'alice', { nodes: 3 });

  for (const { metadata, spec } of readNetworkFiles(networksFolder)) {
    const { name, namespace } = metadata;
    new BitcoinNetwork(new Chart(appOf(namespace), name), name, {
      ...spec,
      ...(namespace !== undefined && { namespace }),
    });
  }
  for (const app of [...installs, ...apps.values()]) app.synth();
} catch (error) {
  if (!(error instanceof NetworkFilesError || error instanceof ValidationError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
