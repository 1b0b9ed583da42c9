import { relative } from 'node:path';

/**
 * Prints `N passed, N failed` as the last line. Fails a run of the integration tests if none of
 * them ran or one was skipped.
 */
export default class CountReporter {
  #failure;

  onRunComplete(contexts, results) {
    const { numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites } = results;
    const projects = [...contexts].map(({ config }) => config.displayName?.name);
    if (projects.includes('integration')) {
      const integrationFiles = results.testResults.filter(({ testFilePath, numPassingTests }) => {
        const folder = relative(import.meta.dirname, testFilePath).split('/')[0];
        return folder === 'integration' && numPassingTests > 0;
      });
      if (integrationFiles.length === 0) this.#failure = new Error('no integration test ran');
      else if (numPendingTests > 0) this.#failure = new Error(`${numPendingTests} tests skipped`);
    }
    const failed = numFailedTests + numRuntimeErrorTestSuites + (this.#failure ? 1 : 0);
    if (this.#failure) process.stderr.write(`${this.#failure.message}\n`);
    // On exit, because the default reporter prints its summary last.
    process.once('exit', () => {
      process.stdout.write(`${numPassedTests} passed, ${failed} failed\n`);
    });
  }

  getLastError() {
    return this.#failure;
  }
}
