import { join } from 'node:path';

/** The root folder of this checkout. */
export const checkout = join(import.meta.dirname, '../..');
