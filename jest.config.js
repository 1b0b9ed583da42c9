/** Settings of all projects. Tests run as the ES modules they are; only their types are stripped. */
const base = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/test/strip-types.js' },
  modulePathIgnorePatterns: ['<rootDir>/build/'],
};

/** @type {import('jest').Config} */
export default {
  // The tests of a cluster count on nobody else ending its controller.
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
      // Starts the playground that the tests run on, once for all of them.
      globalSetup: '<rootDir>/test/playground-setup.ts',
      globalTeardown: '<rootDir>/test/playground-teardown.ts',
    },
    {
      // Each file has a control plane of its own, whose servers it ends or freezes.
      ...base,
      displayName: 'faults',
      testMatch: ['<rootDir>/test/faults/**/*.test.ts'],
    },
    {
      // The same tests on the cluster of KUBECONFIG.
      ...base,
      displayName: 'e2e',
      testMatch: ['<rootDir>/test/integration/**/*.test.ts'],
    },
  ],
};
