/** `npm run bench [-- --quick]`: prints the figures and writes them to `bench/results.json`. */
import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { measure } from './rounds.ts'
import { CASES } from './waist.ts'

const quick = process.argv.includes('--quick')
const terminal = process.stderr.isTTY
const figures = await measure(CASES, {
  rounds: quick ? 5 : 21,
  roundMs: quick ? 50 : 200,
  progress: (done, of) => process.stderr.write(terminal ? `\rround ${done} of ${of}` : ''),
})
if (terminal) process.stderr.write('\r\x1b[K')

const base = figures.find(({ name }) => name.startsWith('new Request'))!.ns.median
const machine = `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.versions.node}`
console.log(`CPU per operation, ${machine}\n`)
console.log(
  `${'case'.padEnd(46)}${'median ns'.padStart(10)}${'min'.padStart(8)}${'max'.padStart(8)}${'× new Request'.padStart(15)}`,
)
for (const { name, ns } of figures) {
  const columns = [ns.median, ns.min, ns.max].map((value, at) => value.toFixed(0).padStart(at === 0 ? 10 : 8))
  console.log(`${name.padEnd(46)}${columns.join('')}${(ns.median / base).toFixed(3).padStart(15)}`)
}
writeFileSync(new URL('results.json', import.meta.url), `${JSON.stringify({ machine, figures }, null, 2)}\n`)
