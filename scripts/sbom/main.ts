/**
 * Prints the SBOM of the controller and its dependencies in CycloneDX JSON:
 *
 *   npm run -s sbom > sbom.cdx.json
 */
import { join } from 'node:path';
import { renderSbom } from './sbom.ts';

console.log(JSON.stringify(renderSbom(join(import.meta.dirname, '../..')), null, 2));
