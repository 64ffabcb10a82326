/**
 * Starts a NATS server, a gateway and workers on this machine, asks them all the time, and meanwhile adds
 * workers, kills one and stops one. Tells what became of the calls.
 *
 * @module
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { askAll, type Counts } from './asking.ts'
import { Process } from './processes.ts'

const HELP = `Starts a NATS server, a gateway and two workers, asks them all the time, then adds two workers, kills one
and stops one, and tells what became of the calls.

  node --conditions=hagaki-source --import tsx examples/cluster/cluster.ts [OPTIONS]

  --seconds N   how long each of the four parts takes, by default 3
  --askers N    how many ask at the same time, by default 16
  --help        this text

CLUSTER_NATS_SERVER is the path of nats-server, where it is not on PATH (Debian: apt-get install nats-server).
Exit status: 0; 1 when a call was lost that need not have been; 2 for arguments that make no sense.`

const { seconds, askers } = settings()
const started: Process[] = []
const folder = mkdtempSync(join(tmpdir(), 'hagaki-cluster-'))
process.once('SIGINT', () => void end().then(() => process.exit(130)))

try {
  const [brokerUrl, url] = await startGateway()
  const workers = await Promise.all([startWorker(brokerUrl), startWorker(brokerUrl)])
  console.log(`${url}/moon/2026-11-30 is answered by two workers; ${askers} ask at the same time`)
  const lost = [
    tell('two workers', await askFor(url)),
    tell('two more', await askFor(url, async () => workers.push(...(await more(brokerUrl))))),
    tell('one is killed', await askFor(url, () => workers.pop()!.kill()), askers),
    tell('one is stopped', await askFor(url, () => workers.pop()!.stop())),
  ]
  process.exitCode = lost.every((one) => one) ? 0 : 1
} finally {
  await end()
}

/** Gives where NATS is, and where the gateway listens. */
async function startGateway(): Promise<readonly [brokerUrl: string, url: string]> {
  const server = process.env['CLUSTER_NATS_SERVER'] ?? 'nats-server'
  const args = ['-a', '127.0.0.1', '-p', '-1', '--ports_file_dir', folder]
  const [broker, said] = await Process.start(
    server,
    args,
    /Listening for client connections on .*\n[^]*Server is ready/,
  )
  started.push(broker)
  const brokerUrl = `nats://127.0.0.1:${/client connections on 127\.0\.0\.1:(\d+)/.exec(said)![1]}`
  // The gateway boots with a worker or without one.
  const serving = ['examples/cluster/gateway.ts', '-p', '0', '-E', 'production']
  const [gateway, told] = await Process.hagaki(serving, /http:\S+/, { CLUSTER_NATS: brokerUrl })
  started.push(gateway)
  return [brokerUrl, /http:\/\/[\d.]+:\d+/.exec(told)![0]]
}

async function startWorker(brokerUrl: string): Promise<Process> {
  const args = ['work', 'examples/cluster/moon.ts', '--over', brokerUrl, '--name', 'moon', '-E', 'production']
  const [worker] = await Process.hagaki(args, / as moon/)
  started.push(worker)
  return worker
}

function more(brokerUrl: string): Promise<Process[]> {
  return Promise.all([startWorker(brokerUrl), startWorker(brokerUrl)])
}

/** Asks until something was done, and then for the seconds that each part takes. */
function askFor(url: string, something: () => Promise<unknown> = async () => {}): Promise<Counts> {
  return askAll(`${url}/moon/2026-11-30`, { askers, something, ms: seconds * 1_000 })
}

/** True when no more was lost than may be: of a worker that is killed, the calls that it had. */
function tell(what: string, { answered, lost, by }: Counts, mayBeLost = 0): boolean {
  const lostText = lost === 0 ? 'none lost' : `${lost} lost`
  console.log(`${what.padEnd(16)} ${answered} answered by ${by} workers, ${lostText}`)
  return lost <= mayBeLost && answered > 0
}

async function end(): Promise<void> {
  await Promise.all(started.map((one) => one.kill()))
  rmSync(folder, { recursive: true, force: true })
}

function settings(): { readonly seconds: number; readonly askers: number } {
  const options = {
    seconds: { type: 'string' },
    askers: { type: 'string' },
    help: { type: 'boolean' },
  } as const
  try {
    const { values } = parseArgs({ options })
    if (values.help === true) {
      console.log(HELP)
      process.exit(0)
    }
    return { seconds: whole(values.seconds ?? '3', 3_600), askers: whole(values.askers ?? '16', 1_000) }
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${HELP}`)
    process.exit(2)
  }
}

function whole(text: string, most: number): number {
  const number = Number(text)
  if (Number.isInteger(number) && number >= 1 && number <= most) return number
  throw new Error(`${text} is out of range: use 1 to ${most}`)
}
