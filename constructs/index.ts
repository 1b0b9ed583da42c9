export { BitcoinNetwork, type BitcoinNetworkProps } from './bitcoin-network/bitcoin-network.ts';
export type { LiveContext } from './bitcoin-network/context.ts';
export { ControllerInstall } from './controller-install/controller-install.ts';
export type { ControllerInstallProps, LogLevel } from './controller-install/props.ts';
export type {
  AlertsProps,
  DashboardProps,
  MetricsProps,
  MonitorProps,
} from './controller-install/metrics-props.ts';
export { BitcoinNetworkCrd } from './crd/bitcoin-network-crd.ts';
export {
  ValidationError,
  validateBitcoinNetwork,
  type FieldError,
} from '../crds/validation/index.ts';
