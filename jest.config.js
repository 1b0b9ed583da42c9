/** Settings of every project. Tests run as ES modules; the transform only strips their types. */
const base = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/test/strip-types.js' },
  modulePathIgnorePatterns: ['<rootDir>/build/'],
};

/** @type {import('jest').Config} */
export default {
  // Tests run one at a time, because they share a cluster and restart its controller.
  maxWorkers: 1,
  reporters: ['default', '<rootDir>/test/count-reporter.js'],
  projects: [
    {
      ...base,
      displayName: 'unit',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: [
        '/node_modules/',
        '<rootDir>/test/integration/',
        '<rootDir>/test/faults/',
        '<rootDir>/test/package/',
      ],
    },
    {
      ...base,
      displayName: 'integration',
      testMatch: ['<rootDir>/test/integration/**/*.test.ts', '<rootDir>/test/package/**/*.test.ts'],
      // All tests share one playground.
      globalSetup: '<rootDir>/test/playground-setup.ts',
      globalTeardown: '<rootDir>/test/playground-teardown.ts',
    },
    {
      // Each file starts a control plane of its own, whose servers it kills or freezes.
      ...base,
      displayName: 'faults',
      testMatch: ['<rootDir>/test/faults/**/*.test.ts'],
    },
    {
      // Runs the integration tests on the cluster of KUBECONFIG.
      ...base,
      displayName: 'e2e',
      testMatch: ['<rootDir>/test/integration/**/*.test.ts'],
      // These start a playground of their own.
      testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/integration/chart'],
    },
  ],
};
