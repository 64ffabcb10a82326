import { defineConfig, type ViteUserConfig } from 'vitest/config'

const config: ViteUserConfig = defineConfig({
  // Tests run from src, as everything does here: the condition leads `hagaki` to src/*.ts. Vitest
  // hands it on to the processes and threads that run the tests, and so to those they start.
  ssr: { resolve: { conditions: ['hagaki-source', 'module', 'node'] } },
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'examples/**/*.test.ts', 'spikes/**/*.test.ts'],
    execArgv: ['--import', new URL('./test/typescript.mjs', import.meta.url).href],
    // One for each core, not one less: most tests wait for sockets and processes.
    maxWorkers: '100%',
    // A shared machine is slow now and then; a hang is still a failure. Milliseconds.
    testTimeout: 20_000,
    hookTimeout: 30_000,
    // As in CI, wherever it runs: no test is singled out, and no snapshot is written in passing.
    allowOnly: false,
    update: 'none',
  },
})

export default config
