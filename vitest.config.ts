import { defineConfig, type ViteUserConfig } from 'vitest/config'

const everywhere = ['src', 'test', 'examples', 'spikes'].map((folder) => `${folder}/**/*.test.ts`)

/** These leave nothing behind in their process, and so share it with others: loading everything anew takes longer than they do. */
const together = [
  'src',
  ...['bench', 'clauses', 'differential', 'fuzz', 'handlers', 'middleware', 'proxy', 'server', 'values'].map(
    (folder) => `test/${folder}`,
  ),
].map((folder) => `${folder}/**/*.test.ts`)

const config: ViteUserConfig = defineConfig({
  // Tests run from src, as everything does here: the condition leads `hagaki` to src/*.ts. Vitest
  // hands it on to the processes and threads that run the tests, and so to those they start.
  ssr: { resolve: { conditions: ['hagaki-source', 'module', 'node'] } },
  test: {
    execArgv: ['--import', new URL('./test/typescript.mjs', import.meta.url).href],
    // One for each core, not one less: most tests wait for sockets and processes.
    maxWorkers: '100%',
    // Of one file at once, where it says so: each may be some processes.
    maxConcurrency: 3,
    // Each ends a hang and judges no speed, so that a busy machine at half the speed fails nothing. Milliseconds.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // As in CI, wherever it runs: no test is singled out, and no snapshot is written in passing.
    allowOnly: false,
    update: 'none',
    projects: [
      { extends: true, test: { name: 'together', include: together, isolate: false } },
      {
        extends: true,
        test: { name: 'alone', include: everywhere, exclude: ['**/node_modules/**', ...together] },
      },
    ],
  },
})

export default config
