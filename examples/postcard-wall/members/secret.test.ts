import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { scratchFolder } from '../scratch.ts'
import { secretOf } from './secret.ts'

test('the wall makes itself a secret once, for its own eyes, and each use has another one', async () => {
  const folder = await scratchFolder()
  process.env['WALL_DATA'] = folder
  onTestFinished(() => void delete process.env['WALL_DATA'])
  const [visits, office] = [secretOf('visits'), secretOf('office')]
  expect(visits).toMatch(/^[\w-]{43}$/)
  expect(office).not.toBe(visits)
  expect(secretOf('visits')).toBe(visits)
  expect(await readdir(folder)).toEqual(['secret'])
  expect(await readFile(join(folder, 'secret'), 'utf8')).toMatch(/^[\w-]{43}$/)
  if (process.platform !== 'win32') expect((await stat(join(folder, 'secret'))).mode & 0o777).toBe(0o600)
})

test('WALL_SECRET goes before it', async () => {
  process.env['WALL_DATA'] = await scratchFolder()
  process.env['WALL_SECRET'] = 'of our own'
  onTestFinished(() => {
    delete process.env['WALL_DATA']
    delete process.env['WALL_SECRET']
  })
  expect(secretOf('visits')).toBe(secretOf('visits'))
  await expect(stat(process.env['WALL_DATA'])).rejects.toThrow('ENOENT')
})
