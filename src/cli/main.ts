#!/usr/bin/env node
/**
 * The command `hagaki`. Looks at Node's version before anything is loaded that an old one could
 * not read.
 *
 * @module
 */
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`hagaki: needs Node 20.19 or newer, and this is ${process.versions.node}\n`)
  process.exitCode = 1
} else {
  const { run } = await import('./run.ts')
  const status = await run(process.argv.slice(2))
  // Whatever an app still holds open (a timer, a pool of connections) must not keep us here; what
  // was written goes out first.
  process.stderr.write('', () => process.stdout.write('', () => process.exit(status)))
}

export {}
