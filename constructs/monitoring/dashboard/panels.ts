import { controllerPanels } from './controller-panels.ts';
import { networkPanels } from './network-panels.ts';
import type { PanelRow } from './panel.ts';

/** All panels from top to bottom. docs/operations.md names the rows. */
export const panelRows: readonly PanelRow[] = [...networkPanels, ...controllerPanels];
