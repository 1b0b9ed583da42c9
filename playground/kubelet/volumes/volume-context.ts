import type { Lookup } from '../references/environment.ts';
import type { PodFacts } from '../references/field-ref.ts';
import type { ServiceAccountTokens } from './service-account-token.ts';

/** The sources of a volume's files. */
export interface VolumeContext {
  readonly facts: PodFacts;
  readonly lookup: Lookup;
  readonly tokens: ServiceAccountTokens;
}
