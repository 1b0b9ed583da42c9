/** Settings of all projects. Tests run as the ES modules they are; only their types are stripped. */
const base = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/test/strip-types.js' },
  modulePathIgnorePatterns: ['<rootDir>/build/'],
};

/** @type {import('jest').Config} */
export default {
  reporters: ['default', '<rootDir>/test/count-reporter.js'],
  projects: [
    {
      ...base,
      displayName: 'unit',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/integration/'],
    },
    {
      ...base,
      displayName: 'integration',
      testMatch: ['<rootDir>/test/integration/**/*.test.ts'],
      // Starts the playground that the tests run on, once for all of them.
      globalSetup: '<rootDir>/test/playground.ts',
      globalTeardown: '<rootDir>/test/playground-stop.ts',
    },
    {
      // The same tests on the cluster of KUBECONFIG.
      ...base,
      displayName: 'e2e',
      testMatch: ['<rootDir>/test/integration/**/*.test.ts'],
    },
  ],
};
