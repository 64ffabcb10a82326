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
  const { main } = await import('./run.ts')
  await main(process.argv.slice(2))
}

export {}
