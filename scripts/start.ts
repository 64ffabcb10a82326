/**
 * `npm start`: the postcard wall, with the Python that its post office runs on found, or installed
 * where that can be done. Without one the rest of the wall is served all the same.
 *
 *   npm start -- -p 8080    options go to the command `hagaki`
 */
import { type SpawnSyncOptions, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { main } from '../src/cli/run.ts'
import { install } from './install.ts'
import { advice, PYTHON } from './needs.ts'

const found = process.env['WALL_PYTHON'] || PYTHON.search() || provided()
if (found === null) console.log(`The wall opens without its post office. ${advice(PYTHON)}`)
else process.env['WALL_PYTHON'] = found

await main(['examples/postcard-wall/app.ts', ...process.argv.slice(2)])

function provided(): string | null {
  if (!install([PYTHON])) environment()
  return PYTHON.search()
}

/** A virtual environment of the checkout's own, where Python is there and Flask is not. */
function environment(): void {
  console.log('Installing Flask into .venv: the post office of the wall is a Flask app.')
  const folder = process.platform === 'win32' ? 'Scripts' : 'bin'
  const quiet: SpawnSyncOptions = { stdio: ['ignore', 'inherit', 'inherit'] }
  const made = spawnSync(process.platform === 'win32' ? 'python' : 'python3', ['-m', 'venv', '.venv'], quiet)
  if (made.status === 0)
    spawnSync(join('.venv', folder, 'python'), ['-m', 'pip', 'install', '--quiet', 'flask'], quiet)
}
