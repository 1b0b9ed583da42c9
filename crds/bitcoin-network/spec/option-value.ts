import type { JsonSchema } from '../../schema/json-schema.ts';

/** Returns the schema of one value of an option. */
export const optionValue = (maxLength: number): JsonSchema => ({
  anyOf: [{ type: 'integer' }, { type: 'string' }],
  // Larger JSON numbers lose digits in JavaScript; a string holds any number.
  minimum: Number.MIN_SAFE_INTEGER,
  maximum: Number.MAX_SAFE_INTEGER,
  maxLength,
  'x-kubernetes-int-or-string': true,
  'x-kubernetes-validations': [
    {
      rule: "type(self) == int || !self.matches('[\\\\x00-\\\\x1f\\\\x7f#]')",
      message:
        'config values must be one line without #, because bitcoind reads the text after # as a comment: remove #, line breaks and other control characters',
    },
  ],
});

/**
 * Options that bitcoind takes more than once and whose values never contain a comma. bitcoind ends,
 * or ignores the option, if a value has one.
 */
export const listOptions: readonly string[] = [
  ...['blockfilterindex', 'debug', 'debugexclude', 'deprecatedrpc', 'externalip', 'loglevel'],
  ...['onlynet', 'zmqpubhashblock', 'zmqpubhashtx', 'zmqpubrawblock', 'zmqpubrawtx'],
  'zmqpubsequence',
];

/** Options whose values are texts or commands, which may be `true` or `no`. */
export const textOptions: readonly string[] = [
  ...['alertnotify', 'blocknotify', 'shutdownnotify', 'startupnotify', 'walletnotify'],
  ...['uacomment', 'wallet'],
];
