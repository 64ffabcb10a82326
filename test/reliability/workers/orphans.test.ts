/**
 * kill -9 of a gateway whose workers are in a loop that never ends: no worker outlives it (SAFETY, "nothing hangs").
 */
import { spawnSync } from 'node:child_process'
import { expect, onTestFinished, test, vi } from 'vitest'
import { python, ruby } from '../../../scripts/needs.ts'
import { Command, Place } from '../../cli/command.ts'
import { WAIT_MS } from '../../wait.ts'

type Files = Readonly<Record<string, string>>

interface Kind {
  /** An app that says "busy" and its process id, and then loops, in its calls or as it loads. */
  readonly files: (isLoading: boolean) => Files
  readonly front: string
  /** Of the command that serves it. */
  readonly options?: readonly string[]
}

const BUSY = (isLoading: boolean): Files => ({
  'busy.mjs': `
    const loop = () => {
      console.log('busy ' + process.pid)
      for (;;);
    }
    ${isLoading ? 'await new Promise((resolve) => setTimeout(resolve)); loop()' : ''}
    export default (_method) => loop()
  `,
})

const KINDS: readonly [name: string, kind: Kind][] = [
  [
    'a worker of hagaki -w',
    { files: BUSY, front: "export { default } from './busy.mjs'", options: ['-w', '1'] },
  ],
  [
    'a process of isolate',
    {
      files: BUSY,
      front: `
        import { isolate } from 'hagaki/isolate'
        export default isolate('busy.mjs', { processes: 1 })
      `,
    },
  ],
  [
    'a Python worker',
    {
      files: (isLoading) => ({
        'busy.py': [
          'import os',
          'def loop():',
          '    print(f"busy {os.getpid()}")',
          '    while True: pass',
          isLoading ? 'loop()' : '',
          'def app(environ, start_response): loop()',
        ].join('\n'),
      }),
      front: `
        import { wsgi } from 'hagaki/wsgi'
        export default wsgi('busy:app', { python: ${JSON.stringify(python())} })
      `,
    },
  ],
  [
    'a Ruby worker',
    {
      files: (isLoading) => ({
        'busy.ru': [
          'busy = lambda do |*_|',
          '  puts "busy #{Process.pid}"',
          '  nil while true',
          'end',
          isLoading ? 'busy.call' : '',
          'run busy',
        ].join('\n'),
      }),
      front: `
        import { rack } from 'hagaki/rack'
        export default rack('busy.ru', { ruby: ${JSON.stringify(ruby())} })
      `,
    },
  ],
]

for (const isLoading of [false, true]) {
  const when = isLoading ? 'as it loads' : 'in a call'
  test.each(KINDS)(`%s that loops for ever ${when} ends with its gateway`, async (_, kind) => {
    const place = new Place(onTestFinished, { ...kind.files(isLoading), 'front.mjs': kind.front })
    const command = isLoading
      ? Command.start(place, ['front.mjs', '-p', '0', '-E', 'production', ...(kind.options ?? [])])
      : await asked(place, kind)
    const [, said] = await command.says(/busy (\d+)/)
    const pid = Number(said)
    onTestFinished(() => {
      if (runs(pid)) process.kill(pid, 'SIGKILL')
    })
    command.tell('SIGKILL')
    await vi.waitFor(() => expect(runs(pid)).toBe(false), { timeout: WAIT_MS, interval: 100 })
  })
}

async function asked(place: Place, { options = [] }: Kind): Promise<Command> {
  const { command, url } = await Command.serve(place, 'front.mjs', ['-E', 'production', ...options])
  fetch(url).catch(() => {})
  return command
}

function runs(pid: number): boolean {
  const state = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).stdout
  return state !== '' && !state.startsWith('Z')
}
