/** The script of the cluster, as it is started: what is added works, what is lost is made good. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { natsServer } from '../../scripts/needs.ts'

const SCRIPT = fileURLToPath(new URL('./cluster.ts', import.meta.url))

function cluster(...args: string[]) {
  return spawnSync(process.execPath, ['--conditions=hagaki-source', '--import', 'tsx', SCRIPT, ...args], {
    encoding: 'utf8',
    env: { ...process.env, CLUSTER_NATS_SERVER: natsServer() },
  })
}

test('workers come and go, and no call is lost but those of one that was killed', () => {
  const { status, stdout, stderr } = cluster('--seconds', '1', '--askers', '8')
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  const parts = [...stdout.matchAll(/^(.+?) +\d+ answered by (\d+) workers, (none|\d+) lost$/gm)]
  expect(parts.map(([, what, by]) => [what, by])).toEqual([
    ['two workers', '2'],
    ['two more', '4'],
    ['one is killed', '3'],
    ['one is stopped', '2'],
  ])
  expect(parts.map(([, , , lost]) => lost).filter((_, at) => at !== 2)).toEqual(['none', 'none', 'none'])
})

test('it says what it takes', () => {
  expect(cluster('--help').stdout).toContain('--seconds')
  const { status, stderr } = cluster('--seconds', '0')
  expect(status).toBe(2)
  expect(stderr).toContain('0 is out of range: use 1 to 3600')
})
