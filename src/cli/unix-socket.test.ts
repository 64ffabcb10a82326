import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { unixPath } from './unix-socket.ts'

function folder(): string {
  const made = mkdtempSync(join(realpathSync(tmpdir()), 'hagaki-unix-'))
  onTestFinished(() => rmSync(made, { recursive: true }))
  return made
}

test('a path where nothing is stays as it is, made absolute', async () => {
  const path = join(folder(), 'app.sock')
  expect(await unixPath(path)).toBe(path)
  expect(await unixPath(relative(process.cwd(), path))).toBe(path)
})

test('a socket that a dead server left is removed', async () => {
  const path = join(folder(), 'app.sock')
  const dies = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`
  spawnSync(process.execPath, ['-e', dies])
  expect(existsSync(path)).toBe(true)
  expect(await unixPath(path)).toBe(path)
  expect(existsSync(path)).toBe(false)
})

test('a socket where somebody answers is in use, and stays', async () => {
  const path = join(folder(), 'app.sock')
  const taken = createServer().listen(path)
  onTestFinished(() => void taken.close())
  await new Promise((resolve) => taken.once('listening', resolve))
  await expect(unixPath(path)).rejects.toThrow(
    /another program listens there\. Stop it, or take another path$/,
  )
  expect(existsSync(path)).toBe(true)
})

test('what is no socket is not removed', async () => {
  const path = join(folder(), 'precious.txt')
  writeFileSync(path, 'words')
  await expect(unixPath(path)).rejects.toThrow(/what is there is no socket\. Take another path/)
  expect(existsSync(path)).toBe(true)
  await expect(unixPath(join(path, '..'))).rejects.toThrow(/no socket/)
})

test('a path holds 107 bytes at most, and its folder has to be there', async () => {
  const limit = process.platform === 'darwin' ? 103 : 107
  const inside = folder()
  const long = (bytes: number): string => `${inside}/${'x'.repeat(bytes - Buffer.byteLength(inside) - 1)}`
  expect(await unixPath(long(limit))).toBe(long(limit))
  await expect(unixPath(long(limit + 1))).rejects.toThrow(
    `its path has ${limit + 1} bytes, and ${limit} is the limit`,
  )
  await expect(unixPath(`${inside}/none/a.sock`)).rejects.toThrow(/there is no folder \S+none\. Make it/)
})
