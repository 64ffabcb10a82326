import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { watchedFolder, watchFolder } from './watch.ts'

/** A watched folder: `next` resolves with the next change that is told. */
function watched(files: Readonly<Record<string, string>> = {}): {
  readonly folder: string
  readonly told: string[]
  write(name: string, text?: string): void
  next(): Promise<string>
} {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'hagaki-watch-'))
  const write = (name: string, text = 'x'): void => {
    mkdirSync(join(folder, name, '..'), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  for (const [name, text] of Object.entries(files)) write(name, text)
  const told: string[] = []
  const waiting: ((file: string) => void)[] = []
  const watching = watchFolder(folder, (file) => {
    told.push(file)
    waiting.shift()?.(file)
  })
  onTestFinished(() => {
    watching.close()
    rmSync(folder, { recursive: true })
  })
  return { folder, told, write, next: () => new Promise((resolve) => waiting.push(resolve)) }
}

test('a source that is written, made, renamed or removed is told, below too', async () => {
  const { folder, write, next } = watched({ 'app.ts': '1', 'deep/er/part.js': '1' })
  for (const [change, file] of [
    [() => write('app.ts', '2'), 'app.ts'],
    [() => write('deep/er/part.js', '2'), 'deep/er/part.js'],
    [() => write('new.py'), 'new.py'],
    [() => renameSync(join(folder, 'new.py'), join(folder, 'style.css')), 'style.css'],
    [() => rmSync(join(folder, 'style.css')), 'style.css'],
  ] as [change: () => void, file: string][]) {
    const told = next()
    change()
    expect(await told).toBe(file)
  }
})

test('files in a folder that comes later are told as well', async () => {
  const { write, next } = watched()
  let told = next()
  write('routes/cards/list.ts')
  expect(await told).toBe('routes/cards/list.ts')
  told = next()
  write('routes/cards/list.ts', '2')
  expect(await told).toBe('routes/cards/list.ts')
})

test('a folder that is taken away and comes back, as from another branch, is watched as before', async () => {
  const { folder, write, next } = watched({ 'routes/cards/list.ts': '1' })
  for (const [change, file] of [
    [() => rmSync(join(folder, 'routes'), { recursive: true }), 'routes/cards/list.ts'],
    [() => write('routes/cards/list.ts', '2'), 'routes/cards/list.ts'],
    [() => write('routes/cards/list.ts', '3'), 'routes/cards/list.ts'],
    [() => renameSync(join(folder, 'routes'), join(folder, 'paths')), 'paths/cards/list.ts'],
    [() => write('paths/cards/list.ts', '4'), 'paths/cards/list.ts'],
  ] as [change: () => void, file: string][]) {
    const told = next()
    change()
    expect(await told).toBe(file)
  }
})

test('several changes at once are told once', async () => {
  const { told, write, next } = watched({ 'a.ts': '', 'b.ts': '' })
  const first = next()
  for (let at = 0; at < 20; at++) write(at % 2 === 0 ? 'a.ts' : 'b.ts', String(at))
  await first
  const second = next()
  write('c.ts')
  expect(await second).toBe('c.ts')
  expect(told).toHaveLength(2)
})

test('data, dot files and packages are not told', async () => {
  const { told, write, next } = watched({
    'node_modules/a/index.js': '',
    '.git/hooks/a.js': '',
    'app.ts': '',
  })
  const first = next()
  for (const name of [
    'node_modules/a/index.js',
    '.git/hooks/a.js',
    'cards.json',
    'log.txt',
    '.app.ts.swp',
    '.env.js',
  ])
    write(name, '2')
  write('app.ts', '2')
  await first
  expect(told).toEqual(['app.ts'])
})

test('the working directory is watched, or the folder of a module that is not in it', () => {
  expect(watchedFolder(pathToFileURL(join(process.cwd(), 'src/a.ts')))).toBe(process.cwd())
  expect(watchedFolder(pathToFileURL(join(process.cwd(), '../elsewhere/a.ts')))).toBe(
    join(process.cwd(), '../elsewhere'),
  )
})
